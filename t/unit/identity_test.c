/* SPDX-License-Identifier: Apache-2.0
 *
 * Every form of a proven name, and that no two accounts ever share the down-level one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <apr_general.h>

#include "core/identity.h"
#include "t/unit/corpus.h"
#include "t/unit/pool.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const asa_domain_t domains[] = {
    {"MIT.TEST", "MITDOM", "mit.example"},
    {"BARE", "BARE", NULL},
    {"LEGACY.TEST", "DOT.TED", NULL},
    {"SLASHED.TEST", "A\\B", NULL},
};

static const asa_identity_t *make(const char *principal, const char *account, const char *domain,
                                  const char *upn)
{
    static const char *const groups[] = {"S-1-5-21-1-2-3-513"};
    asa_pac_logon_t logon = {account,
                             "",
                             domain,
                             "S-1-5-21-1-2-3-1000",
                             groups,
                             1,
                             .not_delegated = domain != NULL && strcmp(domain, "SENSITIVE") == 0};
    asa_pac_upn_t names = {upn, "", false};

    return asa_identity_make(pool, principal, account != NULL ? &logon : NULL,
                             upn != NULL ? &names : NULL, domains, ROWS(domains));
}

/* Without a PAC: the principal and the AsaDomain rows are all there is. */
static void test_principal_only(void **state)
{
    static const struct {
        const char *principal, *realm, *sam, *domain, *upn, *downlevel;
    } rows[] = {
        {"wendy@CORP.TEST", "CORP.TEST", "wendy", "CORP.TEST", "wendy@CORP.TEST",
         "CORP.TEST\\wendy"},
        {"wendy@MIT.TEST", "MIT.TEST", "wendy", "MITDOM", "wendy@mit.example", "MITDOM\\wendy"},
        {"wendy@mit.test", "mit.test", "wendy", "mit.test", "wendy@mit.test", "mit.test\\wendy"},
        {"wendy@BARE", "BARE", "wendy", "BARE", "wendy@BARE", "BARE\\wendy"},
        {"HTTP/mail.corp.test@CORP.TEST", "CORP.TEST", "HTTP/mail.corp.test", "CORP.TEST",
         "HTTP/mail.corp.test@CORP.TEST", "CORP.TEST\\HTTP/mail.corp.test"},
        {"zo\xc3\xab@CORP.TEST", "CORP.TEST", "zo\xc3\xab", "CORP.TEST", "zo\xc3\xab@CORP.TEST",
         "CORP.TEST\\zo\xc3\xab"},
        {"o'neil, \"pat\" x@CORP.TEST", "CORP.TEST", "o'neil, \"pat\" x", "CORP.TEST",
         "o'neil, \"pat\" x@CORP.TEST", "CORP.TEST\\o'neil, \"pat\" x"},
        {"w\\endy@CORP.TEST", "CORP.TEST", "wendy", "CORP.TEST", "wendy@CORP.TEST",
         "CORP.TEST\\wendy"}, /* an escape without meaning is the character, as MIT reads it */
        {"EXCH2016ASA$@CORP.TEST", "CORP.TEST", "EXCH2016ASA$", "CORP.TEST",
         "EXCH2016ASA$@CORP.TEST", "CORP.TEST\\EXCH2016ASA$"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const asa_identity_t *out = make(rows[i].principal, NULL, NULL, NULL);
        assert_non_null(out);
        assert_string_equal(out->principal, rows[i].principal);
        assert_string_equal(out->realm, rows[i].realm);
        assert_string_equal(out->sam, rows[i].sam);
        assert_string_equal(out->domain, rows[i].domain);
        assert_string_equal(out->upn, rows[i].upn);
        assert_string_equal(out->downlevel, rows[i].downlevel);
        assert_null(out->user_sid);
        assert_int_equal(out->group_count, 0);
        assert_string_equal(asa_identity_name(out, ASA_NAME_DOWNLEVEL), rows[i].downlevel);
        assert_string_equal(asa_identity_name(out, ASA_NAME_UPN), rows[i].upn);
        assert_string_equal(asa_identity_name(out, ASA_NAME_SAM), rows[i].sam);
        assert_string_equal(asa_identity_name(out, ASA_NAME_PRINCIPAL), rows[i].principal);
    }
    assert_string_equal(make("wendy@MIT.TEST", NULL, NULL, NULL)->organization, "mit.example");
    assert_null(make("wendy@BARE", NULL, NULL, NULL)->organization);
}

static void test_pac_wins(void **state)
{
    static const struct {
        const char *principal, *account, *domain, *pac_upn, *upn, *downlevel;
    } rows[] = {
        {"wendy@CORP.TEST", "Wendy", "TAILSPIN", "w.smith@tailspin.example",
         "w.smith@tailspin.example", "TAILSPIN\\Wendy"},
        {"fred@FABRIKAM.TEST", "fred", "FABRIKAM", NULL, "fred@FABRIKAM.TEST", "FABRIKAM\\fred"},
        {"wendy@MIT.TEST", "wendy", "TAILSPIN", "", "wendy@mit.example", "TAILSPIN\\wendy"},
        {"wendy@MIT.TEST", "wendy", "", NULL, "wendy@mit.example", "MITDOM\\wendy"},
        {"wendy@CORP.TEST", "wendy", "", NULL, "wendy@CORP.TEST", "CORP.TEST\\wendy"},
        /* the KDC keeps the name that was typed in a ticket of type enterprise */
        {"wendy\\@mail.test@CORP.TEST", "wendy", "TAILSPIN", NULL, "wendy@mail.test@CORP.TEST",
         "TAILSPIN\\wendy"},
        {"fred@FABRIKAM.TEST", "wendy", "TAILSPIN", NULL, "fred@FABRIKAM.TEST", "TAILSPIN\\wendy"},
        {"old@LEGACY.TEST", "old", "DOT.TED", NULL, "old@LEGACY.TEST", "DOT.TED\\old"},
        {"zo\xc3\xab@CORP.TEST", "zo\xc3\xab", "T\xc3\x84IL", "zo\xc3\xab@x.test",
         "zo\xc3\xab@x.test", "T\xc3\x84IL\\zo\xc3\xab"},
        /* no UPN, whatever the directory says */
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "TAILSPIN\\admin@x", "wendy@CORP.TEST",
         "TAILSPIN\\wendy"},
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "admin", "wendy@CORP.TEST", "TAILSPIN\\wendy"},
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "@x", "wendy@CORP.TEST", "TAILSPIN\\wendy"},
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "@b@x", "wendy@CORP.TEST", "TAILSPIN\\wendy"},
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "a@b@", "wendy@CORP.TEST", "TAILSPIN\\wendy"},
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "w@", "wendy@CORP.TEST", "TAILSPIN\\wendy"},
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "a@b@x", "a@b@x", "TAILSPIN\\wendy"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const asa_identity_t *out =
            make(rows[i].principal, rows[i].account, rows[i].domain, rows[i].pac_upn);
        assert_non_null(out);
        assert_string_equal(out->sam, rows[i].account);
        assert_string_equal(out->upn, rows[i].upn);
        assert_string_equal(out->downlevel, rows[i].downlevel);
        assert_string_equal(out->user_sid, "S-1-5-21-1-2-3-1000");
        assert_false(out->not_delegated);
        assert_int_equal(out->group_count, 1);
        assert_string_equal(out->group_sids[0], "S-1-5-21-1-2-3-513");
    }
}

/* What the PAC says of delegation belongs to who the user is. */
static void test_not_delegated(void **state)
{
    const asa_identity_t *sensitive = make("wendy@CORP.TEST", "wendy", "SENSITIVE", NULL);

    (void)state;
    assert_true(sensitive->not_delegated);
    assert_true(asa_identity_copy(pool, sensitive)->not_delegated);
    assert_false(make("wendy@CORP.TEST", NULL, NULL, NULL)->not_delegated);
}

/* From a principal alone; each line would pass but for the one thing that is wrong with it. */
static void test_refused_principals(void **state)
{
    static const char *const rows[] = {
        "",
        "wendy",
        "wendy@",
        "@CORP.TEST",
        "wendy@CORP.TEST@OTHER.TEST",
        "wendy\\",
        "wendy@CORP.TEST\\",
        "/@CORP.TEST",
        "a//b@CORP.TEST",
        "/a@CORP.TEST",
        "a/@CORP.TEST",
        "OTHER\\\\wendy@CORP.TEST",
        "a\\/b@CORP.TEST",
        "wendy\\@mail.test@CORP.TEST",
        "wendy@TAILSPIN\\\\x.TEST",
        "wendy@CORP\\/X.TEST",
        "wendy@CORP/X.TEST",
        "wendy@CORP\\@X.TEST",
        "wen\\tdy@CORP.TEST",
        "wen\\ndy@CORP.TEST",
        "wen\\bdy@CORP.TEST",
        "wen\\0dy@CORP.TEST",
        "wen\x01"
        "dy@CORP.TEST",
        "wen\x7f"
        "dy@CORP.TEST",
        "wen\xc2\x85"
        "dy@CORP.TEST",
        "wen\xff"
        "dy@CORP.TEST",
        "zo\xeb@CORP.TEST",
        "wendy@CORP\x1b.TEST",
        "wendy@CORP\xff.TEST",
        "wendy@TAILSPIN",     /* could be the domain */
        "wendy@SLASHED.TEST", /* its row is no NetBIOS name */
        "wendy@.TAILSPIN",    /* no realm of Active Directory has its dot there */
        "wendy@TAILSPIN.",
        "wendy@.",
        "wendy@MITDOM",  /* the domain of the realm MIT.TEST */
        "wendy@DOT.TED", /* likewise */
        "wendy@dot.ted",
        "WELLKNOWN/ANONYMOUS@WELLKNOWN:ANONYMOUS",
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (make(rows[i], NULL, NULL, NULL) != NULL) {
            fail_msg("taken: %s", rows[i]);
        }
    }
    assert_non_null(make("wendy@CORP.TEST", NULL, NULL, NULL));
}

static void test_refused_pac_names(void **state)
{
    static const struct {
        const char *principal, *account, *domain, *upn;
    } rows[] = {
        {"wendy@CORP.TEST", "OTHER\\wendy", "TAILSPIN", ""},
        {"wendy@CORP.TEST", "a/b", "TAILSPIN", ""},
        {"wendy@CORP.TEST", "a@b", "TAILSPIN", ""},
        {"wendy@CORP.TEST", "", "TAILSPIN", ""},
        {"wendy@CORP.TEST", "wen\ndy", "TAILSPIN", ""},
        {"wendy@CORP.TEST", "wen\xff", "TAILSPIN", ""},
        {"wendy@CORP.TEST", "wendy", "TAIL\\SPIN", ""},
        {"wendy@CORP.TEST", "wendy", "TAIL/SPIN", ""},
        {"wendy@CORP.TEST", "wendy", "TAIL\rSPIN", ""},
        {"wendy@CORP.TEST", "wendy", "OTHER.TEST", ""}, /* could be a realm */
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "wen\ndy@x"},
        {"wendy@CORP.TEST", "wendy", "TAILSPIN", "wen\xff@x"},
        {"wen\\tdy@CORP.TEST", "wendy", "TAILSPIN", ""},
        {"wendy@CORP\\\\X.TEST", "wendy", "TAILSPIN", ""},
        {"@CORP.TEST", "wendy", "TAILSPIN", ""},
        {"wendy", "wendy", "TAILSPIN", ""},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (make(rows[i].principal, rows[i].account, rows[i].domain, rows[i].upn) != NULL) {
            fail_msg("taken: row %zu", i);
        }
    }
    assert_non_null(make("wendy@CORP.TEST", "wendy", "TAILSPIN", ""));
}

/* All principals from a few hostile pieces: whoever shares a down-level name is the same client. */
static void test_no_two_share_a_name(void **state)
{
    static const char *const pieces[] = {"a",   "\\\\",     "\\/",  "/",       "\\@", "MITDOM",
                                         "X.Y", "MIT.TEST", "BARE", "DOT.TED", "\\a", ""};
    static const char *const realms[] = {"X.Y",    "MIT.TEST", "BARE",     "DOT.TED",
                                         "MITDOM", "x.y",      "X.Y\\\\a", "LEGACY.TEST"};
    const asa_identity_t *seen[4096];
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < ROWS(pieces) * ROWS(pieces) * ROWS(pieces) * ROWS(realms); i++) {
        size_t pick = i;
        char *principal = "";
        for (int piece = 0; piece < 3; piece++, pick /= ROWS(pieces)) {
            principal = apr_pstrcat(pool, principal, pieces[pick % ROWS(pieces)], NULL);
        }
        principal = apr_pstrcat(pool, principal, "@", realms[pick], NULL);
        const asa_identity_t *out = make(principal, NULL, NULL, NULL);
        if (out != NULL && count < ROWS(seen)) {
            seen[count++] = out;
        }
    }
    assert_in_range(count, 500, ROWS(seen) - 1);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            bool same = strcmp(seen[i]->sam, seen[k]->sam) == 0 &&
                        strcmp(seen[i]->realm, seen[k]->realm) == 0;
            assert_int_equal(strcmp(seen[i]->downlevel, seen[k]->downlevel) == 0, same);
        }
    }
}

static void test_real_foreign_user(void **state)
{
    asa_pac_logon_t logon;
    asa_pac_upn_t upn;
    size_t len;
    const unsigned char *bytes = corpus_read(pool, "pac/logon-fred", &len);

    (void)state;
    assert_true(asa_pac_read_logon(pool, bytes, len, &logon));
    bytes = corpus_read(pool, "pac/upn-fred", &len);
    assert_true(asa_pac_read_upn(pool, bytes, len, &upn));
    const asa_identity_t *out = asa_identity_make(pool, "fred@FABRIKAM.COM", &logon, &upn, NULL, 0);
    assert_string_equal(out->downlevel, "FABRIKAM\\fred");
    assert_string_equal(out->upn, "fred@fabrikam.com");
    assert_string_equal(out->user_sid, logon.user_sid);
}

static void assert_copied(const char *copy, const char *from)
{
    assert_string_equal(copy, from);
    assert_ptr_not_equal(copy, from);
}

/* A copy shares nothing with what it was made from, whose memory ends before it. */
static void test_copy(void **state)
{
    static const char *const groups[] = {"S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-1105"};
    static const asa_identity_t from = {
        .principal = "wendy@CORP.TAILSPINTOYS.COM",
        .realm = "CORP.TAILSPINTOYS.COM",
        .sam = "wendy",
        .domain = "TAILSPIN",
        .upn = "wendy@tailspintoys.com",
        .downlevel = "TAILSPIN\\wendy",
        .organization = "tailspintoys.com",
        .user_sid = "S-1-5-21-1-2-3-1104",
        .group_sids = groups,
        .group_count = ROWS(groups),
    };
    static const asa_identity_t bare = {.principal = "a@X.Y", .realm = "X.Y", .sam = "a"};
    const asa_identity_t *copy = asa_identity_copy(pool, &from);

    (void)state;
    assert_copied(copy->principal, from.principal);
    assert_copied(copy->realm, from.realm);
    assert_copied(copy->sam, from.sam);
    assert_copied(copy->domain, from.domain);
    assert_copied(copy->upn, from.upn);
    assert_copied(copy->downlevel, from.downlevel);
    assert_copied(copy->organization, from.organization);
    assert_copied(copy->user_sid, from.user_sid);
    assert_int_equal(copy->group_count, ROWS(groups));
    for (size_t i = 0; i < ROWS(groups); i++) {
        assert_copied(copy->group_sids[i], groups[i]);
    }
    copy = asa_identity_copy(pool, &bare);
    assert_null(copy->organization);
    assert_null(copy->user_sid);
    assert_int_equal(copy->group_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_principal_only),    cmocka_unit_test(test_pac_wins),
        cmocka_unit_test(test_not_delegated),     cmocka_unit_test(test_refused_principals),
        cmocka_unit_test(test_refused_pac_names), cmocka_unit_test(test_no_two_share_a_name),
        cmocka_unit_test(test_real_foreign_user), cmocka_unit_test(test_copy),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
