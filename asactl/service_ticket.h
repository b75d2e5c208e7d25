/* SPDX-License-Identifier: Apache-2.0
 *
 * Service tickets for names, as a client gets them: from the KDC that krb5.conf and DNS say, in the
 * name of the caller.
 *
 * Tickets that the caller has already are not looked at, and none is left behind: they lie in a
 * cache in memory, where core/gss.h finds them.  One thread; blocks as long as libkrb5 waits for a
 * KDC.
 */
#ifndef ASACTL_SERVICE_TICKET_H
#define ASACTL_SERVICE_TICKET_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "asactl/outcome.h"

typedef struct asactl_service_tickets_t asactl_service_tickets_t;

/* tickets: the caller's credential cache; NULL: the default one.  ASACTL_CREDENTIALS if it has no
 * ticket-granting ticket of use. Everything ends with the pool. */
bool asactl_service_tickets_open(apr_pool_t *pool, const char *tickets, const char *realm,
                                 asactl_service_tickets_t **out, asactl_outcome_t *outcome);

/* The name of the cache in memory, and of whom its tickets are ("wendy@CORP.TAILSPINTOYS.COM"). */
const char *asactl_service_tickets_cache(const asactl_service_tickets_t *tickets);
const char *asactl_service_tickets_client(const asactl_service_tickets_t *tickets);

typedef enum {
    ASACTL_SERVICE_TICKET_GOT,
    ASACTL_SERVICE_TICKET_UNKNOWN, /* the KDC knows nobody, or more than one, of that name */
    ASACTL_SERVICE_TICKET_NONE     /* for another reason: the words say it */
} asactl_service_ticket_state_t;

typedef struct asactl_service_ticket_t {
    asactl_service_ticket_state_t state;
    const char *words; /* the library's, unless there is a ticket */
    const char *server;
    uint32_t kvno;
    int32_t etype, session_etype;     /* of the sealed part; of the session key */
    apr_time_t start, end, renewable; /* renewable: 0: it is not */
} asactl_service_ticket_t;

/* A ticket for spn ("http/mail.corp.tailspintoys.com") of the realm that was opened.  Always fills
 * *out, in the pool. */
void asactl_service_tickets_get(asactl_service_tickets_t *tickets, apr_pool_t *pool,
                                const char *spn, asactl_service_ticket_t *out);

#endif
