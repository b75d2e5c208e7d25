/* SPDX-License-Identifier: Apache-2.0
 *
 * Which names of an account are signed in to over HTTP, and why the others are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/verify_name.h"

#include <apr_general.h>

#include "t/unit/pool.h"

static void names_of_http_are_tried_at_their_host(void **state)
{
    static const struct {
        const char *spn, *host, *why;
    } cases[] = {
        {"http/mail.corp.tailspintoys.com", "mail.corp.tailspintoys.com", NULL},
        {"HTTP/mail", "mail", NULL},
        {"exchangeMDB/mail.corp", NULL, "no HTTP"},
        {"https/mail.corp", NULL, "no HTTP"},
        {"htt/mail.corp", NULL, "no HTTP"},
        {"mail.corp", NULL, "no HTTP"},
        {"http/mail.corp:8080", NULL, "clients of HTTP ask for a host alone"},
        {"http/mail.corp/realm", NULL, "clients of HTTP ask for a host alone"},
        {"http/", NULL, "what stands behind http/ is no host"},
        {"http/-x", NULL, "what stands behind http/ is no host"},
        {"http/a b", NULL, "what stands behind http/ is no host"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        asactl_verify_name_t name;
        asactl_verify_name_read(pool, cases[i].spn, &name);
        assert_string_equal(name.spn, cases[i].spn);
        assert_true((name.host == NULL) == (cases[i].host == NULL));
        assert_true((name.why == NULL) == (cases[i].why == NULL));
        if (cases[i].host != NULL) {
            assert_string_equal(name.host, cases[i].host);
        } else {
            assert_string_equal(name.why, cases[i].why);
        }
    }
}

static void a_node_names_the_path_and_not_the_host(void **state)
{
    static const struct {
        const char *spn, *found, *url;
    } cases[] = {
        {"http/mail.corp", "https://mail.corp:8443/mapi/", "https://mail.corp/mapi/"},
        {"http/mail.corp", "https://MAIL.corp/mapi/", "https://MAIL.corp/mapi/"},
        {"http/mail.corp", "https://elsewhere.example/mapi/", "https://mail.corp/oab/"},
        {"http/mail.corp", NULL, "https://mail.corp/oab/"},
        {"http/mail", "https://mail.corp/mapi/", "https://mail.corp/mapi/"},
        {"http/mail", "https://Mail.Tailspintoys.Com/mapi/", "https://Mail.Tailspintoys.Com/mapi/"},
        {"http/mail", "https://mail.example/mapi/", NULL},
        {"http/mail", "https://mail/mapi/", NULL},
        {"http/mail", NULL, NULL},
    };
    apr_array_header_t *names = apr_array_make(pool, 1, sizeof(asactl_verify_name_t));

    (void)state;
    APR_ARRAY_PUSH(names, asactl_verify_name_t) = (asactl_verify_name_t){.host = "mail.corp"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        asactl_verify_name_t name;
        const char *url;
        asactl_verify_name_read(pool, cases[i].spn, &name);
        url =
            asactl_verify_name_url(pool, &name, names, "TAILSPINTOYS.COM", cases[i].found, "/oab/");
        assert_true((url == NULL) == (cases[i].url == NULL));
        if (url != NULL) {
            assert_string_equal(url, cases[i].url);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_http_are_tried_at_their_host),
        cmocka_unit_test(a_node_names_the_path_and_not_the_host),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
