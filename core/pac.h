/* SPDX-License-Identifier: Apache-2.0
 *
 * Reader of the two PAC buffers that carry names and SIDs: KERB_VALIDATION_INFO (MS-PAC
 * section 2.5, NDR type serialization version 1, MS-RPCE section 2.2.6) and UPN_DNS_INFO (MS-PAC
 * section 2.10).
 *
 * The bytes come from the GSS-API name attributes urn:mspac:logon-info and urn:mspac:upn-dns-info
 * after MIT Kerberos has verified the PAC's server signature.  They are hostile all the same: every
 * length, count and offset is checked, counts are bounded, and nothing outside the buffer is ever
 * read.
 *
 * Pure, any thread.  Everything in *out lives in the pool given.  Strings are UTF-8, converted from
 * UTF-16LE; an unpaired surrogate or a NUL inside makes the buffer malformed.
 */
#ifndef CORE_PAC_H
#define CORE_PAC_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

typedef struct asa_pac_logon_t {
    const char *account_name; /* EffectiveName: sAMAccountName, never "" */
    const char *full_name;    /* may be "" */
    const char *domain_name;  /* LogonDomainName: NetBIOS name of the user's domain, may be "" */
    /* LogonDomainId and UserId; with a UserId of 0 the first of ExtraSids, then no group */
    const char *user_sid;
    /* domain groups, extra SIDs and resource groups, in this order, at most 4096 */
    const char *const *group_sids;
    size_t group_count;
    /* "Account is sensitive and cannot be delegated" (USER_NOT_DELEGATED, MS-SAMR
     * section 2.2.1.12), or a member of Protected Users: no service gets tickets in this name */
    bool not_delegated;
} asa_pac_logon_t;

typedef struct asa_pac_upn_t {
    const char *upn;        /* may be "" */
    const char *dns_domain; /* may be "" */
    bool constructed;       /* flag U: the account has no UPN, the KDC made this one up */
} asa_pac_upn_t;

/* Both return true and fill *out, or return false and leave *out zeroed. */
bool asa_pac_read_logon(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                        asa_pac_logon_t *out);
bool asa_pac_read_upn(apr_pool_t *pool, const unsigned char *bytes, size_t len, asa_pac_upn_t *out);

#endif
