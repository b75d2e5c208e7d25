/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a request was not signed in, as its line says it, and what to do.
 *
 * Of mod_asa_auth it is a name of core/reason.h; of IIS "401.1 SEC_E_NO_CREDENTIALS".  Exchange's
 * own ErrorCode speaks of other things.
 *
 * Pure, any thread.
 */
#ifndef ASACTL_LOG_REASON_H
#define ASACTL_LOG_REASON_H

#include "asactl/log_record.h"

#define ASACTL_LOG_REASON_SIZE 64

/* The name, in the line or in room; empty: the line says none. */
asactl_log_text_t asactl_log_reason_of(const asactl_log_record_t *record,
                                       char room[ASACTL_LOG_REASON_SIZE]);

/* A constant; NULL: none is known. */
const char *asactl_log_reason_remedy(const asactl_log_record_t *record, asactl_log_text_t name);

/* False for what belongs to every sign-in: the first request of a client, one leg of several. */
bool asactl_log_reason_is_refusal(const asactl_log_record_t *record, asactl_log_text_t name);

#endif
