/* SPDX-License-Identifier: Apache-2.0
 *
 * Real tickets: which of the keys held opens one, and why one is not accepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/ticket.h"
#include "t/unit/ticket_opener.h"

#include <pthread.h>
#include <string.h>

#include <apr_general.h>

#define MINUTES 60L

static int key_for(asa_opener_t *opener, issue_t issue)
{
    asa_token_t token = token_of(issue_token(pool, &issue));

    return key_of(opener, &token);
}

static asa_reason_t diagnose(asa_opener_t *opener, issue_t issue)
{
    asa_token_t token = token_of(issue_token(pool, &issue));
    const char *detail = "untouched";
    asa_reason_t reason = asa_ticket_diagnose(opener, &token, pool, &detail);

    assert_ptr_not_equal(detail, "untouched");
    if (reason == ASA_REASON_ACCEPT_FAILED) {
        assert_true(detail != NULL && *detail != '\0');
    }
    return reason;
}

static void key_that_opens_the_ticket_is_found(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    issue_t rc4 = good;

    (void)state;
    assert_int_equal(key_for(opener, sealed_with(latest, 6)), 1);
    assert_int_equal(key_for(opener, sealed_with(previous, 5)), 0);
    assert_int_equal(key_for(opener, sealed_with(own, 40)), 3);
    assert_int_equal(key_for(opener, sealed_with(foreign, 6)), -1);
    rc4.etype = 23;
    rc4.key_len = 16;
    assert_int_equal(key_for(opener, rc4), 4);
    rc4.key = foreign;
    assert_int_equal(key_for(opener, rc4), -1);
}

/* Active Directory's tickets may carry another kvno, or none, when the key is right. */
static void label_of_the_ticket_does_not_decide(void **state)
{
    static const unsigned labels[] = {0, 1, 5, 6, 7, 40, 0x10006};
    asa_opener_t *opener = opener_of(ALL);

    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        assert_int_equal(key_for(opener, sealed_with(latest, labels[i])), 1);
        assert_int_equal(key_for(opener, sealed_with(previous, labels[i])), 0);
        assert_int_equal(key_for(opener, sealed_with(own, labels[i])), 3);
        assert_int_equal(diagnose(opener, sealed_with(previous, labels[i])), ASA_REASON_NONE);
    }
}

/* Looking through keys has an end, and the label says where to begin. */
static void labelled_key_is_found_among_many(void **state)
{
    static unsigned char many_bytes[100][32];
    asa_key_t many[100];
    asa_keys_t list = {many, 100};
    asa_opener_t *opener;
    issue_t issue = good;

    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        memset(many_bytes[i], (int)i + 1, 32);
        many[i] = keys[0];
        many[i].kvno = 100 - i;
        many[i].bytes = many_bytes[i];
    }
    assert_null(asa_ticket_opener_make(pool, asa_keyring_make(pool, &list, NULL, 0), &opener));
    issue.key = many_bytes[98];
    issue.kvno = 2;
    assert_int_equal(key_for(opener, issue), 98);
    issue.kvno = 0;
    assert_int_equal(key_for(opener, issue), -1);
}

static void nothing_is_wrong_with_a_good_one(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    asa_token_t token = token_of(issue_token(pool, &good));
    issue_t any_case = good;
    const char *detail;

    (void)state;
    for (int times = 0; times < 3; times++) { /* to look again is no replay */
        assert_int_equal(asa_ticket_diagnose(opener, &token, pool, &detail), ASA_REASON_NONE);
        assert_null(detail);
    }
    any_case.server = "HTTP/MAIL.Corp.tailspintoys.COM" REALM;
    assert_int_equal(diagnose(opener, any_case), ASA_REASON_NONE);
    any_case.server = "http/a.name.that.no.key.has" REALM;
    assert_int_equal(diagnose(opener, any_case), ASA_REASON_NONE);
    assert_int_equal(diagnose(opener, sealed_with(own, 40)), ASA_REASON_NONE);
}

static void ticket_that_no_key_opens_is_explained(void **state)
{
    asa_opener_t *opener = opener_of(ALL), *aes_only = opener_of(ALL - 1), *none = opener_of(0);
    issue_t issue = sealed_with(foreign, 7);

    (void)state;
    assert_int_equal(diagnose(opener, issue), ASA_REASON_KEY_VERSION_MISSING);
    issue.kvno = 6;
    assert_int_equal(diagnose(opener, issue), ASA_REASON_KEY_MISMATCH);
    issue.kvno = 0;
    assert_int_equal(diagnose(opener, issue), ASA_REASON_KEY_MISMATCH);
    issue.etype = 17;
    issue.key_len = 16;
    assert_int_equal(diagnose(opener, issue), ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED);
    issue.etype = 23;
    issue.key = latest;
    assert_int_equal(diagnose(opener, issue), ASA_REASON_NONE);
    assert_int_equal(diagnose(aes_only, issue), ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED);
    assert_int_equal(diagnose(none, good), ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED);
}

/* The library's limit is five minutes, both ways. */
static void times_are_told(void **state)
{
    static const struct {
        long valid_from, valid_to, client_clock;
        asa_reason_t expected;
    } table[] = {
        {-HOURS, HOURS, 0, ASA_REASON_NONE},
        {-HOURS, HOURS, 4 * MINUTES, ASA_REASON_NONE},
        {-HOURS, HOURS, -4 * MINUTES, ASA_REASON_NONE},
        {-HOURS, HOURS, 6 * MINUTES, ASA_REASON_CLOCK_SKEW},
        {-HOURS, HOURS, -6 * MINUTES, ASA_REASON_CLOCK_SKEW},
        {-HOURS, -4 * MINUTES, 0, ASA_REASON_NONE},
        {-HOURS, -6 * MINUTES, 0, ASA_REASON_TICKET_EXPIRED},
        {4 * MINUTES, HOURS, 0, ASA_REASON_NONE},
        {6 * MINUTES, HOURS, 0, ASA_REASON_TICKET_NOT_YET_VALID},
    };
    asa_opener_t *opener = opener_of(ALL);

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        issue_t issue = good;
        issue.valid_from = table[i].valid_from;
        issue.valid_to = table[i].valid_to;
        issue.client_clock = table[i].client_clock;
        assert_int_equal(diagnose(opener, issue), table[i].expected);
        assert_int_equal(key_for(opener, issue), 1);
    }
}

/* The authenticator stands behind the ticket, so the last bytes are its own. */
static void broken_authenticator_is_malformed(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    der_t bytes = issue_token(pool, &good);
    const char *detail;
    asa_token_t token;

    (void)state;
    token = token_of(bytes);
    assert_int_equal(asa_ticket_diagnose(opener, &token, pool, &detail), ASA_REASON_NONE);
    ((unsigned char *)bytes.bytes)[bytes.len - 1] ^= 1;
    token = token_of(bytes);
    assert_int_equal(key_of(opener, &token), 1);
    assert_int_equal(asa_ticket_diagnose(opener, &token, pool, &detail),
                     ASA_REASON_TOKEN_MALFORMED);
    assert_non_null(detail);
}

static void broken_ticket_is_opened_by_no_key(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    asa_token_t token = token_of(issue_token(pool, &good));
    unsigned char *cipher = (unsigned char *)token.cipher;
    const char *detail;

    (void)state;
    for (size_t at = 0; at < token.cipher_len; at += 7) {
        cipher[at] ^= 0x80;
        assert_int_equal(key_of(opener, &token), -1);
        assert_int_equal(asa_ticket_diagnose(opener, &token, pool, &detail),
                         ASA_REASON_KEY_MISMATCH);
        cipher[at] ^= 0x80;
    }
    for (size_t len = 0; len < token.cipher_len; len++) {
        asa_token_t cut = token;
        cut.cipher_len = len;
        assert_int_equal(key_of(opener, &cut), -1);
    }
    assert_int_equal(key_of(opener, &token), 1);
}

static void token_without_a_ticket_is_malformed(void **state)
{
    static const asa_token_t nothing;
    asa_opener_t *opener = opener_of(ALL);
    const char *detail;

    (void)state;
    assert_int_equal(key_of(opener, &nothing), -1);
    assert_int_equal(asa_ticket_diagnose(opener, &nothing, pool, &detail),
                     ASA_REASON_TOKEN_MALFORMED);
}

static void anything_else_comes_with_the_librarys_words(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    issue_t issue = good;

    (void)state;
    issue.client = "fred@FABRIKAM.COM";
    assert_int_equal(diagnose(opener, issue), ASA_REASON_NONE);
    issue.transited = "ELSEWHERE.EXAMPLE";
    assert_int_equal(diagnose(opener, issue), ASA_REASON_ACCEPT_FAILED);
}

/* The key is held, but krb5.conf forbids its use. */
static void forbidden_encryption_type_is_told(void **state)
{
    asa_opener_t *opener;
    issue_t rc4 = good;

    (void)state;
    rc4.etype = 23;
    rc4.key_len = 16;
    configure("permitted_enctypes = aes256-cts\n");
    opener = opener_of(ALL);
    assert_int_equal(diagnose(opener, rc4), ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED);
    assert_int_equal(diagnose(opener, good), ASA_REASON_NONE);
    configure("");
}

static void library_that_does_not_start_is_told(void **state)
{
    asa_keys_t list = {keys, ALL};
    const asa_keyring_t *ring = asa_keyring_make(pool, &list, NULL, 0);
    const char *name;
    asa_opener_t *opener = NULL;

    (void)state;
    configure("[broken\n");
    assert_non_null(asa_ticket_opener_make(pool, ring, &opener));
    assert_null(opener);
    assert_non_null(asa_keytab_publish(pool, &list, &name));
    configure("");
}

typedef struct {
    asa_opener_t *opener;
    asa_token_t token;
    int expected;
    bool right;
} look_t;

static void *look(void *data)
{
    look_t *mine = data;

    mine->right = true;
    for (int i = 0; i < 100; i++) {
        mine->right = mine->right && key_of(mine->opener, &mine->token) == mine->expected;
    }
    return NULL;
}

static void one_opener_serves_many_threads(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    issue_t issues[] = {sealed_with(latest, 6), sealed_with(previous, 5), sealed_with(own, 40),
                        sealed_with(foreign, 6)};
    static const int expected[] = {1, 0, 3, -1};
    pthread_t threads[4];
    look_t looks[4];

    (void)state;
    for (int i = 0; i < 4; i++) {
        looks[i] = (look_t){opener, token_of(issue_token(pool, &issues[i])), expected[i], false};
        assert_int_equal(pthread_create(&threads[i], NULL, look, &looks[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(looks[i].right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_that_opens_the_ticket_is_found),
        cmocka_unit_test(label_of_the_ticket_does_not_decide),
        cmocka_unit_test(labelled_key_is_found_among_many),
        cmocka_unit_test(nothing_is_wrong_with_a_good_one),
        cmocka_unit_test(ticket_that_no_key_opens_is_explained),
        cmocka_unit_test(times_are_told),
        cmocka_unit_test(broken_authenticator_is_malformed),
        cmocka_unit_test(broken_ticket_is_opened_by_no_key),
        cmocka_unit_test(token_without_a_ticket_is_malformed),
        cmocka_unit_test(anything_else_comes_with_the_librarys_words),
        cmocka_unit_test(forbidden_encryption_type_is_told),
        cmocka_unit_test(library_that_does_not_start_is_told),
        cmocka_unit_test(one_opener_serves_many_threads),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_all, close_folder);
}
