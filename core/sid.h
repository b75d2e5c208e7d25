/* SPDX-License-Identifier: Apache-2.0
 *
 * A security identifier (MS-DTYP section 2.4.2) and its text.
 *
 * Pure, any thread; text lives in the pool given.
 */
#ifndef CORE_SID_H
#define CORE_SID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#define ASA_SID_SUB_AUTHORITIES_MAX 15

typedef struct asa_sid_t {
    uint64_t authority; /* 48 bits */
    size_t count;       /* 1 to 15 */
    uint32_t sub_authority[ASA_SID_SUB_AUTHORITIES_MAX];
} asa_sid_t;

/* "S-1-5-21-1-2-3"; an authority of 2^32 and more is written in hexadecimal (section 2.4.2.1). */
const char *asa_sid_text(apr_pool_t *pool, const asa_sid_t *sid);

/* The account or group of this relative identifier in the domain; NULL when the domain's SID has no
 * room for one more sub-authority. */
const char *asa_sid_member(apr_pool_t *pool, const asa_sid_t *domain, uint32_t rid);

#endif
