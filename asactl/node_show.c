/* SPDX-License-Identifier: Apache-2.0
 *
 * Shows what nodes answered: a table, a JSON object for each, the failures.
 */
#include "asactl/node_show.h"

#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>

#include "asactl/out.h"
#include "core/time_text.h"
#include "core/token.h"

enum { NODE, ACCOUNT, LATEST, PREVIOUS, ENCTYPES, FILE_RIGHTS, WORKERS, DIRECTORY, COLUMNS };

static const char *const titles[COLUMNS] = {"Node",     "Account",   "Latest",  "Previous",
                                            "Enctypes", "Key table", "Workers", "Directory"};

typedef struct {
    apr_pool_t *pool;
    uint32_t kvno; /* of the directory; 0: it was not asked */
    bool workers;
    apr_array_header_t *cells;
} table_t;

static bool is_shown(const table_t *table, int column)
{
    return (column != WORKERS || table->workers) && (column != DIRECTORY || table->kvno != 0);
}

/* "2026-11-26 04:30:12Z kvno 3" */
static const char *version(apr_pool_t *pool, const asactl_node_key_t *key)
{
    if (key == NULL) {
        return "<Not set>";
    }
    if (key->time == 0) {
        return apr_psprintf(pool, "(unknown time) kvno %u", key->kvno);
    }
    return apr_psprintf(pool, "%s kvno %u", asa_time_text_utc(pool, key->time), key->kvno);
}

static const asactl_node_key_t *find(const asactl_node_report_t *report, const char *account,
                                     const char *slot)
{
    for (int i = 0; i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (asactl_node_report_is_account(key->account, account) && strcmp(key->slot, slot) == 0) {
            return key;
        }
    }
    return NULL;
}

static const char *enctypes(apr_pool_t *pool, const asactl_node_report_t *report,
                            const asactl_node_key_t *latest)
{
    const char *text = "";

    for (int i = 0; latest != NULL && i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (strcmp(key->account, latest->account) == 0 && key->kvno == latest->kvno) {
            const char *name = asa_token_etype_name(pool, key->enctype);
            size_t len = strcspn(name, "-"); /* aes256-cts-hmac-sha1-96 */
            text = apr_pstrcat(pool, text, *text == '\0' ? "" : " ",
                               apr_pstrmemdup(pool, name, len), NULL);
        }
    }
    return text;
}

static const char *file_rights(apr_pool_t *pool, const asactl_node_report_t *report)
{
    if (report->defect != NULL) {
        return report->defect;
    }
    if (!report->exists || report->owner == NULL || report->group == NULL || report->mode == NULL) {
        return "does not exist";
    }
    return apr_psprintf(pool, "%s:%s %s", report->owner, report->group, report->mode);
}

static const char *compare(apr_pool_t *pool, const asactl_node_key_t *latest, uint32_t kvno)
{
    if (kvno == 0) {
        return "";
    }
    if (latest != NULL && latest->kvno == kvno) {
        return "matches";
    }
    return apr_psprintf(pool, "%s: it has kvno %u",
                        latest == NULL || latest->kvno < kvno ? "node is behind" : "node is ahead",
                        kvno);
}

static const char *workers(apr_pool_t *pool, const asactl_node_report_t *report,
                           const char *account)
{
    uint32_t kvno;
    asactl_node_workers_view_t view = asactl_node_report_workers(pool, report, account, &kvno);

    if (kvno == 0 && report->workers.state == ASACTL_NODE_WORKERS_SEEN) {
        return ""; /* the key table holds nothing that they could lack */
    }
    return asactl_node_workers_words(pool, &report->workers, &view, kvno);
}

static void add_row(table_t *table, const asactl_node_answer_t *answer, const char *account)
{
    apr_pool_t *pool = table->pool;
    const asactl_node_key_t *latest = find(&answer->report, account, "latest");
    const char *row[COLUMNS] = {[NODE] = answer->node,
                                [ACCOUNT] = latest != NULL ? latest->account : account,
                                [LATEST] = version(pool, latest),
                                [PREVIOUS] =
                                    version(pool, find(&answer->report, account, "previous")),
                                [ENCTYPES] = enctypes(pool, &answer->report, latest),
                                [FILE_RIGHTS] = file_rights(pool, &answer->report),
                                [WORKERS] = workers(pool, &answer->report, account),
                                [DIRECTORY] = compare(pool, latest, table->kvno)};

    for (int i = 0; i < COLUMNS; i++) {
        if (is_shown(table, i)) {
            APR_ARRAY_PUSH(table->cells, const char *) = row[i];
        }
    }
}

/* One row for each account that is not the node's own: it has a latest key. */
static void add_rows(table_t *table, const asactl_node_answer_t *answer)
{
    const char *shown = NULL;

    for (int i = 0; i < answer->report.keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(answer->report.keys, i, asactl_node_key_t);
        if (strcmp(key->slot, "latest") == 0 &&
            find(&answer->report, key->account, "latest") == key) {
            add_row(table, answer, key->account);
            shown = key->account;
        }
    }
    if (shown == NULL) {
        add_row(table, answer, "");
    }
}

void asactl_node_show_table(apr_pool_t *pool, const asactl_node_answer_t *answers, size_t count,
                            const char *account, uint32_t kvno, bool workers_too)
{
    table_t table = {.pool = pool,
                     .kvno = kvno,
                     .workers = workers_too,
                     .cells = apr_array_make(pool, 64, sizeof(const char *))};
    const char *shown[COLUMNS];
    size_t columns = 0;

    for (int i = 0; i < COLUMNS; i++) {
        if (is_shown(&table, i)) {
            shown[columns++] = titles[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (answers[i].report.keys == NULL) {
            continue; /* it failed, which is told apart */
        }
        if (account != NULL) {
            add_row(&table, &answers[i], account);
        } else {
            add_rows(&table, &answers[i]);
        }
    }
    if (table.cells->nelts > 0) {
        asactl_out_table(pool, shown, columns, (const char *const *)table.cells->elts,
                         (size_t)table.cells->nelts / columns);
    }
}

json_t *asactl_node_show_json(const asactl_node_answer_t *answer)
{
    json_t *report =
        answer->report.keys != NULL ? asactl_node_report_json(&answer->report) : json_null();

    return json_pack("{s:o, s:i, s:o, s:o, s:b, s:f, s:o}", "node",
                     asactl_node_report_text(answer->node), "code", (int)answer->outcome.code,
                     "error", asactl_node_report_text(answer->outcome.sentence), "remedy",
                     asactl_node_report_text(answer->outcome.remedy), "changed", answer->changed,
                     "seconds", (double)answer->took / APR_USEC_PER_SEC, "report", report);
}

asactl_exit_code_t asactl_node_show_failures(const asactl_node_answer_t *answers, size_t count)
{
    asactl_exit_code_t code = ASACTL_OK;

    for (size_t i = 0; i < count; i++) {
        if (answers[i].outcome.code != ASACTL_OK) {
            code = code == ASACTL_OK ? answers[i].outcome.code : code;
            if (!asactl_out_is_json()) {
                asactl_out_failure(&answers[i].outcome);
            }
        }
    }
    return code;
}
