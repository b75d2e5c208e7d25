/* SPDX-License-Identifier: Apache-2.0
 *
 * Service principal names (MS-ADTS section 2.2.21): class/host, compared without case as Active
 * Directory does.
 *
 * Pure, any thread.
 */
#ifndef CORE_SPN_H
#define CORE_SPN_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

/* Which service principal names a ticket may name. */
typedef struct asa_spn_rule_t {
    bool any;
    const char *const
        *names; /* each "class/host"; a '*' or '?' in it matches as in a ServerAlias */
    size_t count;
} asa_spn_rule_t;

/* NULL, or what is wrong with text as a service principal name without realm. */
const char *asa_spn_defect(const char *text);

/* May a ticket for this name be used? */
bool asa_spn_allowed(const asa_spn_rule_t *rule, const char *spn);

/* "any", or the names joined by ", ", at most eight of them; "none" for an empty list. */
const char *asa_spn_describe(apr_pool_t *pool, const asa_spn_rule_t *rule);

#endif
