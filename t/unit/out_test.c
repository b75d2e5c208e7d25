/* SPDX-License-Identifier: Apache-2.0
 *
 * What asactl prints: hostile text stays harmless, tables fit, and --json is one document.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/out.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <apr_general.h>

#include "t/unit/own_folder.h"

static int saved_stdout, saved_stderr;
static char printed[8192], complained[8192];

static void redirect(FILE *stream, int fd, int *saved, const char *name)
{
    int file = open(apr_pstrcat(pool, folder, name, NULL), O_RDWR | O_CREAT | O_TRUNC, 0600);

    assert_true(file >= 0);
    fflush(stream);
    *saved = dup(fd);
    assert_true(dup2(file, fd) >= 0);
    close(file);
}

/* From here to end_capture, what is printed goes to files. */
static void begin_capture(bool json)
{
    redirect(stdout, STDOUT_FILENO, &saved_stdout, "/stdout");
    redirect(stderr, STDERR_FILENO, &saved_stderr, "/stderr");
    asactl_out_begin(json);
}

static void restore(FILE *stream, int fd, int saved, char *text, size_t size)
{
    ssize_t len;

    fflush(stream);
    len = pread(fd, text, size - 1, 0);
    dup2(saved, fd);
    close(saved);
    text[len > 0 ? len : 0] = '\0';
}

static bool end_capture(void)
{
    bool good = asactl_out_end();

    restore(stdout, STDOUT_FILENO, saved_stdout, printed, sizeof printed);
    restore(stderr, STDERR_FILENO, saved_stderr, complained, sizeof complained);
    return good;
}

static void hostile_text_is_shown_not_obeyed(void **state)
{
    static const char *const pairs[][2] = {
        {"plain, z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x94\x91",
         "plain, z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x94\x91"},
        {"TAILSPIN\\wendy", "TAILSPIN\\wendy"},
        {"a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"},
        {"\x1b[31mred", "\\x1b[31mred"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"},
        {"\x7f", "\\x7f"},
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc3", "\\xc3"},
        {"\xe2\x82", "\\xe2\\x82"},
        {"\xc0\x80", "\\xc0\\x80"},
        {"\xe2\x80\xae"
         "txt",
         "\\xe2\\x80\\xaetxt"},
        {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
        {"we\xe2\x80\x8bndy", "we\\xe2\\x80\\x8bndy"}, /* looks like wendy */
        {"we\xf3\xa0\x81\xa1ndy", "we\\xf3\\xa0\\x81\\xa1ndy"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_string_equal(asactl_out_safe(pool, pairs[i][0]), pairs[i][1]);
        /* What is safe stays as it is. */
        assert_string_equal(asactl_out_safe(pool, pairs[i][1]), pairs[i][1]);
    }
    assert_string_equal(asactl_out_safe(pool, NULL), "");
}

static void hostile_text_is_bounded(void **state)
{
    char *flood = apr_palloc(pool, 100001);
    const char *safe;

    (void)state;
    memset(flood, '\x1b', 100000);
    flood[100000] = '\0';
    safe = asactl_out_safe(pool, flood);
    assert_true(strlen(safe) <= ASACTL_OUT_LIMIT && strlen(safe) > ASACTL_OUT_LIMIT - 8);
    assert_string_equal(safe + strlen(safe) - 3, "\xe2\x80\xa6");
    flood[ASACTL_OUT_LIMIT / 8] = '\0';
    assert_int_equal(strlen(asactl_out_safe(pool, flood)), ASACTL_OUT_LIMIT / 2);
}

static void a_line_is_harmless_even_if_its_caller_forgot(void **state)
{
    (void)state;
    begin_capture(false);
    asactl_out_line("name %s", "\x1b[2J\nerror\xc3\xbc");
    asactl_out_warning("%s", "\x07");
    assert_true(end_capture());
    assert_string_equal(printed, "name \\x1b[2J\\x0aerror\xc3\xbc\n");
    assert_string_equal(complained, "warning: \\x07\n");
}

static void tables_fit_their_content(void **state)
{
    static const char *const titles[] = {"Node", "Latest", "Why"};
    static const char *const cells[] = {"cas-1", "7",  "",  "z\xc3\xbcrich", "6", "missed \x1b[m",
                                        NULL,    NULL, NULL};

    (void)state;
    begin_capture(false);
    asactl_out_table(pool, titles, 3, cells, 3);
    assert_true(end_capture());
    assert_string_equal(printed, "Node    Latest  Why\n"
                                 "cas-1   7\n"
                                 "z\xc3\xbcrich  6       missed \\x1b[m\n"
                                 "\n");
}

static void a_cell_of_csv_is_no_formula(void **state)
{
    static const char *const cells[] = {"=1",  "a;=1",    "; +1",    "a, -1", " @SUM(A1)",
                                        "＝1", "x;＠SUM", "a=1-2+3", "\t=1",  NULL};

    (void)state;
    begin_capture(false);
    asactl_out_csv(cells, sizeof cells / sizeof cells[0]);
    assert_true(end_capture());
    assert_string_equal(printed, "'=1,a;'=1,;' +1,\"a,' -1\",' @SUM(A1),"
                                 "'＝1,x;'＠SUM,a=1-2+3,\\x09=1,\r\n");
}

static void failures_name_sentence_and_remedy(void **state)
{
    asactl_outcome_t outcome;

    (void)state;
    asactl_outcome_fail(&outcome, ASACTL_CONFLICT, "Remove it there first.", pool, "%s holds it",
                        "EVIL\nerror: all is well");
    begin_capture(false);
    asactl_out_line("before");
    asactl_out_failure(&outcome);
    assert_true(end_capture());
    assert_string_equal(printed, "before\n");
    assert_string_equal(complained, "error: EVIL\\x0aerror: all is well holds it\n"
                                    "  Remove it there first.\n");
}

static void json_is_one_document_and_nothing_else(void **state)
{
    static const char *const cells[] = {"x"};
    json_t *document;

    (void)state;
    begin_capture(true);
    assert_true(asactl_out_is_json());
    asactl_out_line("text");
    asactl_out_step("a step");
    asactl_out_table(pool, cells, 1, cells, 1);
    assert_false(asactl_out_confirm("Do it?"));
    asactl_out_json(json_pack("{s:s}", "account", "ASA$"));
    assert_true(end_capture());
    assert_string_equal(complained, "");
    document = json_loads(printed, 0, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "account")), "ASA$");
    json_decref(document);
}

static void a_failure_is_a_document_too(void **state)
{
    asactl_outcome_t outcome;
    json_t *document;

    (void)state;
    asactl_outcome_fail(&outcome, ASACTL_NOT_FOUND, NULL, pool, "no account %s", "\xff");
    begin_capture(true);
    asactl_out_failure(&outcome);
    assert_true(end_capture());
    assert_string_equal(complained, "");
    document = json_loads(printed, 0, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "error")), "no account \\xff");
    assert_true(json_is_null(json_object_get(document, "remedy")));
    assert_int_equal(json_integer_value(json_object_get(document, "code")), 3);
    json_decref(document);

    /* Behind another document it must not stand in the same stream. */
    begin_capture(true);
    asactl_out_json(json_object());
    asactl_out_failure(&outcome);
    assert_true(end_capture());
    assert_string_equal(printed, "{}\n");
    assert_non_null(strstr(complained, "no account"));
}

static void a_document_that_cannot_be_made_is_a_failure(void **state)
{
    (void)state;
    begin_capture(true);
    asactl_out_json(json_pack("{s:s}", "account", "\xff"));
    assert_false(end_capture());
    assert_non_null(strstr(complained, "could not be made"));
}

static void without_json_no_document_is_printed(void **state)
{
    (void)state;
    begin_capture(false);
    asactl_out_json(json_object());
    assert_true(end_capture());
    assert_string_equal(printed, "");
}

static void steps_are_plain_lines_in_a_pipe(void **state)
{
    (void)state;
    begin_capture(false);
    asactl_out_step("staging on %s", "cas-1\x1b");
    asactl_out_step("changing the directory");
    assert_true(end_capture());
    assert_string_equal(printed, "");
    assert_null(strchr(complained, '\r'));
    assert_null(strchr(complained, '\x1b'));
    assert_non_null(strstr(complained, " s  staging on cas-1\\x1b\n"));
    assert_non_null(strstr(complained, " s  changing the directory\n"));
}

/* A log that both streams go to is read from above. */
static void lines_and_steps_keep_their_order(void **state)
{
    const char *plan, *step;

    (void)state;
    begin_capture(false);
    assert_true(dup2(STDERR_FILENO, STDOUT_FILENO) >= 0);
    asactl_out_line("it will change");
    asactl_out_step("it changes");
    asactl_out_line("it has changed");
    assert_true(end_capture());
    plan = strstr(complained, "it will change\n");
    step = strstr(complained, "  it changes\n");
    assert_non_null(plan);
    assert_non_null(step);
    assert_true(plan < step);
    assert_true(step < strstr(complained, "it has changed\n"));
}

static void output_that_is_lost_is_a_failure(void **state)
{
    int full = open("/dev/full", O_WRONLY);

    (void)state;
    assert_true(full >= 0);
    begin_capture(false);
    assert_true(dup2(full, STDOUT_FILENO) >= 0);
    close(full);
    asactl_out_line("lost");
    assert_false(end_capture());
    assert_non_null(strstr(complained, "could not be written"));
    clearerr(stdout);
}

static void a_document_that_is_lost_is_told_once(void **state)
{
    int full = open("/dev/full", O_WRONLY);

    (void)state;
    assert_true(full >= 0);
    begin_capture(true);
    assert_true(dup2(full, STDOUT_FILENO) >= 0);
    close(full);
    /* More than a buffer holds, so that it is lost while it is written. */
    asactl_out_json(json_pack("{s:s}", "names", memset(apr_pcalloc(pool, 100001), 'x', 100000)));
    assert_false(end_capture());
    assert_string_equal(complained, "error: the output could not be written\n");
    clearerr(stdout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_steps_keep_their_order),
        cmocka_unit_test(a_document_that_is_lost_is_told_once),
        cmocka_unit_test(hostile_text_is_shown_not_obeyed),
        cmocka_unit_test(hostile_text_is_bounded),
        cmocka_unit_test(a_line_is_harmless_even_if_its_caller_forgot),
        cmocka_unit_test(tables_fit_their_content),
        cmocka_unit_test(a_cell_of_csv_is_no_formula),
        cmocka_unit_test(failures_name_sentence_and_remedy),
        cmocka_unit_test(json_is_one_document_and_nothing_else),
        cmocka_unit_test(a_failure_is_a_document_too),
        cmocka_unit_test(a_document_that_cannot_be_made_is_a_failure),
        cmocka_unit_test(without_json_no_document_is_printed),
        cmocka_unit_test(steps_are_plain_lines_in_a_pipe),
        cmocka_unit_test(output_that_is_lost_is_a_failure),
    };

    apr_initialize();
    return cmocka_run_group_tests_name("out", tests, open_folder, close_folder);
}
