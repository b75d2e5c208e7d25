/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints the help.
 */
#include "asactl/help.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/nearest.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "asactl/safe_text.h"

/* Lines of help are no longer. */
#define WIDTH 80

static const struct {
    asactl_exit_code_t code;
    const char *meaning;
} exit_codes[] = {
    {ASACTL_OK, "done, or nothing is wrong"},
    {ASACTL_FAILED, "tried and not done, or something was found wrong"},
    {ASACTL_USAGE, "a mistake on the command line or in asactl.conf"},
    {ASACTL_NOT_FOUND, "no such account, service principal name or node"},
    {ASACTL_CONFLICT, "it exists already, or another account holds it"},
    {ASACTL_DENIED, "rights are missing in the directory or on a node"},
    {ASACTL_UNREACHABLE, "a domain controller or a node does not answer"},
    {ASACTL_CREDENTIALS, "no ticket, expired password, clock skew or wrong realm"},
    {ASACTL_REFUSED_TO_ACT, "it would break something, or nobody agreed: see --force and --yes"},
};

/* Whether the verb's name is the group's and more; NULL holds all. */
static bool in_group(const asactl_verb_t *verb, const char *group)
{
    size_t len = group != NULL ? strlen(group) : 0;

    return group == NULL || (strncmp(verb->name, group, len) == 0 && verb->name[len] == ' ');
}

/* --- for programs --- */

static json_t *describe_verb(const asactl_verb_t *verb)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:b}", "name", verb->name, "synopsis", verb->synopsis,
                     "line", verb->line, "help", verb->help, "changes",
                     (verb->needs & ASACTL_CHANGES) != 0);
}

/* The verbs that begin so (NULL: all), and the exit codes. */
static json_t *describe(const char *group)
{
    json_t *verbs = json_array(), *codes = json_array();

    for (const asactl_verb_t *verb = asactl_verbs; verb->name != NULL; verb++) {
        if (in_group(verb, group)) {
            json_array_append_new(verbs, describe_verb(verb));
        }
    }
    for (size_t i = 0; i < sizeof exit_codes / sizeof exit_codes[0]; i++) {
        json_array_append_new(codes, json_pack("{s:i, s:s}", "code", (int)exit_codes[i].code,
                                               "meaning", exit_codes[i].meaning));
    }
    return json_pack("{s:s, s:o, s:o}", "version", ASA_VERSION, "verbs", verbs, "exit_codes",
                     codes);
}

/* --- for people --- */

static void list_verbs(const char *group)
{
    for (const asactl_verb_t *verb = asactl_verbs; verb->name != NULL; verb++) {
        if (in_group(verb, group)) {
            asactl_out_line("  %-18s %s", verb->name, verb->line);
        }
    }
}

static void list_globals(apr_pool_t *pool)
{
    asactl_out_line("Options that every verb knows, anywhere on the line:");
    for (const asactl_global_t *global = asactl_globals; global->name != NULL; global++) {
        const char *form = apr_pstrcat(pool, "--", global->name, global->value != NULL ? " " : NULL,
                                       global->value, NULL);

        asactl_out_line("  %-24s %s", form, global->line);
    }
}

static void list_exit_codes(void)
{
    for (size_t i = 0; i < sizeof exit_codes / sizeof exit_codes[0]; i++) {
        asactl_out_line("  %d  %s", exit_codes[i].code, exit_codes[i].meaning);
    }
}

static void list_all(apr_pool_t *pool)
{
    asactl_out_line("usage: asactl VERB [WORD…] [OPTION…]");
    asactl_out_line("Makes and keeps the alternate service account whose keys httpd nodes share.");
    asactl_out_line("%s", "");
    list_verbs(NULL);
    asactl_out_line("%s", "");
    list_globals(pool);
    asactl_out_line("%s", "");
    asactl_out_line("asactl help VERB explains a verb; asactl(8) and asactl.conf(5) explain all.");
    asactl_out_json(describe(NULL));
}

static void flush_line(const char **line)
{
    if ((*line)[0] != '\0') {
        asactl_out_line("%s", *line);
    }
    *line = "";
}

/* Adds words to a line and prints it whenever it is full; gives what is left. */
static const char *fill(apr_pool_t *pool, const char *line, const char *words)
{
    char *copy = apr_pstrdup(pool, words), *state = NULL;

    for (char *word = apr_strtok(copy, " ", &state); word != NULL;
         word = apr_strtok(NULL, " ", &state)) {
        if (asactl_safe_text_width(line) + asactl_safe_text_width(word) >= WIDTH) {
            flush_line(&line);
        }
        line = line[0] == '\0' ? word : apr_pstrcat(pool, line, " ", word, NULL);
    }
    return line;
}

/* A paragraph is filled; a line that begins with a blank stands as it is. */
static void print_text(apr_pool_t *pool, const char *text)
{
    const char *line = "";

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *source = apr_pstrmemdup(pool, text, len);

        if (len == 0 || source[0] == ' ') {
            flush_line(&line);
            asactl_out_line("%s", source);
        } else {
            line = fill(pool, line, source);
        }
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    flush_line(&line);
}

void asactl_help_verb(apr_pool_t *pool, const asactl_verb_t *verb)
{
    asactl_out_line("usage: asactl %s%s%s", verb->name, verb->synopsis[0] != '\0' ? " " : "",
                    verb->synopsis);
    asactl_out_line("%s", "");
    print_text(pool, verb->help);
    if ((verb->needs & ASACTL_CHANGES) != 0) {
        asactl_out_line("%s", "");
        asactl_out_line("--dry-run says what would be done; --yes asks nothing.");
    }
    asactl_out_json(describe_verb(verb));
}

static asactl_exit_code_t help_unknown(const asactl_run_t *run, const char *name)
{
    apr_array_header_t *names = apr_array_make(run->pool, 16, sizeof(const char *));
    asactl_outcome_t outcome;
    const char *question;

    APR_ARRAY_PUSH(names, const char *) = "exit-codes";
    for (const asactl_verb_t *verb = asactl_verbs; verb->name != NULL; verb++) {
        APR_ARRAY_PUSH(names, const char *) = verb->name;
    }
    question = asactl_nearest_question(run->pool, "asactl help ", name, names);
    asactl_outcome_fail(&outcome, ASACTL_USAGE,
                        question != NULL ? question : "asactl help lists the verbs.", run->pool,
                        "there is no verb '%s' to explain", name);
    asactl_out_failure(&outcome);
    return outcome.code;
}

static bool group_exists(const char *name)
{
    for (const asactl_verb_t *verb = asactl_verbs; verb->name != NULL; verb++) {
        if (in_group(verb, name)) {
            return true;
        }
    }
    return false;
}

static void help_group(const char *name)
{
    list_verbs(name);
    asactl_out_json(describe(name));
}

asactl_exit_code_t asactl_help_run(const asactl_run_t *run)
{
    const char *name = apr_array_pstrcat(run->pool, run->words, ' ');

    if (name[0] == '\0') {
        list_all(run->pool);
        return ASACTL_OK;
    }
    if (strcmp(name, "exit-codes") == 0) {
        list_exit_codes();
        asactl_out_json(describe(NULL));
        return ASACTL_OK;
    }
    for (const asactl_verb_t *verb = asactl_verbs; verb->name != NULL; verb++) {
        if (strcmp(verb->name, name) == 0) {
            asactl_help_verb(run->pool, verb);
            return ASACTL_OK;
        }
    }
    if (!group_exists(name)) {
        return help_unknown(run, name);
    }
    help_group(name);
    return ASACTL_OK;
}
