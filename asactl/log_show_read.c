/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on logs for people: what was read, and what could not be.
 */
#include "asactl/log_show.h"

#include "asactl/log_name.h"
#include "asactl/out.h"
#include "core/time_text.h"

static void show_bad(apr_pool_t *pool, const asactl_log_summary_t *summary, asactl_log_bad_t kind,
                     const char *words)
{
    const asactl_log_bads_t *bads = &asactl_log_summary_sources(summary)->bad[kind];

    if (bads->count == 0) {
        return;
    }
    asactl_out_line("  %s: %s", words, asactl_log_number(pool, bads->count));
    for (size_t i = 0; i < bads->examples; i++) {
        asactl_out_line("    %s:%llu: %s", asactl_out_safe(pool, bads->example[i].file),
                        bads->example[i].line, bads->example[i].why);
    }
}

static void show_unread(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    const asactl_log_unread_t *unread = &asactl_log_summary_sources(summary)->unread;

    if (unread->count > 0) {
        asactl_out_line("  files and folders that could not be read: %s",
                        asactl_log_number(pool, unread->count));
    }
    for (size_t i = 0; i < unread->examples; i++) {
        asactl_out_line("    %s", unread->example[i]);
    }
    if (unread->count > unread->examples) {
        asactl_out_line("    and %s more",
                        asactl_log_number(pool, unread->count - unread->examples));
    }
}

void asactl_log_show_read(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    const asactl_log_sources_t *sources = asactl_log_summary_sources(summary);
    const asactl_log_counts_t *counts = asactl_log_summary_counts(summary);

    asactl_out_line("read: lines %s, files %s, kB %s", asactl_log_number(pool, sources->lines),
                    asactl_log_number(pool, sources->files),
                    asactl_log_number(pool, (sources->bytes + 999) / 1000));
    if (sources->counted > 0) {
        asactl_out_line(
            "counted: requests %s, from %s to %s UTC", asactl_log_number(pool, sources->counted),
            asa_time_text_second(pool, counts->first), asa_time_text_second(pool, counts->last));
    }
    for (size_t i = 0; i < sources->generations; i++) {
        asactl_out_line("  %s from %s", asactl_log_number(pool, sources->generation[i].lines),
                        sources->generation[i].name);
    }
    if (sources->left_out > 0) {
        asactl_out_line("  requests left out by the filters: %s",
                        asactl_log_number(pool, sources->left_out));
    }
    if (sources->skipped > 0) {
        asactl_out_line("  other files and links in the folders, left alone: %s",
                        asactl_log_number(pool, sources->skipped));
    }
    if (sources->unfinished > 0) {
        asactl_out_line("  last lines that are not finished yet: %s",
                        asactl_log_number(pool, sources->unfinished));
    }
    show_unread(pool, summary);
    show_bad(pool, summary, ASACTL_LOG_BAD_BROKEN, "broken lines, not counted");
    show_bad(pool, summary, ASACTL_LOG_BAD_FORGED,
             "lines that contradict themselves, as forged ones do, not counted");
    show_bad(pool, summary, ASACTL_LOG_BAD_FOREIGN, "lines of other logs, not counted");
}
