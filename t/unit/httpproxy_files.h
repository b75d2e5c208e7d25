/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of HttpProxy files: a private folder, a log that remembers its reports, files as text.
 */
#ifndef T_UNIT_HTTPPROXY_FILES_H
#define T_UNIT_HTTPPROXY_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "core/httpproxy_record.h"
#include "mod_asa_auth/httpproxy_log.h"
#include "t/unit/folder.h"

#define HOUR   apr_time_from_sec(3600)
#define SECOND apr_time_from_sec(1)
/* 2026-11-26T03:04:05Z, and the file of its hour. */
#define NOW         apr_time_from_sec(1795662245)
#define FILE_NAME   "HttpProxy_2026112603-1.LOG"
#define FILE_NAME_2 "HttpProxy_2026112603-2.LOG"
#define FILE_NAME_3 "HttpProxy_2026112603-3.LOG"
#define FILE_NAME_4 "HttpProxy_2026112603-4.LOG"
#define NEXT_NAME   "HttpProxy_2026112604-1.LOG"

/* What one test works with. */
typedef struct bench_t {
    apr_pool_t *pool;
    const char *root;   /* removed afterwards */
    const char *folder; /* of the log: root/log */
    mod_asa_httpproxy_log_options_t options;
    mod_asa_httpproxy_log_t *log;
    int troubles;
    int recoveries;
    int old_kept; /* how often it was told that old files stay */
    unsigned long lost;
    char text[1024];
} bench_t;

static inline void remember(void *baton, mod_asa_httpproxy_log_event_t event, const char *text,
                            unsigned long lost)
{
    bench_t *bench = baton;

    bench->troubles += event == MOD_ASA_HTTPPROXY_LOG_FAILS;
    bench->recoveries += event == MOD_ASA_HTTPPROXY_LOG_RECOVERS;
    bench->old_kept += event == MOD_ASA_HTTPPROXY_LOG_KEEPS_OLD;
    bench->lost = lost;
    apr_cpystrn(bench->text, text, sizeof(bench->text));
}

/* Again: as a child that starts later finds the folder. */
static inline void open_log(bench_t *bench)
{
    bench->log = mod_asa_httpproxy_log_open(bench->pool, &bench->options, remember, bench);
    assert_non_null(bench->log);
}

static inline const char *in_root(bench_t *bench, const char *path)
{
    return apr_pstrcat(bench->pool, bench->root, "/", path, NULL);
}

/* A path in the folder of Mapi, which all lines here are written to. */
static inline const char *in_mapi(bench_t *bench, const char *name)
{
    return apr_pstrcat(bench->pool, bench->folder, "/Mapi/", name, NULL);
}

static inline void write_line(bench_t *bench, apr_time_t now, const char *text)
{
    const char *line = apr_pstrcat(bench->pool, text, "\r\n", NULL);

    mod_asa_httpproxy_log_write(bench->log, "Mapi", now, line, strlen(line));
}

static inline bool exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

static inline char *read_text(bench_t *bench, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    char *text;

    if (fd < 0 || fstat(fd, &st) != 0) {
        fail_msg("%s: %s", path, strerror(errno));
    }
    text = apr_pcalloc(bench->pool, (size_t)st.st_size + 1);
    assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
    close(fd);
    return text;
}

static inline void put_text(const char *path, const char *text, int flags)
{
    int fd = open(path, O_WRONLY | O_CREAT | flags, 0640);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static inline const char *head(bench_t *bench, apr_time_t created)
{
    size_t len;

    return asa_httpproxy_record_head(bench->pool, created, &len);
}

/* What stands below the head; the head must be there, of any date. */
static inline const char *body(bench_t *bench, const char *path)
{
    const char *text = read_text(bench, path);
    const char *any = head(bench, 0);
    const char *date = strstr(any, "#Date: ");

    if (strlen(text) < strlen(any) || strncmp(text, any, (size_t)(date - any)) != 0) {
        fail_msg("%s has no head", path);
    }
    return text + strlen(any);
}

static inline void check_body(bench_t *bench, const char *name, const char *expected)
{
    assert_string_equal(body(bench, in_mapi(bench, name)), expected);
}

/* How many names stand in the folder of Mapi, hidden ones too. */
static inline size_t count_names(bench_t *bench)
{
    DIR *dir = opendir(in_mapi(bench, ""));
    struct dirent *entry;
    size_t count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(dir);
    return count;
}

static inline int set_up(void **state)
{
    bench_t *bench = calloc(1, sizeof(*bench));
    const char *base = getenv("TMPDIR");
    const char *mapi = "Mapi";
    char *root;

    assert_non_null(bench);
    apr_initialize();
    apr_pool_create(&bench->pool, NULL);
    root = apr_pstrcat(bench->pool, base != NULL ? base : "/tmp", "/asa-log-XXXXXX", NULL);
    assert_non_null(mkdtemp(root));
    bench->root = root;
    bench->folder = in_root(bench, "log");
    bench->options = (mod_asa_httpproxy_log_options_t){bench->folder, MOD_ASA_HTTPPROXY_LOG_SIZE,
                                                       MOD_ASA_HTTPPROXY_LOG_KEEP};
    assert_null(mod_asa_httpproxy_log_prepare(bench->pool, &bench->options, &mapi, 1,
                                              (unsigned)geteuid(), (unsigned)getegid()));
    open_log(bench);
    *state = bench;
    return 0;
}

static inline int tear_down(void **state)
{
    bench_t *bench = *state;

    folder_remove(bench->root);
    apr_pool_destroy(bench->pool);
    free(bench);
    return 0;
}

#endif
