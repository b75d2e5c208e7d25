/* SPDX-License-Identifier: Apache-2.0
 *
 * A ticket of the account and a node's keys: which key opens it, or why none does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_opening.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/ticket_build.h"
#include "t/unit/ticket_keys.h"

#include "t/unit/pool.h"

static asactl_node_opening_t opening;

/* With the first so many of the keys. */
static void try_ticket(const issue_t *issue, size_t key_count)
{
    static const char *const node = "cas-1";
    const asa_keys_t held = {keys, key_count};
    const asa_keyring_t *ring = asa_keyring_make(pool, &held, &node, 1);
    krb5_context context;
    krb5_creds creds = {0};
    krb5_ticket *ticket;
    asactl_kdc_ticket_t sealed;

    issue_check(krb5_init_context(&context));
    issue_creds(context, issue, &creds);
    issue_check(krb5_decode_ticket(&creds.ticket, &ticket));
    sealed = (asactl_kdc_ticket_t){.etype = ticket->enc_part.enctype,
                                   .kvno = ticket->enc_part.kvno,
                                   .cipher = (unsigned char *)ticket->enc_part.ciphertext.data,
                                   .cipher_len = ticket->enc_part.ciphertext.length};
    asactl_node_opening_try(pool, ring, "EXCH2016ASA$", &sealed, &opening);
    krb5_free_ticket(context, ticket);
    krb5_free_cred_contents(context, &creds);
    krb5_free_context(context);
    assert_true(opening.asked);
}

static void expect_key(const char *slot, uint32_t kvno)
{
    assert_int_equal(opening.reason, ASA_REASON_NONE);
    assert_string_equal(opening.slot, slot);
    assert_int_equal(opening.kvno, kvno);
    assert_int_equal(opening.enctype, 18);
    assert_int_equal(strlen(opening.id), 8);
}

static void expect_reason(asa_reason_t reason)
{
    assert_int_equal(opening.reason, reason);
    assert_null(opening.slot);
    assert_null(opening.id);
    assert_int_equal(opening.kvno, 0);
}

static void the_key_that_opens_it_is_named(void **state)
{
    issue_t issue = good;

    (void)state;
    try_ticket(&issue, sizeof keys / sizeof *keys);
    expect_key("latest", 6);
    issue.key = previous;
    issue.kvno = 5;
    try_ticket(&issue, sizeof keys / sizeof *keys);
    expect_key("previous", 5);
}

static void why_none_does_is_named(void **state)
{
    issue_t issue = good;

    (void)state;
    issue.key = foreign;
    try_ticket(&issue, sizeof keys / sizeof *keys);
    expect_reason(ASA_REASON_KEY_MISMATCH);
    issue.kvno = 7;
    try_ticket(&issue, sizeof keys / sizeof *keys);
    expect_reason(ASA_REASON_KEY_VERSION_MISSING);
    issue.etype = 17;
    issue.key_len = 16;
    try_ticket(&issue, sizeof keys / sizeof *keys);
    expect_reason(ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED);
    issue = good;
    try_ticket(&issue, 1); /* Previous alone is there: the roll was missed */
    expect_reason(ASA_REASON_KEY_VERSION_MISSING);
    try_ticket(&issue, 0);
    expect_reason(ASA_REASON_NO_USABLE_KEY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_key_that_opens_it_is_named, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(why_none_does_is_named, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
