/* SPDX-License-Identifier: Apache-2.0
 *
 * A service ticket from one domain controller's KDC, to see which key of an account it uses.
 *
 * The controller is asked itself, over TCP (RFC 4120 section 7.2.2), whatever krb5.conf and DNS say
 * about the realm, with the ticket-granting ticket of the caller; tickets that the caller has
 * already are not looked at, and none is left behind.  Blocks for some seconds at most.
 */
#ifndef ASACTL_KDC_H
#define ASACTL_KDC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#include "asactl/outcome.h"

typedef struct asactl_kdc_t {
    const char *host;
    const char *realm;   /* of the account */
    const char *tickets; /* the caller's credential cache; NULL: the default one */
} asactl_kdc_t;

typedef struct asactl_kdc_ticket_t {
    int32_t etype; /* of the sealed part */
    uint32_t kvno;
    const unsigned char *cipher;
    size_t cipher_len;
} asactl_kdc_ticket_t;

/* A ticket for the account, by its own name (sAMAccountName).  ASACTL_UNREACHABLE if the controller
 * does not answer, ASACTL_CREDENTIALS if the caller has no ticket-granting ticket of use. */
bool asactl_kdc_ticket(apr_pool_t *pool, const asactl_kdc_t *kdc, const char *account,
                       asactl_kdc_ticket_t *out, asactl_outcome_t *outcome);

#endif
