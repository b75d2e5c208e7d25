/* SPDX-License-Identifier: Apache-2.0
 *
 * States of a roll in words, and the check that the next step is the one expected.
 */
#ifndef T_UNIT_ROLL_CASE_H
#define T_UNIT_ROLL_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/roll_plan.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define HOLDS_MAX 8

#define IN_POOL(test) cmocka_unit_test_setup_teardown(test, open_pool, close_pool)

/* A state in words.  A key is its kvno and a letter, "2b"; '!' stands for what does not answer, '^'
 * for a controller that used the next key before. */
typedef struct {
    const char *nodes;       /* "1a,2b 1a": what each holds; "-" nothing */
    const char *controllers; /* "1a 1a": which key each uses; "1?" one that no node holds */
    const char *next;        /* "2b", or "" */
    const char *stale;       /* "2x" */
    bool made, unrehearsed, settled, disabled;
    asactl_roll_step_t step;
    asactl_exit_code_t code;
} case_t;

static inline asactl_roll_held_t read_key(const char *text)
{
    return (asactl_roll_held_t){(uint32_t)strtoul(text, NULL, 10),
                                apr_pstrdup(pool, text + strspn(text, "0123456789"))};
}

static inline const asactl_roll_held_t *read_keys(const char *text, size_t *count)
{
    asactl_roll_held_t *keys = apr_pcalloc(pool, HOLDS_MAX * sizeof *keys);
    char *rest, *word = apr_strtok(apr_pstrdup(pool, text), ",", &rest);

    *count = 0;
    for (; word != NULL && *word != '-'; word = apr_strtok(NULL, ",", &rest)) {
        assert_true(*count < HOLDS_MAX);
        keys[(*count)++] = read_key(word);
    }
    return keys;
}

static inline asactl_outcome_t outcome_of(const char *word)
{
    return *word == '!' ? (asactl_outcome_t){.code = ASACTL_UNREACHABLE, .sentence = "silent"}
                        : (asactl_outcome_t){.code = ASACTL_OK};
}

static inline void read_nodes(const char *text, asactl_roll_seen_t *seen)
{
    asactl_roll_node_t *nodes = apr_pcalloc(pool, HOLDS_MAX * sizeof *nodes);
    char *rest, *word = apr_strtok(apr_pstrdup(pool, text), " ", &rest);

    for (; word != NULL; word = apr_strtok(NULL, " ", &rest)) {
        asactl_roll_node_t *node = &nodes[seen->node_count++];
        node->node = word;
        node->outcome = outcome_of(word);
        if (*word != '!') {
            node->held = read_keys(word, &node->count);
        }
    }
    seen->nodes = nodes;
}

static inline void read_controllers(const char *text, asactl_roll_seen_t *seen)
{
    asactl_roll_controller_t *list = apr_pcalloc(pool, HOLDS_MAX * sizeof *list);
    char *rest, *word = apr_strtok(apr_pstrdup(pool, text), " ", &rest);

    for (; word != NULL; word = apr_strtok(NULL, " ", &rest)) {
        asactl_roll_controller_t *one = &list[seen->controller_count++];
        asactl_roll_held_t key;
        one->followed = *word == '^';
        word += one->followed ? 1 : 0;
        key = read_key(word);
        one->host = word;
        one->outcome = outcome_of(word);
        if (*word != '!') {
            one->kvno = key.kvno;
            one->id = *key.id == '?' ? NULL : key.id;
        }
    }
    seen->controllers = list;
    seen->kvno = list[0].kvno;
}

static inline void check(const case_t *one)
{
    asactl_roll_seen_t seen = {.account = "EXCH2016ASA$",
                               .disabled = one->disabled,
                               .made = one->made,
                               .rehearsed = !one->unrehearsed,
                               .settled = one->settled};
    asactl_roll_held_t next = read_key(one->next);
    asactl_outcome_t outcome = {.code = ASACTL_FAILED};
    asactl_roll_step_t step;

    read_nodes(one->nodes, &seen);
    read_controllers(one->controllers, &seen);
    seen.stale = read_keys(one->stale != NULL ? one->stale : "", &seen.stale_count);
    if (next.kvno != 0) {
        seen.next = (asactl_roll_key_t){.kvno = next.kvno, .count = 1, .ids = {next.id}};
    }
    step = asactl_roll_plan_next(pool, &seen, &outcome);
    if (step != one->step || outcome.code != one->code) {
        fail_msg("nodes %s, controllers %s, next %s: step %d code %d (%s)", one->nodes,
                 one->controllers, one->next, (int)step, (int)outcome.code,
                 outcome.sentence != NULL ? outcome.sentence : "");
    }
    assert_true((step == ASACTL_ROLL_REFUSE) == (outcome.sentence != NULL));
}

static inline void check_all(const case_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(&cases[i]);
    }
}

#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof *(cases))

#endif
