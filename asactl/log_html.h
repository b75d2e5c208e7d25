/* SPDX-License-Identifier: Apache-2.0
 *
 * A summary of logs as one HTML document that needs nothing else: no file, no network, no script.
 *
 * Its policy of content forbids the browser to load or run anything but its own style sheet.  It is
 * bounded, whatever the logs hold: long lists show their first rows and say how many there are.
 * Colours always go with a pattern or a word, so that it can be read in grey and without seeing
 * red or green.
 *
 * Pure; one thread for each summary; the document lives in the pool given.
 */
#ifndef ASACTL_LOG_HTML_H
#define ASACTL_LOG_HTML_H

#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "asactl/log_summary.h"

/* Stands in the head of each, with the version behind it: so a report is known from other files. */
#define ASACTL_LOG_HTML_MADE_BY "<meta name=\"generator\" content=\"asactl "

/* What the summary does not know of itself. */
typedef struct asactl_log_html_about_t {
    apr_time_t made;     /* when the report is made */
    const char *host;    /* where; NULL: is not said */
    const char *filters; /* what was asked for, as on the command line; NULL: everything */
} asactl_log_html_about_t;

/* The document, terminated; *len is its length in bytes. */
const char *asactl_log_html_make(apr_pool_t *pool, const asactl_log_summary_t *summary,
                                 const asactl_log_html_about_t *about, size_t *len);

#endif
