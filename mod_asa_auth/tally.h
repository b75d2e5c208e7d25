/* SPDX-License-Identifier: Apache-2.0
 *
 * What this node has done, counted by all its processes in shared memory: sign-ins and refusals by
 * protocol, the last refusals, and what keys each worker process holds.
 *
 * The memory outlives graceful restarts, so that counts go on.  Writers use atomic operations only
 * and never wait; a refusal, or what a worker holds, that is being replaced while it is read is
 * left out.
 *
 * Threads and processes: all functions may be called anywhere after mod_asa_tally_configure.
 */
#ifndef MOD_ASA_AUTH_TALLY_H
#define MOD_ASA_AUTH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "core/keyring.h"
#include "core/reason.h"
#include "mod_asa_auth/held_list.h"
#include "mod_asa_auth/private.h"

#define MOD_ASA_TALLY_PROTOCOLS   32
#define MOD_ASA_TALLY_REFUSALS    32
#define MOD_ASA_TALLY_WORKERS     512
#define MOD_ASA_TALLY_CREDENTIALS 8
#define MOD_ASA_TALLY_SLOTS       4

typedef struct mod_asa_tally_refusal_t {
    apr_time_t when; /* 0: none */
    asa_reason_t reason;
    char client[64];
    char protocol[68];
    char text[384]; /* the sentence of the error log */
} mod_asa_tally_refusal_t;

typedef struct mod_asa_tally_held_t {
    unsigned generation; /* of the keys; 0: none held */
    apr_time_t loaded;
    char text[256];
    mod_asa_held_list_t list;
} mod_asa_tally_held_t;

typedef struct mod_asa_tally_worker_t {
    int pid;
    mod_asa_tally_held_t held[MOD_ASA_TALLY_CREDENTIALS];
} mod_asa_tally_worker_t;

/* Before children exist; protocols are the names that get a row of their own (const char *).
 * Returns NULL or a sentence. */
const char *mod_asa_tally_configure(server_rec *main_server, const apr_array_header_t *protocols);

/* By a ticket, or (persistent) by the identity of the connection.  protocol NULL: counted under
 * "-". */
void mod_asa_tally_signed_in(const char *protocol, asa_key_slot_t slot);
void mod_asa_tally_persistent(const char *protocol);
void mod_asa_tally_refused(const char *protocol, asa_reason_t reason, const char *client,
                           const char *sentence);

/* In a child, at its start: it is listed until it ends, with no key yet. */
void mod_asa_tally_worker_begin(apr_pool_t *pchild);

/* In a child: this process holds these keys of credential number index now. */
void mod_asa_tally_worker_holds(size_t index, unsigned generation, apr_time_t loaded,
                                const char *text, const mod_asa_held_list_t *list);

/* True for the first process that asks about this state of credential number index, so that one of
 * many processes logs it. */
bool mod_asa_tally_first_to_see(size_t index, uint64_t state);

/* Readers for the status page. */
apr_time_t mod_asa_tally_since(void);
size_t mod_asa_tally_protocol_count(void);
const char *mod_asa_tally_protocol(size_t index); /* index 0 is "-" */
unsigned long mod_asa_tally_signed_in_count(size_t protocol, asa_key_slot_t slot);
unsigned long mod_asa_tally_persistent_count(size_t protocol);
unsigned long mod_asa_tally_refused_count(size_t protocol, asa_reason_t reason);

/* Copies of the last refusals, newest first; returns how many (at most limit). */
size_t mod_asa_tally_refusals(mod_asa_tally_refusal_t *out, size_t limit);

/* A copy of row number index (less than MOD_ASA_TALLY_WORKERS); false if no living worker has it.
 */
bool mod_asa_tally_worker(size_t index, mod_asa_tally_worker_t *out);

#endif
