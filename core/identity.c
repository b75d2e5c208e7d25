/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides which name a proven client has, and refuses names that could pass for another's.
 */
#include "core/identity.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "core/utf8.h"

/* A principal with its escapes undone. */
typedef struct parsed_t {
    char *name; /* components joined by '/' */
    char *realm;
    bool ambiguous; /* a component is empty or holds a character that separates names */
} parsed_t;

static bool is_separator(char c)
{
    return c == '/' || c == '@' || c == '\\';
}

/* UTF-8 without control characters. */
static bool is_text(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = strlen(text);

    while (left > 0) {
        uint32_t code = 0;
        size_t length = asa_utf8_next(at, left, &code);
        if (length == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0)) {
            return false;
        }
        at += length;
        left -= length;
    }
    return true;
}

/* A name that can stand on one side of a separator. */
static bool is_plain(const char *name)
{
    return *name != '\0' && strpbrk(name, "/@\\") == NULL && is_text(name);
}

/* The byte that MIT's escape letter stands for; '\1', which no name may hold, for a NUL or a
 * missing letter. */
static char unescape(char letter)
{
    switch (letter) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'b':
        return '\b';
    case '0':
    case '\0':
        return '\1';
    default:
        return letter;
    }
}

/* Splits at the one unescaped '@'; false when there is none, or a second one. */
static bool parse_principal(apr_pool_t *pool, const char *principal, parsed_t *out)
{
    size_t len = strlen(principal);
    char *to = apr_palloc(pool, len + 1);
    bool component_empty = true;

    out->name = to;
    out->realm = NULL;
    out->ambiguous = false;
    for (const char *at = principal; *at != '\0'; at++) {
        bool escaped = *at == '\\';
        char byte = escaped ? unescape(at[1]) : *at;

        if (escaped && at[1] != '\0') {
            at++;
        }
        if (!escaped && byte == '@') {
            if (out->realm != NULL) {
                return false;
            }
            *to++ = '\0';
            out->ambiguous = out->ambiguous || component_empty;
            out->realm = apr_palloc(pool, len + 1);
            to = out->realm;
            continue;
        }
        if (out->realm == NULL) {
            bool ends = !escaped && byte == '/';
            out->ambiguous = out->ambiguous || (ends ? component_empty : is_separator(byte));
            component_empty = ends;
        }
        *to++ = byte;
    }
    *to = '\0';
    return out->realm != NULL && *out->name != '\0' && is_text(out->name) && is_plain(out->realm);
}

static const asa_domain_t *find_row(const char *realm, const asa_domain_t *domains, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(domains[i].realm, realm) == 0) {
            return &domains[i];
        }
    }
    return NULL;
}

static bool is_configured(const char *name, const asa_domain_t *domains, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (apr_cstr_casecmp(domains[i].netbios, name) == 0) {
            return true;
        }
    }
    return false;
}

/* A dot with something on both sides. */
static bool has_inner_dot(const char *name)
{
    size_t len = strlen(name);

    return len > 2 && memchr(name + 1, '.', len - 2) != NULL;
}

/* The domain part, or NULL when it could be taken for one of the other kind. */
static const char *choose_domain(const asa_pac_logon_t *logon, const char *realm,
                                 const asa_domain_t *domains, size_t count)
{
    if (logon != NULL && *logon->domain_name != '\0') {
        bool dotted = strchr(logon->domain_name, '.') != NULL;
        if (dotted && !is_configured(logon->domain_name, domains, count)) {
            return NULL;
        }
        return is_plain(logon->domain_name) ? logon->domain_name : NULL;
    }
    const asa_domain_t *row = find_row(realm, domains, count);
    if (row != NULL) {
        return is_plain(row->netbios) ? row->netbios : NULL;
    }
    return has_inner_dot(realm) && !is_configured(realm, domains, count) ? realm : NULL;
}

static bool is_upn(const char *text)
{
    const char *at = strrchr(text, '@');

    return at != NULL && *text != '@' && at[1] != '\0' && strchr(text, '\\') == NULL;
}

static const char *choose_upn(apr_pool_t *pool, const asa_identity_t *identity,
                              const parsed_t *parsed, const asa_pac_upn_t *upn)
{
    if (upn != NULL && is_upn(upn->upn)) {
        return apr_pstrdup(pool, upn->upn);
    }
    if (identity->organization != NULL) {
        return apr_pstrcat(pool, identity->sam, "@", identity->organization, NULL);
    }
    return apr_pstrcat(pool, parsed->name, "@", parsed->realm, NULL);
}

const asa_identity_t *asa_identity_make(apr_pool_t *pool, const char *principal,
                                        const asa_pac_logon_t *logon, const asa_pac_upn_t *upn,
                                        const asa_domain_t *domains, size_t domain_count)
{
    parsed_t parsed;

    if (!parse_principal(pool, principal, &parsed) || (upn != NULL && !is_text(upn->upn))) {
        return NULL;
    }
    if (logon != NULL ? !is_plain(logon->account_name) : parsed.ambiguous) {
        return NULL;
    }
    const char *domain = choose_domain(logon, parsed.realm, domains, domain_count);
    if (domain == NULL) {
        return NULL;
    }
    const asa_domain_t *row = find_row(parsed.realm, domains, domain_count);
    asa_identity_t *identity = apr_pcalloc(pool, sizeof(*identity));
    identity->principal = apr_pstrdup(pool, principal);
    identity->realm = parsed.realm;
    identity->sam = logon != NULL ? apr_pstrdup(pool, logon->account_name) : parsed.name;
    identity->domain = apr_pstrdup(pool, domain);
    identity->downlevel = apr_pstrcat(pool, domain, "\\", identity->sam, NULL);
    if (row != NULL && row->mail_domain != NULL) {
        identity->organization = apr_pstrdup(pool, row->mail_domain);
    }
    identity->upn = choose_upn(pool, identity, &parsed, upn);
    if (logon != NULL) {
        identity->user_sid = logon->user_sid;
        identity->not_delegated = logon->not_delegated;
        identity->group_sids = logon->group_sids;
        identity->group_count = logon->group_count;
    }
    return identity;
}

asa_identity_t *asa_identity_copy(apr_pool_t *pool, const asa_identity_t *from)
{
    asa_identity_t *copy = apr_pmemdup(pool, from, sizeof *from);
    const char **groups = apr_palloc(pool, (from->group_count + 1) * sizeof *groups);

    copy->principal = apr_pstrdup(pool, from->principal);
    copy->realm = apr_pstrdup(pool, from->realm);
    copy->sam = apr_pstrdup(pool, from->sam);
    copy->domain = apr_pstrdup(pool, from->domain);
    copy->upn = apr_pstrdup(pool, from->upn);
    copy->downlevel = apr_pstrdup(pool, from->downlevel);
    copy->organization = apr_pstrdup(pool, from->organization);
    copy->user_sid = apr_pstrdup(pool, from->user_sid);
    for (size_t i = 0; i < from->group_count; i++) {
        groups[i] = apr_pstrdup(pool, from->group_sids[i]);
    }
    copy->group_sids = groups;
    return copy;
}

const char *asa_identity_name(const asa_identity_t *identity, asa_name_form_t form)
{
    switch (form) {
    case ASA_NAME_UPN:
        return identity->upn;
    case ASA_NAME_SAM:
        return identity->sam;
    case ASA_NAME_PRINCIPAL:
        return identity->principal;
    case ASA_NAME_DOWNLEVEL:
        break;
    }
    return identity->downlevel;
}
