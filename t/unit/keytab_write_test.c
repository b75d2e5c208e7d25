/* SPDX-License-Identifier: Apache-2.0
 *
 * Key tables that we write: our reader and MIT's tools read the same keys; salts and ids of keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/account_key.h"
#include "core/keytab.h"

#include <errno.h>
#include <string.h>

#include <apr_general.h>
#include <krb5.h>

#include "t/unit/own_folder.h"

#define REALM "CORP.TAILSPINTOYS.COM"
#define SALT  REALM "hostexch2016asa.corp.tailspintoys.com"

static int open_all(void **state)
{
    setenv("KRB5_CONFIG", "/dev/null", 1);
    open_folder(state);
    return 0;
}

static asa_keys_t derive(const char *principal, const char *text, uint32_t kvno)
{
    static const int32_t etypes[] = {ASA_ETYPE_AES256, ASA_ETYPE_AES128, ASA_ETYPE_RC4};
    const asa_account_password_t password = {.principal = principal,
                                             .realm = REALM,
                                             .utf8 = (const unsigned char *)text,
                                             .len = strlen(text),
                                             .salt = SALT,
                                             .kvno = kvno,
                                             .timestamp = 1700000000,
                                             .etypes = etypes,
                                             .etype_count = 3};
    asa_keys_t keys;

    assert_null(asa_account_key_derive(pool, &password, &keys));
    assert_int_equal(keys.count, 3);
    return keys;
}

static const char *write_keys(const char *name, const asa_keys_t *keys, int *error)
{
    const asa_replace_rights_t rights = {geteuid(), getegid(), 0640};
    const char *path = apr_pstrcat(pool, folder, "/", name, NULL);
    asa_replace_t *replace;
    apr_pool_t *lock;
    const char *defect;

    apr_pool_create(&lock, pool);
    assert_null(asa_replace_begin(lock, path, &replace, error));
    defect = asa_keytab_write(pool, replace, keys, &rights, error);
    apr_pool_destroy(lock);
    return defect;
}

/* What a command prints. */
static const char *output_of(const char *command)
{
    static char text[8192];
    FILE *pipe = popen(command, "r");

    assert_non_null(pipe);
    text[fread(text, 1, sizeof text - 1, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static const char *hex(const asa_key_t *key)
{
    char *text = apr_pcalloc(pool, 2 * key->len + 1);

    for (size_t i = 0; i < key->len; i++) {
        apr_snprintf(text + 2 * i, 3, "%02x", key->bytes[i]);
    }
    return text;
}

static void expect_same(const asa_keys_t *a, const asa_keys_t *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->keys[i].principal, b->keys[i].principal);
        assert_string_equal(a->keys[i].realm, b->keys[i].realm);
        assert_int_equal(a->keys[i].kvno, b->keys[i].kvno);
        assert_int_equal(a->keys[i].etype, b->keys[i].etype);
        assert_int_equal(a->keys[i].timestamp, b->keys[i].timestamp);
        assert_int_equal(a->keys[i].name_type, b->keys[i].name_type);
        assert_string_equal(hex(&a->keys[i]), hex(&b->keys[i]));
    }
}

static void our_reader_reads_what_was_written(void **state)
{
    static const char *const names[] = {"EXCH2016ASA$", "http/mail.corp.tailspintoys.com",
                                        "a\\/b\\@c\\\\d\\n\\t\\b\\0/e//f"};
    const char *path = apr_pstrcat(pool, folder, "/own", NULL);
    asa_keys_t lists[3], keys, again;
    asa_keytab_image_t image;
    int error;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        lists[i] = derive(names[i], "secret", i == 2 ? 70000 : (uint32_t)i + 1);
    }
    asa_keytab_join(pool, lists, 3, &keys);
    assert_null(write_keys("own", &keys, &error));
    assert_null(asa_keytab_read(pool, path, &image));
    assert_null(asa_keytab_parse(pool, image.bytes, image.len, path, &again));
    expect_same(&keys, &again);
}

static void klist_and_ktutil_read_what_was_written(void **state)
{
    asa_keys_t keys = derive("EXCH2016ASA$", "secret", 300);
    const char *listing, *again;
    int error;

    (void)state;
    assert_null(write_keys("mit", &keys, &error));
    listing = output_of(apr_pstrcat(pool, "klist -keK FILE:", folder, "/mit", NULL));
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(strstr(listing, apr_pstrcat(pool, "(0x", hex(&keys.keys[i]), ")", NULL)));
    }
    assert_non_null(strstr(listing, " 300 "));
    assert_non_null(strstr(listing, "EXCH2016ASA$@" REALM " (aes256-cts-hmac-sha1-96)"));
    /* ktutil gives its copy its own time, which is not shown here */
    listing = apr_pstrdup(pool, strstr(listing, "KVNO"));
    output_of(apr_psprintf(pool, "printf 'rkt %s/mit\\nwkt %s/copy\\n' | ktutil", folder, folder));
    again = output_of(apr_pstrcat(pool, "klist -keK FILE:", folder, "/copy", NULL));
    assert_string_equal(strstr(again, "KVNO"), listing);
}

static void a_key_that_does_not_fit_leaves_the_old_file(void **state)
{
    asa_keys_t keys = derive("EXCH2016ASA$", "secret", 1);
    asa_key_t odd = keys.keys[0];
    const asa_keys_t bad = {&odd, 1};
    const char *before;
    int error;

    (void)state;
    assert_null(write_keys("kept", &keys, &error));
    before =
        apr_pstrdup(pool, output_of(apr_pstrcat(pool, "klist -keK FILE:", folder, "/kept", NULL)));
    odd.len = 31;
    assert_non_null(write_keys("kept", &bad, &error));
    assert_int_equal(error, 0);
    odd.len = 32;
    odd.realm = "A/B"; /* not escaped: two parts */
    assert_non_null(write_keys("kept", &bad, &error));
    assert_string_equal(output_of(apr_pstrcat(pool, "klist -keK FILE:", folder, "/kept", NULL)),
                        before);
    odd.realm = REALM;
    assert_null(write_keys("kept", &bad, &error));
}

static void no_key_removes_the_file(void **state)
{
    asa_keys_t keys = derive("EXCH2016ASA$", "secret", 1);
    const asa_keys_t none = {NULL, 0};
    int error;

    (void)state;
    assert_null(write_keys("gone", &keys, &error));
    assert_int_equal(access(apr_pstrcat(pool, folder, "/gone", NULL), F_OK), 0);
    assert_null(write_keys("gone", &none, &error));
    assert_int_equal(access(apr_pstrcat(pool, folder, "/gone", NULL), F_OK), -1);
}

static void salts_are_those_of_active_directory(void **state)
{
    (void)state;
    assert_string_equal(asa_account_key_next_salt(pool, REALM, "EXCH2016ASA$", true, NULL), SALT);
    assert_string_equal(asa_account_key_next_salt(pool, REALM, "EXCH2016ASA$", true, "x@y"), SALT);
    assert_string_equal(asa_account_key_next_salt(pool, REALM, "svcAsa", false, NULL),
                        REALM "svcAsa");
    assert_string_equal(asa_account_key_next_salt(pool, REALM, "svcAsa", false, "Mail@corp.x"),
                        REALM "Mail");
    assert_string_equal(asa_account_key_next_salt(pool, REALM, "svcAsa", false, ""),
                        REALM "svcAsa");
    assert_string_equal(asa_account_key_next_salt(pool, REALM, "svcAsa", false, "Mail"),
                        REALM "Mail");
    assert_string_equal(asa_account_key_next_salt(pool, REALM, "svcAsa", false, "HTTP/a.b//c@x"),
                        REALM "HTTPa.bc");
}

static void a_name_that_can_be_read_in_two_ways_has_no_salt(void **state)
{
    static const char *const names[] = {"@corp.x", "@", "/@corp.x", "a\\/b@corp.x", "a@b@corp.x"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_null(asa_account_key_next_salt(pool, REALM, "svcAsa", false, names[i]));
        assert_string_equal(asa_account_key_next_salt(pool, REALM, "EXCH2016ASA$", true, names[i]),
                            SALT);
    }
    assert_non_null(asa_account_key_next_salt(pool, REALM, "svcAsa", false, "a@corp.x\\"));
}

static void an_id_tells_keys_apart_and_does_not_show_them(void **state)
{
    asa_keys_t a = derive("EXCH2016ASA$", "secret", 1), b = derive("other", "secret", 2);
    asa_keys_t c = derive("EXCH2016ASA$", "other", 1);

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const char *id = asa_account_key_id(pool, &a.keys[i]);
        assert_int_equal(strlen(id), 8);
        assert_string_equal(id, asa_account_key_id(pool, &b.keys[i]));
        assert_string_not_equal(id, asa_account_key_id(pool, &c.keys[i]));
        assert_null(strstr(hex(&a.keys[i]), id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_reader_reads_what_was_written),
        cmocka_unit_test(klist_and_ktutil_read_what_was_written),
        cmocka_unit_test(a_key_that_does_not_fit_leaves_the_old_file),
        cmocka_unit_test(no_key_removes_the_file),
        cmocka_unit_test(salts_are_those_of_active_directory),
        cmocka_unit_test(a_name_that_can_be_read_in_two_ways_has_no_salt),
        cmocka_unit_test(an_id_tells_keys_apart_and_does_not_show_them),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_all, close_folder);
}
