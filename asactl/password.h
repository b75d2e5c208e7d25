/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords of accounts, as the directory wants them and as string-to-key wants them.
 *
 * They lie in a page of their own that is neither swapped nor dumped where the system allows it
 * (a limit on locked memory may forbid it, which is no failure), and are wiped with the pool.  One
 * thread.
 */
#ifndef ASACTL_PASSWORD_H
#define ASACTL_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

#include "asactl/outcome.h"

#define ASACTL_PASSWORD_RANDOM 120 /* characters; Active Directory takes up to 256 */
#define ASACTL_PASSWORD_LIMIT  256 /* UTF-16 code units */

typedef struct asactl_password_t {
    size_t text_len, utf16_len;                     /* bytes */
    char text[3 * ASACTL_PASSWORD_LIMIT + 1];       /* UTF-8, terminated */
    unsigned char utf16[2 * ASACTL_PASSWORD_LIMIT]; /* UTF-16LE without quotes */
} asactl_password_t;

/* ASACTL_PASSWORD_RANDOM characters of the kernel's random numbers, of all kinds that a password
 * policy asks for. */
bool asactl_password_random(apr_pool_t *pool, const asactl_password_t **out,
                            asactl_outcome_t *outcome);

/* The password with this text, len bytes of UTF-8; ASACTL_USAGE if it is empty, too long or no
 * text.  The caller wipes its own copy. */
bool asactl_password_from_text(apr_pool_t *pool, const char *text, size_t len,
                               const asactl_password_t **out, asactl_outcome_t *outcome);

#endif
