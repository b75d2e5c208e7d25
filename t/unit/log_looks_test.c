/* SPDX-License-Identifier: Apache-2.0
 *
 * Look after look no request is counted twice and none is lost, whatever becomes of the files; and
 * what cannot be read is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_looks.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <zlib.h>

#include "t/unit/own_folder.h"

#define HEAD "#Fields: date time cs-uri-stem cs-username c-ip sc-status time-taken\n"

static asactl_log_reader_t reader;
static asactl_log_looks_t looks;
static asactl_log_filter_t filter;
static const char *told; /* what failed, in one text */

static void begin_file(void *data, int number, int files)
{
    (void)data;
    (void)number;
    (void)files;
}

static void tell(void *data, const asactl_outcome_t *outcome)
{
    (void)data;
    told = apr_pstrcat(pool, told, outcome->sentence, "\n", NULL);
}

static int begin(void **state)
{
    apr_array_header_t *words;

    open_folder(state);
    told = "";
    words = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(words, const char *) = folder;
    filter = (asactl_log_filter_t){0};
    filter.protocols = filter.users = filter.clients = apr_array_make(pool, 1, sizeof(char *));
    asactl_log_reader_make(pool, &reader);
    reader.summary = asactl_log_summary_make(pool, false);
    reader.filter = &filter;
    reader.more_to_come = true;
    looks = (asactl_log_looks_t){
        .pool = pool, .reader = &reader, .words = words, .begin = begin_file, .failed = tell};
    return 0;
}

/* Requests first to last, each by a user of its own. */
static const char *lines(int first, int last)
{
    const char *text = "";

    for (int i = first; i <= last; i++) {
        text = apr_psprintf(pool, "%s2026-11-26 08:%02d:%02d /ews/ T\\u%d 192.0.2.7 200 1\n", text,
                            i / 60 % 60, i % 60, i);
    }
    return text;
}

static void put(const char *name, const char *text)
{
    folder_write(in_folder(name), text, strlen(text));
}

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void add(const char *name, const char *text)
{
    append(in_folder(name), text);
}

static void pack(const char *name, const char *text)
{
    gzFile packed = gzopen(in_folder(name), "wb");

    assert_non_null(packed);
    assert_int_equal(gzwrite(packed, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(packed), Z_OK);
}

static void append_file(const char *path, const char *from)
{
    char bytes[4096];
    FILE *in = fopen(from, "r"), *out = fopen(path, "a");
    size_t len;

    assert_non_null(in);
    assert_non_null(out);
    len = fread(bytes, 1, sizeof bytes, in);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static void move(const char *from, const char *to)
{
    assert_int_equal(rename(in_folder(from), in_folder(to)), 0);
}

/* So many looks, after which every user up to most was counted, once. */
static void look(int times, int most)
{
    for (int i = 0; i < times; i++) {
        asactl_log_looks_look(&looks, false);
    }
    assert_int_equal(asactl_log_summary_sources(reader.summary)->counted, most);
    assert_int_equal(asactl_log_summary_distinct(reader.summary, ASACTL_LOG_BY_USER), most);
}

static void a_log_grows_and_is_renamed(void **state)
{
    put("x.log", HEAD);
    add("x.log", lines(1, 3));
    look(1, 3);
    add("x.log", lines(4, 5));
    look(1, 5);
    add("x.log", lines(6, 6));
    move("x.log", "x.log.1");
    put("x.log", HEAD);
    add("x.log", lines(7, 20));
    look(1, 20);
    move("x.log.1", "x.log.2");
    move("x.log", "x.log.1");
    add("x.log.1", lines(21, 22));
    look(1, 22);
    look(2, 22);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->files, 2);
    assert_string_equal(told, "");
}

static void a_log_is_copied_and_truncated(void **state)
{
    const char *first = apr_pstrcat(pool, HEAD, lines(1, 12), NULL);

    put("x.log", first);
    look(1, 12);
    /* One that was not read yet stands in the copy alone. */
    put("x.log.1", apr_pstrcat(pool, first, lines(13, 13), NULL));
    put("x.log", HEAD);
    add("x.log", lines(14, 16));
    look(1, 15);
    look(1, 16);
    /* Truncated and grown past where it was between two looks. */
    put("x.log.2", apr_pstrcat(pool, HEAD, lines(14, 17), NULL));
    put("x.log", apr_pstrcat(pool, HEAD, lines(18, 40), NULL));
    look(3, 40);
    add("x.log", "2026-11-26 ");
    look(1, 40);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->unfinished, 1);
    put("x.log", apr_pstrcat(pool, HEAD, lines(41, 42), NULL));
    look(1, 42);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->unfinished, 0);
    assert_string_equal(told, "");
}

static void a_copy_in_the_making_is_waited_for(void **state)
{
    const char *all = apr_pstrcat(pool, HEAD, lines(1, 40), NULL);
    const size_t pieces[] = {0, 10, strlen(HEAD) - 1, strlen(HEAD), strlen(HEAD) + 60, 1000, 1500};

    put("x.log", all);
    look(1, 40);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        folder_write(in_folder("copy.log"), all, pieces[i]);
        look(1, 40);
    }
    put("copy.log", all);
    look(3, 40);
    add("copy.log", lines(41, 41));
    look(1, 41);
    /* A copy that never gets whole has nothing new. */
    folder_write(in_folder("part.log"), all, 1500);
    look(3, 41);
    folder_write(in_folder("other.log"), all, 1800);
    look(3, 41);
    folder_write(in_folder("part.log"), all, 1800);
    look(3, 41);
    /* But whole, after all, and with more behind it, it has. */
    put("part.log", apr_pstrcat(pool, all, lines(41, 43), NULL));
    look(3, 43);
}

static void logs_with_the_same_head_are_two(void **state)
{
    const char *heads = apr_pstrcat(pool, HEAD, HEAD, HEAD, HEAD, HEAD, HEAD, HEAD, HEAD, NULL);

    put("x.log", apr_pstrcat(pool, heads, lines(1, 20), NULL));
    put("head.log", heads);
    look(1, 20);
    put("y.log", heads);
    look(3, 20);
    add("y.log", lines(21, 22));
    look(1, 22);
    put("z.log", apr_pstrcat(pool, heads, lines(23, 24), NULL));
    look(1, 24);
    /* What is no request counts at once, too. */
    put("b.log", apr_pstrcat(pool, HEAD, "broken\n", NULL));
    look(1, 24);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->bad[ASACTL_LOG_BAD_BROKEN].count,
                     1);
}

/* The same begin, as many lines, and either as many bytes or the same last line. */
static void what_is_only_alike_is_no_copy(void **state)
{
    put("x.log", apr_pstrcat(pool, HEAD, lines(11, 20), NULL));
    look(1, 10);
    put("y.log", apr_pstrcat(pool, HEAD, lines(11, 15), lines(91, 95), NULL));
    asactl_log_looks_look(&looks, false);
    asactl_log_looks_look(&looks, false);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->counted, 20);
    put("z.log", apr_pstrcat(pool, HEAD, lines(11, 18), lines(100, 100), lines(20, 20), NULL));
    asactl_log_looks_look(&looks, false);
    asactl_log_looks_look(&looks, false);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->counted, 30);
}

static void a_log_is_packed(void **state)
{
    const char *all = apr_pstrcat(pool, HEAD, lines(1, 30), NULL);

    put("x.log", apr_pstrcat(pool, HEAD, lines(1, 20), NULL));
    look(1, 20);
    pack("x.log.1.gz", all); /* with what was written after the look */
    assert_int_equal(unlink(in_folder("x.log")), 0);
    look(2, 30);
    move("x.log.1.gz", "x.log.2.gz");
    look(2, 30);
    /* Packed once more, and half of it packed. */
    pack("x.log.3.gz", all);
    pack("half.log.gz", all);
    assert_int_equal(truncate(in_folder("half.log.gz"), 120), 0);
    look(2, 30);
    pack("half.log.gz", all);
    look(3, 30);
    pack("new.log.gz", apr_pstrcat(pool, HEAD, lines(31, 33), NULL));
    look(2, 33);
    /* Another packed stream behind it. */
    pack("more", lines(34, 35));
    append_file(in_folder("new.log.gz"), in_folder("more"));
    look(3, 35);
}

static void another_file_in_its_place(void **state)
{
    put("x.log", apr_pstrcat(pool, HEAD, lines(1, 10), NULL));
    look(1, 10);
    /* As rsync does: the whole log, and more. */
    put("new", apr_pstrcat(pool, HEAD, lines(1, 15), NULL));
    move("new", "x.log");
    look(2, 15);
    assert_int_equal(unlink(in_folder("x.log")), 0);
    look(2, 15);
    put("x.log", apr_pstrcat(pool, HEAD, lines(16, 17), NULL));
    look(2, 17);
    /* Written anew, and as long as before: its time tells. */
    put("x.log", apr_pstrcat(pool, HEAD, lines(18, 19), NULL));
    assert_int_equal(utimensat(AT_FDCWD, in_folder("x.log"),
                               (const struct timespec[]){{.tv_sec = 1}, {.tv_sec = 1}}, 0),
                     0);
    look(2, 19);
}

static void a_folder_vanishes_and_returns(void **state)
{
    const char *away = apr_pstrcat(pool, folder, ".away", NULL);

    put("x.log", apr_pstrcat(pool, HEAD, lines(1, 5), NULL));
    look(1, 5);
    assert_int_equal(rename(folder, away), 0);
    look(1, 5);
    assert_string_equal(told, "");
    look(2, 5);
    assert_non_null(strstr(told, "No such file or directory"));
    assert_null(strstr(strstr(told, "\n") + 1, "\n")); /* once */
    assert_int_equal(rename(away, folder), 0);
    add("x.log", lines(6, 7));
    look(1, 7);
    assert_true(asactl_log_looks_end(&looks));
}

static void a_log_goes_out_of_sight(void **state)
{
    const char *away = apr_pstrcat(pool, folder, ".away", NULL);

    put("x.log", apr_pstrcat(pool, HEAD, lines(1, 5), NULL));
    put("y.log", apr_pstrcat(pool, HEAD, lines(6, 7), NULL));
    look(1, 7);
    /* What stands in it since the last look, and what its writer still adds. */
    add("x.log", lines(8, 8));
    add("y.log", lines(9, 9));
    assert_int_equal(rename(in_folder("x.log"), away), 0);
    assert_int_equal(unlink(in_folder("y.log")), 0);
    look(1, 9);
    append(away, lines(10, 11));
    look(1, 11);
    /* It is let go a minute after its last line. */
    look(61, 11);
    append(away, lines(12, 12));
    look(2, 11);
    /* And is known when it comes back. */
    assert_int_equal(rename(away, in_folder("z.log")), 0);
    look(1, 12);
    assert_string_equal(told, "");
}

static void as_many_as_may_be_are_held(void **state)
{
    for (int i = 0; i < ASACTL_LOG_HELD_MAX + 3; i++) {
        put(apr_psprintf(pool, "%d.log", i), apr_pstrcat(pool, HEAD, lines(i, i), NULL));
    }
    look(1, ASACTL_LOG_HELD_MAX + 3);
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "0.log" : "66.log"; /* the first and the last that was met */

        add(name, lines(1000 + 2 * i, 1000 + 2 * i));
        look(1, ASACTL_LOG_HELD_MAX + 4 + 2 * i);
        add(name, lines(1001 + 2 * i, 1001 + 2 * i));
        assert_int_equal(unlink(in_folder(name)), 0);
        look(1, ASACTL_LOG_HELD_MAX + 5 + 2 * i);
    }
}

static void what_cannot_be_read_is_told(void **state)
{
    put("a.log", apr_pstrcat(pool, HEAD, lines(1, 2), NULL));
    pack("bad.log.gz", apr_pstrcat(pool, HEAD, lines(3, 90), NULL));
    assert_int_equal(truncate(in_folder("bad.log.gz"), 30), 0);
    put("z.log", apr_pstrcat(pool, HEAD, lines(3, 4), NULL));
    look(1, 4);
    assert_non_null(strstr(told, "bad.log.gz: it ends in the middle (gzip)"));
    assert_false(asactl_log_looks_end(&looks));
    assert_int_equal(asactl_log_summary_sources(reader.summary)->unread.count, 1);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->unread.examples, 1);
    told = "";
    pack("worse.log.gz", apr_pstrcat(pool, HEAD, lines(5, 95), NULL));
    assert_int_equal(truncate(in_folder("worse.log.gz"), 30), 0);
    look(1, 4);
    assert_string_equal(told, "");
    look(2, 4);
    assert_non_null(strstr(told, "worse.log.gz: it ends in the middle (gzip)"));
    assert_int_equal(unlink(in_folder("bad.log.gz")), 0);
    assert_int_equal(unlink(in_folder("worse.log.gz")), 0);
    look(1, 4);
    assert_true(asactl_log_looks_end(&looks));
}

static void only_new_logs(void **state)
{
    put("x.log", apr_pstrcat(pool, HEAD, lines(1, 5), NULL));
    look(1, 5);
    add("x.log", lines(6, 7));
    put("y.log", apr_pstrcat(pool, HEAD, lines(8, 8), NULL));
    asactl_log_looks_look(&looks, true);
    assert_int_equal(asactl_log_summary_sources(reader.summary)->counted, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_log_grows_and_is_renamed, begin, close_folder),
        cmocka_unit_test_setup_teardown(a_log_is_copied_and_truncated, begin, close_folder),
        cmocka_unit_test_setup_teardown(a_copy_in_the_making_is_waited_for, begin, close_folder),
        cmocka_unit_test_setup_teardown(logs_with_the_same_head_are_two, begin, close_folder),
        cmocka_unit_test_setup_teardown(what_is_only_alike_is_no_copy, begin, close_folder),
        cmocka_unit_test_setup_teardown(a_log_is_packed, begin, close_folder),
        cmocka_unit_test_setup_teardown(another_file_in_its_place, begin, close_folder),
        cmocka_unit_test_setup_teardown(a_folder_vanishes_and_returns, begin, close_folder),
        cmocka_unit_test_setup_teardown(a_log_goes_out_of_sight, begin, close_folder),
        cmocka_unit_test_setup_teardown(as_many_as_may_be_are_held, begin, close_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_told, begin, close_folder),
        cmocka_unit_test_setup_teardown(only_new_logs, begin, close_folder),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
