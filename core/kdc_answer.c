/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorts answers of KDCs.
 */
#include "core/kdc_answer.h"

#include <errno.h>

#include <apr_strings.h>
#include <krb5.h>

static asa_kdc_answer_t sort(krb5_error_code code)
{
    switch (code) {
    case 0:
        return ASA_KDC_GRANTED;
    case KRB5_KDC_UNREACH:
    case KRB5_REALM_CANT_RESOLVE:
    case KRB5_REALM_UNKNOWN:
    case KRB5KDC_ERR_SVC_UNAVAILABLE:
    case ECONNREFUSED:
    case ETIMEDOUT:
        return ASA_KDC_UNREACHABLE;
    case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN:
    case KRB5_ERR_HOST_REALM_UNKNOWN:
        return ASA_KDC_UNKNOWN_SERVICE;
    case KRB5KDC_ERR_BADOPTION:
    case KRB5KDC_ERR_POLICY:
    case KRB5KDC_ERR_PADATA_TYPE_NOSUPP:
    case KRB5KDC_ERR_CLIENT_REVOKED:
    case KRB5_TKT_NOT_FORWARDABLE:
        return ASA_KDC_REFUSED;
    case KRB5KRB_AP_ERR_MODIFIED:
    case KRB5KRB_AP_ERR_BAD_INTEGRITY:
        return ASA_KDC_OUTDATED;
    default:
        return ASA_KDC_FAILED;
    }
}

asa_kdc_answer_t asa_kdc_answer_of(krb5_context context, int32_t code, apr_pool_t *pool,
                                   const char **words)
{
    *words = "";
    if (code != 0) {
        const char *text = krb5_get_error_message(context, code);
        *words = apr_pstrdup(pool, text);
        krb5_free_error_message(context, text);
    }
    return sort(code);
}
