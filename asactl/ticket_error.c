/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of what can be wrong with the caller's ticket; the first row that fits counts.
 */
#include "asactl/ticket_error.h"

#include <stddef.h>
#include <string.h>

static const asactl_ticket_error_t known_texts[] = {
    {"No Kerberos credentials available", ASACTL_CREDENTIALS, "there is no Kerberos ticket",
     "get one: kinit administrator"},
    {"No credentials", ASACTL_CREDENTIALS, "there is no Kerberos ticket",
     "get one: kinit administrator"},
    {"Credentials cache", ASACTL_CREDENTIALS, "there is no usable cache of Kerberos tickets",
     "get a ticket: kinit administrator; KRB5CCNAME names the cache"},
    {"Ticket expired", ASACTL_CREDENTIALS, "the Kerberos ticket has expired",
     "get a new one: kinit administrator"},
    {"Password has expired", ASACTL_CREDENTIALS, "the password of the ticket's account has expired",
     "get a new ticket; kinit asks for a new password"},
    {"entry in database has expired", ASACTL_CREDENTIALS, "the account of the ticket has expired",
     "have its end moved, or get a ticket for another account"},
    {"expired", ASACTL_CREDENTIALS, "the Kerberos ticket or the password has expired",
     "get a new ticket: kinit administrator"},
    {"Clock skew", ASACTL_CREDENTIALS, "this machine's clock and the domain's differ too much",
     "set the clock (chronyc makestep, timedatectl); Kerberos allows 5 minutes"},
    {"not yet valid", ASACTL_CREDENTIALS, "this machine's clock and the domain's differ too much",
     "set the clock (chronyc makestep, timedatectl); Kerberos allows 5 minutes"},
    {"revoked", ASACTL_CREDENTIALS, "the account of the ticket is disabled or locked",
     "get a ticket for another account"},
    {"KDC policy rejects", ASACTL_CREDENTIALS,
     "the domain does not take the ticket's account any more: it may be disabled, or gone",
     "see it with asactl account show NAME, or get a ticket for another account"},
    {"Cannot contact any KDC", ASACTL_UNREACHABLE, "no KDC of the realm answers",
     "check the network, and the realm's kdc in krb5.conf or DNS"},
    {"Cannot find KDC", ASACTL_CREDENTIALS, "no KDC is known for the realm",
     "check --realm, and the realm in krb5.conf or DNS"},
    {"Matching credential not found", ASACTL_CREDENTIALS, "the ticket is for another realm",
     "get a ticket of the domain controller's realm, or of one that it trusts"},
};

const asactl_ticket_error_t *asactl_ticket_error_find(const char *text)
{
    for (size_t i = 0; text != NULL && i < sizeof known_texts / sizeof known_texts[0]; i++) {
        if (strstr(text, known_texts[i].text) != NULL) {
            return &known_texts[i];
        }
    }
    return NULL;
}
