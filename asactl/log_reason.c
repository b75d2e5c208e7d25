/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the reason of a line in the table of core/reason.h or in Windows' own.
 */
#include "asactl/log_reason.h"

#include <inttypes.h>
#include <stdio.h>

#include "asactl/log_class.h"
#include "asactl/win32_status.h"
#include "core/reason.h"

/* ASA_REASON_NONE: it is no name of the table. */
static asa_reason_t reason_named(asactl_log_text_t name)
{
    for (unsigned i = ASA_REASON_NONE + 1; name.len > 0 && i < ASA_REASON_COUNT; i++) {
        if (asactl_log_text_is(name, asa_reason_name((asa_reason_t)i))) {
            return (asa_reason_t)i;
        }
    }
    return ASA_REASON_NONE;
}

asactl_log_text_t asactl_log_reason_of(const asactl_log_record_t *record,
                                       char room[ASACTL_LOG_REASON_SIZE])
{
    const char *name = asactl_win32_status_name(record->win32_status);
    int len;

    if (record->kind != ASACTL_LOG_IIS) {
        return record->reason.len > 0                                ? record->reason
               : reason_named(record->error_code) != ASA_REASON_NONE ? record->error_code
                                                                     : (asactl_log_text_t){"", 0};
    }
    if (record->status != 401 || record->win32_status <= 0) {
        return (asactl_log_text_t){"", 0};
    }
    len = name != NULL
              ? snprintf(room, ASACTL_LOG_REASON_SIZE, "401.%d %s", record->substatus, name)
              : snprintf(room, ASACTL_LOG_REASON_SIZE, "401.%d %" PRId64, record->substatus,
                         record->win32_status);
    return (asactl_log_text_t){room, len < ASACTL_LOG_REASON_SIZE ? (size_t)len : 0};
}

const char *asactl_log_reason_remedy(const asactl_log_record_t *record, asactl_log_text_t name)
{
    asa_reason_t reason = reason_named(name);

    if (record->kind == ASACTL_LOG_IIS) {
        return asactl_win32_status_meaning(record->win32_status);
    }
    return reason != ASA_REASON_NONE ? asa_reason_remedy(reason) : NULL;
}

bool asactl_log_reason_is_refusal(const asactl_log_record_t *record, asactl_log_text_t name)
{
    if (record->kind == ASACTL_LOG_IIS) {
        return asactl_log_class_of(record) == ASACTL_LOG_REFUSED;
    }
    return reason_named(name) != ASA_REASON_NO_CREDENTIALS;
}
