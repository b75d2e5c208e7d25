/* SPDX-License-Identifier: Apache-2.0
 *
 * Real PAC buffers give exactly the names and SIDs that the domain put in; broken ones give
 * nothing.
 *
 * logon-wendy, -zoe, -max, -fred and their upn- twins came from a domain controller; the other
 * logon- buffers were written by Samba's NDR encoder, to have every list filled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/pac.h"
#include "t/unit/corpus.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define CORP "S-1-5-21-3525358045-2731228109-3312475891"
#define MADE "S-1-5-21-1-22-4294967295"

static asa_pac_logon_t read_logon(const char *file)
{
    asa_pac_logon_t out;
    size_t len;
    const unsigned char *bytes = corpus_read(pool, file, &len);

    assert_true(asa_pac_read_logon(pool, bytes, len, &out));
    return out;
}

/* Reads a copy of exactly this size, so that a sanitizer sees what is read past its end. */
static bool reads_logon(const unsigned char *bytes, size_t len)
{
    static const asa_pac_logon_t zero;
    asa_pac_logon_t out;
    unsigned char *copy = malloc(len > 0 ? len : 1);
    apr_pool_t *own = NULL;

    memcpy(copy, bytes, len);
    apr_pool_create(&own, pool);
    bool read = asa_pac_read_logon(own, copy, len, &out);
    if (!read) {
        assert_memory_equal(&out, &zero, sizeof(out));
    }
    apr_pool_destroy(own);
    free(copy);
    return read;
}

static bool reads_upn(const unsigned char *bytes, size_t len)
{
    static const asa_pac_upn_t zero;
    asa_pac_upn_t out;
    unsigned char *copy = malloc(len > 0 ? len : 1);

    memcpy(copy, bytes, len);
    bool read = asa_pac_read_upn(pool, copy, len, &out);
    if (!read) {
        assert_memory_equal(&out, &zero, sizeof(out));
    }
    free(copy);
    return read;
}

static void assert_logon(const char *file, const char *account, const char *full,
                         const char *domain, const char *user_sid, const char *groups)
{
    asa_pac_logon_t out = read_logon(file);
    const char *all = "";

    assert_string_equal(out.account_name, account);
    assert_string_equal(out.full_name, full);
    assert_string_equal(out.domain_name, domain);
    assert_string_equal(out.user_sid, user_sid);
    for (size_t i = 0; i < out.group_count; i++) {
        all = apr_pstrcat(pool, all, i > 0 ? " " : "", out.group_sids[i], NULL);
    }
    assert_string_equal(all, groups);
}

static void test_real_users(void **state)
{
    (void)state;
    assert_logon("pac/logon-wendy", "wendy", "", "TAILSPIN", CORP "-1103",
                 CORP "-513 " CORP "-1107 S-1-18-1");
    assert_logon("pac/logon-zoe", "zo\xc3\xab", "Zo\xc3\xab \xc3\x9cnal, \"the\" \xf0\x9f\xa6\x89",
                 "TAILSPIN", CORP "-1109", CORP "-513 S-1-18-1");
    assert_logon("pac/logon-fred", "fred", "", "FABRIKAM",
                 "S-1-5-21-3731944511-1528587017-2709610751-1104",
                 "S-1-5-21-3731944511-1528587017-2709610751-513 S-1-18-1");
}

static void test_many_groups(void **state)
{
    (void)state;
    asa_pac_logon_t out = read_logon("pac/logon-max");

    assert_string_equal(out.account_name, "max");
    assert_int_equal(out.group_count, 402);
    assert_string_equal(out.group_sids[0], CORP "-513");
    for (size_t i = 1; i <= 400; i++) {
        assert_string_equal(out.group_sids[i],
                            apr_psprintf(pool, CORP "-%" APR_SIZE_T_FMT, 1110 + i));
    }
    assert_string_equal(out.group_sids[401], "S-1-18-1");

    out = read_logon("pac/logon-sid-history");
    assert_int_equal(out.group_count, 560);
    assert_string_equal(out.group_sids[499], MADE "-2499");
    assert_string_equal(out.group_sids[500], "S-1-5-21-4-5-6-1000");
    assert_string_equal(out.group_sids[559], "S-1-5-21-4-5-6-1059");
}

static void test_every_list(void **state)
{
    (void)state;
    assert_logon("pac/logon-all-lists", "fred", "", "FABRIKAM", MADE "-1200",
                 MADE "-513 " MADE "-1201 S-1-18-1 S-1-5-21-4-5-6-500 S-1-5-32-544 "
                      "S-1-5-21-7-8-9-2001 S-1-5-21-7-8-9-2002");
    assert_logon("pac/logon-user-in-extra", "svc", "", "FABRIKAM", "S-1-5-21-4-5-6-777",
                 MADE "-513 S-1-18-1");
    assert_logon("pac/logon-no-groups", "alone", "", "TAILSPIN", MADE "-1400", "");
    assert_logon("pac/logon-authority", "x", "", "D", MADE "-1",
                 "S-1-0xA1B2C3D4E5F6-1-2 S-1-1-0 S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15");
}

static void test_upn(void **state)
{
    static const struct {
        const char *file;
        const char *upn;
        bool constructed;
    } rows[] = {
        {"pac/upn-wendy", "wendy@corp.tailspintoys.com", false},
        {"pac/upn-zoe", "zo\xc3\xab@corp.tailspintoys.com", false},
        {"pac/upn-max", "max@corp.tailspintoys.com", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        asa_pac_upn_t out;
        size_t len;
        const unsigned char *bytes = corpus_read(pool, rows[i].file, &len);
        assert_true(asa_pac_read_upn(pool, bytes, len, &out));
        assert_string_equal(out.upn, rows[i].upn);
        assert_string_equal(out.dns_domain, "CORP.TAILSPINTOYS.COM");
        assert_int_equal(out.constructed, rows[i].constructed);
    }
}

static void test_truncated(void **state)
{
    static const char *const logons[] = {"pac/logon-wendy", "pac/logon-zoe", "pac/logon-all-lists",
                                         "pac/logon-user-in-extra"};
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof(logons) / sizeof(logons[0]); i++) {
        const unsigned char *bytes = corpus_read(pool, logons[i], &len);
        assert_true(reads_logon(bytes, len));
        for (size_t cut = 0; cut < len; cut++) {
            assert_false(reads_logon(bytes, cut));
            /* and with a header that owns up to it: nothing but padding may be missing */
            unsigned char *shorter = apr_pmemdup(pool, bytes, len);
            if (cut >= 16 && cut + 8 <= len) {
                shorter[8] = (unsigned char)(cut - 16);
                shorter[9] = (unsigned char)((cut - 16) >> 8);
                assert_false(reads_logon(shorter, cut));
            }
        }
    }
    const unsigned char *upn = corpus_read(pool, "pac/upn-zoe", &len);
    /* the SID is the last part: 0x1c bytes from 0x80 + 8 on, with 4 bytes of padding after it */
    for (size_t cut = 0; cut <= len; cut++) {
        assert_int_equal(reads_upn(upn, cut), cut >= (size_t)(upn[18] | upn[19] << 8) + 0x1c);
    }
}

typedef struct patch_t {
    const char *what;
    size_t at;
    size_t size;
    const char *bytes;
} patch_t;

static bool reads_patched(const char *file, const patch_t *patch,
                          bool (*reads)(const unsigned char *, size_t))
{
    size_t len;
    const unsigned char *bytes = corpus_read(pool, file, &len);
    unsigned char *copy = apr_pmemdup(pool, bytes, len);

    assert_true(patch->at + patch->size <= len);
    assert_memory_not_equal(copy + patch->at, patch->bytes, patch->size);
    memcpy(copy + patch->at, patch->bytes, patch->size);
    return reads(copy, len);
}

static void test_broken_upn(void **state)
{
    static const patch_t rows[] = {
        {"odd length", 0, 2, "\x35\0"},
        {"longer than buffer", 0, 2, "\xf0\xff"},
        {"inside the header", 2, 2, "\x12\0"},
        {"behind the buffer", 2, 2, "\xa9\0"},
        {"domain behind the buffer", 6, 2, "\0\xff"},
        {"account name behind the buffer", 14, 2, "\0\xff"},
        {"SID behind the buffer", 18, 2, "\xa0\0"},
        {"in the first half of the longer header", 2, 2, "\x0c\0"},
        {"NUL", 0x18, 2, "\0\0"},
        {"surrogate", 0x18, 2, "\0\xdc"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (reads_patched("pac/upn-wendy", &rows[i], reads_upn)) {
            fail_msg("read in spite of: %s", rows[i].what);
        }
    }
    assert_true(reads_patched("pac/upn-wendy", &(patch_t){"", 0x18, 2, "W\0"}, reads_upn));
}

/* 1,024 code units are read, one more is not. */
static void test_upn_limit(void **state)
{
    static unsigned char bytes[12 + 2 * 1025 + 2];

    (void)state;
    memset(bytes + 12, 'n', sizeof(bytes) - 12);
    bytes[2] = 12;
    for (unsigned units = 1024; units <= 1025; units++) {
        bytes[0] = (unsigned char)(2 * units);
        bytes[1] = (unsigned char)(2 * units >> 8);
        assert_int_equal(reads_upn(bytes, sizeof(bytes)), units == 1024);
    }
    bytes[0] = 3; /* inside the buffer, only odd */
    bytes[1] = 0;
    assert_false(reads_upn(bytes, sizeof(bytes)));
}

/* A name may not lie in the header, whose length depends on the flags. */
static void test_upn_behind_header(void **state)
{
    unsigned char shorter[] = {2, 0, 12, 0, 0, 0, 0, 0, 1, 0, 0, 0, 'n', 0};
    unsigned char longer[] = {2, 0, 20, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 20, 0, 0, 0, 0, 0, 'n', 0};

    (void)state;
    assert_true(reads_upn(shorter, sizeof(shorter)));
    shorter[2] = 8;
    assert_false(reads_upn(shorter, sizeof(shorter)));
    assert_true(reads_upn(longer, sizeof(longer)));
    longer[2] = 12;
    assert_false(reads_upn(longer, sizeof(longer)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_users), cmocka_unit_test(test_many_groups),
        cmocka_unit_test(test_every_list), cmocka_unit_test(test_upn),
        cmocka_unit_test(test_truncated),  cmocka_unit_test(test_broken_upn),
        cmocka_unit_test(test_upn_limit),  cmocka_unit_test(test_upn_behind_header),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
