/* SPDX-License-Identifier: Apache-2.0
 *
 * Every reason for which a request is refused: its name, whose fault it is, the HTTP status, the
 * sentence for the error log and the remedy.  One table; the name is what ErrorCode, ASA_REASON and
 * the tools show.
 *
 * Pure, any thread; strings are constants or live in the pool given.
 */
#ifndef CORE_REASON_H
#define CORE_REASON_H

#include <apr_pools.h>

typedef enum {
    ASA_REASON_NONE, /* not refused */
    ASA_REASON_NO_CREDENTIALS,
    ASA_REASON_NOT_NEGOTIATE,
    ASA_REASON_NTLM_OFFERED,
    ASA_REASON_TOKEN_MALFORMED,
    ASA_REASON_WRONG_PRINCIPAL,
    ASA_REASON_KEY_VERSION_MISSING,
    ASA_REASON_KEY_MISMATCH,
    ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED,
    ASA_REASON_CLOCK_SKEW,
    ASA_REASON_TICKET_EXPIRED,
    ASA_REASON_TICKET_NOT_YET_VALID,
    ASA_REASON_REPLAY,
    ASA_REASON_BAD_BINDINGS,
    ASA_REASON_NOT_BOUND,
    ASA_REASON_TLS_REQUIRED,
    ASA_REASON_NO_USABLE_KEY,
    ASA_REASON_NAME_UNUSABLE,
    ASA_REASON_ACCEPT_FAILED,
    ASA_REASON_SESSION_INVALID,
    /* The user is signed in; the back end cannot be asked in the user's name, or answers wrongly:
     */
    ASA_REASON_USER_NOT_DELEGATED,
    ASA_REASON_TICKET_NOT_FORWARDABLE,
    ASA_REASON_TICKET_OUTDATED,
    ASA_REASON_DELEGATION_NOT_ALLOWED,
    ASA_REASON_BACK_END_UNKNOWN,
    ASA_REASON_NO_BACK_END_TICKET,
    ASA_REASON_KDC_UNREACHABLE,
    ASA_REASON_BACK_END_REFUSED,
    ASA_REASON_BACK_END_NOT_PROVEN,
    ASA_REASON_COUNT
} asa_reason_t;

/* Whose fault: a client's mistake is logged at info, a node's at error. */
typedef enum { ASA_FAULT_CLIENT, ASA_FAULT_NODE } asa_fault_t;

/* What is known of the request; any pointer may be NULL (the sentence then says "unknown"). */
typedef struct asa_facts_t {
    const char *client;   /* its address */
    const char *spn;      /* service principal name in the ticket */
    const char *kvno;     /* key version in the ticket */
    const char *etype;    /* encryption type of the ticket */
    const char *held;     /* what this node holds: "kvno 6, 5 (aes256-cts-hmac-sha1-96, …)" */
    const char *accepted; /* what is accepted here: "http/mail.corp.tailspintoys.com, …" */
    const char *scheme;   /* scheme of the Authorization header */
    const char *user;     /* down-level logon name of the signed-in user */
    const char *back_end; /* service principal name or, without one, address of the back end */
    const char *detail;   /* the library's words */
} asa_facts_t;

/* The name, e.g. "KeyVersionMissing"; "" for ASA_REASON_NONE and anything out of range. */
const char *asa_reason_name(asa_reason_t reason);

asa_fault_t asa_reason_fault(asa_reason_t reason);

/* HTTP status of the refusal: 401; 503 where a balancer should eject the node or try again later;
 * of a signed-in user 403 or 502, never 401, which would make a client sign in once more.  A reason
 * out of range is 401. */
int asa_reason_status(asa_reason_t reason);

/* "KeyVersionMissing: client 192.0.2.7 brought …" with the facts filled in. */
const char *asa_reason_sentence(apr_pool_t *pool, asa_reason_t reason, const asa_facts_t *facts);

/* What to do, e.g. "It missed the last roll: …". */
const char *asa_reason_remedy(asa_reason_t reason);

#endif
