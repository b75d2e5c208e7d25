/* SPDX-License-Identifier: Apache-2.0
 *
 * One request as one line of Exchange's HttpProxy log: the 74 columns of Exchange 2016 (late
 * cumulative updates), 2019 and SE.
 *
 * The columns stand in one table (core/httpproxy_columns.h, also the record itself), from which
 * head and line are made.  The record holds what was measured; the line's derived columns are
 * computed from one snapshot, so that what every reader relies on holds on every line (empty counts
 * as 0): TotalRequestTime  = HttpPipelineLatency + ModuleToHandlerSwitchingLatency +
 *                       RequestHandlerLatency + HandlerToModuleSwitchingLatency
 *   HttpProxyOverhead = TotalRequestTime - (ClientReqStreamLatency + BackendReqStreamLatency +
 *                       BackendProcessingLatency + BackendRespStreamLatency +
 *                       ClientRespStreamLatency)
 *   RoutingLatency    = HttpProxyOverhead - HttpPipelineLatency, only when proxied
 *   CoreLatency       = HttpProxyOverhead - HttpPipelineLatency - BackendReqInitLatency
 *   DateTime          = BeginRequest + TotalRequestTime
 * How contradictory measurements are settled stands in core/httpproxy_latency.h.
 *
 * A request that was not proxied fills no proxy column, whatever the record holds, and names a
 * phase only if it took a millisecond; one refused in less has exactly the columns of Exchange's
 * own 401 lines.  TotalRequestTime, HttpProxyOverhead, CoreLatency and ActivityContextLifeTime
 * are always there.
 *
 * Every text passes core/log_field.h.  Limits in bytes: UserAgent 512, UrlStem and UrlQuery 1024,
 * GenericInfo 2048, GenericErrors 1024, any other 256; a line is shorter than
 * ASA_HTTPPROXY_LINE_SIZE.
 *
 * Pure, any thread; results live in the pool given.
 */
#ifndef CORE_HTTPPROXY_RECORD_H
#define CORE_HTTPPROXY_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "core/httpproxy_columns.h"

#define ASA_HTTPPROXY_LINE_SIZE 16384

/* Zeroes *record and sets every "did not happen" value to its mark, and the version to that of
 * the head, 15.02.1544.004. */
void asa_httpproxy_record_init(asa_httpproxy_record_t *record);

/* The six-line head of a new file, with BOM and CRLF; created is its #Date.  Its length is the
 * same for every date. */
const char *asa_httpproxy_record_head(apr_pool_t *pool, apr_time_t created, size_t *len_out);

/* The line with CRLF: exactly 74 columns whatever the record holds. */
const char *asa_httpproxy_record_line(apr_pool_t *pool, const asa_httpproxy_record_t *record,
                                      size_t *len_out);

/* One column exactly as it stands in the line, for log formats ("%{RequestId}^HP"); NULL if there
 * is no such column (name compared without case). */
const char *asa_httpproxy_record_value(apr_pool_t *pool, const asa_httpproxy_record_t *record,
                                       const char *column);

/* "HttpProxy_yyyyMMddHH-N.LOG" for the UTC hour of when; number counts from 1. */
const char *asa_httpproxy_record_file_name(apr_pool_t *pool, apr_time_t when, unsigned number);

/* Parses such a name, the whole string: true with the start of that UTC hour and the number, else
 * false.  Only names that the function above makes are such names. */
bool asa_httpproxy_record_parse_file_name(const char *name, apr_time_t *hour_out,
                                          unsigned *number_out);

#endif
