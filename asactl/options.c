/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the command line word by word.
 */
#include "asactl/options.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/nearest.h"
#include "core/number_text.h"

const asactl_global_t asactl_globals[] = {
    {"conf", "FILE", "settings are in FILE instead of " ASACTL_CONF},
    {"realm", "REALM", "the Active Directory domain, as a Kerberos realm"},
    {"account", "NAME", "the alternate service account (sAMAccountName)"},
    {"server", "HOST", "the domain controller to work with"},
    {"client-keytab", "FILE", "act as the owner of this key table, not of your ticket"},
    {"client", "PRINCIPAL", "whose keys of the client key table"},
    {"ldap", "HOW", "how LDAP is protected: gssapi, ldaps or starttls"},
    {"ca", "FILE", "certificates that ldaps and starttls trust (PEM)"},
    {"keytab", "FILE", "the key table on the nodes"},
    {"owner", "USER", "who owns the key table"},
    {"group", "GROUP", "whose group may read the key table"},
    {"mode", "MODE", "permissions of the key table (octal)"},
    {"status", "URL", "the asa-status page of a node's httpd, or none: what its workers hold"},
    {"httpd", "ADDRESS", "where a node asks its own httpd for it"},
    {"ssh-user", "USER", "who logs in on the nodes"},
    {"ssh-port", "PORT", "where sshd listens on the nodes"},
    {"ssh-option", "NAME=VALUE", "an option for ssh (-o); may repeat"},
    {"ssh-command", "COMMAND", "what asactl is called on the nodes"},
    {"dry-run", NULL, "say what would be done, change nothing"},
    {"yes", NULL, "ask nothing, do it"},
    {"force", NULL, "do it although it would break something"},
    {"json", NULL, "print one JSON document instead of text"},
    {"verbose", NULL, "say more (-v)"},
    {"help", NULL, "explain the verb (-h)"},
    {"version", NULL, "print the version"},
    {NULL, NULL, NULL}};

typedef struct reading_t {
    apr_pool_t *pool;
    const asactl_verb_t *verbs;
    const char *const *argv;
    int argc, at;
    asactl_options_t *out;
    apr_array_header_t *words;
    apr_table_t *own, *global;
    asactl_outcome_t *outcome;
} reading_t;

static bool refuse(reading_t *reading, const char *remedy, const char *sentence)
{
    return asactl_outcome_fail(reading->outcome, ASACTL_USAGE, remedy, reading->pool, "%s",
                               sentence);
}

/* --- verbs --- */

/* The verb that these words name; *begun says whether more words could make one. */
static const asactl_verb_t *find_verb(const reading_t *reading, const char *name, bool *begun)
{
    size_t len = strlen(name);

    *begun = false;
    for (const asactl_verb_t *verb = reading->verbs; verb->name != NULL; verb++) {
        if (strcmp(verb->name, name) == 0) {
            return verb;
        }
        *begun |= strncmp(verb->name, name, len) == 0 && verb->name[len] == ' ';
    }
    return NULL;
}

static bool refuse_verb(reading_t *reading, const char *name)
{
    apr_array_header_t *names = apr_array_make(reading->pool, 16, sizeof(const char *));
    const char *question;

    for (const asactl_verb_t *verb = reading->verbs; verb->name != NULL; verb++) {
        APR_ARRAY_PUSH(names, const char *) = verb->name;
    }
    question = asactl_nearest_question(reading->pool, "asactl ", name, names);
    return refuse(reading, question != NULL ? question : "asactl help lists the verbs.",
                  apr_pstrcat(reading->pool, "there is no verb '", name, "'", NULL));
}

/* A word before the verb is known belongs to its name. */
static bool take_word(reading_t *reading, const char *word)
{
    const char *name;
    bool begun;

    APR_ARRAY_PUSH(reading->words, const char *) = word;
    if (reading->out->verb != NULL) {
        return true;
    }
    name = apr_array_pstrcat(reading->pool, reading->words, ' ');
    reading->out->verb = find_verb(reading, name, &begun);
    if (reading->out->verb != NULL) {
        apr_array_clear(reading->words);
    }
    return reading->out->verb != NULL || begun || refuse_verb(reading, name);
}

/* --- options --- */

/* Looks an option up in a verb's list ("user ou="). */
static bool verb_has(const asactl_verb_t *verb, const char *name, bool *valued)
{
    size_t len = strlen(name);

    for (const char *at = verb->options != NULL ? verb->options : ""; *at != '\0';) {
        size_t item = strcspn(at, " ");

        *valued = item > 0 && at[item - 1] == '=';
        if (len > 0 && item - (*valued ? 1 : 0) == len && strncmp(at, name, len) == 0) {
            return true;
        }
        at += item + strspn(at + item, " ");
    }
    return false;
}

static bool global_has(const char *name, bool *valued)
{
    for (const asactl_global_t *global = asactl_globals; global->name != NULL; global++) {
        if (strcmp(global->name, name) == 0) {
            *valued = global->value != NULL;
            return true;
        }
    }
    return false;
}

static bool refuse_option(reading_t *reading, const char *name)
{
    apr_array_header_t *names = apr_array_make(reading->pool, 32, sizeof(const char *));
    const asactl_verb_t *verb = reading->out->verb;
    char *own = apr_pstrdup(reading->pool, verb != NULL && verb->options ? verb->options : "");
    char *state = NULL;
    const char *question;

    for (char *item = apr_strtok(own, "= ", &state); item != NULL;
         item = apr_strtok(NULL, "= ", &state)) {
        APR_ARRAY_PUSH(names, const char *) = item;
    }
    for (const asactl_global_t *global = asactl_globals; global->name != NULL; global++) {
        APR_ARRAY_PUSH(names, const char *) = global->name;
    }
    question = asactl_nearest_question(reading->pool, "--", name, names);
    if (question == NULL) {
        question = verb == NULL ? "A verb's own options stand behind it; asactl help lists all."
                                : apr_pstrcat(reading->pool, "asactl help ", verb->name,
                                              " lists the options.", NULL);
    }
    return refuse(reading, question,
                  verb == NULL ? apr_pstrcat(reading->pool, "unknown option --", name, NULL)
                               : apr_pstrcat(reading->pool, "asactl ", verb->name,
                                             " has no option --", name, NULL));
}

/* The value behind an option; NULL with a refusal. */
static const char *take_value(reading_t *reading, const char *name)
{
    const char *next = reading->at + 1 < reading->argc ? reading->argv[reading->at + 1] : NULL;

    if (next == NULL || (next[0] == '-' && next[1] != '\0')) {
        refuse(reading,
               apr_pstrcat(reading->pool, "Write --", name, " VALUE; a value that begins with '-' ",
                           "is written --", name, "=VALUE.", NULL),
               apr_pstrcat(reading->pool, "--", name, " needs a value", NULL));
        return NULL;
    }
    reading->at++;
    return next;
}

static bool take_option(reading_t *reading, const char *text)
{
    const char *equals = strchr(text, '=');
    const char *name =
        equals == NULL ? text : apr_pstrmemdup(reading->pool, text, (apr_size_t)(equals - text));
    const char *value = equals == NULL ? NULL : equals + 1;
    bool valued = false, own = false;

    if (!global_has(name, &valued)) {
        own = reading->out->verb != NULL && verb_has(reading->out->verb, name, &valued);
        if (!own) {
            return refuse_option(reading, name);
        }
    }
    if (!valued && value != NULL) {
        return refuse(reading, apr_pstrcat(reading->pool, "Write --", name, ".", NULL),
                      apr_pstrcat(reading->pool, "--", name, " takes no value", NULL));
    }
    if (valued && value == NULL) {
        value = take_value(reading, name);
        if (value == NULL) {
            return false;
        }
    }
    apr_table_addn(own ? reading->own : reading->global, name, valued ? value : "");
    return true;
}

static bool take_letter(reading_t *reading, const char *text)
{
    if (strcmp(text, "-v") == 0 || strcmp(text, "-h") == 0) {
        return take_option(reading, text[1] == 'v' ? "verbose" : "help");
    }
    return refuse(reading, "Only -v and -h are short; asactl help lists the long ones.",
                  apr_pstrcat(reading->pool, "unknown option ", text, NULL));
}

bool asactl_options_read(apr_pool_t *pool, const asactl_verb_t *verbs, int argc,
                         const char *const *argv, asactl_options_t *out, asactl_outcome_t *outcome)
{
    reading_t reading = {.pool = pool,
                         .verbs = verbs,
                         .argv = argv,
                         .argc = argc,
                         .out = out,
                         .words = apr_array_make(pool, 8, sizeof(const char *)),
                         .own = apr_table_make(pool, 4),
                         .global = apr_table_make(pool, 8),
                         .outcome = outcome};
    bool words_only = false;

    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    *out = (asactl_options_t){.words = reading.words, .own = reading.own, .global = reading.global};
    for (reading.at = 1; reading.at < argc; reading.at++) {
        const char *text = argv[reading.at];
        bool taken;

        if (words_only || text[0] != '-' || text[1] == '\0') {
            taken = take_word(&reading, text);
        } else if (strcmp(text, "--") == 0) {
            taken = words_only = true;
        } else {
            taken = text[1] == '-' ? take_option(&reading, text + 2) : take_letter(&reading, text);
        }
        if (!taken) {
            return false;
        }
    }
    out->help = apr_table_get(reading.global, "help") != NULL;
    out->version = apr_table_get(reading.global, "version") != NULL;
    return true;
}

static int remember(void *last, const char *name, const char *value)
{
    *(const char **)last = value;
    return 1;
}

const char *asactl_options_last(const apr_table_t *options, const char *name)
{
    const char *last = NULL;

    apr_table_do(remember, &last, options, name, NULL);
    return last;
}

bool asactl_options_number(apr_pool_t *pool, const char *name, const char *text, const char *unit,
                           unsigned least, unsigned most, unsigned *out, asactl_outcome_t *outcome)
{
    uint64_t number;

    if (!asa_number_text_read(text, strlen(text), most, &number) || number < least) {
        return asactl_outcome_fail(
            outcome, ASACTL_USAGE,
            apr_psprintf(pool, "Give a number of %s from %u to %u.", unit, least, most), pool,
            "--%s '%s' is no number of %s", name, text, unit);
    }
    *out = (unsigned)number;
    return true;
}

bool asactl_options_flag(int argc, const char *const *argv, const char *name)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, name) == 0) {
            return true;
        }
    }
    return false;
}
