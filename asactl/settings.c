/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads asactl.conf with MIT's profile library and puts the command line over it; one table says
 * which keys there are.
 */
#include "asactl/settings.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <apr_strings.h>
#include <com_err.h>
#include <profile.h>

#include "asactl/nearest.h"
#include "asactl/setting_value.h"

typedef enum { TEXT, LDAP_MODE, FILE_MODE, LIST } kind_t;

/* A key of asactl.conf; on the command line it is --NAME, in section [ssh] --ssh-NAME. */
typedef struct known_key_t {
    const char *section, *name, *fallback;
    const char *(*judge)(const char *value);
    kind_t kind;
    size_t offset; /* of a TEXT */
} known_key_t;

#define TEXT_OF(member) TEXT, offsetof(asactl_settings_t, member)

static const known_key_t known_keys[] = {
    {"asactl", "realm", NULL, asactl_setting_value_realm, TEXT_OF(realm)},
    {"asactl", "account", NULL, asactl_setting_value_account, TEXT_OF(account)},
    {"asactl", "server", NULL, asactl_setting_value_host, TEXT_OF(server)},
    {"asactl", "ldap", "gssapi", asactl_setting_value_ldap, LDAP_MODE, 0},
    {"asactl", "ca", "/etc/ssl/certs/ca-certificates.crt", asactl_setting_value_file, TEXT_OF(ca)},
    {"asactl", "keytab", "/etc/apache2/asa.keytab", asactl_setting_value_file, TEXT_OF(keytab)},
    {"asactl", "owner", "root", asactl_setting_value_user, TEXT_OF(owner)},
    {"asactl", "group", "www-data", asactl_setting_value_user, TEXT_OF(group)},
    {"asactl", "mode", "0640", asactl_setting_value_mode, FILE_MODE, 0},
    {"ssh", "user", "root", asactl_setting_value_user, TEXT_OF(ssh_user)},
    {"ssh", "port", "22", asactl_setting_value_port, TEXT_OF(ssh_port)},
    {"ssh", "option", NULL, asactl_setting_value_ssh_option, LIST, 0},
    {"ssh", "command", "asactl", asactl_setting_value_command, TEXT_OF(ssh_command)},
};
#define KNOWN_KEYS (sizeof known_keys / sizeof known_keys[0])

static const char *const sections[] = {"asactl", "arrays", "ssh"};
#define SECTIONS (sizeof sections / sizeof sections[0])

typedef struct reading_t {
    apr_pool_t *pool;
    const char *file;
    profile_t profile;
    asactl_settings_t *settings;
    apr_array_header_t *ssh_options, *arrays;
    bool seen[KNOWN_KEYS];
    asactl_outcome_t *outcome;
} reading_t;

static void set(asactl_settings_t *settings, const known_key_t *key, const char *value)
{
    if (key->kind == TEXT) {
        *(const char **)((char *)settings + key->offset) = value;
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

static bool refuse_unknown(const reading_t *reading, const char *where, const char *name,
                           const apr_array_header_t *names)
{
    const char *question = asactl_nearest_question(reading->pool, "", name, names);

    return refuse(reading, question != NULL ? question : "asactl.conf(5) lists the keys.",
                  apr_psprintf(reading->pool, "%s has no key '%s'", where, name));
}

/* What holds for every value: it is a text, without a comment behind it. */
static bool is_text(const reading_t *reading, const char *where, const char *name,
                    const char *value)
{
    if (value == NULL) {
        return refuse(reading, "Write NAME = VALUE.",
                      apr_psprintf(reading->pool, "%s of %s is a group, not a value", name, where));
    }
    if (strstr(value, " #") != NULL || strstr(value, "\t#") != NULL) {
        return refuse(reading, "Put the comment on a line of its own.",
                      apr_psprintf(reading->pool, "a comment stands behind %s of %s", name, where));
    }
    return true;
}

static bool take_key(reading_t *reading, const char *section, const char *name, const char *value)
{
    apr_array_header_t *names = apr_array_make(reading->pool, KNOWN_KEYS, sizeof(const char *));
    const char *where = apr_psprintf(reading->pool, "[%s]", section);

    for (size_t i = 0; i < KNOWN_KEYS; i++) {
        const known_key_t *key = &known_keys[i];
        const char *wanted;

        if (strcmp(key->section, section) != 0) {
            continue;
        }
        APR_ARRAY_PUSH(names, const char *) = key->name;
        if (strcmp(key->name, name) != 0) {
            continue;
        }
        if (!is_text(reading, where, name, value)) {
            return false;
        }
        if (reading->seen[i] && key->kind != LIST) {
            return refuse(reading, "Leave one of them.",
                          apr_psprintf(reading->pool, "%s of %s is given twice", name, where));
        }
        reading->seen[i] = true;
        wanted = key->judge(value);
        if (wanted != NULL) {
            return refuse(reading, apr_psprintf(reading->pool, "It must be %s.", wanted),
                          apr_psprintf(reading->pool, "%s of %s is '%s'", name, where, value));
        }
        value = apr_pstrdup(reading->pool, value);
        if (key->kind == LIST) {
            APR_ARRAY_PUSH(reading->ssh_options, const char *) = value;
        }
        set(reading->settings, key, value);
        return true;
    }
    return refuse_unknown(reading, where, name, names);
}

typedef bool take_t(reading_t *reading, const char *section, const char *name, const char *value);

/* Calls take for everything below the path, in the order of the file. */
static bool each(reading_t *reading, const char *const *path, const char *section, take_t *take)
{
    void *iterator = NULL;
    char *name = NULL, *value = NULL;
    bool good = true;
    long code =
        profile_iterator_create(reading->profile, path, PROFILE_ITER_LIST_SECTION, &iterator);

    while (code == 0 && good) {
        code = profile_iterator(&iterator, &name, &value);
        if (code != 0 || name == NULL) {
            break;
        }
        good = take(reading, section, name, value);
        profile_release_string(name);
        profile_release_string(value);
    }
    if (iterator != NULL) {
        profile_iterator_free(&iterator);
    }
    if (code != 0) {
        return refuse(reading, NULL, error_message(code));
    }
    return good;
}

static bool take_member(reading_t *reading, const char *array, const char *name, const char *value)
{
    asactl_array_t *last =
        &APR_ARRAY_IDX(reading->arrays, reading->arrays->nelts - 1, asactl_array_t);
    const char *where = apr_psprintf(reading->pool, "the array %s", array);
    const char *wanted;

    if (strcmp(name, "server") != 0) {
        return refuse(reading, "An array lists its nodes, a line each: server = HOST.",
                      apr_psprintf(reading->pool, "%s has no key '%s'", where, name));
    }
    if (!is_text(reading, where, name, value)) {
        return false;
    }
    wanted = asactl_setting_value_host(value);
    if (wanted != NULL) {
        return refuse(reading, apr_psprintf(reading->pool, "It must be %s.", wanted),
                      apr_psprintf(reading->pool, "a server of %s is '%s'", where, value));
    }
    for (int i = 0; i < last->servers->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(last->servers, i, const char *), value) == 0) {
            return refuse(reading, "Leave one of them.",
                          apr_psprintf(reading->pool, "%s names %s twice", where, value));
        }
    }
    APR_ARRAY_PUSH((apr_array_header_t *)last->servers, const char *) =
        apr_pstrdup(reading->pool, value);
    return true;
}

static bool take_array(reading_t *reading, const char *section, const char *name, const char *value)
{
    const char *const path[] = {section, name, NULL};
    asactl_array_t *array;

    if (value != NULL || asactl_setting_value_host(name) != NULL) {
        return refuse(reading, "An array is written NAME = { server = HOST … }, a line each.",
                      apr_psprintf(reading->pool, "'%s' in [%s] is not an array", name, section));
    }
    array = apr_array_push(reading->arrays);
    array->name = apr_pstrdup(reading->pool, name);
    array->servers = apr_array_make(reading->pool, 4, sizeof(const char *));
    if (!each(reading, path, array->name, take_member)) {
        return false;
    }
    return array->servers->nelts > 0 ||
           refuse(reading, "Name its nodes: server = HOST.",
                  apr_psprintf(reading->pool, "the array %s has no server", name));
}

static bool take_section(reading_t *reading, const char *parent, const char *name,
                         const char *value)
{
    const char *const path[] = {name, NULL};
    apr_array_header_t *names = apr_array_make(reading->pool, SECTIONS, sizeof(const char *));

    (void)parent;
    (void)value;
    for (size_t i = 0; i < SECTIONS; i++) {
        APR_ARRAY_PUSH(names, const char *) = sections[i];
        if (strcmp(sections[i], name) == 0) {
            return each(reading, path, sections[i],
                        strcmp(name, "arrays") == 0 ? take_array : take_key);
        }
    }
    return refuse(reading, "The sections are [asactl], [arrays] and [ssh].",
                  apr_psprintf(reading->pool, "there is no section [%s]", name));
}

/* Who may write the file says what runs on the nodes. */
static bool inspect(const reading_t *reading, bool named, bool *absent)
{
    struct stat st;

    *absent = false;
    if (stat(reading->file, &st) != 0) {
        *absent = errno == ENOENT && !named;
        return *absent || refuse(reading, "Name a file that is there and can be read.",
                                 apr_pstrdup(reading->pool, strerror(errno)));
    }
    if (!S_ISREG(st.st_mode)) {
        return refuse(reading, "Name a regular file.", "it is not a file");
    }
    return (st.st_mode & S_IWOTH) == 0 ||
           refuse(reading, apr_pstrcat(reading->pool, "chmod o-w ", reading->file, NULL),
                  "anybody may write it");
}

static bool read_file(reading_t *reading)
{
    const char *const root[] = {NULL};
    const_profile_filespec_t files[] = {reading->file, NULL};
    long code = profile_init(files, &reading->profile);
    bool good;

    if (code != 0) {
        return refuse(reading, "asactl.conf(5) shows how it is written.",
                      apr_pstrdup(reading->pool, error_message(code)));
    }
    good = each(reading, root, NULL, take_section);
    profile_abandon(reading->profile);
    return good;
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
    bool absent;

    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    *out = (asactl_settings_t){.arrays = reading.arrays, .ssh_options = reading.ssh_options};
    for (size_t i = 0; i < KNOWN_KEYS; i++) {
        if (known_keys[i].fallback != NULL) {
            set(out, &known_keys[i], known_keys[i].fallback);
        }
    }
    if (!inspect(&reading, file != NULL, &absent)) {
        return false;
    }
    return absent || read_file(&reading);
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
