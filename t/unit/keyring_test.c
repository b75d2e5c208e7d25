/* SPDX-License-Identifier: Apache-2.0
 *
 * Which key is Latest, Previous, older or the node's own; which of them a ticket may need; why none
 * opens it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/keyring.h"

#include <string.h>
#include <time.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define REALM  "CORP.TAILSPINTOYS.COM"
#define AES256 18
#define AES128 17
#define RC4    23

/* seed: equal ones are equal keys */
static asa_key_t key(const char *principal, uint32_t kvno, int etype, const char *seed)
{
    return (asa_key_t){.principal = principal,
                       .realm = REALM,
                       .kvno = kvno,
                       .etype = etype,
                       .bytes = (const unsigned char *)seed,
                       .len = strlen(seed)};
}

#define RING(keys, ...)                                                                            \
    ring_of(keys, sizeof(keys) / sizeof((keys)[0]), (const char *[]){__VA_ARGS__, NULL})

static const asa_keyring_t *ring_of(const asa_key_t *keys, size_t count, const char *const *names)
{
    asa_keys_t list = {keys, count};
    size_t name_count = 0;

    while (names[name_count] != NULL) {
        name_count++;
    }
    return asa_keyring_make(pool, &list, names, name_count);
}

static void expect_slots(const asa_keyring_t *ring, const char *expected)
{
    static const char letters[] = "LPoN"; /* Latest, Previous, older, the node's own */

    assert_int_equal(asa_keyring_count(ring), strlen(expected));
    for (size_t i = 0; expected[i] != '\0'; i++) {
        assert_int_equal(letters[asa_keyring_slot(ring, i)], expected[i]);
    }
}

static void slots_follow_the_kvno_not_the_order(void **state)
{
    asa_key_t keys[] = {
        key("ASA$", 5, AES256, "a"), key("ASA$", 7, AES256, "b"), key("ASA$", 6, AES256, "c"),
        key("ASA$", 7, AES128, "d"), key("ASA$", 5, AES128, "e"), key("ASA$", 1, AES128, "f"),
        key("ASA$", 6, AES128, "g"),
    };

    (void)state;
    expect_slots(RING(keys, "cas-1"), "oLPLooP");
    assert_string_equal(asa_keyring_held(pool, RING(keys, "cas-1")),
                        "ASA$ kvno 7, 6, 5, 1 (aes256-cts-hmac-sha1-96, aes128-cts-hmac-sha1-96)");
    expect_slots(ring_of(keys, 1, (const char *[]){NULL}), "L");
    expect_slots(ring_of(keys, 0, (const char *[]){NULL}), "");
    assert_string_equal(asa_keyring_held(pool, ring_of(keys, 0, (const char *[]){NULL})), "no key");
}

/* A gap between two kvnos makes no difference; 0 is a kvno like any other. */
static void gaps_do_not_matter(void **state)
{
    asa_key_t keys[] = {key("ASA$", 0, AES256, "a"), key("ASA$", 40, AES256, "b")};

    (void)state;
    expect_slots(RING(keys, "cas-1"), "PL");
}

static void names_that_share_a_key_are_one_account(void **state)
{
    asa_key_t keys[] = {
        key("http/mail.corp.example", 5, AES256, "old"),
        key("http/autodiscover.corp.example", 6, AES256, "new"),
        key("EXCH2016ASA$", 6, AES256, "new"),
        key("EXCH2016ASA$", 5, AES256, "old"),
        key("HTTP/MAIL.corp.example", 6, AES128, "new"), /* another enctype is another key */
        key("other$", 9, AES256, "x"),
        key("other$", 9, AES128, "old"),
    };
    const asa_keyring_t *ring = RING(keys, "cas-1");

    (void)state;
    expect_slots(ring, "PLLPLLL");
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(asa_keyring_account(ring, i), 0);
        assert_string_equal(asa_keyring_account_name(ring, i), "EXCH2016ASA$");
    }
    assert_int_equal(asa_keyring_account(ring, 5), asa_keyring_account(ring, 6));
    assert_int_not_equal(asa_keyring_account(ring, 5), 0);
    assert_string_equal(asa_keyring_account_name(ring, 6), "other$");
}

/* Two names are joined by a third that comes last. */
static void accounts_grow_together(void **state)
{
    asa_key_t keys[] = {key("a/x", 1, AES256, "1"), key("b/x", 2, AES256, "2"),
                        key("c/x", 3, AES256, "3"), key("b/x", 1, AES256, "1"),
                        key("c/x", 2, AES256, "2")};
    const asa_keyring_t *ring = RING(keys, "cas-1");

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(asa_keyring_account(ring, i), 0);
    }
    expect_slots(ring, "oPLoP");
    assert_string_equal(asa_keyring_account_name(ring, 4), "a/x");
}

static void equal_names_of_two_realms_are_two_accounts(void **state)
{
    asa_key_t keys[] = {key("ASA$", 5, AES256, "a"), key("ASA$", 9, AES256, "b")};

    (void)state;
    keys[1].realm = "FABRIKAM.COM";
    expect_slots(RING(keys, "cas-1"), "LL");
    keys[1].realm = REALM;
    expect_slots(RING(keys, "cas-1"), "PL");
}

static void keys_of_the_node_are_its_own(void **state)
{
    static const struct {
        const char *principal, *node;
        bool own;
    } table[] = {
        {"CAS-1$", "cas-1", true},
        {"cas-1$", "CAS-1.corp.example", true},
        {"host/cas-1.corp.example", "cas-1.corp.example", true},
        {"HTTP/CAS-1.CORP.example", "cas-1.corp.example", true},
        {"http/cas-1", "cas-1.corp.example", true},
        {"http/cas-1.corp.example", "cas-1", false}, /* another domain may have one */
        {"http/cas-1.other.example", "cas-1.corp.example", false},
        {"CAS-10$", "cas-1", false},
        {"CAS-1", "cas-1", false},
        {"CAS-1x", "cas-1", false},
        {"cas-1$x", "cas-1", false},
        {"cas", "cas-1", false},
        {"http/cas-", "cas-1", false},
        {"http/mail.corp.example", "cas-1.corp.example", false},
        {"http/", "", false},
        {"$", "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        asa_key_t keys[] = {key(table[i].principal, 3, AES256, "k")};
        assert_int_equal(asa_keyring_slot(RING(keys, table[i].node), 0) == ASA_KEY_OWN,
                         table[i].own);
    }
}

/* One name of the node is enough for all keys of that account, and says nothing of others. */
static void own_is_a_matter_of_the_account(void **state)
{
    asa_key_t keys[] = {
        key("CAS-1$", 3, AES256, "n3"),
        key("nick/name", 2, AES256, "n2"),
        key("EXCH2016ASA$", 6, AES256, "a6"),
        key("CAS-1$", 2, AES256, "n2"),
    };
    const asa_keyring_t *ring = RING(keys, "elsewhere", "cas-1.corp.example");

    (void)state;
    expect_slots(ring, "NNLN");
    assert_string_equal(asa_keyring_held(pool, ring),
                        "CAS-1$ kvno 3, 2 (aes256-cts-hmac-sha1-96); EXCH2016ASA$ kvno 6 "
                        "(aes256-cts-hmac-sha1-96)");
}

/* The number of a read-only domain controller in the upper half is not part of the kvno. */
static void number_of_a_read_only_controller_does_not_count(void **state)
{
    asa_key_t keys[] = {key("ASA$", 0x70000 | 5, AES256, "a"), key("ASA$", 6, AES256, "b"),
                        key("ASA$", 0x10000 | 6, AES256, "c")};
    size_t found[3];

    (void)state;
    expect_slots(RING(keys, "cas-1"), "PLL");
    assert_int_equal(asa_keyring_candidates(RING(keys, "cas-1"), AES256, true, 0x20005, found, 3),
                     3);
    assert_int_equal(found[0], 0);
    assert_int_equal(asa_keyring_explain(RING(keys, "cas-1"), NULL, AES256, true, 0x50006),
                     ASA_REASON_KEY_MISMATCH);
    assert_int_equal(asa_keyring_explain(RING(keys, "cas-1"), NULL, AES256, true, 0x50007),
                     ASA_REASON_KEY_VERSION_MISSING);
}

static const char *candidates(const asa_keyring_t *ring, int etype, int64_t kvno, size_t limit)
{
    size_t found[32];
    size_t count = asa_keyring_candidates(ring, etype, kvno >= 0, (uint32_t)kvno, found, limit);
    const char *text = "";

    assert_true(count <= limit);
    for (size_t i = 0; i < count; i++) {
        text = apr_psprintf(pool, "%s%lu ", text, (unsigned long)found[i]);
    }
    return text;
}

static void likeliest_candidates_come_first(void **state)
{
    asa_key_t keys[] = {
        key("CAS-1$", 2, AES256, "own"),       /* 0 */
        key("ASA$", 4, AES256, "older"),       /* 1 */
        key("ASA$", 5, AES256, "previous"),    /* 2 */
        key("ASA$", 6, AES256, "latest"),      /* 3 */
        key("http/mail", 6, AES256, "latest"), /* 4: the same key */
        key("ASA$", 6, AES128, "latest128"),   /* 5 */
        key("B$", 5, AES256, "other"),         /* 6: Latest of another account */
    };
    static const size_t order[] = {3, 5, 6, 2, 0, 1};
    const asa_keyring_t *ring = RING(keys, "cas-1");
    asa_keys_t once;

    (void)state;
    asa_keyring_distinct(pool, ring, &once);
    assert_int_equal(once.count, 6);
    for (size_t i = 0; i < once.count; i++) {
        assert_ptr_equal(once.keys[i].bytes, keys[order[i]].bytes);
    }
    assert_string_equal(candidates(ring, AES256, -1, 32), "3 6 2 0 1 ");
    assert_string_equal(candidates(ring, AES256, 6, 32), "3 6 2 0 1 ");
    assert_string_equal(candidates(ring, AES256, 5, 32), "2 6 3 0 1 ");
    assert_string_equal(candidates(ring, AES256, 4, 32), "1 3 6 2 0 ");
    assert_string_equal(candidates(ring, AES256, 2, 32), "0 3 6 2 1 ");
    assert_string_equal(candidates(ring, AES256, 99, 32), "3 6 2 0 1 ");
    assert_string_equal(candidates(ring, AES128, 5, 32), "5 ");
    assert_string_equal(candidates(ring, RC4, 6, 32), "");
    assert_string_equal(candidates(ring, AES256, 5, 2), "2 6 ");
    assert_string_equal(candidates(ring, AES256, 5, 0), "");
}

static void reasons_are_told_apart(void **state)
{
    /* The node's own kvno is far above, as that of a machine that has changed its password often */
    asa_key_t keys[] = {
        key("CAS-1$", 40, AES256, "own"),      key("host/cas-1", 40, AES256, "own"),
        key("EXCH2016ASA$", 6, AES256, "new"), key("EXCH2016ASA$", 5, AES256, "old"),
        key("CAS-1$", 40, RC4, "own-rc4"),
    };
    static const struct {
        const char *spn;
        int etype;
        int64_t kvno;
        asa_reason_t expected;
    } table[] = {
        {"http/mail", AES256, 6, ASA_REASON_KEY_MISMATCH},
        {"http/mail", AES256, 5, ASA_REASON_KEY_MISMATCH},
        {"http/mail", AES256, 4, ASA_REASON_KEY_MISMATCH},
        {"http/mail", AES256, 7, ASA_REASON_KEY_VERSION_MISSING},
        {"http/mail", AES256, 40, ASA_REASON_KEY_VERSION_MISSING},
        {"http/mail", AES256, -1, ASA_REASON_KEY_MISMATCH},
        {NULL, AES256, 7, ASA_REASON_KEY_VERSION_MISSING},
        {"exch2016asa$", AES256, 7, ASA_REASON_KEY_VERSION_MISSING},
        {"HOST/cas-1", AES256, 40, ASA_REASON_KEY_MISMATCH},
        {"HOST/cas-1", AES256, 41, ASA_REASON_KEY_VERSION_MISSING},
        {"HOST/cas-1", AES256, 7, ASA_REASON_KEY_MISMATCH},
        {"http/mail", AES128, 7, ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED},
        {"http/mail", RC4, 6, ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED},
        {"host/cas-1", RC4, 40, ASA_REASON_KEY_MISMATCH},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(asa_keyring_explain(RING(keys, "cas-1"), table[i].spn, table[i].etype,
                                             table[i].kvno >= 0, (uint32_t)table[i].kvno),
                         table[i].expected);
    }
    /* nothing but own keys: then those count */
    assert_int_equal(asa_keyring_explain(ring_of(keys, 2, (const char *[]){"cas-1", NULL}),
                                         "http/mail", AES256, true, 41),
                     ASA_REASON_KEY_VERSION_MISSING);
    assert_int_equal(asa_keyring_explain(ring_of(keys, 0, (const char *[]){NULL}), "http/mail",
                                         AES256, true, 41),
                     ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED);
}

/* Of two alternate service accounts either may be the ticket's. */
static void either_of_two_accounts_may_have_been_rolled(void **state)
{
    asa_key_t keys[] = {key("A$", 12, AES256, "a"), key("B$", 5, AES256, "b")};

    (void)state;
    assert_int_equal(asa_keyring_explain(RING(keys, "cas-1"), "http/b", AES256, true, 6),
                     ASA_REASON_KEY_VERSION_MISSING);
    assert_int_equal(asa_keyring_explain(RING(keys, "cas-1"), "http/b", AES256, true, 12),
                     ASA_REASON_KEY_MISMATCH);
    assert_int_equal(asa_keyring_explain(RING(keys, "cas-1"), "http/b", AES256, true, 4),
                     ASA_REASON_KEY_MISMATCH);
}

static void what_is_held_never_shows_a_key_and_has_an_end(void **state)
{
    asa_key_t keys[12];

    (void)state;
    for (uint32_t i = 0; i < 12; i++) {
        keys[i] = key("ASA$", UINT32_MAX - i, AES256, apr_psprintf(pool, "secret%u", i));
    }
    assert_string_equal(asa_keyring_held(pool, RING(keys, "cas-1")),
                        "ASA$ kvno 4294967295, 4294967294, 4294967293, 4294967292, 4294967291, "
                        "4294967290, 4294967289, 4294967288, and older (aes256-cts-hmac-sha1-96)");
    for (uint32_t i = 0; i < 12; i++) {
        keys[i].principal = apr_psprintf(pool, "A%u$", i);
    }
    assert_non_null(strstr(asa_keyring_held(pool, RING(keys, "cas-1")), "A7$"));
    assert_null(strstr(asa_keyring_held(pool, RING(keys, "cas-1")), "A8$"));
    assert_non_null(strstr(asa_keyring_held(pool, RING(keys, "cas-1")), "; and others"));
}

/* As many keys as a key table may hold: all of one account, then each of its own. */
static void many_keys_cost_little(void **state)
{
    const size_t most = 4096;
    asa_key_t *keys = apr_palloc(pool, most * sizeof *keys);
    clock_t begin = clock();

    (void)state;
    for (int own = 0; own < 2; own++) {
        const asa_keyring_t *ring;
        size_t found[64];
        for (size_t i = 0; i < most; i++) {
            keys[i] = key(own ? apr_psprintf(pool, "a%lu$", (unsigned long)i) : "ASA$", (uint32_t)i,
                          AES256, apr_psprintf(pool, "%lu", (unsigned long)i));
        }
        ring = ring_of(keys, most, (const char *[]){"cas-1.corp.example", NULL});
        assert_int_equal(asa_keyring_candidates(ring, AES256, true, 9, found, 64), 64);
        assert_int_equal(asa_keyring_explain(ring, "http/x", AES256, true, 5000),
                         ASA_REASON_KEY_VERSION_MISSING);
        assert_true(strlen(asa_keyring_held(pool, ring)) < 1000);
    }
    assert_true(clock() - begin < 10 * CLOCKS_PER_SEC); /* sanitizers are slow; cubes are hours */
}

static void a_staged_key_is_tried_last_of_those_that_the_kdc_can_know(void **state)
{
    const asa_key_t keys[] = {key("http/m", 8, AES256, "8"), key("asa", 8, AES256, "8"),
                              key("asa", 5, AES256, "5"),    key("asa", 6, AES256, "6"),
                              key("asa", 7, AES256, "7"),    key("B$", 9, AES256, "9")};
    const asa_keyring_t *ring = RING(keys, "");
    uint32_t versions[4];

    (void)state;
    assert_int_equal(asa_keyring_versions(ring, 3, versions, 4), 4);
    assert_memory_equal(versions, ((uint32_t[]){6, 7, 8, 5}), 16);
    assert_string_equal(asa_keyring_account_name(ring, 0), "asa");
}

static void slots_have_names(void **state)
{
    (void)state;
    assert_string_equal(asa_keyring_slot_name(ASA_KEY_LATEST), "latest");
    assert_string_equal(asa_keyring_slot_name(ASA_KEY_PREVIOUS), "previous");
    assert_string_equal(asa_keyring_slot_name(ASA_KEY_OLDER), "older");
    assert_string_equal(asa_keyring_slot_name(ASA_KEY_OWN), "own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_follow_the_kvno_not_the_order),
        cmocka_unit_test(gaps_do_not_matter),
        cmocka_unit_test(names_that_share_a_key_are_one_account),
        cmocka_unit_test(accounts_grow_together),
        cmocka_unit_test(equal_names_of_two_realms_are_two_accounts),
        cmocka_unit_test(keys_of_the_node_are_its_own),
        cmocka_unit_test(own_is_a_matter_of_the_account),
        cmocka_unit_test(number_of_a_read_only_controller_does_not_count),
        cmocka_unit_test(likeliest_candidates_come_first),
        cmocka_unit_test(reasons_are_told_apart),
        cmocka_unit_test(either_of_two_accounts_may_have_been_rolled),
        cmocka_unit_test(what_is_held_never_shows_a_key_and_has_an_end),
        cmocka_unit_test(many_keys_cost_little),
        cmocka_unit_test(a_staged_key_is_tried_last_of_those_that_the_kdc_can_know),
        cmocka_unit_test(slots_have_names),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
