/* SPDX-License-Identifier: Apache-2.0
 *
 * The ticket that was accepted is kept as it is, and what its key and its flag say stays with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/evidence.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/ticket_opener.h"

static void flag_of_the_ticket_is_told(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    issue_t issue = good;

    (void)state;
    for (int wanted = 0; wanted < 2; wanted++) {
        bool forwardable = !wanted;
        issue.forwardable = wanted;
        asa_token_t token = token_of(issue_token(pool, &issue));
        assert_int_equal(asa_ticket_key(opener, &token, &forwardable), 1);
        assert_int_equal(forwardable, wanted);
    }
}

/* As evidence, a ticket is kept without its token, and its key is found again. */
static void evidence_is_the_ticket_itself(void **state)
{
    asa_opener_t *opener = opener_of(ALL);
    der_t bytes = issue_token(pool, &good);
    asa_token_t token = token_of(bytes), again, nothing = {0};
    asa_evidence_t kept = asa_evidence_of(&token, true), copy = asa_evidence_copy(pool, &kept),
                   none;
    krb5_data der = {.data = (char *)copy.ticket, .length = (unsigned)copy.len};
    krb5_ticket *ticket;

    (void)state;
    assert_ptr_not_equal(copy.ticket, kept.ticket);
    memset((void *)bytes.bytes, 0, bytes.len);
    assert_int_equal(krb5_decode_ticket(&der, &ticket), 0);
    assert_int_equal(ticket->enc_part.kvno, 6);
    krb5_free_ticket(NULL, ticket);
    again = asa_evidence_token(&copy);
    assert_int_equal(key_of(opener, &again), 1);
    assert_true(copy.forwardable);

    none = asa_evidence_of(&nothing, true);
    assert_null(none.ticket);
    assert_false(none.forwardable);
    copy = asa_evidence_copy(pool, &none);
    again = asa_evidence_token(&copy);
    assert_int_equal(key_of(opener, &again), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flag_of_the_ticket_is_told),
        cmocka_unit_test(evidence_is_the_ticket_itself),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_all, close_folder);
}
