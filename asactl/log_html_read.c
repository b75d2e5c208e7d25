/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTML report on its own ground: what was read, what could not be, and what logs prove.
 */
#include "asactl/log_html_private.h"

#include <apr_strings.h>

static void put_count(const asactl_log_html_report_t *report, const char *name,
                      asactl_log_count_t number, const char *remark)
{
    asactl_html_put(report->html, "<tr><th scope=\"row\">%s</th>", name);
    asactl_log_html_number_cell(report, number);
    asactl_html_put(report->html, "<td>%s</td></tr>\n", remark);
}

/* "12.3 MiB"; "" below one KiB. */
static const char *size(apr_pool_t *pool, asactl_log_count_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    size_t unit = 0;
    asactl_log_count_t whole = bytes;

    if (bytes < 1024) {
        return "";
    }
    while (whole >= 1024 * 1024 && unit < 4) {
        whole /= 1024;
        unit++;
    }
    return apr_psprintf(pool, "%" APR_UINT64_T_FMT ".%u %s, unpacked", (apr_uint64_t)(whole / 1024),
                        (unsigned)(whole % 1024 * 10 / 1024), units[unit]);
}

static void put_counts(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {"What", "#Number", "Remark", NULL};
    const asactl_log_sources_t *sources = asactl_log_summary_sources(report->summary);

    asactl_log_html_table(report, "What was read", titles);
    put_count(report, "Files", sources->files, "");
    put_count(report, "Files and folders not read", sources->unread.count,
              "or only in part; see below");
    put_count(report, "Files left alone", sources->skipped,
              "in the folders, but no log by their names");
    put_count(report, "Bytes", sources->bytes, size(report->pool, sources->bytes));
    put_count(report, "Lines", sources->lines, "heads, too");
    put_count(report, "Requests counted", sources->counted,
              "all numbers of this report are of these");
    put_count(report, "Requests left out", sources->left_out,
              report->about->filters != NULL ? report->about->filters : "no filter was set");
    put_count(report, "Broken lines", sources->bad[ASACTL_LOG_BAD_BROKEN].count,
              "cannot be read; not counted");
    put_count(report, "Forged lines", sources->bad[ASACTL_LOG_BAD_FORGED].count,
              "are not what their writer writes; not counted");
    put_count(report, "Foreign lines", sources->bad[ASACTL_LOG_BAD_FOREIGN].count,
              "of no log that is known; not counted");
    put_count(report, "Unfinished lines", sources->unfinished,
              "at the end of a file that is still being written");
    asactl_log_html_table_end(report);
}

static void put_generations(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {"Written by", "#Lines", NULL};
    const asactl_log_sources_t *sources = asactl_log_summary_sources(report->summary);

    if (sources->generations == 0) {
        return;
    }
    asactl_log_html_table(report, "Lines by who wrote them", titles);
    for (size_t i = 0; i < sources->generations; i++) {
        asactl_html_put(report->html, "<tr><th scope=\"row\">%s</th>", sources->generation[i].name);
        asactl_log_html_number_cell(report, sources->generation[i].lines);
        asactl_html_markup(report->html, "</tr>\n");
    }
    asactl_log_html_table_end(report);
}

static void put_examples(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {"Kind", "File", "#Line", "What is wrong", NULL};
    const asactl_log_sources_t *sources = asactl_log_summary_sources(report->summary);
    bool some = false;

    for (int bad = 0; bad < ASACTL_LOG_BADS; bad++) {
        some = some || sources->bad[bad].examples > 0;
    }
    if (!some) {
        return;
    }
    asactl_html_put(report->html,
                    "<h3>Lines that were not counted</h3>\n<p>The first %d of each kind. A "
                    "forged line reads well, but its own numbers contradict it: ask who can "
                    "write to that file.</p>\n",
                    (int)ASACTL_LOG_EXAMPLES);
    asactl_log_html_table(report, "Lines that were not counted", titles);
    for (int bad = 0; bad < ASACTL_LOG_BADS; bad++) {
        for (size_t i = 0; i < sources->bad[bad].examples; i++) {
            asactl_html_put(
                report->html, "<tr><th scope=\"row\">%s</th><td class=\"name\"><bdi>%s</bdi></td>",
                asactl_log_bad_name((asactl_log_bad_t)bad), sources->bad[bad].example[i].file);
            asactl_log_html_number_cell(report, sources->bad[bad].example[i].line);
            asactl_html_put(report->html, "<td>%s</td></tr>\n", sources->bad[bad].example[i].why);
        }
    }
    asactl_log_html_table_end(report);
}

static void put_unread(const asactl_log_html_report_t *report)
{
    const asactl_log_unread_t *unread = &asactl_log_summary_sources(report->summary)->unread;

    if (unread->count == 0) {
        return;
    }
    asactl_html_markup(report->html, "<h3>What could not be read</h3>\n<ul class=\"evidence\">\n");
    for (size_t i = 0; i < unread->examples; i++) {
        asactl_html_put(report->html, "<li><bdi>%s</bdi></li>\n", unread->example[i]);
    }
    asactl_html_markup(report->html, "</ul>\n");
    asactl_log_html_more(report, unread->examples, (size_t)unread->count, "files and folders");
}

static void put_classes(const asactl_log_html_report_t *report)
{
    asactl_html_markup(
        report->html,
        "<h3>How a request is judged</h3>\n<dl class=\"judged\">"
        "<dt>Kerberos</dt><dd>proven: mod_asa_auth opened the ticket (AuthPkg=Kerberos), or "
        "Exchange "
        "names Kerberos itself (PowerShell directory, Address Book log).</dd>"
        "<dt>Session</dt><dd>a connection or session that began with Kerberos at mod_asa_auth.</dd>"
        "<dt>Negotiate</dt><dd>what Exchange writes for Kerberos and for NTLM inside Negotiate "
        "alike, or "
        "a user whom IIS names: the log cannot tell.</dd>"
        "<dt>NTLM, Basic, Other</dt><dd>signed in by that, as the log names it.</dd>"
        "<dt>Turned away</dt><dd>brought a proof of identity that was refused.</dd>"
        "<dt>Not signed in</dt><dd>anonymous, or a first request that was asked to sign "
        "in.</dd></dl>\n");
}

void asactl_log_html_read(const asactl_log_html_report_t *report)
{
    asactl_log_html_section(report, "read", "What was read, and what it proves");
    put_counts(report);
    put_generations(report);
    put_unread(report);
    put_examples(report);
    put_classes(report);
}
