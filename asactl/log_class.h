/* SPDX-License-Identifier: Apache-2.0
 *
 * How a request was signed in, as far as its log line proves it.
 *
 * - kerberos: AuthPkg=Kerberos of mod_asa_auth, or AuthenticationType Kerberos (the PowerShell
 *   directory of Exchange, the Address Book log)
 * - session: mod_asa_auth, a connection or session that began with Kerberos (AuthPkg=Kerberos)
 * - negotiate: Exchange's "Negotiate", or a user that IIS names: Kerberos or NTLM; no log can tell
 * - ntlm, basic, other (FBA, OAuth, LiveIdBasic …): as AuthenticationType says
 * - refused: brought something that was turned away; it has a reason
 * - none: nobody signed in: anonymous, the first request of a client, one leg of several
 *
 * Pure, any thread.
 */
#ifndef ASACTL_LOG_CLASS_H
#define ASACTL_LOG_CLASS_H

#include <stdbool.h>

#include "asactl/log_record.h"

typedef enum {
    ASACTL_LOG_KERBEROS,
    ASACTL_LOG_SESSION,
    ASACTL_LOG_NEGOTIATE,
    ASACTL_LOG_NTLM,
    ASACTL_LOG_BASIC,
    ASACTL_LOG_OTHER,
    ASACTL_LOG_REFUSED,
    ASACTL_LOG_NONE,
    ASACTL_LOG_CLASSES
} asactl_log_class_t;

asactl_log_class_t asactl_log_class_of(const asactl_log_record_t *record);

/* "kerberos" and so on: of JSON, CSV and the reports. */
const char *asactl_log_class_name(asactl_log_class_t class);

/* By Kerberos; trust_negotiate takes "Negotiate" for it, as Exchange's own document does. */
bool asactl_log_class_is_kerberos(asactl_log_class_t class, bool trust_negotiate);

/* IIS: 401.1 with SEC_E_NO_CREDENTIALS, which stands in front of a success when NTLM went through
 * its legs, or when a Kerberos ticket could not be used. */
bool asactl_log_class_is_leg(const asactl_log_record_t *record);

/* A health mailbox of Exchange, as which its own monitoring signs in on every server, all the time:
 * "DOMAIN\HealthMailbox0659e34", or the address of one.  Only the directory's administrators can
 * make an account of such a name; what a User-Agent says of itself proves nothing. */
bool asactl_log_class_is_monitoring(asactl_log_text_t user);

/* An encryption type that is to be dropped: RC4 and DES. */
bool asactl_log_class_is_weak(asactl_log_text_t etype);

/* A key of the account that its latest has taken the place of. */
bool asactl_log_class_is_old(asactl_log_text_t key);

#endif
