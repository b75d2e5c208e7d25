/* SPDX-License-Identifier: Apache-2.0
 *
 * Times and small words of doctor's sentences.
 *
 * Pure; results live in the pool given.
 */
#ifndef ASACTL_DOCTOR_TIME_H
#define ASACTL_DOCTOR_TIME_H

#include <apr_pools.h>
#include <apr_time.h>

#define ASACTL_DOCTOR_DAY (APR_USEC_PER_SEC * INT64_C(86400))

/* "2026-11-26", of UTC. */
const char *asactl_doctor_time_date(apr_pool_t *pool, apr_time_t time);

/* "75 s ahead", "4 min behind"; of a clock. */
const char *asactl_doctor_time_ahead(apr_pool_t *pool, apr_time_t ahead);

#endif
