/* SPDX-License-Identifier: Apache-2.0
 *
 * Which way leads to a ticket for a back end in a user's name, and why none does.
 *
 * The ways, in the order in which they are tried (MS-SFU section 1.3):
 * - the ticket-granting ticket that the client forwarded, if it did
 * - S4U2Proxy with the client's own ticket as evidence: "Kerberos only" and resource-based
 *   delegation
 * - S4U2Self, then S4U2Proxy with what came of it: where the account may use any protocol
 * Whether a way is allowed is the KDC's to say; nothing is concluded before it was asked.
 *
 * Pure, any thread.
 */
#ifndef CORE_DELEGATION_H
#define CORE_DELEGATION_H

#include <stdbool.h>

#include "core/reason.h"

typedef enum {
    ASA_DELEGATION_FORWARDED,
    ASA_DELEGATION_EVIDENCE,
    ASA_DELEGATION_IMPERSONATION,
    ASA_DELEGATION_NONE /* no way is left */
} asa_delegation_way_t;

typedef enum {
    ASA_KDC_GRANTED,
    ASA_KDC_REFUSED,  /* the KDC does not allow it */
    ASA_KDC_OUTDATED, /* the KDC cannot open the evidence: it knows the account's last key only */
    ASA_KDC_UNKNOWN_SERVICE, /* no account has the service principal name */
    ASA_KDC_UNREACHABLE,     /* no KDC answered */
    ASA_KDC_NO_ACCOUNT,      /* the account got no ticket of its own */
    ASA_KDC_FAILED           /* anything else */
} asa_kdc_answer_t;

/* What the client gave. */
typedef struct asa_delegation_case_t {
    bool forwarded;     /* a ticket-granting ticket */
    bool evidence;      /* a ticket for this service */
    bool forwardable;   /* that ticket's flag */
    bool not_delegated; /* the user is one that no service may act for */
} asa_delegation_case_t;

/* The first way of a case. */
asa_delegation_way_t asa_delegation_first(const asa_delegation_case_t *given);

/* The way after one that was not granted, NONE if another would end alike. */
asa_delegation_way_t asa_delegation_next(const asa_delegation_case_t *given,
                                         asa_delegation_way_t tried, asa_kdc_answer_t answer);

/* Of two answers, the one that says more about why there is no ticket: a way's own, except that
 * what the KDC said of the evidence outweighs that it gave no more for S4U2Self.  before: of the
 * ways until then; FAILED at first. */
asa_kdc_answer_t asa_delegation_outcome(asa_kdc_answer_t before, asa_delegation_way_t way,
                                        asa_kdc_answer_t answer);

/* Why there is no ticket, by the outcome of all ways.  NONE for GRANTED. */
asa_reason_t asa_delegation_reason(const asa_delegation_case_t *given, asa_kdc_answer_t answer);

/* "forwarded", "s4u2proxy", "s4u2self"; "none". */
const char *asa_delegation_way_name(asa_delegation_way_t way);

#endif
