/* SPDX-License-Identifier: Apache-2.0
 *
 * What a directory's refusal means for whoever ran asactl: sentence, remedy, exit code.
 *
 * Active Directory says more than the LDAP result code (RFC 4511 section 4.1.9): its diagnostic
 * text begins with a Win32 error number of eight hex digits (MS-ADTS section 3.1.1.3.1.9, MS-ERREF
 * section 2.2).  A failed SASL bind carries the text of the Kerberos library instead.
 *
 * Pure, any thread; nothing here asks the network.
 */
#ifndef ASACTL_LDAP_ERROR_H
#define ASACTL_LDAP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "asactl/outcome.h"

/* What was tried, in words that fit behind "could not". */
typedef struct asactl_ldap_act_t {
    const char *doing; /* "set the password of EXCH2016ASA$" */
    const char
        *right; /* the permission that it takes, as Active Directory's tools call it; or NULL */
    const char *object; /* the DN that the permission is on; or NULL */
    bool writes;        /* an answer that is lost leaves open whether it was done */
    bool unique;        /* a constraint that it breaks is that nobody else has these values */
} asactl_ldap_act_t;

/* The Win32 error number at the beginning of a diagnostic text, 0 if there is none. */
uint32_t asactl_ldap_error_extended(const char *diagnostic);

/* Fills *outcome and returns false.  result is an LDAP result code other than success, or one of
 * libldap's own; words is libldap's name for it; diagnostic may be NULL. */
bool asactl_ldap_error_explain(apr_pool_t *pool, int result, const char *words,
                               const char *diagnostic, const char *server,
                               const asactl_ldap_act_t *act, asactl_outcome_t *outcome);

/* The same for a bind that failed or a connection that did not come about. */
bool asactl_ldap_error_explain_bind(apr_pool_t *pool, int result, const char *words,
                                    const char *diagnostic, const char *server, bool tls,
                                    asactl_outcome_t *outcome);

#endif
