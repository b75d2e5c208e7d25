/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the service principal names of the published names, and what DNS says of these.
 */
#include "asactl/doctor_name_checks.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/doctor_names.h"
#include "asactl/shell_word.h"

/* Why there was nothing to judge. */
#define NO_NAME "no published name of these nodes demands Kerberos"

static const asactl_doctor_spn_t *spn_at(const asactl_doctor_facts_t *facts, int i)
{
    return &APR_ARRAY_IDX(facts->spns, i, asactl_doctor_spn_t);
}

static const asactl_spn_holder_t *holder_at(const apr_array_header_t *holders, int i)
{
    return &APR_ARRAY_IDX(holders, i, asactl_spn_holder_t);
}

static bool is_ours(const asactl_doctor_facts_t *facts, const asactl_spn_holder_t *holder)
{
    return strcasecmp(holder->dn, facts->account.dn) == 0;
}

/* Somebody else who holds it; NULL: nobody. */
static const asactl_spn_holder_t *stranger(const asactl_doctor_facts_t *facts,
                                           const apr_array_header_t *holders)
{
    for (int i = 0; i < holders->nelts; i++) {
        if (!is_ours(facts, holder_at(holders, i))) {
            return holder_at(holders, i);
        }
    }
    return NULL;
}

static bool we_hold(const asactl_doctor_facts_t *facts, const apr_array_header_t *holders)
{
    for (int i = 0; i < holders->nelts; i++) {
        if (is_ours(facts, holder_at(holders, i))) {
            return true;
        }
    }
    return false;
}

/* "corp.example" of "CN=x,OU=y,DC=corp,DC=example" */
static const char *domain_of(apr_pool_t *pool, const char *dn)
{
    const char *domain = "";

    for (const char *at = dn; at != NULL && *at != '\0'; at = strchr(at, ',')) {
        at += *at == ',' ? 1 : 0;
        if (strncasecmp(at, "DC=", 3) == 0) {
            domain = apr_pstrcat(pool, domain, *domain == '\0' ? "" : ".",
                                 apr_pstrmemdup(pool, at + 3, strcspn(at + 3, ",")), NULL);
        }
    }
    return domain;
}

/* NULL: the account's own domain. */
static const char *other_domain(apr_pool_t *pool, const asactl_doctor_facts_t *facts,
                                const asactl_spn_holder_t *holder)
{
    const char *domain = domain_of(pool, holder->dn);

    return strcasecmp(domain, domain_of(pool, facts->account.dn)) == 0 ? NULL : domain;
}

/* "OTHER$", or "OTHER$ of child.corp.example" in another domain of the forest. */
static const char *who(apr_pool_t *pool, const asactl_doctor_facts_t *facts,
                       const asactl_spn_holder_t *holder)
{
    const char *domain = other_domain(pool, facts, holder);

    return domain == NULL ? holder->sam : apr_pstrcat(pool, holder->sam, " of ", domain, NULL);
}

/* The command that takes the name from its holder. */
static const char *removal(apr_pool_t *pool, const asactl_doctor_facts_t *facts,
                           const asactl_spn_holder_t *holder)
{
    const char *domain = other_domain(pool, facts, holder);

    return apr_psprintf(pool, "asactl spn remove %s%s%s%s %s", domain != NULL ? "--server " : "",
                        domain != NULL ? asactl_shell_word(pool, domain) : "",
                        domain != NULL ? " " : "", asactl_shell_word(pool, holder->sam),
                        asactl_shell_word(pool, holder->spn));
}

static const char *word(const asactl_doctor_list_t *list, const asactl_doctor_spn_t *spn)
{
    return asactl_shell_word(list->pool, spn->spn);
}

/* True if the name's holders are known; if not, that is said. */
static bool is_seen(const asactl_doctor_spn_t *spn, asactl_doctor_list_t *list)
{
    if (spn->unseen != NULL) {
        asactl_doctor_unknown(list, spn->spn, NULL, "%s", spn->unseen);
    }
    return spn->unseen == NULL;
}

void asactl_doctor_check_spn_present(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    int count = 0;

    for (int i = 0; i < facts->spns->nelts; i++) {
        const asactl_doctor_spn_t *spn = spn_at(facts, i);
        const asactl_spn_holder_t *other;

        if (spn->served == NULL || !is_seen(spn, list)) {
            continue;
        }
        count++;
        other = stranger(facts, spn->aliases);
        if (spn->holders->nelts == 0 && other != NULL) {
            asactl_doctor_fail(list, spn->spn,
                               apr_psprintf(list->pool,
                                            "asactl spn add %s gives it to the account; if the "
                                            "directory refuses that, publish another name.",
                                            word(list, spn)),
                               "no account holds %s, and clients get tickets for %s, which holds "
                               "%s: the nodes cannot open them",
                               spn->spn, who(list->pool, facts, other), other->spn);
        } else if (spn->holders->nelts == 0) {
            asactl_doctor_fail(list, spn->spn,
                               apr_psprintf(list->pool,
                                            "asactl spn add %s gives it to the account; or take "
                                            "the name out of httpd's configuration.",
                                            word(list, spn)),
                               "no account holds %s, which %s serves: clients fall back to NTLM, "
                               "or fail",
                               spn->spn, spn->served);
        }
    }
    asactl_doctor_looked(list, count, NULL, NO_NAME);
    asactl_doctor_ok(list, "every published name is held by an account (%d)", count);
}

void asactl_doctor_check_spn_owner(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    int count = 0;

    for (int i = 0; i < facts->spns->nelts; i++) {
        const asactl_doctor_spn_t *spn = spn_at(facts, i);

        if (spn->served == NULL || !is_seen(spn, list) || spn->holders->nelts == 0) {
            continue;
        }
        count++;
        if (!we_hold(facts, spn->holders)) {
            const asactl_spn_holder_t *holder = holder_at(spn->holders, 0);

            asactl_doctor_fail(list, spn->spn,
                               apr_psprintf(list->pool,
                                            "%s; asactl spn add %s. Or take the name out of "
                                            "httpd's configuration.",
                                            removal(list->pool, facts, holder), word(list, spn)),
                               "%s belongs to %s: the nodes cannot open its tickets "
                               "(KRB_AP_ERR_MODIFIED)",
                               spn->spn, who(list->pool, facts, holder));
        }
    }
    asactl_doctor_looked(list, count, NULL, "no account holds a published name");
    asactl_doctor_ok(list, "every published name belongs to %s (%d)", facts->account.sam, count);
}

void asactl_doctor_check_spn_duplicates(const asactl_doctor_facts_t *facts,
                                        asactl_doctor_list_t *list)
{
    for (int i = 0; i < facts->spns->nelts; i++) {
        const asactl_doctor_spn_t *spn = spn_at(facts, i);
        const asactl_spn_holder_t *other;

        if (!is_seen(spn, list)) {
            continue;
        }
        other = stranger(facts, spn->holders);
        if (other != NULL && we_hold(facts, spn->holders)) {
            asactl_doctor_fail(list, spn->spn,
                               apr_psprintf(list->pool,
                                            "%s, unless it is the one that should have it.",
                                            removal(list->pool, facts, other)),
                               "%s is held by %s and by %s: clients get no ticket for it", spn->spn,
                               facts->account.sam, who(list->pool, facts, other));
        }
    }
    asactl_doctor_ok(list, "no name of %s is held by another account", facts->account.sam);
}

/* Names of other classes are for services that httpd is not; "http/" with the account's own name
 * costs nobody anything.  A node that was not seen, as has been said then, may serve any name. */
void asactl_doctor_check_spn_unserved(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    bool unseen = asactl_doctor_list_said(list) > 0;

    for (int i = 0; i < facts->spns->nelts && !unseen; i++) {
        const asactl_doctor_spn_t *spn = spn_at(facts, i);

        if (spn->served == NULL && strncasecmp(spn->spn, "http/", 5) == 0) {
            asactl_doctor_warn(list, spn->spn,
                               apr_psprintf(list->pool,
                                            "Add it to ServerName or ServerAlias, or take it from "
                                            "the account: asactl spn remove %s",
                                            word(list, spn)),
                               "%s holds %s, and no server of these nodes accepts tickets for it",
                               facts->account.sam, spn->spn);
        }
    }
    asactl_doctor_ok(list, "every http name of %s is served", facts->account.sam);
}

/* --- DNS --- */

static const asactl_doctor_name_t *name_at(const asactl_doctor_facts_t *facts, int i)
{
    return &APR_ARRAY_IDX(facts->names, i, asactl_doctor_name_t);
}

/* True if DNS said something about the name; if not, that is said. */
static bool dns_answers(const asactl_doctor_name_t *name, asactl_doctor_list_t *list)
{
    if (name->dns.unseen != NULL) {
        asactl_doctor_unknown(list, name->host, "see the servers in /etc/resolv.conf", "%s",
                              name->dns.unseen);
    }
    return name->dns.unseen == NULL;
}

void asactl_doctor_check_name_address(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    for (int i = 0; i < facts->names->nelts; i++) {
        const asactl_doctor_name_t *name = name_at(facts, i);

        if (!dns_answers(name, list) || name->dns.addresses->nelts > 0) {
            continue;
        }
        if (name->local) {
            asactl_doctor_warn(list, name->host, NULL,
                               "DNS knows no address of %s; this machine knows one by other means "
                               "(/etc/hosts)",
                               name->host);
        } else {
            asactl_doctor_fail(list, name->host, NULL, "DNS knows no address of %s", name->host);
        }
    }
    asactl_doctor_looked(list, facts->names->nelts, NULL, NO_NAME);
    asactl_doctor_ok(list, "DNS knows addresses of every published name (%d)", facts->names->nelts);
}

/* Where the account has the canonical name, too, clients who ask for that get a ticket that the
 * nodes can open. */
void asactl_doctor_check_name_alias(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (int i = 0; i < facts->names->nelts; i++) {
        const asactl_doctor_name_t *name = name_at(facts, i);

        if (dns_answers(name, list) && name->dns.canonical != NULL &&
            !asactl_doctor_names_account_has(facts, name->dns.canonical)) {
            asactl_doctor_warn(list, name->host, NULL,
                               "%s is an alias (CNAME) of %s: browsers and krb5 with "
                               "dns_canonicalize_hostname ask for http/%s instead",
                               name->host, name->dns.canonical, name->dns.canonical);
        }
    }
    asactl_doctor_looked(list, facts->names->nelts, NULL, NO_NAME);
    asactl_doctor_ok(list, "no published name is an alias (CNAME) of a name without a key");
}

static void check_reverses(const asactl_doctor_facts_t *facts, const asactl_doctor_name_t *name,
                           asactl_doctor_list_t *list)
{
    for (int i = 0; i < name->reverses->nelts; i++) {
        const asactl_doctor_reverse_t *back =
            &APR_ARRAY_IDX(name->reverses, i, asactl_doctor_reverse_t);

        if (strcasecmp(back->name, name->host) != 0 && is_seen(&back->spn, list) &&
            !we_hold(facts, back->spn.holders)) {
            asactl_doctor_warn(
                list, name->host, NULL,
                "%s of %s leads back to %s, and %s does not hold http/%s, which krb5 "
                "with rdns asks for",
                back->address, name->host, back->name, facts->account.sam, back->name);
        }
    }
}

void asactl_doctor_check_name_reverse(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    for (int i = 0; i < facts->names->nelts; i++) {
        const asactl_doctor_name_t *name = name_at(facts, i);

        if (!dns_answers(name, list)) {
            continue;
        }
        if (name->reverse_unseen != NULL) {
            asactl_doctor_unknown(list, name->host, NULL, "%s", name->reverse_unseen);
        }
        check_reverses(facts, name, list);
    }
    asactl_doctor_looked(list, facts->names->nelts, NULL, NO_NAME);
    asactl_doctor_ok(list, "no address of a published name leads back to a name without a key");
}
