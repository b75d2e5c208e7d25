/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides what the keys of asactl.conf and the command line mean; one table says which there are.
 */
#include "asactl/settings.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/conf_file.h"
#include "asactl/nearest.h"
#include "asactl/setting_value.h"

typedef enum { TEXT, TEXT_OR_NONE, LDAP_MODE, FILE_MODE, LIST } kind_t;

/* A key of asactl.conf; on the command line it is --NAME, in section [ssh] --ssh-NAME. */
typedef struct known_key_t {
    const char *section, *name, *fallback;
    const char *(*judge)(const char *value);
    kind_t kind;
    size_t offset; /* of a TEXT or TEXT_OR_NONE */
} known_key_t;

#define TEXT_OF(member)         TEXT, offsetof(asactl_settings_t, member)
#define TEXT_OR_NONE_OF(member) TEXT_OR_NONE, offsetof(asactl_settings_t, member)

static const known_key_t known_keys[] = {
    {"asactl", "realm", NULL, asactl_setting_value_realm, TEXT_OF(realm)},
    {"asactl", "account", NULL, asactl_setting_value_account, TEXT_OF(account)},
    {"asactl", "server", NULL, asactl_setting_value_host, TEXT_OF(server)},
    {"asactl", "client-keytab", NULL, asactl_setting_value_file, TEXT_OF(client_keytab)},
    {"asactl", "client", NULL, asactl_setting_value_principal, TEXT_OF(client)},
    {"asactl", "ldap", "gssapi", asactl_setting_value_ldap, LDAP_MODE, 0},
    {"asactl", "ca", "/etc/ssl/certs/ca-certificates.crt", asactl_setting_value_file, TEXT_OF(ca)},
    {"asactl", "keytab", "/etc/apache2/asa.keytab", asactl_setting_value_file, TEXT_OF(keytab)},
    {"asactl", "owner", "root", asactl_setting_value_user, TEXT_OF(owner)},
    {"asactl", "group", "www-data", asactl_setting_value_user, TEXT_OF(group)},
    {"asactl", "mode", "0640", asactl_setting_value_mode, FILE_MODE, 0},
    {"asactl", "status", "none", asactl_setting_value_status, TEXT_OR_NONE_OF(status)},
    {"asactl", "httpd", "127.0.0.1", asactl_setting_value_httpd, TEXT_OF(httpd)},
    {"ssh", "user", "root", asactl_setting_value_user, TEXT_OF(ssh_user)},
    {"ssh", "port", "22", asactl_setting_value_port, TEXT_OF(ssh_port)},
    {"ssh", "option", NULL, asactl_setting_value_ssh_option, LIST, 0},
    {"ssh", "command", "asactl", asactl_setting_value_command, TEXT_OF(ssh_command)},
};
#define KNOWN_KEYS (sizeof known_keys / sizeof known_keys[0])

typedef struct reading_t {
    apr_pool_t *pool;
    const char *file;
    asactl_settings_t *settings;
    apr_array_header_t *ssh_options, *arrays;
    apr_array_header_t *servers; /* of the last array */
    bool seen[KNOWN_KEYS];
    asactl_outcome_t *outcome;
} reading_t;

static void set(asactl_settings_t *settings, const known_key_t *key, const char *value)
{
    if (key->kind == TEXT || key->kind == TEXT_OR_NONE) {
        bool none = key->kind == TEXT_OR_NONE && strcmp(value, "none") == 0;
        *(const char **)((char *)settings + key->offset) = none ? NULL : value;
    } else if (key->kind == FILE_MODE) {
        settings->mode = asactl_setting_value_bits(value);
    } else if (key->kind == LDAP_MODE) {
        settings->ldap_mode = strcmp(value, "ldaps") == 0      ? ASACTL_LDAP_LDAPS
                              : strcmp(value, "starttls") == 0 ? ASACTL_LDAP_STARTTLS
                                                               : ASACTL_LDAP_GSSAPI;
    }
}

static const char *option_of(apr_pool_t *pool, const known_key_t *key)
{
    return strcmp(key->section, "ssh") == 0 ? apr_pstrcat(pool, "ssh-", key->name, NULL)
                                            : key->name;
}

/* --- the file --- */

static bool refuse(const reading_t *reading, const char *remedy, const char *sentence)
{
    return asactl_outcome_fail(reading->outcome, ASACTL_USAGE, remedy, reading->pool, "%s: %s",
                               reading->file, sentence);
}

/* Whether the value of a key is one: a text, without a comment behind it, that the judge accepts.
 */
static bool is_value(const reading_t *reading, const char *what, const char *value,
                     const char *(*judge)(const char *))
{
    const char *wanted;

    if (value == NULL) {
        return refuse(reading, "Write NAME = VALUE.",
                      apr_psprintf(reading->pool, "%s is empty or a group", what));
    }
    if (strstr(value, " #") != NULL || strstr(value, "\t#") != NULL) {
        return refuse(reading, "Put the comment on a line of its own.",
                      apr_psprintf(reading->pool, "a comment stands behind %s", what));
    }
    wanted = judge(value);
    return wanted == NULL || refuse(reading, apr_psprintf(reading->pool, "It must be %s.", wanted),
                                    apr_psprintf(reading->pool, "%s is '%s'", what, value));
}

static bool refuse_unknown(const reading_t *reading, const char *section, const char *name)
{
    apr_array_header_t *names = apr_array_make(reading->pool, KNOWN_KEYS, sizeof(const char *));
    const char *question;

    for (size_t i = 0; i < KNOWN_KEYS; i++) {
        if (strcmp(known_keys[i].section, section) == 0) {
            APR_ARRAY_PUSH(names, const char *) = known_keys[i].name;
        }
    }
    question = asactl_nearest_question(reading->pool, "", name, names);
    return refuse(reading, question != NULL ? question : "asactl.conf(5) lists the keys.",
                  apr_psprintf(reading->pool, "[%s] has no key '%s'", section, name));
}

static bool take_key(reading_t *reading, const char *section, const char *name, const char *value)
{
    const char *what = apr_psprintf(reading->pool, "%s of [%s]", name, section);
    const known_key_t *key = NULL;

    for (size_t i = 0; i < KNOWN_KEYS && key == NULL; i++) {
        if (strcmp(known_keys[i].section, section) == 0 && strcmp(known_keys[i].name, name) == 0) {
            key = &known_keys[i];
        }
    }
    if (key == NULL) {
        return refuse_unknown(reading, section, name);
    }
    if (!is_value(reading, what, value, key->judge)) {
        return false;
    }
    if (reading->seen[key - known_keys] && key->kind != LIST) {
        return refuse(reading, "Leave one of them.",
                      apr_psprintf(reading->pool, "%s is given twice", what));
    }
    reading->seen[key - known_keys] = true;
    value = apr_pstrdup(reading->pool, value);
    if (key->kind == LIST) {
        APR_ARRAY_PUSH(reading->ssh_options, const char *) = value;
    }
    set(reading->settings, key, value);
    return true;
}

/* An array that is left without a server is a mistake; so it is looked at when the next begins. */
static bool end_array(const reading_t *reading)
{
    const asactl_array_t *last =
        reading->arrays->nelts == 0
            ? NULL
            : &APR_ARRAY_IDX(reading->arrays, reading->arrays->nelts - 1, asactl_array_t);

    return last == NULL || last->servers->nelts > 0 ||
           refuse(reading, "Name its nodes: server = HOST.",
                  apr_psprintf(reading->pool, "the array %s has no server", last->name));
}

static bool begin_array(reading_t *reading, const char *name)
{
    asactl_array_t *array;

    if (!end_array(reading)) {
        return false;
    }
    if (asactl_setting_value_host(name) != NULL) {
        return refuse(reading, "Use letters, digits, '.', '-' and '_'.",
                      apr_psprintf(reading->pool, "'%s' is no name for an array", name));
    }
    array = apr_array_push(reading->arrays);
    array->name = apr_pstrdup(reading->pool, name);
    array->servers = reading->servers = apr_array_make(reading->pool, 4, sizeof(const char *));
    return true;
}

static bool take_server(reading_t *reading, const char *array, const char *name, const char *value)
{
    if (strcmp(name, "server") != 0) {
        return refuse(reading, "An array lists its nodes, a line each: server = HOST.",
                      apr_psprintf(reading->pool, "the array %s has no key '%s'", array, name));
    }
    if (!is_value(reading, apr_psprintf(reading->pool, "a server of the array %s", array), value,
                  asactl_setting_value_host)) {
        return false;
    }
    for (int i = 0; i < reading->servers->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(reading->servers, i, const char *), value) == 0) {
            return refuse(reading, "Leave one of them.",
                          apr_psprintf(reading->pool, "the array %s names %s twice", array, value));
        }
    }
    APR_ARRAY_PUSH(reading->servers, const char *) = apr_pstrdup(reading->pool, value);
    return true;
}

static bool take(void *baton, const char *section, const char *group, const char *name,
                 const char *value)
{
    reading_t *reading = baton;

    if (strcmp(section, "arrays") == 0) {
        if (group == NULL && name != NULL) {
            return refuse(reading, "An array is written NAME = { server = HOST … }, a line each.",
                          apr_psprintf(reading->pool, "'%s' in [arrays] is not an array", name));
        }
        return group == NULL || (name == NULL ? begin_array(reading, group)
                                              : take_server(reading, group, name, value));
    }
    if (strcmp(section, "asactl") != 0 && strcmp(section, "ssh") != 0) {
        return refuse(reading, "The sections are [asactl], [arrays] and [ssh].",
                      apr_psprintf(reading->pool, "there is no section [%s]", section));
    }
    if (group != NULL) {
        return take_key(reading, section, group, NULL);
    }
    return name == NULL || take_key(reading, section, name, value);
}

bool asactl_settings_read(apr_pool_t *pool, const char *file, asactl_settings_t *out,
                          asactl_outcome_t *outcome)
{
    reading_t reading = {.pool = pool,
                         .file = file != NULL ? file : ASACTL_CONF,
                         .settings = out,
                         .ssh_options = apr_array_make(pool, 4, sizeof(const char *)),
                         .arrays = apr_array_make(pool, 4, sizeof(asactl_array_t)),
                         .outcome = outcome};

    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    *out = (asactl_settings_t){.arrays = reading.arrays, .ssh_options = reading.ssh_options};
    for (size_t i = 0; i < KNOWN_KEYS; i++) {
        if (known_keys[i].fallback != NULL) {
            set(out, &known_keys[i], known_keys[i].fallback);
        }
    }
    if (file == NULL && asactl_conf_file_absent(ASACTL_CONF)) {
        return true;
    }
    return asactl_conf_file_walk(pool, reading.file, take, &reading, outcome) &&
           end_array(&reading);
}

/* --- the command line --- */

static int add_ssh_option(void *list, const char *name, const char *value)
{
    (void)name;
    APR_ARRAY_PUSH((apr_array_header_t *)list, const char *) = value;
    return 1;
}

/* The last value counts; of ssh's options all do, and they stand before the file's, as ssh takes
 * the first of a name. */
static bool override(apr_pool_t *pool, const apr_table_t *options, const known_key_t *key,
                     asactl_settings_t *settings, asactl_outcome_t *outcome)
{
    const char *option = option_of(pool, key);
    apr_array_header_t *values = apr_array_make(pool, 2, sizeof(const char *));

    apr_table_do(add_ssh_option, values, options, option, NULL);
    for (int i = 0; i < values->nelts; i++) {
        const char *value = APR_ARRAY_IDX(values, i, const char *);
        const char *wanted = key->judge(value);

        if (wanted != NULL) {
            return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                       apr_psprintf(pool, "It must be %s.", wanted), pool,
                                       "--%s is '%s'", option, value);
        }
        set(settings, key, value);
    }
    if (key->kind == LIST) {
        settings->ssh_options = apr_array_append(pool, values, settings->ssh_options);
    }
    return true;
}

bool asactl_settings_override(apr_pool_t *pool, const apr_table_t *options,
                              asactl_settings_t *settings, asactl_outcome_t *outcome)
{
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    for (size_t i = 0; i < KNOWN_KEYS; i++) {
        if (!override(pool, options, &known_keys[i], settings, outcome)) {
            return false;
        }
    }
    settings->json = apr_table_get(options, "json") != NULL;
    settings->yes = apr_table_get(options, "yes") != NULL;
    settings->dry_run = apr_table_get(options, "dry-run") != NULL;
    settings->verbose = apr_table_get(options, "verbose") != NULL;
    settings->force = apr_table_get(options, "force") != NULL;
    return true;
}
