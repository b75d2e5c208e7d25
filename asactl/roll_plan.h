/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes next in a roll, from what is seen now: so a roll that was killed at any instant goes
 * on from there when it is run again.
 *
 * A key is known by its id (asa_account_key_id).  Which key a domain controller uses is what a
 * ticket of it was opened with, never a number alone.  The next key is on every node, and where
 * workers are asked every running one holds it, before the directory changes; nothing that a living
 * ticket may be sealed with goes.
 *
 * Pure; results live in the pool given or point to what was given.
 */
#ifndef ASACTL_ROLL_PLAN_H
#define ASACTL_ROLL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#include "asactl/node_report.h"
#include "asactl/outcome.h"

#define ASACTL_ROLL_KEYS_MAX 3 /* enctypes of one password */

/* The keys of one password. */
typedef struct asactl_roll_key_t {
    uint32_t kvno; /* 0: there is none */
    size_t count;
    const char *ids[ASACTL_ROLL_KEYS_MAX];
} asactl_roll_key_t;

typedef struct asactl_roll_controller_t {
    const char *host;
    asactl_outcome_t outcome; /* why it gave no ticket */
    const char *id;           /* of the key that opened its ticket; NULL: none that is known */
    uint32_t kvno;            /* of its ticket */
    bool followed;            /* it was seen before that it used the next key */
} asactl_roll_controller_t;

typedef asactl_node_key_name_t asactl_roll_held_t;

/* What is seen of a node's workers, since the next key is there. */
typedef enum {
    ASACTL_ROLL_WORKERS_UNKNOWN, /* nobody has looked yet */
    ASACTL_ROLL_WORKERS_HOLD,    /* every one holds all of the next key */
    ASACTL_ROLL_WORKERS_LACK,
    ASACTL_ROLL_WORKERS_UNSEEN, /* it runs, or may run, and does not show them */
    ASACTL_ROLL_WORKERS_DOWN    /* no httpd answers there */
} asactl_roll_workers_t;

typedef struct asactl_roll_node_t {
    const char *node;
    asactl_outcome_t outcome;       /* why it did not answer, or refused the key */
    const asactl_roll_held_t *held; /* of the account */
    size_t count;
    asactl_roll_workers_t workers;
    const char *workers_words; /* what is seen, for a sentence: "1 of 4 holds 6" */
} asactl_roll_node_t;

typedef struct asactl_roll_seen_t {
    const char *account;
    bool disabled;
    uint32_t kvno; /* that the directory states */
    /* The key to roll to: one that was just made, or the one that a killed roll had begun with. */
    asactl_roll_key_t next;
    bool made;                                   /* its password is at hand */
    const asactl_roll_controller_t *controllers; /* the one that is written to first */
    size_t controller_count;
    const asactl_roll_node_t *nodes;
    size_t node_count;
    const asactl_roll_held_t *stale; /* of this machine: staged once, and no controller uses them */
    size_t stale_count;
    bool settled;     /* they were dropped in this run */
    bool rehearsed;   /* every node has said that it can take the next key */
    bool ask_workers; /* before the directory changes */
    bool late;        /* they had their time */
} asactl_roll_seen_t;

typedef enum {
    ASACTL_ROLL_REFUSE,   /* the outcome says why; this roll changes nothing from here on */
    ASACTL_ROLL_MAKE,     /* make the next key */
    ASACTL_ROLL_REHEARSE, /* ask every node whether it can take it */
    ASACTL_ROLL_STAGE,    /* bring it to nodes that lack it */
    ASACTL_ROLL_SEE,      /* look whether the workers hold it */
    ASACTL_ROLL_CHANGE,   /* set the password */
    ASACTL_ROLL_WAIT,     /* for controllers that still use another key */
    ASACTL_ROLL_SETTLE,   /* drop keys that were staged and never used */
    ASACTL_ROLL_DONE
} asactl_roll_step_t;

asactl_roll_step_t asactl_roll_plan_next(apr_pool_t *pool, const asactl_roll_seen_t *seen,
                                         asactl_outcome_t *outcome);

bool asactl_roll_plan_is(const asactl_roll_key_t *key, const char *id);

/* Which of the held keys are left over: above this kvno, and set out to be set by rolls of this
 * machine (noted: asactl_roll_key_t).  Those of another machine are not among them: it may be about
 * to use them. */
void asactl_roll_plan_stale(apr_pool_t *pool, const asactl_roll_held_t *held, size_t count,
                            const apr_array_header_t *noted, uint32_t above,
                            asactl_roll_seen_t *seen);

/* Has another roll won?  A controller that used the next key uses another one now. */
bool asactl_roll_plan_lost(const asactl_roll_seen_t *seen);

/* Does the node hold all of the next key? */
bool asactl_roll_plan_staged(const asactl_roll_seen_t *seen, const asactl_roll_node_t *node);

/* Is nothing known that speaks against a change: no worker was seen to lack the next key, nor stays
 * unseen?  The outcome names the node that does. */
bool asactl_roll_plan_workers(apr_pool_t *pool, const asactl_roll_seen_t *seen,
                              asactl_outcome_t *outcome);

/* Does this controller use the next key? */
bool asactl_roll_plan_follows(const asactl_roll_seen_t *seen,
                              const asactl_roll_controller_t *controller);

#endif
