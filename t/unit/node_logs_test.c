/* SPDX-License-Identifier: Apache-2.0
 *
 * What the newest lines of a log folder prove: each protocol's newest file, a bounded number of
 * lines, and nothing that lies elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_logs.h"

#include <string.h>
#include <sys/stat.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/corpus.h"
#include "t/unit/own_folder.h"

#define HEAD_LINES 6

static const char *head;               /* of a file */
static const char *kerberos, *refused; /* one line each, with its end */
static asactl_node_log_t found;

static void read_sample(const char *name, const char **head_out, const char **line_out)
{
    size_t len;
    const char *bytes = (const char *)corpus_read(pool, name, &len);
    const char *text = apr_pstrmemdup(pool, bytes, len), *line = text;

    for (int i = 0; i < HEAD_LINES; i++) {
        line = strchr(line, '\n') + 1;
    }
    *head_out = apr_pstrmemdup(pool, text, (apr_size_t)(line - text));
    *line_out = line;
}

static int open_samples(void **state)
{
    open_folder(state);
    read_sample("log_record/ours-refused", &head, &refused);
    read_sample("log_record/ours-kerberos", &head, &kerberos);
    return 0;
}

static const char *times(const char *line, size_t count)
{
    size_t len = strlen(line);
    char *text = apr_palloc(pool, len * count + 1);

    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * len, line, len);
    }
    text[len * count] = '\0';
    return text;
}

/* A log of a protocol, that old. */
static void write_log(const char *protocol, const char *name, long age, const char *lines)
{
    const char *path = in_folder(apr_pstrcat(pool, protocol, "/", name, NULL));
    const char *text = apr_pstrcat(pool, head, lines, NULL);
    const struct timespec changed[2] = {{.tv_sec = 1700000000 - age}, {.tv_sec = 1700000000 - age}};

    mkdir(in_folder(protocol), 0755);
    folder_write(path, text, strlen(text));
    assert_int_equal(utimensat(AT_FDCWD, path, changed, 0), 0);
}

static void expect(long kerberos_count, long refused_count, long bad)
{
    asactl_node_logs_look(pool, folder, &found);
    assert_string_equal(found.folder, folder);
    assert_null(found.error);
    assert_true(found.exists);
    assert_int_equal(found.of[ASACTL_LOG_KERBEROS], kerberos_count);
    assert_int_equal(found.of[ASACTL_LOG_REFUSED], refused_count);
    assert_int_equal(found.bad, bad);
}

static void a_folder_tells_what_it_is(void **state)
{
    (void)state;
    chmod(folder, 0750);
    expect(0, 0, 0);
    assert_int_equal(found.newest, 0);
    assert_string_equal(found.mode, "0750");
    assert_non_null(found.owner);
    assert_non_null(found.group);
    folder = in_folder("none");
    asactl_node_logs_look(pool, folder, &found);
    assert_false(found.exists);
    assert_string_equal(found.error, "No such file or directory");
    assert_null(found.mode);
}

static void the_newest_file_of_each_protocol_counts(void **state)
{
    (void)state;
    write_log("Mapi", "HttpProxy_2026112608-1.LOG", 100, times(refused, 5));
    write_log("Mapi", "HttpProxy_2026112608-2.LOG", 50, times(kerberos, 3));
    write_log("Mapi", "HttpProxy_2026112608-3.LOG.gz", 0, times(refused, 7));
    write_log("Ews", "HttpProxy_2026112607-1.LOG", 7000, times(kerberos, 2));
    write_log("Ews", "other.LOG", 0, times(refused, 7));
    write_log(".hidden", "HttpProxy_2026112608-1.LOG", 0, times(refused, 7));
    mkdir(in_folder("Empty"), 0755);
    expect(5, 0, 0);
    assert_int_equal(found.newest, APR_INT64_C(1795680000125000));
}

static void what_cannot_be_read_is_counted(void **state)
{
    (void)state;
    write_log("Mapi", "HttpProxy_2026112608-1.LOG", 0,
              apr_pstrcat(pool, kerberos, "broken,line\r\n", refused, kerberos,
                          "2026-11-26T09:00:00.000Z,being wri", NULL));
    expect(2, 1, 1);
}

/* 1,000 requests, shared between the protocols; the last ones. */
static void only_the_newest_are_counted(void **state)
{
    (void)state;
    write_log("Mapi", "HttpProxy_2026112608-1.LOG", 0,
              apr_pstrcat(pool, times(refused, 3000), times(kerberos, 400), NULL));
    expect(400, 600, 0);
    write_log("Ews", "HttpProxy_2026112608-1.LOG", 0, times(kerberos, 4));
    expect(404, 100, 0);
}

static void no_link_is_followed(void **state)
{
    (void)state;
    write_log("Mapi", "HttpProxy_2026112608-1.LOG", 0, times(kerberos, 1));
    assert_int_equal(symlink("Mapi", in_folder("Link")), 0);
    mkdir(in_folder("Ews"), 0755);
    assert_int_equal(
        symlink("../Mapi/HttpProxy_2026112608-1.LOG", in_folder("Ews/HttpProxy_2026112608-1.LOG")),
        0);
    assert_int_equal(mkfifo(in_folder("Mapi/HttpProxy_2026112609-1.LOG"), 0600), 0);
    expect(1, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_tells_what_it_is, open_samples, close_folder),
        cmocka_unit_test_setup_teardown(the_newest_file_of_each_protocol_counts, open_samples,
                                        close_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_counted, open_samples, close_folder),
        cmocka_unit_test_setup_teardown(only_the_newest_are_counted, open_samples, close_folder),
        cmocka_unit_test_setup_teardown(no_link_is_followed, open_samples, close_folder),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
