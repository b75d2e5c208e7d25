/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies what a signed-in client has proven.
 */
#include "mod_asa_auth/sign_in.h"

#include <apr_strings.h>

void mod_asa_sign_in_copy(apr_pool_t *pool, const mod_asa_sign_in_t *from, mod_asa_sign_in_t *to)
{
    *to = *from;
    to->identity = from->identity != NULL ? asa_identity_copy(pool, from->identity) : NULL;
    to->proof.spn = apr_pstrdup(pool, from->proof.spn);
    to->etype = apr_pstrdup(pool, from->etype);
    to->kvno = apr_pstrdup(pool, from->kvno);
    to->account = apr_pstrdup(pool, from->account);
    to->key = apr_pstrdup(pool, from->key);
    to->mechanism = apr_pstrdup(pool, from->mechanism);
    to->evidence = asa_evidence_copy(pool, &from->evidence);
}
