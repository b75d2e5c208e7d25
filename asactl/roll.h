/* SPDX-License-Identifier: Apache-2.0
 *
 * Rolls the password of an account over nodes and directory: looks, does what roll_plan says, looks
 * again, until it is done.
 *
 * Progress goes to out.h.  One thread.  What a killed roll left, the next one takes up.
 */
#ifndef ASACTL_ROLL_H
#define ASACTL_ROLL_H

#include <apr_time.h>

#include "asactl/directory.h"
#include "asactl/node_request.h"
#include "asactl/password.h"
#include "asactl/roll_keys.h"
#include "asactl/roll_lock.h"
#include "asactl/roll_plan.h"

typedef struct asactl_roll_t {
    /* Given: */
    apr_pool_t *pool;
    const asactl_settings_t *settings;
    asactl_directory_t *directory;
    const char *realm;
    const apr_array_header_t *nodes;   /* const char * */
    const asactl_password_t *password; /* the one to set; NULL: a random one */
    apr_time_t pause;                  /* for workers that are not asked to take a staged key up */
    apr_time_t patience;               /* for those that are, at most */
    apr_time_t wait;                   /* for controllers to follow, at most */
    /* Its own: */
    asactl_account_t account;
    const apr_array_header_t *controllers; /* const char *, the one that is written to first */
    asactl_roll_lock_t *lock;
    asactl_roll_seen_t seen;
    asactl_roll_key_t begun; /* noted by a roll that was killed */
    asa_keys_t known;        /* all keys of the account that nodes hold */
    asa_keys_t next;         /* the keys of the next password */
    uint32_t previous;       /* kvno of the key before it */
    asactl_node_answer_t *answers;
    apr_time_t staged;    /* when the last node took the key */
    apr_time_t see_until; /* when the workers have had their time; 0: nobody has looked yet */
    bool tried;           /* this run may have changed the directory */
    bool changed;         /* and has */
} asactl_roll_t;

/* Takes the lock and looks; changes nothing. */
bool asactl_roll_begin(asactl_roll_t *roll, asactl_outcome_t *outcome);

/* What would be done first; ASACTL_ROLL_REFUSE with the reason. */
asactl_roll_step_t asactl_roll_first(asactl_roll_t *roll, asactl_outcome_t *outcome);

/* For --dry-run, of a roll whose first step is to make a key: whether the nodes would take it. */
bool asactl_roll_rehearse(asactl_roll_t *roll, asactl_outcome_t *outcome);

/* Does every step that is left; asactl_roll_end follows once its result was told: a roll that is
 * killed before that is finished by the next run. */
bool asactl_roll_run(asactl_roll_t *roll, asactl_outcome_t *outcome);
bool asactl_roll_end(const asactl_roll_t *roll, asactl_outcome_t *outcome);

#endif
