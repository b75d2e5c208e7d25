/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of what comes over ssh: requests and answers are whole and bounded, or they are none.
 */
#include <string.h>

#include "asactl/node_wire.h"
#include "t/fuzz/target.h"

static void read_request(apr_pool_t *pool, const uint8_t *bytes, size_t len)
{
    asactl_node_request_t request, again;
    asactl_settings_t settings = {0}, settings_again = {0};
    asactl_outcome_t outcome;
    const unsigned char *written;
    size_t written_len;

    if (!asactl_node_wire_read_request(pool, bytes, len, &request, &settings, &outcome)) {
        check(outcome.code == ASACTL_USAGE && outcome.sentence != NULL);
        return;
    }
    check(settings.keytab != NULL);
    check(asactl_node_wire_request(pool, &request, &settings, &written, &written_len, &outcome));
    check(asactl_node_wire_read_request(pool, written, written_len, &again, &settings_again,
                                        &outcome));
    check(again.verb == request.verb && again.keys.count == request.keys.count);
    check(again.unused_count == request.unused_count);
    check((again.ticket == NULL) == (request.ticket == NULL));
    check(request.ticket == NULL ||
          (again.ticket->kvno == request.ticket->kvno &&
           again.ticket->cipher_len == request.ticket->cipher_len &&
           memcmp(again.ticket->cipher, request.ticket->cipher, request.ticket->cipher_len) == 0));
    for (size_t i = 0; i < request.unused_count; i++) {
        check(again.unused[i].kvno == request.unused[i].kvno);
    }
    check(strcmp(settings.keytab, settings_again.keytab) == 0);
}

static void compare_facts(const asactl_node_facts_t *one, const asactl_node_facts_t *other)
{
    check(one->time == other->time && strcmp(one->version, other->version) == 0);
    check((one->served == NULL) == (other->served == NULL));
    check(one->served != NULL || one->served_error != NULL);
    check(one->opening.asked == other->opening.asked);
    check(one->opening.reason == other->opening.reason);
    check(one->guard.denials->nelts == other->guard.denials->nelts);
    check(one->logs->nelts == other->logs->nelts);
    check((one->schedule.last == NULL) == (other->schedule.last == NULL));
}

static void read_answer(apr_pool_t *pool, const uint8_t *bytes, size_t len)
{
    asactl_node_answer_t answer = {.node = "fuzzed"}, again = {.node = "fuzzed"};
    asactl_outcome_t outcome;
    const unsigned char *written;
    size_t written_len;

    asactl_node_wire_read_answer(pool, bytes, len, &answer);
    check(answer.outcome.code == ASACTL_OK || answer.outcome.sentence != NULL);
    check(answer.outcome.code != ASACTL_OK || answer.report.keys != NULL);
    if (answer.report.keytab == NULL) {
        return;
    }
    check(asactl_node_wire_answer(pool, &answer, &written, &written_len, &outcome));
    asactl_node_wire_read_answer(pool, written, written_len, &again);
    check(again.outcome.code == answer.outcome.code);
    check(again.report.keys->nelts == answer.report.keys->nelts);
    check((again.facts == NULL) == (answer.facts == NULL));
    if (answer.facts != NULL) {
        compare_facts(answer.facts, again.facts);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();

    read_request(pool, bytes, len);
    read_answer(pool, bytes, len);
    apr_pool_destroy(pool);
    return 0;
}
