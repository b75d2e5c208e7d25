/* SPDX-License-Identifier: Apache-2.0
 *
 * A host's realm as a krb5.conf of our own says it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <apr_general.h>

#include "core/host_realm.h"

static apr_pool_t *pool;
static char file[] = "/tmp/host_realm_test.XXXXXX";

static void configure(const char *text)
{
    FILE *out = fopen(file, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void lines_of_domain_realm_count(void **state)
{
    (void)state;
    configure("[libdefaults]\n dns_lookup_realm = false\n default_realm = ELSEWHERE.EXAMPLE\n"
              "[domain_realm]\n .corp.tailspintoys.com = CORP.TAILSPINTOYS.COM\n"
              " mail.contoso.com = CONTOSO.COM\n");
    assert_string_equal(asa_host_realm_of(pool, "mail.corp.tailspintoys.com"),
                        "CORP.TAILSPINTOYS.COM");
    assert_string_equal(asa_host_realm_of(pool, "MAIL.contoso.com"), "CONTOSO.COM");
    assert_null(asa_host_realm_of(pool, "mail.fabrikam.com")); /* the default realm is no mapping */
}

static void broken_configuration_says_nothing(void **state)
{
    (void)state;
    configure("[domain_realm\n");
    assert_null(asa_host_realm_of(pool, "mail.corp.tailspintoys.com"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_domain_realm_count),
        cmocka_unit_test(broken_configuration_says_nothing),
    };
    int fd = mkstemp(file);
    int failed;

    if (fd < 0 || setenv("KRB5_CONFIG", file, 1) != 0) {
        return 1;
    }
    close(fd);
    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    unlink(file);
    return failed;
}
