/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the newest lines of each protocol's newest log.
 */
#include "asactl/node_logs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/file_end.h"
#include "asactl/log_class.h"
#include "asactl/log_record.h"

#define PROTOCOLS_MAX 64
#define ENTRIES_MAX   20000 /* of one folder */
#define REQUESTS_MAX  1000
#define HEAD_MAX      (16 * 1024)
#define END_MAX       (512 * 1024)

/* A protocol's newest file. */
typedef struct {
    int dir;
    const char *name;
    struct timespec changed;
} newest_t;

static int open_folder(int dir, const char *name)
{
    return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The caller closes it; dir stays open. */
static DIR *list_folder(int dir)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy >= 0 ? fdopendir(copy) : NULL;

    if (list == NULL && copy >= 0) {
        close(copy);
    }
    return list;
}

static bool is_log(const char *name)
{
    size_t len = strlen(name);

    return strncmp(name, "HttpProxy_", 10) == 0 && len > 14 && strcmp(name + len - 4, ".LOG") == 0;
}

static bool is_newer(const struct stat *st, const newest_t *than)
{
    return than->name == NULL || st->st_mtim.tv_sec > than->changed.tv_sec ||
           (st->st_mtim.tv_sec == than->changed.tv_sec &&
            st->st_mtim.tv_nsec > than->changed.tv_nsec);
}

static void find_newest(apr_pool_t *pool, newest_t *newest)
{
    DIR *list = list_folder(newest->dir);
    const struct dirent *entry;
    struct stat st;

    for (int i = 0; list != NULL && i < ENTRIES_MAX && (entry = readdir(list)) != NULL; i++) {
        if (is_log(entry->d_name) &&
            fstatat(newest->dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && is_newer(&st, newest)) {
            newest->name = apr_pstrdup(pool, entry->d_name);
            newest->changed = st.st_mtim;
        }
    }
    if (list != NULL) {
        closedir(list);
    }
}

/* --- lines --- */

/* The length of the line at the text's end that ends there, without its line end. */
static size_t last_line(const char *text, size_t *len, const char **line)
{
    const char *begin = *len > 1 ? memrchr(text, '\n', *len - 1) : NULL;
    size_t line_len;

    begin = begin != NULL ? begin + 1 : text;
    line_len = (size_t)(text + *len - begin) - 1;
    *len = (size_t)(begin - text);
    *line = begin;
    return line_len > 0 && begin[line_len - 1] == '\r' ? line_len - 1 : line_len;
}

static void count_line(const char *line, size_t len, asactl_log_schema_t *schema,
                       asactl_node_log_t *out, long *left)
{
    asactl_log_record_t record;
    const char *why;

    switch (asactl_log_record_read(line, len, schema, &record, &why)) {
    case ASACTL_LOG_LINE_RECORD:
        out->of[asactl_log_class_of(&record)]++;
        out->newest = record.time > out->newest ? record.time : out->newest;
        break;
    case ASACTL_LOG_LINE_HEAD:
        return;
    default:
        out->bad++;
        break;
    }
    (*left)--;
}

/* The head of the file says what its columns are. */
static void read_head(const char *text, size_t len, asactl_log_schema_t *schema)
{
    asactl_log_line_kind_t kind = ASACTL_LOG_LINE_HEAD;
    const char *end;

    asactl_log_schema_begin(schema);
    while (kind == ASACTL_LOG_LINE_HEAD && len > 0 && (end = memchr(text, '\n', len)) != NULL) {
        asactl_log_record_t record;
        size_t line_len = (size_t)(end - text);
        const char *why;

        kind = asactl_log_record_read(
            text, line_len > 0 && text[line_len - 1] == '\r' ? line_len - 1 : line_len, schema,
            &record, &why);
        len -= line_len + 1;
        text = end + 1;
    }
}

/* From its end, so that the newest are counted. */
static void read_newest(apr_pool_t *pool, const newest_t *newest, long share,
                        asactl_node_log_t *out)
{
    asactl_log_schema_t schema;
    const char *text, *line;
    size_t len;
    int error;

    error = asactl_file_end_begin(pool, newest->dir, newest->name, HEAD_MAX, &text, &len);
    if (error == 0) {
        read_head(text, len, &schema);
        error = asactl_file_end_read(pool, newest->dir, newest->name, END_MAX, &text, &len);
    }
    if (error != 0) {
        char words[128];
        out->error =
            apr_pstrcat(pool, newest->name, ": ", apr_strerror(error, words, sizeof words), NULL);
        return;
    }
    while (len > 0 && text[len - 1] != '\n') {
        len--; /* being written */
    }
    while (len > 0 && share > 0) {
        size_t line_len = last_line(text, &len, &line);
        /* Only the first line of a file has a byte order mark, and belongs to the head. */
        if (line_len < 3 || memcmp(line, "\xef\xbb\xbf", 3) != 0) {
            count_line(line, line_len, &schema, out, &share);
        }
    }
}

/* --- folders --- */

/* What is no folder, or only leads to one, is none of a protocol. */
static void note_closed(apr_pool_t *pool, const char *name, int error, asactl_node_log_t *out)
{
    char words[128];

    if (error != ENOTDIR && error != ELOOP && error != ENOENT && out->error == NULL) {
        out->error = apr_pstrcat(pool, name, ": ", apr_strerror(error, words, sizeof words), NULL);
    }
}

static int find_protocols(apr_pool_t *pool, int folder, newest_t found[PROTOCOLS_MAX],
                          asactl_node_log_t *out)
{
    DIR *list = list_folder(folder);
    const struct dirent *entry;
    int count = 0;

    for (int i = 0; list != NULL && count < PROTOCOLS_MAX && i < ENTRIES_MAX &&
                    (entry = readdir(list)) != NULL;
         i++) {
        newest_t newest = {.dir = -1};
        if (entry->d_name[0] == '.') {
            continue;
        }
        newest.dir = open_folder(folder, entry->d_name);
        if (newest.dir < 0) {
            note_closed(pool, entry->d_name, errno, out);
            continue;
        }
        find_newest(pool, &newest);
        if (newest.name != NULL) {
            found[count++] = newest;
        } else {
            close(newest.dir);
        }
    }
    if (list != NULL) {
        closedir(list);
    }
    return count;
}

static void describe(apr_pool_t *pool, const struct stat *st, asactl_node_log_t *out)
{
    const struct passwd *user = getpwuid(st->st_uid);
    const struct group *group = getgrgid(st->st_gid);

    out->owner = user != NULL ? apr_pstrdup(pool, user->pw_name)
                              : apr_psprintf(pool, "%u", (unsigned)st->st_uid);
    out->group = group != NULL ? apr_pstrdup(pool, group->gr_name)
                               : apr_psprintf(pool, "%u", (unsigned)st->st_gid);
    out->mode = apr_psprintf(pool, "%04o", (unsigned)(st->st_mode & ALLPERMS));
}

void asactl_node_logs_look(apr_pool_t *pool, const char *folder, asactl_node_log_t *out)
{
    newest_t found[PROTOCOLS_MAX];
    struct stat st;
    int dir, count;

    *out = (asactl_node_log_t){.folder = folder};
    if (stat(folder, &st) == 0) {
        out->exists = true;
        describe(pool, &st, out);
    }
    dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        char words[128];
        out->error = apr_pstrdup(pool, apr_strerror(errno, words, sizeof words));
        return;
    }
    count = find_protocols(pool, dir, found, out);
    for (int i = 0; i < count; i++) {
        read_newest(pool, &found[i], REQUESTS_MAX / count, out);
        close(found[i].dir);
    }
    close(dir);
}
