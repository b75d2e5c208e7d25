/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with the ticket that the caller has, by a text of the Kerberos library: SASL hands
 * on that alone.
 *
 * Constants; any thread.
 */
#ifndef ASACTL_TICKET_ERROR_H
#define ASACTL_TICKET_ERROR_H

#include "asactl/exit_code.h"

typedef struct asactl_ticket_error_t {
    const char *text; /* a part of the library's */
    asactl_exit_code_t code;
    const char *because, *remedy;
} asactl_ticket_error_t;

/* NULL if the text (NULL: none) says nothing about it. */
const asactl_ticket_error_t *asactl_ticket_error_find(const char *text);

#endif
