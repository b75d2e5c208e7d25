/* SPDX-License-Identifier: Apache-2.0
 *
 * log: reads logs and says who signs in by Kerberos, and who does not.
 */
#include "asactl/verb_log.h"

#include <string.h>
#include <unistd.h>

#include <apr_hash.h>
#include <apr_network_io.h>
#include <apr_strings.h>

#include "asactl/log_files.h"
#include "asactl/log_filter.h"
#include "asactl/log_follow.h"
#include "asactl/log_html.h"
#include "asactl/log_html_file.h"
#include "asactl/log_name.h"
#include "asactl/log_reader.h"
#include "asactl/log_show.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "core/time_text.h"

/* How often a terminal is told how far the reading is. */
#define PROGRESS_TIME apr_time_from_sec(1)

/* What the callbacks know. */
typedef struct {
    const asactl_run_t *run;
    asactl_log_reader_t reader;
    asactl_log_filter_t filter;
    apr_hash_t *marks;
    int file, files; /* the one that is read, of how many */
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

static void begin_events(void *data)
{
    log_t *log = data;

    log->reader.seen = show_event;
    log->reader.progress = NULL;
    asactl_out_step("Following; Ctrl-C ends with the report");
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

static void tell_failure(void *data, const asactl_outcome_t *outcome)
{
    const log_t *log = data;

    asactl_out_warning("%s. %s", asactl_out_safe(log->run->pool, outcome->sentence),
                       outcome->remedy != NULL ? outcome->remedy : "");
}

/* Reads every file; a file that cannot be read is told, and the others are read still. */
static asactl_exit_code_t read_files(log_t *log, const apr_array_header_t *files)
{
    asactl_exit_code_t code = ASACTL_OK;

    log->files = files->nelts;
    asactl_out_step("Reading %d log%s", log->files, log->files == 1 ? "" : "s");
    for (int i = 0; i < files->nelts && !asactl_log_follow_stopped(); i++) {
        const asactl_log_file_t *file = &APR_ARRAY_IDX(files, i, asactl_log_file_t);
        asactl_log_mark_t *mark = apr_pcalloc(log->run->pool, sizeof *mark);
        asactl_outcome_t outcome = {.code = ASACTL_OK};

        log->file = i + 1;
        *mark = (asactl_log_mark_t){.path = file->path, .found = file->found};
        apr_hash_set(log->marks, mark->path, APR_HASH_KEY_STRING, mark);
        if (!asactl_log_reader_file(&log->reader, mark, &outcome)) {
            tell_failure(log, &outcome);
            code = outcome.code;
        }
    }
    return code;
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
    static const char *const names[] = {"since", "until", "protocol", "user", "address"};
    const apr_array_header_t *options = apr_table_elts(run->options);
    const char *text = NULL;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (int at = 0; at < options->nelts; at++) {
            const apr_table_entry_t *option = &APR_ARRAY_IDX(options, at, apr_table_entry_t);

            if (strcmp(option->key, names[i]) == 0) {
                text = apr_psprintf(run->pool, "%s%s--%s %s", text != NULL ? text : "",
                                    text != NULL ? " " : "", names[i], option->val);
            }
        }
    }
    return text;
}

/* --html, if it was asked for. */
static bool write_html(const log_t *log, asactl_outcome_t *outcome)
{
    apr_pool_t *pool = log->run->pool;
    const char *path = apr_table_get(log->run->options, "html"), *document;
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

static bool prepare(const asactl_run_t *run, log_t *log, const apr_array_header_t **words,
                    apr_array_header_t **files, asactl_outcome_t *outcome)
{
    asactl_log_sources_t *sources;

    if (asactl_out_is_json() && has(run, "csv")) {
        return fail(run, outcome, "--json and --csv exclude each other", "Choose one of them.");
    }
    if (has(run, "html") &&
        !asactl_log_html_file_check(run->pool, apr_table_get(run->options, "html"), outcome)) {
        return false;
    }
    *words = words_of(run, outcome);
    if (*words == NULL ||
        !asactl_log_filter_read(run->pool, run->options, apr_time_now(), &log->filter, outcome)) {
        return false;
    }
    asactl_log_reader_make(run->pool, &log->reader);
    log->reader.summary = asactl_log_summary_make(run->pool, has(run, "trust-negotiate"));
    log->reader.filter = &log->filter;
    log->reader.data = log;
    log->reader.progress = show_progress;
    apr_pool_create(&log->line_pool, run->pool);
    sources = asactl_log_summary_sources_own(log->reader.summary);
    return asactl_log_files_find(run->pool, *words, files, &sources->skipped, outcome);
}

asactl_exit_code_t asactl_verb_log(const asactl_run_t *run)
{
    log_t log = {.run = run, .marks = apr_hash_make(run->pool)};
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    const apr_array_header_t *words = NULL;
    apr_array_header_t *files = NULL;
    asactl_exit_code_t code;

    if (!prepare(run, &log, &words, &files, &outcome)) {
        asactl_out_failure(&outcome);
        return outcome.code;
    }
    if (has(run, "follow")) {
        asactl_log_follow_catch();
        log.reader.stopped = asactl_log_follow_stopped;
        log.reader.more_to_come = true;
    }
    code = read_files(&log, files);
    if (has(run, "follow")) {
        bool whole = asactl_log_follow(&(asactl_log_follow_t){.pool = run->pool,
                                                              .reader = &log.reader,
                                                              .words = words,
                                                              .marks = log.marks,
                                                              .ready = begin_events,
                                                              .failed = tell_failure,
                                                              .data = &log});

        code = whole ? code : ASACTL_USAGE;
    } else if (log.reader.known == 0 && code == ASACTL_OK &&
               (files->nelts == 0 || asactl_log_summary_sources(log.reader.summary)->bytes > 0)) {
        fail(run, &outcome, "there is no log among these files",
             "Name HttpProxy logs (…/HttpProxy_yyyyMMddHH-N.LOG), W3C logs of IIS or Address Book "
             "logs; in folders, files that end in .log, .gz or .xz are read, and x.log.1 and the "
             "like.");
        asactl_out_failure(&outcome);
        return outcome.code;
    }
    if (!write_html(&log, &outcome)) {
        asactl_out_failure(&outcome);
        return outcome.code;
    }
    show(&log);
    return code != ASACTL_OK ? code
           : asactl_log_summary_verdict(log.reader.summary) == ASACTL_LOG_ALL_KERBEROS
               ? ASACTL_OK
               : ASACTL_FAILED;
}
