/* SPDX-License-Identifier: Apache-2.0
 *
 * log: reads logs and says who signs in by Kerberos, and who does not.
 */
#include "asactl/verb_log.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_network_io.h>
#include <apr_strings.h>

#include "asactl/log_filter.h"
#include "asactl/log_follow.h"
#include "asactl/log_html.h"
#include "asactl/log_html_file.h"
#include "asactl/log_looks.h"
#include "asactl/log_name.h"
#include "asactl/log_reader.h"
#include "asactl/log_show.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "core/time_text.h"

/* How often a terminal is told how far the reading is. */
#define PROGRESS_TIME apr_time_from_sec(1)

/* So many looks more are taken for logs that were renamed while all were read. */
#define MOST_LOOKS 3

/* What the callbacks know. */
typedef struct {
    const asactl_run_t *run;
    asactl_log_reader_t reader;
    asactl_log_filter_t filter;
    asactl_log_looks_t looks;
    int file, files; /* the one that is read, of how many */
    unsigned failures;
    asactl_outcome_t first_failure; /* not told yet: it may be all there is to say */
    apr_time_t told;
    apr_pool_t *line_pool;
} log_t;

static bool has(const asactl_run_t *run, const char *option)
{
    return apr_table_get(run->options, option) != NULL;
}

static bool fail(const asactl_run_t *run, asactl_outcome_t *outcome, const char *sentence,
                 const char *remedy)
{
    return asactl_outcome_fail(outcome, ASACTL_USAGE, remedy, run->pool, "%s", sentence);
}

/* --- while it reads --- */

static void show_progress(void *data, unsigned long long bytes)
{
    log_t *log = data;
    apr_time_t now = apr_time_now();

    if (now - log->told >= PROGRESS_TIME) {
        log->told = now;
        asactl_out_progress("Reading logs: file %d of %d, %llu MB", log->file, log->files,
                            bytes / 1000000);
    }
}

static const char *word(const log_t *log, asactl_log_text_t text)
{
    return asactl_log_name(log->line_pool, text);
}

/* --follow: one line for who is not signed in by Kerberos. */
static void show_event(void *data, const asactl_log_record_t *record, asactl_log_class_t class)
{
    log_t *log = data;
    bool trust = has(log->run, "trust-negotiate");

    if (class == ASACTL_LOG_NONE || class == ASACTL_LOG_NEGOTIATE ||
        asactl_log_class_is_kerberos(class, trust)) {
        return;
    }
    if (class == ASACTL_LOG_REFUSED) {
        asactl_out_line("%s  %s  %s turned away: %s  %s",
                        asa_time_text_second(log->line_pool, record->time),
                        word(log, record->protocol), word(log, record->client),
                        record->reason.len > 0 ? word(log, record->reason) : "refused",
                        word(log, record->agent));
    } else {
        asactl_out_line("%s  %s  %s at %s signed in by %s  %s",
                        asa_time_text_second(log->line_pool, record->time),
                        word(log, record->protocol), word(log, record->user),
                        word(log, record->client),
                        class == ASACTL_LOG_OTHER ? word(log, record->authentication_type)
                                                  : asactl_log_class_name(class),
                        word(log, record->agent));
    }
    apr_pool_clear(log->line_pool);
    asactl_out_flush();
}

/* --- files --- */

/* The words, or standard input where none are given and no terminal stands behind it. */
static const apr_array_header_t *words_of(const asactl_run_t *run, asactl_outcome_t *outcome)
{
    apr_array_header_t *words;

    if (run->words->nelts > 0) {
        return run->words;
    }
    if (isatty(STDIN_FILENO)) {
        fail(run, outcome, "which log is to be read?",
             "Name logs or folders, or give one on standard input.");
        return NULL;
    }
    words = apr_array_make(run->pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(words, const char *) = "-";
    return words;
}

/* What has an end cannot be followed, and "" is no name. */
static bool judge_words(const asactl_run_t *run, const apr_array_header_t *words,
                        asactl_outcome_t *outcome)
{
    for (int i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);
        bool is_input = strcmp(word, "-") == 0;
        struct stat found;

        if (word[0] == '\0') {
            return fail(run, outcome, "a log has no name", "See which word is empty.");
        }
        if (has(run, "follow") &&
            (is_input ||
             (stat(word, &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)))) {
            return asactl_outcome_fail(
                outcome, ASACTL_USAGE,
                "Name logs or folders; without --follow it is read to its end.", run->pool,
                "%s cannot be followed", is_input ? "standard input" : word);
        }
    }
    return true;
}

static void warn(const log_t *log, const asactl_outcome_t *outcome)
{
    asactl_out_warning("%s. %s", asactl_out_safe(log->run->pool, outcome->sentence),
                       outcome->remedy != NULL ? outcome->remedy : "");
}

static void tell_first_failure(log_t *log)
{
    if (log->first_failure.sentence != NULL) {
        warn(log, &log->first_failure);
        log->first_failure.sentence = NULL;
    }
}

/* The first ones; the report says how many there were. */
static void tell_failure(void *data, const asactl_outcome_t *outcome)
{
    log_t *log = data;

    log->failures++;
    tell_first_failure(log);
    if (log->failures == 1) {
        log->first_failure = *outcome;
    } else if (log->failures <= ASACTL_LOG_UNREAD_EXAMPLES || log->run->settings->verbose) {
        warn(log, outcome);
    } else if (log->failures == ASACTL_LOG_UNREAD_EXAMPLES + 1) {
        asactl_out_warning("more cannot be read; -v names all of it");
    }
}

/* --follow: all of them from now on, as they come. */
static void tell_failure_now(void *data, const asactl_outcome_t *outcome)
{
    warn(data, outcome);
}

static void begin_file(void *data, int number, int files)
{
    log_t *log = data;

    log->file = number;
    log->files = files;
    if (number == 1) {
        asactl_out_step("Reading %d log%s", files, files == 1 ? "" : "s");
    }
}

/* Reads all logs, and with --follow what is added to them until the signal. */
static asactl_exit_code_t read_logs(log_t *log)
{
    bool follow = has(log->run, "follow");

    asactl_log_looks_look(&log->looks, false);
    if (follow) {
        tell_first_failure(log);
        log->looks.failed = tell_failure_now;
        /* What is written at the end is one document, or one table. */
        log->reader.seen = has(log->run, "csv") ? NULL : show_event;
        log->reader.progress = NULL;
        asactl_out_step("Following; Ctrl-C ends with the report");
        asactl_log_follow(&log->looks);
    }
    /* A log that was rolled while the others were read has another name now. */
    for (int i = 0; !follow && log->looks.again && i < MOST_LOOKS; i++) {
        asactl_log_follow_pause(0);
        asactl_log_looks_look(&log->looks, true);
    }
    return asactl_log_looks_end(&log->looks) ? ASACTL_OK : ASACTL_USAGE;
}

static void show(const log_t *log)
{
    apr_pool_t *pool = log->run->pool;

    if (asactl_out_is_json()) {
        asactl_log_show_json(pool, log->reader.summary);
    } else if (has(log->run, "csv")) {
        asactl_log_show_csv(pool, log->reader.summary);
    } else {
        asactl_log_show_text(pool, log->reader.summary, log->run->settings->verbose);
    }
}

/* "--since 1d --user wendy", in the order of the man page; NULL: none. */
static const char *filters_of(const asactl_run_t *run)
{
    static const char *const names[] = {"since", "until",   "protocol",
                                        "user",  "address", "no-monitoring"};
    const apr_array_header_t *options = apr_table_elts(run->options);
    const char *text = NULL;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (int at = 0; at < options->nelts; at++) {
            const apr_table_entry_t *option = &APR_ARRAY_IDX(options, at, apr_table_entry_t);

            if (strcmp(option->key, names[i]) == 0) {
                text = apr_psprintf(run->pool, "%s%s--%s%s%s", text != NULL ? text : "",
                                    text != NULL ? " " : "", names[i],
                                    option->val[0] != '\0' ? " " : "", option->val);
            }
        }
    }
    return text;
}

/* --html, if it was asked for. */
static bool write_html(const log_t *log, asactl_outcome_t *outcome)
{
    apr_pool_t *pool = log->run->pool;
    const char *path = asactl_options_last(log->run->options, "html"), *document;
    char host[APRMAXHOSTLEN + 1];
    asactl_log_html_about_t about = {.made = apr_time_now(), .filters = filters_of(log->run)};
    size_t len;

    if (path == NULL) {
        return true;
    }
    if (apr_gethostname(host, sizeof host, pool) == APR_SUCCESS) {
        about.host = host;
    }
    document = asactl_log_html_make(pool, log->reader.summary, &about, &len);
    return asactl_log_html_file_write(pool, path, document, len, outcome);
}

static bool prepare(const asactl_run_t *run, log_t *log, asactl_outcome_t *outcome)
{
    const apr_array_header_t *words;

    if (asactl_out_is_json() && has(run, "csv")) {
        return fail(run, outcome, "--json and --csv exclude each other", "Choose one of them.");
    }
    if (has(run, "html") && !asactl_log_html_file_check(
                                run->pool, asactl_options_last(run->options, "html"), outcome)) {
        return false;
    }
    words = words_of(run, outcome);
    if (words == NULL || !judge_words(run, words, outcome) ||
        !asactl_log_filter_read(run->pool, run->options, apr_time_now(), &log->filter, outcome)) {
        return false;
    }
    asactl_log_reader_make(run->pool, &log->reader);
    log->reader.summary = asactl_log_summary_make(run->pool, has(run, "trust-negotiate"));
    log->reader.filter = &log->filter;
    log->reader.data = log;
    log->reader.progress = show_progress;
    apr_pool_create(&log->line_pool, run->pool);
    log->looks = (asactl_log_looks_t){.pool = run->pool,
                                      .reader = &log->reader,
                                      .words = words,
                                      .begin = begin_file,
                                      .failed = tell_failure,
                                      .data = log};
    if (has(run, "follow")) {
        asactl_log_follow_catch();
        log->reader.stopped = asactl_log_follow_stopped;
        log->reader.more_to_come = true;
    }
    return true;
}

/* Nothing to report on: no file was read, or none was a log. */
static bool has_logs(log_t *log, asactl_exit_code_t code, asactl_outcome_t *outcome)
{
    const asactl_log_sources_t *sources = asactl_log_summary_sources(log->reader.summary);

    if (has(log->run, "follow")) {
        return true;
    }
    if (code != ASACTL_OK && sources->counted + sources->left_out == 0) {
        if (log->failures == 1) {
            *outcome = log->first_failure;
            return false;
        }
        return fail(log->run, outcome, "none of these can be read as a log",
                    "The warnings above say why, and what to do.");
    }
    tell_first_failure(log);
    if (code == ASACTL_OK && log->reader.known == 0 &&
        (sources->files == 0 || sources->bytes > 0)) {
        return fail(log->run, outcome, "there is no log among these files",
                    "Name HttpProxy logs (…/HttpProxy_yyyyMMddHH-N.LOG), W3C logs of IIS or "
                    "Address Book logs; in folders, files that end in .log, .gz or .xz are read, "
                    "and x.log.1 and the like.");
    }
    return true;
}

asactl_exit_code_t asactl_verb_log(const asactl_run_t *run)
{
    log_t log = {.run = run};
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_exit_code_t code;
    bool written;

    if (!prepare(run, &log, &outcome)) {
        asactl_out_failure(&outcome);
        return outcome.code;
    }
    code = read_logs(&log);
    if (!has_logs(&log, code, &outcome)) {
        asactl_out_failure(&outcome);
        return outcome.code;
    }
    written = write_html(&log, &outcome);
    show(&log);
    if (!written) {
        asactl_out_failure(&outcome);
        return outcome.code;
    }
    return code != ASACTL_OK ? code
           : asactl_log_summary_verdict(log.reader.summary) == ASACTL_LOG_ALL_KERBEROS
               ? ASACTL_OK
               : ASACTL_FAILED;
}
