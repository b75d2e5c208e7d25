/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns LDAP results and Win32 error numbers into sentences and exit codes.
 */
#include "asactl/ldap_error.h"

#include <string.h>

#include <apr_strings.h>
#include <ldap.h>

#include "asactl/ticket_error.h"

#define DIGITS        8
#define ACCESS_DENIED 0x00000005
#define ACCESS_RIGHTS 0x00002098

typedef struct extended_t {
    uint32_t number;
    asactl_exit_code_t code;
    const char *because, *remedy;
} extended_t;

/* What Active Directory answers with LDAP's coarse codes (MS-ERREF section 2.2). */
static const extended_t extended_codes[] = {
    {0x0000202F, ASACTL_CONFLICT,
     "a service principal name is held already, or stands for one that is",
     "asactl spn query NAME shows the holder; remember host/NAME, which stands for http/NAME"},
    {0x000021C7, ASACTL_CONFLICT,
     "a service principal name is held by another account of the forest",
     "asactl spn query NAME shows the holder"},
    {0x000021C8, ASACTL_CONFLICT,
     "the user principal name is held by another account of the forest",
     "choose another account name"},
    {0x00000524, ASACTL_CONFLICT, "an account with this name exists already",
     "asactl account show NAME shows it"},
    {0x00002071, ASACTL_CONFLICT, "an object with this name exists already",
     "asactl account show NAME shows it; or choose another --ou"},
    {0x00000525, ASACTL_NOT_FOUND, "there is no such account", NULL},
    {0x00002030, ASACTL_NOT_FOUND, "there is no such object in the directory",
     "check the DN (--ou) and the account name"},
    {0x0000208D, ASACTL_NOT_FOUND, "there is no such object in the directory",
     "check the DN (--ou) and the account name"},
    {0x0000216D, ASACTL_DENIED, "the caller has made as many computer accounts as one user may",
     "ask for the right to create computer objects in the container, or for a larger "
     "ms-DS-MachineAccountQuota"},
    {0x0000052D, ASACTL_FAILED, "the domain's password policy refuses the password",
     "use a longer password, or one that was not used before"},
    {0x00000056, ASACTL_DENIED, "the old password is wrong", NULL},
    {0x00002015, ASACTL_REFUSED_TO_ACT, "objects lie below it", "remove what lies below it first"},
    {0x00002035, ASACTL_FAILED, "the directory is not willing to do it",
     "setting a password takes an encrypted connection: --ldap gssapi, ldaps or starttls"},
    {0x0000202B, ASACTL_FAILED, "this domain controller may not, and refers to another one",
     "name one with --server that can be written to and belongs to the account's domain"},
};

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint32_t asactl_ldap_error_extended(const char *diagnostic)
{
    uint32_t number = 0;

    for (int i = 0; i < DIGITS; i++) {
        int value = diagnostic == NULL ? -1 : digit(diagnostic[i]);

        if (value < 0) {
            return 0;
        }
        number = number << 4 | (uint32_t)value;
    }
    return diagnostic[DIGITS] == ':' || diagnostic[DIGITS] == ' ' ? number : 0;
}

static const extended_t *find_extended(uint32_t number)
{
    for (size_t i = 0; i < sizeof extended_codes / sizeof extended_codes[0]; i++) {
        if (extended_codes[i].number == number) {
            return &extended_codes[i];
        }
    }
    return NULL;
}

static bool is_denied(int result, uint32_t number)
{
    return result == LDAP_INSUFFICIENT_ACCESS || number == ACCESS_DENIED || number == ACCESS_RIGHTS;
}

static bool explain_denied(apr_pool_t *pool, const asactl_ldap_act_t *act,
                           asactl_outcome_t *outcome)
{
    if (act->right == NULL || act->object == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_DENIED,
                                   "use a ticket of an account that may (klist shows yours)", pool,
                                   "could not %s: the directory does not permit it", act->doing);
    }
    return asactl_outcome_fail(
        outcome, ASACTL_DENIED,
        "have the permission granted to the account of your ticket (klist), or use another ticket",
        pool, "could not %s: the permission \"%s\" on %s is missing", act->doing, act->right,
        act->object);
}

/* The connection broke, or no answer came in time. */
static bool explain_silence(apr_pool_t *pool, const char *words, const char *server,
                            const asactl_ldap_act_t *act, asactl_outcome_t *outcome)
{
    if (act->writes) {
        return asactl_outcome_fail(
            outcome, ASACTL_UNREACHABLE, "it may have been done: look before you run it again",
            pool, "could not see whether %s has done it (%s): %s", server, act->doing, words);
    }
    return asactl_outcome_fail(outcome, ASACTL_UNREACHABLE,
                               "check the network and the domain controller, or take another "
                               "with --server",
                               pool, "could not %s: %s does not answer (%s)", act->doing, server,
                               words);
}

static bool is_silence(int result)
{
    return result == LDAP_SERVER_DOWN || result == LDAP_TIMEOUT || result == LDAP_CONNECT_ERROR ||
           result == LDAP_UNAVAILABLE || result == LDAP_BUSY;
}

bool asactl_ldap_error_explain(apr_pool_t *pool, int result, const char *words,
                               const char *diagnostic, const char *server,
                               const asactl_ldap_act_t *act, asactl_outcome_t *outcome)
{
    uint32_t number = asactl_ldap_error_extended(diagnostic);
    const extended_t *known = find_extended(number);
    extended_t coarse = {.code = ASACTL_FAILED, .because = words};

    if (is_denied(result, number)) {
        return explain_denied(pool, act, outcome);
    }
    if (is_silence(result)) {
        return explain_silence(pool, words, server, act, outcome);
    }
    if (result == LDAP_REFERRAL) {
        known = find_extended(0x0000202B);
    } else if (known == NULL && result == LDAP_ALREADY_EXISTS) {
        known = find_extended(0x00002071);
    } else if (known == NULL && result == LDAP_NO_SUCH_OBJECT) {
        known = find_extended(0x00002030);
    }
    if (known == NULL && result == LDAP_INVALID_DN_SYNTAX) {
        coarse = (extended_t){.code = ASACTL_USAGE,
                              .because = "a DN is misspelt",
                              .remedy = "a DN looks like OU=Service Accounts,DC=corp,DC=example"};
    }
    if (known == NULL && result == LDAP_CONSTRAINT_VIOLATION && act->unique) {
        known = find_extended(0x0000202F);
    }
    if (known == NULL) {
        known = &coarse;
    }
    return asactl_outcome_fail(
        outcome, known->code, known->remedy, pool, "could not %s: %s (%s says %d%s%s)", act->doing,
        known->because, server, result, diagnostic == NULL || *diagnostic == '\0' ? "" : ", ",
        diagnostic == NULL ? "" : diagnostic);
}

static bool mentions(const char *text, const char *part)
{
    return text != NULL && strstr(text, part) != NULL;
}

/* The Kerberos library's own words, without what SASL and GSS-API say around them. */
static const char *kernel_of(apr_pool_t *pool, const char *said)
{
    const char *begin = strstr(said, "GSSAPI Error: ");
    size_t len;

    begin = begin == NULL ? NULL : strstr(begin, " (");
    if (begin == NULL) {
        return said;
    }
    begin += 2;
    len = strlen(begin);
    return apr_pstrndup(pool, begin, len > 0 && begin[len - 1] == ')' ? len - 1 : len);
}

bool asactl_ldap_error_explain_bind(apr_pool_t *pool, int result, const char *words,
                                    const char *diagnostic, const char *server, bool tls,
                                    asactl_outcome_t *outcome)
{
    bool explained = diagnostic != NULL && *diagnostic != '\0';
    const char *said = explained ? kernel_of(pool, diagnostic) : words;
    const asactl_ticket_error_t *ticket = asactl_ticket_error_find(diagnostic);

    if (ticket != NULL) {
        return asactl_outcome_fail(outcome, ticket->code, ticket->remedy, pool,
                                   "could not sign in to %s: %s (%s)", server, ticket->because,
                                   said);
    }
    if (mentions(diagnostic, "not found in Kerberos database")) {
        return asactl_outcome_fail(
            outcome, ASACTL_CREDENTIALS,
            "give --server its full name (not an address), and get a ticket of its realm or of one "
            "that it trusts",
            pool,
            "could not sign in to %s: the ticket's realm knows no domain controller of this name "
            "(%s)",
            server, said);
    }
    /* GnuTLS gives no reason, but libldap has a text only if there was a connection. */
    if (tls && is_silence(result) && explained) {
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED,
            "give --ca the PEM file of the authority that issued its certificate, and --server the "
            "name in it",
            pool, "could not trust the TLS certificate of %s (%s)", server, said);
    }
    if (is_silence(result)) {
        return asactl_outcome_fail(outcome, ASACTL_UNREACHABLE,
                                   "check the name, the network and the firewall, or take another "
                                   "domain controller with --server",
                                   pool, "could not reach %s (%s)", server, said);
    }
    return asactl_outcome_fail(outcome, ASACTL_CREDENTIALS,
                               "klist shows the ticket in use; KRB5_TRACE=/dev/stderr shows more",
                               pool, "could not sign in to %s: LDAP result %d (%s)", server, result,
                               said);
}
