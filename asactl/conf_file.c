/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a file with MIT's profile library, and sees what that library would pass over in silence.
 */
#include "asactl/conf_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <apr_strings.h>
#include <com_err.h>
#include <profile.h>

typedef struct walk_t {
    apr_pool_t *pool;
    const char *file;
    profile_t profile;
    asactl_conf_file_take_t *take;
    void *baton;
    asactl_outcome_t *outcome;
} walk_t;

static bool refuse(const walk_t *walk, const char *remedy, const char *sentence)
{
    return asactl_outcome_fail(walk->outcome, ASACTL_USAGE, remedy, walk->pool, "%s: %s",
                               walk->file, sentence);
}

/* Who may write the file says what runs on the nodes. */
static bool may_be_trusted(const walk_t *walk)
{
    struct stat st;

    if (stat(walk->file, &st) != 0) {
        return refuse(walk, "Name a file that is there and can be read.", strerror(errno));
    }
    if (!S_ISREG(st.st_mode)) {
        return refuse(walk, "Name a regular file.", "it is not a file");
    }
    return (st.st_mode & S_IWOTH) == 0 ||
           refuse(walk, apr_pstrcat(walk->pool, "chmod o-w ", walk->file, NULL),
                  "anybody may write it");
}

/* Whether the line takes in other files, whose beginning and rights nobody would look at. */
static bool takes_in(const char *line)
{
    size_t len = strcspn(line, " \t\r\n");

    return (len == strlen("include") && strncmp(line, "include", len) == 0) ||
           (len == strlen("includedir") && strncmp(line, "includedir", len) == 0);
}

/* What the profile library would pass over: it takes everything before the first section for a
 * comment, so a key that stands there (or a first section behind a byte order mark) would be lost
 * without a word, and so would the rest of a line behind a NUL. */
static const char *line_defect(const char *line, size_t len, bool *section)
{
    const char *text = line + strspn(line, " \t\r\n");

    *section |= *text == '[';
    if (strlen(line) != len) {
        return "it holds a NUL byte";
    }
    if (takes_in(line)) {
        return "it takes in another file";
    }
    return *section || *text == '\0' || *text == '#' || *text == ';'
               ? NULL
               : "something stands before the first section";
}

static bool is_read_whole(const walk_t *walk)
{
    FILE *file = fopen(walk->file, "re");
    const char *defect = NULL;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool section = false;

    if (file == NULL) {
        return refuse(walk, "Name a file that is there and can be read.", strerror(errno));
    }
    while (defect == NULL && (len = getline(&line, &size, file)) >= 0) {
        defect = line_defect(line, (size_t)len, &section);
    }
    free(line);
    fclose(file);
    return defect == NULL ||
           refuse(walk, "Write all settings into this one file; it begins with [asactl].", defect);
}

/* Everything below a section and group; groups of the section are entered. */
static bool walk_below(const walk_t *walk, const char *section, const char *group)
{
    const char *const path[] = {section, group, NULL};
    void *iterator = NULL;
    char *name = NULL, *value = NULL;
    bool good = true;
    long code = profile_iterator_create(walk->profile, path, PROFILE_ITER_LIST_SECTION, &iterator);

    while (code == 0 && good) {
        code = profile_iterator(&iterator, &name, &value);
        if (code != 0 || name == NULL) {
            break;
        }
        if (section == NULL) {
            good = walk->take(walk->baton, name, NULL, NULL, NULL) && walk_below(walk, name, NULL);
        } else if (group == NULL && value == NULL) {
            good = walk->take(walk->baton, section, name, NULL, NULL) &&
                   walk_below(walk, section, name);
        } else {
            good = walk->take(walk->baton, section, group, name, value);
        }
        profile_release_string(name);
        profile_release_string(value);
    }
    if (iterator != NULL) {
        profile_iterator_free(&iterator);
    }
    return code == 0 ? good : refuse(walk, NULL, error_message(code));
}

bool asactl_conf_file_walk(apr_pool_t *pool, const char *file, asactl_conf_file_take_t *take,
                           void *baton, asactl_outcome_t *outcome)
{
    walk_t walk = {.pool = pool, .file = file, .take = take, .baton = baton, .outcome = outcome};
    const_profile_filespec_t files[] = {file, NULL};
    bool good;
    long code;

    if (!may_be_trusted(&walk) || !is_read_whole(&walk)) {
        return false;
    }
    code = profile_init(files, &walk.profile);
    if (code != 0) {
        return refuse(&walk, "asactl.conf(5) shows how it is written.", error_message(code));
    }
    good = walk_below(&walk, NULL, NULL);
    profile_abandon(walk.profile);
    return good;
}

bool asactl_conf_file_absent(const char *file)
{
    struct stat st;

    return stat(file, &st) != 0 && errno == ENOENT;
}
