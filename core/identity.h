/* SPDX-License-Identifier: Apache-2.0
 *
 * Who a client is: the forms of a proven name.
 *
 * Names come from the PAC that the KDC signed; where a ticket carries none, from the realm's
 * AsaDomain row; with neither, the domain part is the realm itself.  Nothing is guessed from a
 * realm's spelling.
 *
 * Pure, any thread; results live in the pool given, but the SIDs are those of the PAC's reading and
 * live as long as it does.
 */
#ifndef CORE_IDENTITY_H
#define CORE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

#include "core/pac.h"

typedef enum {
    ASA_NAME_DOWNLEVEL, /* DOMAIN\user, the down-level logon name (MS-ADTS) */
    ASA_NAME_UPN,       /* user@domain */
    ASA_NAME_SAM,       /* user */
    ASA_NAME_PRINCIPAL  /* user@REALM */
} asa_name_form_t;

/* One AsaDomain row. */
typedef struct asa_domain_t {
    const char *realm; /* compared with the principal's realm byte for byte */
    const char *netbios;
    const char *mail_domain; /* NULL when not configured */
} asa_domain_t;

typedef struct asa_identity_t {
    const char *principal; /* as the acceptor proved it, escaped by MIT's rules */
    const char *realm;
    const char *sam;       /* account name */
    const char *domain;    /* NetBIOS domain name, or the realm when nothing better is known */
    const char *upn;       /* PAC's UPN; else user@mail domain of AsaDomain; else the principal */
    const char *downlevel; /* domain\sam */
    const char *organization; /* mail domain of AsaDomain for this realm, else NULL */
    bool not_delegated;       /* the PAC says that no service may act in this name */
    const char *user_sid;     /* NULL without a PAC */
    const char *const *group_sids;
    size_t group_count;
} asa_identity_t;

/* logon and upn may be NULL (no such PAC buffer).  principal is what gss_display_name gives:
 * components and realm separated by unescaped '/' and '@', with MIT's backslash escapes, which are
 * undone in sam, realm and upn.  A service principal (several components) keeps all components in
 * sam, joined by '/'.
 *
 * Two accounts never share a down-level name.  What could make them do so is refused (NULL), never
 * renamed:
 * - a principal without name or realm, or whose realm holds '/', '@' or '\'; without a PAC also one
 *   with an empty component or one that holds such a character
 * - in any name, a control character (C0, DEL, C1) or bytes that are not UTF-8
 * - '/', '@' or '\' in the PAC's account or domain name.  Active Directory allows them in neither,
 *   and an account of the name "OTHER\user" must not pass for OTHER\user
 * - a domain part of one kind that reads like the other kind.  A NetBIOS name has no dot; a realm
 *   that serves as domain needs one inside, as realms of Active Directory have it.  So the realm
 *   TAILSPIN of somebody else's KDC is not the domain TAILSPIN, and anonymous tickets (realm
 *   WELLKNOWN:ANONYMOUS) are nobody.  An AsaDomain row lifts this rule for the name that it gives,
 *   and reserves the name: no other realm of that spelling serves as domain
 *
 * A PAC that says TAILSPIN in a ticket from another realm is believed: the KDC signed it, as it
 * does for an account that is mapped to a foreign principal.  Of a trusted forest's PAC the KDC
 * filters the SIDs and copies the names, so that form relies on the forest's administrators; the
 * principal does not.
 *
 * A PAC's UPN without '@' or with '\' counts as absent: a directory takes any text there.
 *
 * The forms UPN and SAM are only as unique as the directory keeps them; access rules across domains
 * want the down-level form or the principal. */
const asa_identity_t *asa_identity_make(apr_pool_t *pool, const char *principal,
                                        const asa_pac_logon_t *logon, const asa_pac_upn_t *upn,
                                        const asa_domain_t *domains, size_t domain_count);

/* All of it, with the SIDs, into the pool. */
asa_identity_t *asa_identity_copy(apr_pool_t *pool, const asa_identity_t *from);

/* The form that REMOTE_USER takes. */
const char *asa_identity_name(const asa_identity_t *identity, asa_name_form_t form);

#endif
