/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns errors of the Kerberos library and result codes of kpasswd into sentences and exit codes.
 */
#include "asactl/caller_error.h"

#include <apr_strings.h>
#include <krb5.h>

typedef struct known_t {
    int32_t code;
    asactl_exit_code_t exit_code;
    const char *because, *remedy;
} known_t;

#define WRONG_KEY                                                                                  \
    "none of its keys is that of the account's password (it was set anew, or the table belongs "   \
    "to another account of this name)"
#define NEW_TABLE                                                                                  \
    "make the key table anew; if a roll set the password, asactl copy brings it from a node"
#define SET_CLOCK "set the clock (chronyc makestep, timedatectl); Kerberos allows 5 minutes"
#define NO_REALM  "check the realm of the principal, and that realm in krb5.conf or DNS"

static const known_t known_codes[] = {
    {KRB5KDC_ERR_PREAUTH_FAILED, ASACTL_CREDENTIALS, WRONG_KEY, NEW_TABLE},
    {KRB5KRB_AP_ERR_BAD_INTEGRITY, ASACTL_CREDENTIALS, WRONG_KEY, NEW_TABLE},
    {KRB5KDC_ERR_ETYPE_NOSUPP, ASACTL_CREDENTIALS,
     "it has no key of an encryption type that the KDC takes", "make the key table with AES keys"},
    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, ASACTL_CREDENTIALS, "its realm has no such account",
     "check client in asactl.conf, and the realm; klist -k shows whose keys the table holds"},
    {KRB5KDC_ERR_CLIENT_REVOKED, ASACTL_CREDENTIALS, "the account is disabled or locked",
     "enable or unlock it, or use the key table of another account"},
    {KRB5KDC_ERR_NAME_EXP, ASACTL_CREDENTIALS, "the account has expired",
     "have its end moved, or use the key table of another account"},
    {KRB5KDC_ERR_KEY_EXP, ASACTL_CREDENTIALS, "the account's password has expired",
     "set it anew and make the key table anew; the password of such an account should not expire"},
    {KRB5KDC_ERR_POLICY, ASACTL_CREDENTIALS, "the domain lets the account not sign in here or now",
     "see its logon hours and the computers that it may use"},
    {KRB5KRB_AP_ERR_SKEW, ASACTL_CREDENTIALS,
     "this machine's clock and the domain's differ too much", SET_CLOCK},
    {KRB5_KDCREP_SKEW, ASACTL_CREDENTIALS, "this machine's clock and the domain's differ too much",
     SET_CLOCK},
    {KRB5KDC_ERR_CLIENT_NOTYET, ASACTL_CREDENTIALS,
     "this machine's clock and the domain's differ too much", SET_CLOCK},
    {KRB5_KDC_UNREACH, ASACTL_UNREACHABLE, "no KDC of its realm answers",
     "check the network, and the realm's kdc in krb5.conf or DNS"},
    {KRB5_REALM_UNKNOWN, ASACTL_CREDENTIALS, "no KDC is known for its realm", NO_REALM},
    {KRB5_REALM_CANT_RESOLVE, ASACTL_CREDENTIALS, "no KDC is known for its realm", NO_REALM},
    {KRB5KDC_ERR_WRONG_REALM, ASACTL_CREDENTIALS, "its realm is another one", NO_REALM},
    {KRB5_KDCREP_MODIFIED, ASACTL_CREDENTIALS, "its realm is another one", NO_REALM},
};

bool asactl_caller_error_explain(apr_pool_t *pool, const asactl_caller_who_t *who, int32_t code,
                                 const char *words, asactl_outcome_t *outcome)
{
    const known_t other = {code, ASACTL_CREDENTIALS, "the KDC refuses it",
                           "KRB5_TRACE=/dev/stderr shows more"};
    const known_t *found = &other;

    for (size_t i = 0; i < sizeof known_codes / sizeof known_codes[0]; i++) {
        found = known_codes[i].code == code ? &known_codes[i] : found;
    }
    return asactl_outcome_fail(outcome, found->exit_code, found->remedy, pool,
                               "could not get a ticket for %s with %s: %s (%s)", who->principal,
                               who->file, found->because, words);
}

/* Result codes of RFC 3244 section 2. */
#define AUTHENTICATION 3
#define POLICY         4
#define ACCESS_DENIED  5
#define INITIAL_NEEDED 7

bool asactl_caller_error_refused(apr_pool_t *pool, const char *host, const char *dn, unsigned code,
                                 const char *text, asactl_outcome_t *outcome)
{
    const char *behind = text == NULL || *text == '\0' ? "" : apr_pstrcat(pool, ", ", text, NULL);

    switch (code) {
    case POLICY:
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED,
            "The least age of a password counts when an account changes its own: wait, or use a "
            "ticket that may reset it. Else use a longer one, that was not used before.",
            pool, "%s refuses the password: the domain's policy forbids it (kpasswd says %u%s)",
            host, code, behind);
    case ACCESS_DENIED:
        return asactl_outcome_fail(
            outcome, ASACTL_DENIED,
            "have it granted to the account itself (SELF), or use a ticket that may reset it", pool,
            "%s refuses the password: the permission \"Change Password\" on %s is missing (kpasswd "
            "says %u%s)",
            host, dn, code, behind);
    case AUTHENTICATION:
    case INITIAL_NEEDED:
        return asactl_outcome_fail(outcome, ASACTL_CREDENTIALS,
                                   "see that the key table holds the account's key of now", pool,
                                   "%s does not accept the ticket for a new password (kpasswd says "
                                   "%u%s)",
                                   host, code, behind);
    default:
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "see the log of the domain controller",
                                   pool, "%s refuses the password (kpasswd says %u%s)", host, code,
                                   behind);
    }
}
