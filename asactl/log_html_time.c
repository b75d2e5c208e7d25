/* SPDX-License-Identifier: Apache-2.0
 *
 * The plots of the HTML report: Kerberos against the rest, over time and for each protocol.
 */
#include "asactl/log_html_private.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/log_html_plot.h"
#include "core/time_text.h"

#define LAYERS        ASACTL_LOG_HTML_LAYERS
#define PROTOCOLS_MAX 8    /* small plots */
#define EVERY         (-1) /* protocol */

/* What counts as a sign-in without Kerberos: not what is only unproven. */
static const bool without_kerberos[LAYERS] = {
    [ASACTL_LOG_NTLM] = true, [ASACTL_LOG_BASIC] = true, [ASACTL_LOG_OTHER] = true};

static asactl_log_count_t in_bucket(const asactl_log_bucket_t *bucket, int protocol, int class)
{
    asactl_log_count_t sum = 0;

    if (protocol != EVERY) {
        return bucket->of[protocol][class];
    }
    for (int i = 0; i < ASACTL_LOG_BUCKET_PROTOCOLS; i++) {
        sum += bucket->of[i][class];
    }
    return sum;
}

/* The bars of one protocol, or of all. */
static asactl_log_plot_t signed_in_plot(const asactl_log_html_report_t *report, int protocol)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(report->summary);
    asactl_log_count_t *value =
        apr_pcalloc(report->pool, (buckets->count * LAYERS + 1) * sizeof *value);

    for (size_t i = 0; i < buckets->count; i++) {
        for (int class = 0; class < LAYERS; class ++) {
            value[i * LAYERS + (size_t) class] = in_bucket(&buckets->bucket[i], protocol, class);
        }
    }
    return (asactl_log_plot_t){.bars = buckets->count, .layers = LAYERS, .value = value};
}

static asactl_log_plot_t refused_plot(const asactl_log_html_report_t *report)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(report->summary);
    asactl_log_count_t *value = apr_pcalloc(report->pool, (buckets->count + 1) * sizeof *value);

    for (size_t i = 0; i < buckets->count; i++) {
        value[i] = in_bucket(&buckets->bucket[i], EVERY, ASACTL_LOG_REFUSED);
    }
    return (asactl_log_plot_t){.bars = buckets->count, .layers = 1, .value = value};
}

/* --- the parts of a plot --- */

/* From the top down. */
static void put_scale(const asactl_log_html_report_t *report, const asactl_log_plot_axis_t *axis)
{
    asactl_log_count_t steps = axis->top / axis->step;

    asactl_html_markup(report->html, "<div class=\"scale\" aria-hidden=\"true\">");
    for (asactl_log_count_t i = steps + 1; i-- > 0;) {
        asactl_html_put(report->html, "<span>%s</span>",
                        asactl_log_html_digits(report->pool, i * axis->step));
    }
    asactl_html_markup(report->html, "</div>");
}

static void put_days(const asactl_log_html_report_t *report)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(report->summary);
    asactl_log_plot_tick_t ticks[ASACTL_LOG_PLOT_TICKS];
    size_t count = asactl_log_plot_ticks(
        buckets->begin, buckets->begin + (apr_time_t)buckets->count * buckets->width, ticks);

    asactl_html_markup(report->html, "<svg class=\"days\" aria-hidden=\"true\">");
    for (size_t i = 0; i < count; i++) {
        const char *place =
            apr_psprintf(report->pool, "%u.%02u%%", ticks[i].place / 100, ticks[i].place % 100);

        asactl_html_put(report->html,
                        "<line x1=\"%s\" x2=\"%s\" y1=\"0\" y2=\"5\"/>"
                        "<text x=\"%s\" y=\"18\">%s</text>",
                        place, place, place, ticks[i].label);
    }
    asactl_html_markup(report->html, "</svg>");
}

/* Under the pointer, a bar says its numbers. */
static void put_hints(const asactl_log_html_report_t *report, const asactl_log_plot_t *plot)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(report->summary);

    asactl_html_markup(report->html, "<g class=\"hints\">");
    for (size_t bar = 0; bar < plot->bars; bar++) {
        unsigned left = asactl_log_plot_x(plot, bar), right = asactl_log_plot_x(plot, bar + 1);
        const char *comma = ": ";

        asactl_html_put(
            report->html, "<rect x=\"%d\" width=\"%d\" height=\"%d\"><title>%s", (int)left,
            (int)(right - left), (int)ASACTL_LOG_PLOT_HEIGHT,
            asa_time_text_second(report->pool, buckets->begin + (apr_time_t)bar * buckets->width));
        for (size_t class = 0; class < LAYERS; class ++) {
            asactl_log_count_t number = plot->value[bar * LAYERS + class];

            if (number > 0) {
                asactl_html_put(report->html, "%s%s %s", comma,
                                asactl_log_html_class(report, (asactl_log_class_t) class),
                                asactl_log_html_digits(report->pool, number));
                comma = ", ";
            }
        }
        asactl_html_markup(report->html, "</title></rect>");
    }
    asactl_html_markup(report->html, "</g>");
}

/* What a plot is called, and who sees no picture is told. */
typedef struct words_t {
    const char *id, *title, *description;
} words_t;

/* A path is made of numbers alone, and as long as it has to be. */
static void put_path(const asactl_log_html_report_t *report, const char *kind, const char *path)
{
    if (*path != '\0') {
        asactl_html_put(report->html, "<path class=\"%s\" d=\"", kind);
        asactl_html_markup(report->html, path);
        asactl_html_markup(report->html, "\"/>");
    }
}

static void put_picture(const asactl_log_html_report_t *report, const asactl_log_plot_t *plot,
                        const asactl_log_plot_axis_t *axis, const words_t *words)
{
    asactl_html_put(report->html,
                    "<svg class=\"bars\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
                    "role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">%s</title>"
                    "<desc id=\"%s-d\">%s</desc>",
                    (int)ASACTL_LOG_PLOT_WIDTH, (int)ASACTL_LOG_PLOT_HEIGHT, words->id, words->id,
                    words->id, words->title, words->id, words->description);
    put_path(report, "grid", asactl_log_plot_grid(report->pool, axis));
    for (size_t layer = 0; layer < plot->layers; layer++) {
        asactl_log_class_t class =
            plot->layers == 1 ? ASACTL_LOG_REFUSED : (asactl_log_class_t)layer;

        put_path(report, apr_pstrcat(report->pool, "fill-", asactl_log_html_mark(class), NULL),
                 asactl_log_plot_layer(report->pool, plot, axis, layer));
    }
    if (plot->layers > 1) {
        put_hints(report, plot);
    }
    asactl_html_markup(report->html, "</svg>");
}

/* A row of marks below the bars: where somebody signed in without Kerberos, even one of thousands.
 */
static void put_marks(const asactl_log_html_report_t *report, const asactl_log_plot_t *plot)
{
    asactl_html_put(report->html,
                    "<svg class=\"marks\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
                    "aria-hidden=\"true\">",
                    (int)ASACTL_LOG_PLOT_WIDTH, (int)ASACTL_LOG_PLOT_HEIGHT);
    put_path(report, "mark", asactl_log_plot_marks(report->pool, plot, without_kerberos));
    asactl_html_markup(report->html, "</svg>");
}

static void put_plot(const asactl_log_html_report_t *report, const asactl_log_plot_t *plot,
                     const words_t *words, const char *kind)
{
    asactl_log_plot_axis_t axis = asactl_log_plot_axis(plot);

    asactl_html_put(report->html, "<div class=\"plot %s\">", kind);
    put_scale(report, &axis);
    put_picture(report, plot, &axis, words);
    if (plot->layers > 1) {
        put_marks(report, plot);
    }
    put_days(report);
    asactl_html_markup(report->html, "</div>\n");
}

/* --- the plots --- */

static void put_legend(const asactl_log_html_report_t *report)
{
    asactl_html_markup(report->html, "<ul class=\"legend\">");
    for (int class = 0; class < LAYERS; class ++) {
        if (report->shown[class]) {
            asactl_html_put(report->html,
                            "<li><svg viewBox=\"0 0 110 64\" aria-hidden=\"true\"><rect "
                            "class=\"fill-%s\" width=\"110\" height=\"64\"/></svg> %s <b>",
                            asactl_log_html_mark((asactl_log_class_t) class),
                            asactl_log_html_class(report, (asactl_log_class_t) class));
            asactl_log_html_number(report, report->counts->of[class]);
            asactl_html_markup(report->html, "</b></li>");
        }
    }
    asactl_html_markup(report->html,
                       "<li><svg viewBox=\"0 0 110 64\" aria-hidden=\"true\"><rect class=\"mark\" "
                       "y=\"20\" width=\"110\" height=\"24\"/></svg> below the bars: somebody "
                       "signed in without Kerberos, however few</li></ul>\n");
}

static bool is_empty(const asactl_log_bucket_t *bucket)
{
    asactl_log_count_t sum = 0;

    for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
        sum += in_bucket(bucket, EVERY, class);
    }
    return sum == 0;
}

/* The numbers of the plot, for who sees none and for who checks. */
static void put_numbers(const asactl_log_html_report_t *report)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(report->summary);
    const char *titles[ASACTL_LOG_CLASSES + 2] = {"Begin (UTC)"};
    int columns = 1;

    for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
        if (report->shown[class]) {
            titles[columns++] = apr_pstrcat(
                report->pool, "#", asactl_log_html_class(report, (asactl_log_class_t) class), NULL);
        }
    }
    asactl_html_markup(report->html, "<details><summary>The numbers of this plot</summary>\n");
    asactl_log_html_table(report, "Requests over time; a stretch without one is left out", titles);
    for (size_t i = 0; i < buckets->count; i++) {
        if (is_empty(&buckets->bucket[i])) {
            continue;
        }
        asactl_html_markup(report->html, "<tr><th scope=\"row\">");
        asactl_log_html_time(report, buckets->begin + (apr_time_t)i * buckets->width, "");
        asactl_html_markup(report->html, "</th>");
        for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
            if (report->shown[class]) {
                asactl_log_html_number_cell(report, in_bucket(&buckets->bucket[i], EVERY, class));
            }
        }
        asactl_html_markup(report->html, "</tr>\n");
    }
    asactl_log_html_table_end(report);
    asactl_html_markup(report->html, "</details>\n");
}

/* What a plot shows, in a sentence. */
static const char *describe(const asactl_log_html_report_t *report, asactl_log_count_t kerberos,
                            asactl_log_count_t signed_in)
{
    return apr_pstrcat(report->pool, "Bars over time of those who signed in: ",
                       asactl_log_html_digits(report->pool, signed_in), " in all, ",
                       asactl_log_html_percent(report->pool, kerberos, signed_in),
                       " of them by Kerberos.", NULL);
}

static asactl_log_count_t sum_of(const asactl_log_plot_t *plot)
{
    asactl_log_count_t sum = 0;

    for (size_t i = 0; i < plot->bars * plot->layers; i++) {
        sum += plot->value[i];
    }
    return sum;
}

static void put_protocol(const asactl_log_html_report_t *report, int protocol)
{
    const asactl_log_row_t *row =
        asactl_log_summary_row(report->summary, ASACTL_LOG_BY_PROTOCOL, (size_t)protocol);
    asactl_log_plot_t plot = signed_in_plot(report, protocol);
    asactl_log_count_t kerberos = asactl_log_html_kerberos(report, &row->counts);
    asactl_log_count_t all = asactl_log_counts_signed_in(&row->counts);
    words_t words = {.id = apr_psprintf(report->pool, "plot-%d", protocol),
                     .title = *row->name != '\0' ? row->name : "protocol not named"};

    words.description = describe(report, kerberos, all);
    asactl_html_markup(report->html, "<figure><figcaption><b>");
    asactl_log_html_name(report, row, "protocol not named");
    asactl_html_put(report->html, "</b> Kerberos: %s of %s</figcaption>",
                    asactl_log_html_percent(report->pool, kerberos, all),
                    asactl_log_html_digits(report->pool, all));
    put_plot(report, &plot, &words, "small");
    asactl_html_markup(report->html, "</figure>\n");
}

/* Those with the most sign-ins; the last number of a bucket holds several protocols. */
static void put_protocols(const asactl_log_html_report_t *report)
{
    size_t all = asactl_log_summary_distinct(report->summary, ASACTL_LOG_BY_PROTOCOL), chosen = 0;
    bool taken[ASACTL_LOG_BUCKET_PROTOCOLS] = {false};

    asactl_html_markup(report->html, "<div class=\"protocols\">\n");
    for (; chosen < PROTOCOLS_MAX; chosen++) {
        asactl_log_count_t most = 0;
        int best = -1;

        for (int i = 0; i < ASACTL_LOG_BUCKET_PROTOCOLS - 1 && (size_t)i < all; i++) {
            const asactl_log_row_t *row =
                asactl_log_summary_row(report->summary, ASACTL_LOG_BY_PROTOCOL, (size_t)i);
            asactl_log_count_t number = asactl_log_counts_signed_in(&row->counts);

            if (!taken[i] && number > most) {
                most = number;
                best = i;
            }
        }
        if (best < 0) {
            break;
        }
        taken[best] = true;
        put_protocol(report, best);
    }
    asactl_html_markup(report->html, "</div>\n");
    asactl_html_put(report->html,
                    "<p class=\"note\">Each protocol has its own scale. %zu of %zu protocols are "
                    "drawn: those with the most sign-ins.</p>\n",
                    chosen, all);
}

void asactl_log_html_over_time(const asactl_log_html_report_t *report)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(report->summary);
    asactl_log_count_t signed_in = asactl_log_counts_signed_in(report->counts);
    asactl_log_plot_t plot = signed_in_plot(report, EVERY), refused = refused_plot(report);
    words_t words = {"plot-all", "Sign-ins over time",
                     describe(report, asactl_log_html_kerberos(report, report->counts), signed_in)};
    words_t refused_words = {"plot-refused", "Turned away over time",
                             "Bars over time of requests that were turned away."};

    asactl_log_html_section(report, "time", "Kerberos against the rest");
    if (buckets->count == 0) {
        asactl_html_markup(report->html, "<p>There is no request to draw.</p>\n");
        return;
    }
    asactl_html_put(
        report->html,
        "<figure><figcaption><b>Sign-ins over time</b>, UTC; one bar is %s</figcaption>\n",
        asactl_log_html_span(report->pool, buckets->width));
    put_legend(report);
    put_plot(report, &plot, &words, "large");
    asactl_html_markup(report->html, "</figure>\n");
    if (sum_of(&refused) > 0) {
        asactl_html_markup(
            report->html, "<figure><figcaption><b>Turned away</b>: requests that brought something "
                          "and were refused, on a scale of their own</figcaption>\n");
        put_plot(report, &refused, &refused_words, "small");
        asactl_html_markup(report->html, "</figure>\n");
    }
    put_numbers(report);
    asactl_html_markup(report->html, "<h3>Protocol by protocol</h3>\n");
    put_protocols(report);
    asactl_log_html_by(report, ASACTL_LOG_BY_PROTOCOL, "Protocol", "protocol");
}
