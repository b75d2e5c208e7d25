/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes security identifiers as text.
 */
#include "core/sid.h"

#include <inttypes.h>
#include <stdio.h>

#include <apr_strings.h>

/* "S-1-" with an authority of "0x" and 12 digits, then "-" and 10 digits per sub-authority */
#define TEXT_MAX (4 + 14 + 11 * ASA_SID_SUB_AUTHORITIES_MAX + 1)

const char *asa_sid_text(apr_pool_t *pool, const asa_sid_t *sid)
{
    char text[TEXT_MAX];
    int len = sid->authority > UINT32_MAX
                  ? snprintf(text, sizeof(text), "S-1-0x%012" PRIX64, sid->authority)
                  : snprintf(text, sizeof(text), "S-1-%" PRIu64, sid->authority);

    for (size_t i = 0; i < sid->count; i++) {
        len += snprintf(text + len, sizeof(text) - (size_t)len, "-%" PRIu32, sid->sub_authority[i]);
    }
    return apr_pstrmemdup(pool, text, (size_t)len);
}

const char *asa_sid_member(apr_pool_t *pool, const asa_sid_t *domain, uint32_t rid)
{
    asa_sid_t member = *domain;

    if (member.count >= ASA_SID_SUB_AUTHORITIES_MAX) {
        return NULL;
    }
    member.sub_authority[member.count++] = rid;
    return asa_sid_text(pool, &member);
}
