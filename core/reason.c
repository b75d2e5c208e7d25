/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of reasons and the filling-in of their sentences.
 */
#include "core/reason.h"

#include <stddef.h>
#include <string.h>

#include <apr_strings.h>

typedef struct {
    const char *name;
    asa_fault_t fault;
    int status;
    const char *sentence; /* {fact} stands for a member of asa_facts_t */
    const char *remedy;
} row_t;

static const row_t rows[] = {
    [ASA_REASON_NONE] = {"", ASA_FAULT_CLIENT, 401, "", ""},
    [ASA_REASON_NO_CREDENTIALS] = {"NoCredentials", ASA_FAULT_CLIENT, 401,
                                   "client {client} sent no Authorization header",
                                   "The first request of most clients looks like this and the next "
                                   "one brings a ticket. If none ever "
                                   "does: put this name into the client's list of trusted sites, "
                                   "and let the user have a ticket."},
    [ASA_REASON_NOT_NEGOTIATE] =
        {"NotNegotiate", ASA_FAULT_CLIENT, 401,
         "client {client} offered the scheme {scheme}; only Negotiate is accepted here",
         "Set the client to Windows (Negotiate) authentication."},
    [ASA_REASON_NTLM_OFFERED] = {"NtlmOffered", ASA_FAULT_CLIENT, 401,
                                 "client {client} offered NTLM, not Kerberos",
                                 "The client found no ticket for this name: check that the name "
                                 "has its service principal name "
                                 "(setspn -Q http/NAME), that the client reaches a domain "
                                 "controller, and that it uses the name and "
                                 "not an address or another alias."},
    [ASA_REASON_TOKEN_MALFORMED] =
        {"TokenMalformed", ASA_FAULT_CLIENT, 401,
         "client {client} sent a Negotiate token that cannot be read ({detail})",
         "Look for a proxy or header limit (LimitRequestFieldSize) that cuts the Authorization "
         "header."},
    [ASA_REASON_WRONG_PRINCIPAL] =
        {"WrongPrincipal", ASA_FAULT_CLIENT, 401,
         "client {client} brought a ticket for {spn}; accepted here: {accepted}",
         "Use one of these names in the client, or list the service principal name in "
         "AsaServicePrincipals."},
    [ASA_REASON_KEY_VERSION_MISSING] =
        {"KeyVersionMissing", ASA_FAULT_NODE, 401,
         "client {client} brought a ticket for {spn} with kvno "
         "{kvno} ({etype}); this node holds {held}",
         "It missed the last roll: asactl copy --from NODE --to NODE "
         "brings it the keys of a node that signs users in; they "
         "are taken up without a restart."},
    [ASA_REASON_KEY_MISMATCH] =
        {"KeyMismatch", ASA_FAULT_NODE, 401,
         "client {client} brought a ticket for {spn} with kvno {kvno} ({etype}) that no key here "
         "opens; this node "
         "holds {held} (KRB_AP_ERR_MODIFIED)",
         "Either the service principal name is on another account (setspn -Q) or the account's "
         "password was "
         "changed outside of a roll: make a new key table for the account that owns the name."},
    [ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED] =
        {"EncryptionTypeUnsupported", ASA_FAULT_NODE, 401,
         "client {client} brought a ticket for {spn} sealed with {etype}; this node holds {held}",
         "Set msDS-SupportedEncryptionTypes of the account to 24 (AES) and set its password anew, "
         "or add the "
         "key of this encryption type to the key table."},
    [ASA_REASON_CLOCK_SKEW] =
        {"ClockSkew", ASA_FAULT_NODE, 401,
         "the clocks of client {client} and of this node are too far apart ({detail})",
         "Synchronise this node and the client with the domain controllers' time."},
    [ASA_REASON_TICKET_EXPIRED] = {"TicketExpired", ASA_FAULT_CLIENT, 401,
                                   "client {client} brought an expired ticket for {spn}",
                                   "The client gets a new one by itself; if it does not, compare "
                                   "its clock with the domain's."},
    [ASA_REASON_TICKET_NOT_YET_VALID] =
        {"TicketNotYetValid", ASA_FAULT_CLIENT, 401,
         "client {client} brought a ticket for {spn} that is not yet valid",
         "Compare the clocks of this node, the client and the domain controllers."},
    [ASA_REASON_REPLAY] = {"Replay", ASA_FAULT_CLIENT, 401,
                           "client {client} sent an authenticator for {spn} that was seen before",
                           "A client makes a new one for each request; something between it and "
                           "this node repeats requests."},
    [ASA_REASON_BAD_BINDINGS] =
        {"BadBindings", ASA_FAULT_CLIENT, 401,
         "client {client} bound its ticket for {spn} to another TLS channel",
         "TLS ends in front of this node with another certificate: name that certificate in "
         "AsaChannelBindingCertificate. If it does not, somebody is between the client and this "
         "node."},
    [ASA_REASON_NOT_BOUND] =
        {"NotBound", ASA_FAULT_CLIENT, 401,
         "client {client} did not bind its ticket for {spn} to the TLS channel, as "
         "AsaChannelBindings require asks",
         "Use a client with Extended Protection, or set AsaChannelBindings accept."},
    [ASA_REASON_TLS_REQUIRED] =
        {"TlsRequired", ASA_FAULT_CLIENT, 401,
         "client {client} came over a clear-text connection, and AsaRequireTLS is on",
         "Use https, or redirect http to https in front of this location."},
    [ASA_REASON_NO_USABLE_KEY] =
        {"NoUsableKey", ASA_FAULT_NODE, 503,
         "no usable key is loaded on this node, client {client} was turned away ({detail})",
         "Put a key table with the account's keys in the place that AsaCredential names; it is "
         "taken up without a restart."},
    [ASA_REASON_NAME_UNUSABLE] =
        {"NameUnusable", ASA_FAULT_CLIENT, 401,
         "client {client} has a name that cannot be carried safely ({detail})",
         "A realm without a dot needs an AsaDomain row; a name that holds '\\', '/', '@' or a "
         "control character can only be renamed."},
    [ASA_REASON_ACCEPT_FAILED] =
        {"AcceptFailed", ASA_FAULT_NODE, 401,
         "the ticket for {spn} of client {client} was not accepted ({detail})",
         "The words in parentheses are the Kerberos library's; look them up with KRB5_TRACE set "
         "for httpd."},
    [ASA_REASON_SESSION_INVALID] = {"SessionInvalid", ASA_FAULT_CLIENT, 401,
                                    "client {client} sent a session that is not valid here",
                                    "The client signs in again by itself."},
    [ASA_REASON_USER_NOT_DELEGATED] =
        {"UserNotDelegated", ASA_FAULT_CLIENT, 403,
         "{user} is not to be delegated, so there is no ticket for {back_end} ({detail})",
         "The account is marked as sensitive or is a member of Protected Users: use another "
         "account, or take the mark away."},
    [ASA_REASON_TICKET_NOT_FORWARDABLE] =
        {"TicketNotForwardable", ASA_FAULT_CLIENT, 403,
         "the ticket of {user} is not forwardable, so there is no ticket for {back_end} ({detail})",
         "Let the client get forwardable tickets (kinit -f; forwardable = true in krb5.conf), or "
         "allow this account resource-based delegation or any protocol."},
    [ASA_REASON_TICKET_OUTDATED] =
        {"TicketOutdated", ASA_FAULT_NODE, 502,
         "the ticket of {user} is of the time before the account's password changed; the KDC takes "
         "it no longer as evidence for {back_end} ({detail})",
         "It passes when the user gets a new ticket. So that no user notices the next roll, allow "
         "the account any protocol (TRUSTED_TO_AUTH_FOR_DELEGATION)."},
    [ASA_REASON_DELEGATION_NOT_ALLOWED] =
        {"DelegationNotAllowed", ASA_FAULT_NODE, 502,
         "the KDC gives this node's account no ticket for {back_end} in the name of {user} "
         "({detail})",
         "Add that name to msDS-AllowedToDelegateTo of the account whose keys are held here, or "
         "let the back end's account accept it (msDS-AllowedToActOnBehalfOfOtherIdentity)."},
    [ASA_REASON_BACK_END_UNKNOWN] =
        {"BackEndUnknown", ASA_FAULT_NODE, 502, "no account has the name {back_end} ({detail})",
         "Correct the name behind AsaBackendAuth delegate, or name the back end in ProxyPass or "
         "BalancerMember as its account does; setspn -Q finds names."},
    [ASA_REASON_NO_BACK_END_TICKET] =
        {"NoBackEndTicket", ASA_FAULT_NODE, 502,
         "there is no ticket for {back_end} in the name of {user} ({detail})",
         "If the words in parentheses are of the account itself, its keys are not the KDC's: "
         "asactl "
         "status compares them. Else try by hand: kvno -k KEYTAB -U USER -P NAME."},
    [ASA_REASON_KDC_UNREACHABLE] =
        {"KdcUnreachable", ASA_FAULT_NODE, 503,
         "no KDC gave a ticket for {back_end} in the name of {user} in time ({detail})",
         "Let this node reach the domain controllers on port 88 (krb5.conf, DNS, firewall). Users "
         "whose tickets are held go on."},
    [ASA_REASON_BACK_END_REFUSED] =
        {"BackEndRefused", ASA_FAULT_NODE, 502,
         "the back end answered 401 to a request that was proxied to it {detail}, and the client "
         "gets 502",
         "Without a ticket, the back end must trust the name that it is given; or give it one with "
         "AsaBackendAuth. With one, compare its service principal name, its keys, its clock and "
         "its Extended Protection."},
    [ASA_REASON_BACK_END_NOT_PROVEN] =
        {"BackEndNotProven", ASA_FAULT_NODE, 502,
         "the back end did not prove that it is {back_end} ({detail})",
         "Something else answers under its address, or it does not finish Negotiate: it must send "
         "its final token in WWW-Authenticate."},
};

_Static_assert(sizeof rows / sizeof rows[0] == ASA_REASON_COUNT, "one row for each reason");

static const row_t *row_of(asa_reason_t reason)
{
    return (unsigned)reason < ASA_REASON_COUNT ? &rows[reason] : &rows[ASA_REASON_NONE];
}

const char *asa_reason_name(asa_reason_t reason)
{
    return row_of(reason)->name;
}

asa_fault_t asa_reason_fault(asa_reason_t reason)
{
    return row_of(reason)->fault;
}

int asa_reason_status(asa_reason_t reason)
{
    return row_of(reason)->status;
}

const char *asa_reason_remedy(asa_reason_t reason)
{
    return row_of(reason)->remedy;
}

static const char *fact_of(const asa_facts_t *facts, const char *name, size_t len)
{
    static const struct {
        const char *name;
        size_t member;
    } members[] = {
        {"client", offsetof(asa_facts_t, client)}, {"spn", offsetof(asa_facts_t, spn)},
        {"kvno", offsetof(asa_facts_t, kvno)},     {"etype", offsetof(asa_facts_t, etype)},
        {"held", offsetof(asa_facts_t, held)},     {"accepted", offsetof(asa_facts_t, accepted)},
        {"scheme", offsetof(asa_facts_t, scheme)}, {"detail", offsetof(asa_facts_t, detail)},
        {"user", offsetof(asa_facts_t, user)},     {"back_end", offsetof(asa_facts_t, back_end)},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strlen(members[i].name) == len && memcmp(members[i].name, name, len) == 0) {
            const char *value = *(const char *const *)((const char *)facts + members[i].member);
            return value != NULL && *value != '\0' ? value : "unknown";
        }
    }
    return "unknown";
}

const char *asa_reason_sentence(apr_pool_t *pool, asa_reason_t reason, const asa_facts_t *facts)
{
    const row_t *row = row_of(reason);
    const char *text = row->sentence;
    const char *sentence = apr_pstrcat(pool, row->name, ": ", NULL);
    const char *open;

    while ((open = strchr(text, '{')) != NULL) {
        const char *close = strchr(open, '}');
        if (close == NULL) {
            break;
        }
        sentence =
            apr_pstrcat(pool, sentence, apr_pstrmemdup(pool, text, (apr_size_t)(open - text)),
                        fact_of(facts, open + 1, (size_t)(close - open - 1)), NULL);
        text = close + 1;
    }
    return apr_pstrcat(pool, sentence, text, NULL);
}
