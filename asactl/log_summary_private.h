/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary itself, for the files that fill it and make lists of it; only log_summary*.c use it.
 *
 * One thread.
 */
#ifndef ASACTL_LOG_SUMMARY_PRIVATE_H
#define ASACTL_LOG_SUMMARY_PRIVATE_H

#include "asactl/log_summary.h"

struct asactl_log_summary_t {
    apr_pool_t *pool;
    bool trust_negotiate;
    asactl_log_counts_t counts, monitoring;
    asactl_log_table_t *by[ASACTL_LOG_BYS];
    asactl_log_table_t *who, *reasons, *statuses, *uses;
    asactl_log_table_t *legs; /* IIS: client and agent of the last leg of NTLM */
    asactl_log_buckets_t buckets;
    asactl_log_sources_t sources;
    /* What the limits of the proof are told from: signed-in requests. */
    asactl_log_count_t exchange_negotiate, iis_users, iis_inferred;
};

/* The rows that one request belongs to. */
typedef struct asactl_log_place_t {
    asactl_log_class_t class;
    asactl_log_row_t *by[ASACTL_LOG_BYS];
} asactl_log_place_t;

/* Follows one request in the table of who; reason may be NULL. */
void asactl_log_summary_who(asactl_log_summary_t *summary, const asactl_log_record_t *record,
                            const asactl_log_place_t *place, const asactl_log_reason_t *reason);

/* Counts the reason of a refusal; NULL: there is none. */
const asactl_log_reason_t *asactl_log_summary_why(asactl_log_summary_t *summary,
                                                  const asactl_log_record_t *record,
                                                  const asactl_log_place_t *place);

#endif
