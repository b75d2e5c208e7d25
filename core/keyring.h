/* SPDX-License-Identifier: Apache-2.0
 *
 * Which key is which: the account's Latest and Previous keys, older ones, and the node's own.
 *
 * Entries that share a key belong to one account, whatever names they carry (aliases).  An account
 * with a name of this node (NODE$, or any class/node) is the node's own; every other is an
 * alternate service account.  Within an account the highest kvno is Latest, the next lower
 * Previous.  A read-only domain controller's number in the upper 16 bits of a kvno (MS-ADTS
 * section 3.1.1.4.5.16) does not count.
 *
 * Pure, any thread; a keyring points into the keys it was made from and lives in the pool given.
 */
#ifndef CORE_KEYRING_H
#define CORE_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#include "core/keytab.h"
#include "core/reason.h"

typedef enum { ASA_KEY_LATEST, ASA_KEY_PREVIOUS, ASA_KEY_OLDER, ASA_KEY_OWN } asa_key_slot_t;

typedef struct asa_keyring_t asa_keyring_t;

/* node_names: host names of this node, short or fully qualified. */
const asa_keyring_t *asa_keyring_make(apr_pool_t *pool, const asa_keys_t *keys,
                                      const char *const *node_names, size_t node_name_count);

size_t asa_keyring_count(const asa_keyring_t *ring);
const asa_key_t *asa_keyring_key(const asa_keyring_t *ring, size_t index);
asa_key_slot_t asa_keyring_slot(const asa_keyring_t *ring, size_t index);

/* The account that a key belongs to, as a number that equal accounts share, and its best name: one
 * that ends in '$' if there is one, else one that is no service's. */
size_t asa_keyring_account(const asa_keyring_t *ring, size_t index);
const char *asa_keyring_account_name(const asa_keyring_t *ring, size_t index);

/* The kvnos of the account that owns the key at this index, which has opened a ticket, in the order
 * in which the account is likeliest to sign in with them: that one and what follows it, upwards;
 * then what went before it, downwards.  At most limit of them; returns how many. */
size_t asa_keyring_versions(const asa_keyring_t *ring, size_t index, uint32_t *out, size_t limit);

/* "latest", "previous", "older", "own" */
const char *asa_keyring_slot_name(asa_key_slot_t slot);

/* Indexes of the distinct keys that could open a ticket of this enctype, likeliest first: those
 * with its kvno, then Latest before Previous before the rest. Writes at most limit of them to out,
 * returns how many. */
size_t asa_keyring_candidates(const asa_keyring_t *ring, int32_t etype, bool kvno_known,
                              uint32_t kvno, size_t *out, size_t limit);

/* Every key once, whatever names it has, likeliest first: what an acceptor needs, which tries one
 * after the other.  *out points to the ring's keys; the list is from the pool. */
void asa_keyring_distinct(apr_pool_t *pool, const asa_keyring_t *ring, asa_keys_t *out);

/* Why a ticket for spn (NULL: unknown) that none of the keys opens is not opened:
 * ENCRYPTION_TYPE_UNSUPPORTED, KEY_VERSION_MISSING (its kvno is not held and higher than an
 * account's Latest: a roll was missed) or KEY_MISMATCH.  Judged by the account that has this name
 * in the key table; key tables often hold only the account's own name, and then every alternate
 * service account counts, but the node's own keys only when there is no other. */
asa_reason_t asa_keyring_explain(const asa_keyring_t *ring, const char *spn, int32_t etype,
                                 bool kvno_known, uint32_t kvno);

/* "EXCH2016ASA$ kvno 6, 5 (aes256-cts-hmac-sha1-96, aes128-cts-hmac-sha1-96)", accounts joined by
 * "; ", at most eight of them and eight kvnos each: for log and status page. Never a key. */
const char *asa_keyring_held(apr_pool_t *pool, const asa_keyring_t *ring);

#endif
