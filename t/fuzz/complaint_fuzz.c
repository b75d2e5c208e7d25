/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of what a directory and ssh complain about: whatever it is, it becomes a failure with
 * a sentence, and its exit code is one of the documented ones.
 *
 * The input's first byte is the LDAP result or ssh's exit status, the rest is the text.
 */
#include <string.h>

#include <apr_strings.h>

#include "asactl/ldap_error.h"
#include "asactl/ssh.h"
#include "t/fuzz/target.h"

static void check_failure(const asactl_outcome_t *outcome)
{
    check(outcome->code > ASACTL_OK && outcome->code <= ASACTL_REFUSED_TO_ACT);
    check(outcome->sentence != NULL && *outcome->sentence != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    asactl_ldap_act_t act = {.doing = "write the names", .right = "Write", .object = "CN=ASA"};
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    int result = len > 0 ? bytes[0] : 1;
    const char *text = apr_pstrmemdup(pool, (const char *)bytes + (len > 0), len - (len > 0));

    result = result > 0 ? result : 1;
    for (int i = 0; i < 4; i++) {
        act.writes = (i & 1) != 0;
        act.unique = (i & 2) != 0;
        check(!asactl_ldap_error_explain(pool, result, "words", text, "dc1", &act, &outcome));
        check_failure(&outcome);
        check(!asactl_ldap_error_explain_bind(pool, result, "words", text, "dc1", act.unique,
                                              &outcome));
        check_failure(&outcome);
    }
    asactl_ssh_explain(pool, "cas-1", 255, text, &outcome);
    check_failure(&outcome);
    asactl_ssh_explain(pool, "cas-1", result, text, &outcome);
    check(outcome.code == ASACTL_OK || strstr(outcome.sentence, "cas-1") != NULL);
    apr_pool_destroy(pool);
    return 0;
}
