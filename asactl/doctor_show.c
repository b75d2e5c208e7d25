/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints findings and the table of checks.
 */
#include "asactl/doctor_show.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/doctor_checks.h"
#include "asactl/node_report.h"
#include "asactl/out.h"

/* What stands below a line stands under its sentence. */
#define BELOW "      %-18s "
#define ROOM  54

static const asactl_doctor_finding_t *finding_at(const asactl_doctor_list_t *list, int i)
{
    return &APR_ARRAY_IDX(list->findings, i, asactl_doctor_finding_t);
}

/* Could both not be checked, for the same reason? */
static bool is_same_gap(const asactl_doctor_finding_t *one, const asactl_doctor_finding_t *other)
{
    return one->level == ASACTL_DOCTOR_UNKNOWN && other->level == ASACTL_DOCTOR_UNKNOWN &&
           strcmp(one->sentence, other->sentence) == 0;
}

static bool was_shown(const asactl_doctor_list_t *list, int index)
{
    for (int i = 0; i < index; i++) {
        if (is_same_gap(finding_at(list, i), finding_at(list, index))) {
            return true;
        }
    }
    return false;
}

/* The checks that share the line of this one, itself among them: const char *. */
static const apr_array_header_t *checks_of(const asactl_doctor_list_t *list, int index)
{
    const asactl_doctor_finding_t *first = finding_at(list, index), *last = first;
    apr_array_header_t *names = apr_array_make(list->pool, 4, sizeof(const char *));

    APR_ARRAY_PUSH(names, const char *) = first->check;
    for (int i = index + 1; first->level == ASACTL_DOCTOR_UNKNOWN && i < list->findings->nelts;
         i++) {
        const asactl_doctor_finding_t *one = finding_at(list, i);

        if (is_same_gap(first, one) && one->check != last->check) {
            APR_ARRAY_PUSH(names, const char *) = one->check;
            last = one;
        }
    }
    return names;
}

/* Their names in lines that fit a terminal of 80 columns; where the gap before concerned the same
 * checks, as where several nodes are down, once is enough. */
static void show_checks(const asactl_doctor_list_t *list, const apr_array_header_t *names,
                        const char **before)
{
    const char *all = apr_array_pstrcat(list->pool, names, ' ');
    const char *line = "";

    if (*before != NULL && strcmp(*before, all) == 0) {
        asactl_out_line(BELOW "%s", "", "the same checks");
        return;
    }
    *before = all;
    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        const char *comma = i + 1 < names->nelts ? "," : "";

        if (strlen(line) + strlen(name) + 2 > ROOM) {
            asactl_out_line(BELOW "%s", "", line);
            line = "";
        }
        line = apr_pstrcat(list->pool, line, *line == '\0' ? "" : " ", name, comma, NULL);
    }
    asactl_out_line(BELOW "%s", "", line);
}

static void show_line(const asactl_doctor_list_t *list, int index, const char **before)
{
    const asactl_doctor_finding_t *finding = finding_at(list, index);
    const apr_array_header_t *names = checks_of(list, index);

    asactl_out_line("%-5s %-18s %s", asactl_doctor_level_name(finding->level),
                    names->nelts == 1 ? finding->check
                                      : apr_psprintf(list->pool, "%d checks", names->nelts),
                    asactl_out_safe(list->pool, finding->sentence));
    if (names->nelts > 1) {
        show_checks(list, names, before);
    }
    if (finding->remedy != NULL) {
        asactl_out_line(BELOW "%s", "", asactl_out_safe(list->pool, finding->remedy));
    }
}

static json_t *finding_json(const asactl_doctor_finding_t *finding)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o}", "check", finding->check, "level",
                     asactl_doctor_level_name(finding->level), "subject",
                     asactl_node_report_text(finding->subject), "sentence",
                     asactl_node_report_text(finding->sentence), "remedy",
                     asactl_node_report_text(finding->remedy));
}

void asactl_doctor_show(const asactl_doctor_facts_t *facts, const asactl_doctor_list_t *list)
{
    int ok = asactl_doctor_list_count(list, ASACTL_DOCTOR_OK);
    int warn = asactl_doctor_list_count(list, ASACTL_DOCTOR_WARN);
    int fail = asactl_doctor_list_count(list, ASACTL_DOCTOR_FAIL);
    int unknown = asactl_doctor_list_count(list, ASACTL_DOCTOR_UNKNOWN);
    json_t *findings = json_array();
    const char *before = NULL;

    for (int i = 0; i < list->findings->nelts; i++) {
        json_array_append_new(findings, finding_json(finding_at(list, i)));
        if (!was_shown(list, i)) {
            show_line(list, i, &before);
        }
    }
    asactl_out_line("%d ok, %d to be warned of, %d failed, %d that could not be checked", ok, warn,
                    fail, unknown);
    asactl_out_json(json_pack("{s:o, s:o, s:o, s:i, s:i, s:i, s:i}", "account",
                              asactl_node_report_text(facts->settings->account), "server",
                              asactl_node_report_text(facts->directory), "findings", findings, "ok",
                              ok, "warn", warn, "fail", fail, "unknown", unknown));
}

void asactl_doctor_show_checks(apr_pool_t *pool)
{
    static const char *const titles[] = {"CHECK", "ASKS", "NEEDS"};
    apr_array_header_t *cells = apr_array_make(pool, 128, sizeof(const char *));
    json_t *list = json_array();

    for (const asactl_doctor_check_t *row = asactl_doctor_checks; row->name != NULL; row++) {
        const char *needs = asactl_doctor_checks_needs_text(pool, row->needs);

        APR_ARRAY_PUSH(cells, const char *) = row->name;
        APR_ARRAY_PUSH(cells, const char *) = row->asks;
        APR_ARRAY_PUSH(cells, const char *) = needs;
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "check", row->name, "asks",
                                              row->asks, "needs", needs, "remedy", row->remedy));
    }
    asactl_out_table(pool, titles, 3, (const char *const *)cells->elts, (size_t)cells->nelts / 3);
    asactl_out_json(json_pack("{s:o}", "checks", list));
}
