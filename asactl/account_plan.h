/* SPDX-License-Identifier: Apache-2.0
 *
 * What an account may be called, and what is wrong with one as an alternate service account.
 *
 * Pure, any thread; results live in the pool given.
 */
#ifndef ASACTL_ACCOUNT_PLAN_H
#define ASACTL_ACCOUNT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "asactl/directory.h"
#include "asactl/outcome.h"

/* Bits of msDS-SupportedEncryptionTypes (MS-KILE section 2.2.7). */
#define ASACTL_ENCTYPES_RC4     0x04U
#define ASACTL_ENCTYPES_AES     0x18U
#define ASACTL_ENCTYPES_DEFAULT 24U

typedef struct asactl_finding_t {
    const char *sentence, *remedy;
} asactl_finding_t;

/* The sAMAccountName for a name as typed: a computer's ends in '$'.  ASACTL_USAGE if Active
 * Directory would not take it (MS-SAMR section 3.1.1.6). */
bool asactl_account_plan_name(apr_pool_t *pool, const char *name, bool user, const char **out,
                              asactl_outcome_t *outcome);

/* "24" or "28"; NULL stands for 24.  ASACTL_USAGE for anything else. */
bool asactl_account_plan_enctypes(apr_pool_t *pool, const char *text, uint32_t *out,
                                  asactl_outcome_t *outcome);

/* "AES256, AES128, RC4", or "not set". */
const char *asactl_account_plan_enctype_names(apr_pool_t *pool, uint32_t enctypes);

/* What is wrong with it (asactl_finding_t); none is good. */
apr_array_header_t *asactl_account_plan_findings(apr_pool_t *pool, const asactl_account_t *account,
                                                 apr_time_t now);

#endif
