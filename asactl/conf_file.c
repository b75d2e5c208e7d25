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

typedef struct defect_t {
    const char *sentence, *remedy;
} defect_t;

#define ONE_FILE "Write all settings into this one file; it begins with [asactl]."

static const defect_t holds_nul = {"it holds a NUL byte", "Save it as text in UTF-8."};
static const defect_t has_mark = {"it begins with a byte order mark",
                                  "Save it as UTF-8 without one."};
static const defect_t takes_others = {"it takes in another file", ONE_FILE};
static const defect_t stands_before = {"something stands before the first section", ONE_FILE};
static const defect_t is_open = {"a group is not closed",
                                 "End it with a line that holds '}' only; is the file whole?"};

typedef struct scan_t {
    bool section; /* one has begun */
    int open;     /* groups that are not closed */
} scan_t;

/* Whether a group begins: its brace ends the line of its name, or has one of its own. */
static bool opens(const char *text)
{
    const char *equals = strchr(text, '='), *value = equals != NULL ? equals + 1 : text;

    value += strspn(value, " \t");
    return *value == '{' && value[1 + strspn(value + 1, " \t\r\n")] == '\0';
}

/* What the profile library would pass over: it takes everything before the first section for a
 * comment, so a key that stands there (or a first section behind a byte order mark) would be lost
 * without a word; so would the rest of a line behind a NUL, and so is that of a file that was cut
 * off within a group. */
static const defect_t *line_defect(const char *line, size_t len, scan_t *scan)
{
    const char *text = line + strspn(line, " \t\r\n");
    bool comment = *text == '#' || *text == ';';

    if (strlen(line) != len) {
        return &holds_nul;
    }
    if (!scan->section && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
        return &has_mark;
    }
    if (takes_in(line)) {
        return &takes_others;
    }
    scan->section |= *text == '[';
    scan->open += *text == '}' ? -1 : !comment && opens(text) ? 1 : 0;
    return scan->section || *text == '\0' || comment ? NULL : &stands_before;
}

static bool is_read_whole(const walk_t *walk)
{
    FILE *file = fopen(walk->file, "re");
    const defect_t *defect = NULL;
    scan_t scan = {0};
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    if (file == NULL) {
        return refuse(walk, "Name a file that is there and can be read.", strerror(errno));
    }
    while (defect == NULL && (len = getline(&line, &size, file)) >= 0) {
        defect = line_defect(line, (size_t)len, &scan);
    }
    free(line);
    fclose(file);
    defect = defect == NULL && scan.open > 0 ? &is_open : defect;
    return defect == NULL || refuse(walk, defect->remedy, defect->sentence);
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
