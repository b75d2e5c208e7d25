/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts the HTML report together: its head, the verdict, what must be known with it, and the order
 * of the sections.
 */
#include "asactl/log_html.h"

#include <string.h>

#include <openssl/sha.h>

#include <apr_encode.h>
#include <apr_strings.h>

#include "asactl/log_html_private.h"
#include "core/time_text.h"

/* Nothing may be loaded, sent or run; the one style sheet is named by its digest. */
static void put_policy(const asactl_log_html_report_t *report)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];

    SHA256((const unsigned char *)asactl_log_html_style, strlen(asactl_log_html_style), digest);
    asactl_html_put(
        report->html,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
        "&#39;none&#39;; style-src &#39;sha256-%s&#39;; base-uri &#39;none&#39;; "
        "form-action &#39;none&#39;\">\n",
        apr_pencode_base64_binary(report->pool, digest, sizeof digest, APR_ENCODE_NONE, NULL));
}

static const char *title(const asactl_log_html_report_t *report)
{
    const char *first = asa_time_text_day(report->pool, report->counts->first),
               *last = asa_time_text_day(report->pool, report->counts->last);

    if (report->counts->first == 0) {
        return "Kerberos report: no requests";
    }
    return strcmp(first, last) == 0
               ? apr_psprintf(report->pool, "Kerberos report: %s (UTC)", first)
               : apr_psprintf(report->pool, "Kerberos report: %s to %s (UTC)", first, last);
}

static void put_head(const asactl_log_html_report_t *report)
{
    asactl_html_markup(report->html,
                       "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put_policy(report);
    asactl_html_put(report->html,
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n" ASACTL_LOG_HTML_MADE_BY
                    "%s\">\n<title>%s</title>\n<style>",
                    ASA_VERSION, title(report));
    asactl_html_markup(report->html, asactl_log_html_style);
    asactl_html_markup(report->html, "</style>\n</head>\n<body>\n");
    asactl_html_markup(report->html, asactl_log_html_patterns);
}

static void put_made_by(const asactl_log_html_report_t *report)
{
    asactl_html_put(report->html, "Made by asactl %s", ASA_VERSION);
    if (report->about->host != NULL) {
        asactl_html_put(report->html, " on <bdi>%s</bdi>", report->about->host);
    }
    asactl_html_markup(report->html, " at ");
    asactl_log_html_time(report, report->about->made, "an unknown time");
    asactl_html_markup(report->html, " UTC.");
}

static void put_title(const asactl_log_html_report_t *report)
{
    asactl_html_markup(report->html,
                       "<header>\n<h1>Who signs in by Kerberos</h1>\n<p class=\"soft\">");
    if (report->counts->first != 0) {
        asactl_log_html_time(report, report->counts->first, "");
        asactl_html_markup(report->html, " to ");
        asactl_log_html_time(report, report->counts->last, "");
        asactl_html_markup(report->html, ". ");
    }
    asactl_html_markup(report->html, "All times are UTC. ");
    put_made_by(report);
    asactl_html_markup(report->html, "</p>\n</header>\n");
}

/* --- the verdict --- */

static void put_verdict(const asactl_log_html_report_t *report)
{
    static const struct {
        const char *kind, *sign, *word;
    } faces[] = {
        [ASACTL_LOG_ALL_KERBEROS] = {"good", "M8 17l6 6 12-14", "Yes"},
        [ASACTL_LOG_NOT_ALL] = {"bad", "M9 9l14 14M23 9l-14 14", "No"},
        [ASACTL_LOG_UNPROVEN] = {"open", "M11 12a5 5 0 1 1 7 5q-2 1-2 3M16 24v1", "Not proven"},
        [ASACTL_LOG_NOBODY] = {"open", "M9 16h14", "Nobody"},
        [ASACTL_LOG_UNREADABLE] = {"open", "M16 7v12M16 24v1", "Not wholly read"}};
    asactl_log_verdict_t verdict = asactl_log_summary_verdict(report->summary);

    asactl_html_put(
        report->html,
        "<div class=\"verdict %s\" id=\"verdict\"><svg viewBox=\"0 0 32 32\" "
        "aria-hidden=\"true\"><circle cx=\"16\" cy=\"16\" r=\"15\"/><path d=\"%s\"/></svg>"
        "<p><b>%s.</b> %s</p></div>\n",
        faces[verdict].kind, faces[verdict].sign, faces[verdict].word,
        asactl_log_summary_sentence(report->summary, report->pool));
}

static void put_figure(const asactl_log_html_report_t *report, const char *name, const char *remark,
                       asactl_log_count_t number)
{
    asactl_html_put(report->html, "<div><dt>%s</dt><dd>", name);
    asactl_log_html_number(report, number);
    asactl_html_put(report->html, "<span>%s</span></dd></div>\n", remark);
}

static void put_figures(const asactl_log_html_report_t *report)
{
    const asactl_log_counts_t *counts = report->counts;
    asactl_log_count_t all = asactl_log_counts_signed_in(counts);
    asactl_log_count_t kerberos = asactl_log_html_kerberos(report, counts);
    asactl_log_count_t other =
        counts->of[ASACTL_LOG_NTLM] + counts->of[ASACTL_LOG_BASIC] + counts->of[ASACTL_LOG_OTHER];

    asactl_html_markup(report->html, "<dl class=\"figures\">\n");
    put_figure(report, "Signed-in requests", "", all);
    put_figure(report, "by Kerberos", asactl_log_html_percent(report->pool, kerberos, all),
               kerberos);
    put_figure(report, "by something else", asactl_log_html_percent(report->pool, other, all),
               other);
    if (all > kerberos + other) {
        put_figure(report, "not proven",
                   asactl_log_html_percent(report->pool, all - kerberos - other, all),
                   all - kerberos - other);
    }
    put_figure(report, "Turned away", "requests", counts->of[ASACTL_LOG_REFUSED]);
    put_figure(report, "Users", "",
               asactl_log_summary_distinct(report->summary, ASACTL_LOG_BY_USER));
    put_figure(report, "Clients", "",
               asactl_log_summary_distinct(report->summary, ASACTL_LOG_BY_CLIENT));
    put_figure(report, "Nodes", "",
               asactl_log_summary_distinct(report->summary, ASACTL_LOG_BY_NODE));
    asactl_html_markup(report->html, "</dl>\n");
}

/* --- what must be known with the verdict --- */

static void put_bad_warnings(const asactl_log_html_report_t *report)
{
    static const char *const what[ASACTL_LOG_BADS] = {
        [ASACTL_LOG_BAD_BROKEN] = "cannot be read",
        [ASACTL_LOG_BAD_FORGED] = "are forged: they are not what their writer writes",
        [ASACTL_LOG_BAD_FOREIGN] = "belong to no log that is known"};
    const asactl_log_sources_t *sources = asactl_log_summary_sources(report->summary);

    for (int bad = 0; bad < ASACTL_LOG_BADS; bad++) {
        if (sources->bad[bad].count > 0) {
            asactl_html_markup(report->html, "<li>Lines that ");
            asactl_html_put(report->html, "%s: <b>", what[bad]);
            asactl_log_html_number(report, sources->bad[bad].count);
            asactl_html_markup(
                report->html, "</b>. They are not counted; <a href=\"#read\">examples</a>.</li>\n");
        }
    }
}

static void put_unread_warning(const asactl_log_html_report_t *report)
{
    const asactl_log_sources_t *sources = asactl_log_summary_sources(report->summary);

    if (sources->unread.count > 0) {
        asactl_html_markup(report->html,
                           "<li>Files and folders that could not be read, or only in part: <b>");
        asactl_log_html_number(report, sources->unread.count);
        asactl_html_markup(report->html, "</b>. <a href=\"#read\">Which ones</a>.</li>\n");
    }
}

static void put_warnings(const asactl_log_html_report_t *report)
{
    const asactl_log_sources_t *sources = asactl_log_summary_sources(report->summary);
    const apr_array_header_t *limits = asactl_log_summary_limits(report->summary, report->pool);
    asactl_log_count_t bad = 0;

    for (int i = 0; i < ASACTL_LOG_BADS; i++) {
        bad += sources->bad[i].count;
    }
    if (bad == 0 && sources->unread.count == 0 && limits->nelts == 0 &&
        report->about->filters == NULL && sources->left_out == 0) {
        return;
    }
    asactl_html_markup(report->html, "<div class=\"warnings\"><h2>What to know with it</h2><ul>\n");
    if (report->about->filters != NULL || sources->left_out > 0) {
        asactl_html_put(report->html,
                        "<li>This is a part of the logs: filters (<code>%s</code>) left out <b>",
                        report->about->filters != NULL ? report->about->filters : "not named");
        asactl_log_html_number(report, sources->left_out);
        asactl_html_markup(report->html, "</b> requests.</li>\n");
    }
    for (int i = 0; i < limits->nelts; i++) {
        asactl_html_put(report->html, "<li>%s</li>\n", APR_ARRAY_IDX(limits, i, const char *));
    }
    put_unread_warning(report);
    put_bad_warnings(report);
    asactl_html_markup(report->html, "</ul></div>\n");
}

/* --- all of it --- */

static void put_contents(const asactl_log_html_report_t *report)
{
    asactl_html_markup(
        report->html, "<nav aria-label=\"Contents\"><a href=\"#time\">Over time and by protocol</a>"
                      "<a href=\"#who\">Who is not on Kerberos</a><a href=\"#why\">Why</a>"
                      "<a href=\"#keys\">Keys</a><a href=\"#by\">By host, node, user, client, "
                      "program</a><a href=\"#read\">What was read</a></nav>\n");
}

static void put_by(const asactl_log_html_report_t *report)
{
    asactl_log_html_section(report, "by", "Host by host, user by user");
    asactl_log_html_by(report, ASACTL_LOG_BY_VHOST, "Name that was asked for", "virtual host");
    asactl_log_html_by(report, ASACTL_LOG_BY_NODE, "Node", "node");
    asactl_log_html_by(report, ASACTL_LOG_BY_USER, "User", "user");
    asactl_log_html_by(report, ASACTL_LOG_BY_CLIENT, "Client", "client address");
    asactl_log_html_by(report, ASACTL_LOG_BY_AGENT, "Program", "User-Agent");
    asactl_log_html_by(report, ASACTL_LOG_BY_TYPE, "AuthenticationType",
                       "AuthenticationType, as it was written");
}

const char *asactl_log_html_make(apr_pool_t *pool, const asactl_log_summary_t *summary,
                                 const asactl_log_html_about_t *about, size_t *len)
{
    asactl_log_html_report_t report = {.pool = pool,
                                       .html = asactl_html_make(pool),
                                       .summary = summary,
                                       .about = about,
                                       .counts = asactl_log_summary_counts(summary)};

    for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
        report.shown[class] = report.counts->of[class] > 0;
    }
    put_head(&report);
    put_title(&report);
    asactl_html_markup(report.html, "<main>\n<section aria-label=\"Verdict\">\n");
    put_verdict(&report);
    put_figures(&report);
    put_warnings(&report);
    put_contents(&report);
    asactl_log_html_over_time(&report);
    asactl_log_html_who(&report);
    asactl_log_html_why(&report);
    asactl_log_html_keys(&report);
    put_by(&report);
    asactl_log_html_read(&report);
    asactl_html_markup(report.html, "</section>\n</main>\n<footer>");
    put_made_by(&report);
    asactl_html_markup(report.html, "</footer>\n</body>\n</html>\n");
    return asactl_html_bytes(report.html, len);
}
