/* SPDX-License-Identifier: Apache-2.0
 *
 * Tells from a line how its request was signed in.
 */
#include "asactl/log_class.h"

#include <string.h>

#include "asactl/win32_status.h"
#include "core/reason.h"

static const char *const names[ASACTL_LOG_CLASSES] = {
    [ASACTL_LOG_KERBEROS] = "kerberos",   [ASACTL_LOG_SESSION] = "session",
    [ASACTL_LOG_NEGOTIATE] = "negotiate", [ASACTL_LOG_NTLM] = "ntlm",
    [ASACTL_LOG_BASIC] = "basic",         [ASACTL_LOG_OTHER] = "other",
    [ASACTL_LOG_REFUSED] = "refused",     [ASACTL_LOG_NONE] = "none",
};

const char *asactl_log_class_name(asactl_log_class_t class)
{
    return (unsigned)class < ASACTL_LOG_CLASSES ? names[class] : "";
}

bool asactl_log_class_is_kerberos(asactl_log_class_t class, bool trust_negotiate)
{
    return class == ASACTL_LOG_KERBEROS || class == ASACTL_LOG_SESSION ||
           (class == ASACTL_LOG_NEGOTIATE && trust_negotiate);
}

bool asactl_log_class_is_leg(const asactl_log_record_t *record)
{
    return record->kind == ASACTL_LOG_IIS && record->status == 401 && record->substatus == 1 &&
           record->win32_status == ASACTL_WIN32_NO_CREDENTIALS;
}

bool asactl_log_class_is_monitoring(asactl_log_text_t user)
{
    static const char prefix[] = "HealthMailbox";
    const size_t len = sizeof prefix - 1;
    const char *slash = user.len > 0 ? memchr(user.at, '\\', user.len) : NULL;
    size_t digits = 0;

    if (slash != NULL) {
        user.len -= (size_t)(slash + 1 - user.at);
        user.at = slash + 1;
    }
    if (user.len <= len || !asactl_log_text_is((asactl_log_text_t){user.at, len}, prefix)) {
        return false;
    }
    while (len + digits < user.len && user.at[len + digits] != '\0' &&
           strchr("0123456789abcdefABCDEF", user.at[len + digits]) != NULL) {
        digits++;
    }
    return digits > 0 && (len + digits == user.len || user.at[len + digits] == '@');
}

bool asactl_log_class_is_weak(asactl_log_text_t etype)
{
    static const char *const weak[] = {"arcfour", "rc4", "des"};

    for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
        asactl_log_text_t begin = {etype.at, strlen(weak[i])};

        if (etype.len >= begin.len && asactl_log_text_is(begin, weak[i])) {
            return true;
        }
    }
    return false;
}

bool asactl_log_class_is_old(asactl_log_text_t key)
{
    return asactl_log_text_is(key, "previous") || asactl_log_text_is(key, "older");
}

/* By AuthenticationType; of IIS there is none, and it names a user whatever the scheme was. */
static asactl_log_class_t class_of_type(const asactl_log_record_t *record)
{
    static const struct {
        const char *type;
        asactl_log_class_t class;
    } types[] = {{"Kerberos", ASACTL_LOG_KERBEROS},
                 {"Negotiate", ASACTL_LOG_NEGOTIATE},
                 {"NTLM", ASACTL_LOG_NTLM},
                 {"Basic", ASACTL_LOG_BASIC}};

    if (record->kind == ASACTL_LOG_IIS) {
        return ASACTL_LOG_NEGOTIATE;
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (asactl_log_text_is(record->authentication_type, types[i].type)) {
            return types[i].class;
        }
    }
    return ASACTL_LOG_OTHER;
}

/* IIS refused what a client brought: not a challenge (401.2), and not a leg. */
static bool iis_refused(const asactl_log_record_t *record)
{
    return record->kind == ASACTL_LOG_IIS && record->status == 401 && record->win32_status > 0 &&
           record->substatus != 2 && !asactl_log_class_is_leg(record);
}

asactl_log_class_t asactl_log_class_of(const asactl_log_record_t *record)
{
    if (record->authenticated) {
        if (record->ours && asactl_log_text_is(record->package, "Kerberos")) {
            return record->session.len == 0 || asactl_log_text_is(record->session, "false")
                       ? ASACTL_LOG_KERBEROS
                       : ASACTL_LOG_SESSION;
        }
        return class_of_type(record);
    }
    if (record->ours &&
        !asactl_log_text_is(record->reason, asa_reason_name(ASA_REASON_NO_CREDENTIALS))) {
        return ASACTL_LOG_REFUSED;
    }
    return iis_refused(record) ? ASACTL_LOG_REFUSED : ASACTL_LOG_NONE;
}
