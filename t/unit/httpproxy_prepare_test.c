/* SPDX-License-Identifier: Apache-2.0
 *
 * httpproxy_log before the first line: which names and folders will do, and whose folders are made.
 */
#include "t/unit/httpproxy_files.h"

static void test_names_that_are_no_folder(void **state)
{
    bench_t *bench = *state;
    static const char *const names[] = {
        "",
        ".",
        "..",
        "../Mapi",
        "/Mapi",
        "Mapi/x",
        "x",
        ".Ews",
        "a b",
        "M\xc3\xa4",
        "a234567890123456789012345678901234567890123456789012345678901234X",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        bool good = strcmp(names[i], "x") == 0;
        const char *sentence =
            mod_asa_httpproxy_log_prepare(bench->pool, &bench->options, &names[i], 1, 0, 0);

        assert_int_equal(sentence == NULL, good);
        if (!good) {
            mod_asa_httpproxy_log_write(bench->log, names[i], NOW, "line\r\n", 6);
        }
    }
    assert_int_equal(bench->troubles, 1);
    assert_int_equal(bench->lost, 1);
    assert_false(exists(in_root(bench, "log/" FILE_NAME)));
    assert_int_equal(count_names(bench), 0);
    write_line(bench, NOW, "one");
    check_body(bench, FILE_NAME, "one\r\n");
}

static const char *prepare(bench_t *bench, const char *folder, const char *protocol, unsigned uid)
{
    mod_asa_httpproxy_log_options_t options = bench->options;

    options.folder = folder;
    return mod_asa_httpproxy_log_prepare(bench->pool, &options, &protocol, 1, uid, uid);
}

static void test_prepare_says_what_is_wrong(void **state)
{
    bench_t *bench = *state;
    unsigned uid = (unsigned)geteuid();

    assert_null(prepare(bench, in_root(bench, "new"), "Mapi", uid));
    assert_null(prepare(bench, in_root(bench, "new"), "Mapi", uid));
    assert_non_null(strstr(prepare(bench, "logs", "Mapi", uid), "absolute"));
    assert_non_null(strstr(prepare(bench, NULL, "Mapi", uid), "absolute"));
    assert_non_null(
        strstr(prepare(bench, in_root(bench, "a/b"), "Mapi", uid), "No such file or directory"));
    put_text(in_root(bench, "new/Ews"), "a file", 0);
    assert_non_null(strstr(prepare(bench, in_root(bench, "new"), "Ews", uid), "Not a directory"));
    assert_int_equal(symlink(bench->root, in_root(bench, "new/Eas")), 0);
    assert_non_null(prepare(bench, in_root(bench, "new"), "Eas", uid));
    /* The log's own folder may be placed by a link. */
    assert_int_equal(symlink(in_root(bench, "new"), in_root(bench, "link")), 0);
    assert_null(prepare(bench, in_root(bench, "link"), "Mapi", uid));
}

/* Only root gives folders away; anybody else keeps them. */
static void test_prepare_gives_folders_to_the_user(void **state)
{
    bench_t *bench = *state;
    bool root = geteuid() == 0;
    const char *sentence;
    struct stat st;

    assert_null(prepare(bench, in_root(bench, "new"), "Mapi", 12345));
    assert_int_equal(stat(in_root(bench, "new/Mapi"), &st), 0);
    assert_int_equal(st.st_uid, root ? 12345 : geteuid());
    assert_int_equal(st.st_gid, root ? 12345 : getegid());
    assert_int_equal(st.st_mode & 07777, 0750);
    /* What stood there keeps its owner, and to be let in is not to write. */
    assert_int_equal(chmod(in_root(bench, "new"), 0711), 0);
    assert_int_equal(chmod(in_root(bench, "new/Mapi"), 0755), 0);
    sentence = prepare(bench, in_root(bench, "new"), "Mapi", 4711);
    assert_int_equal(
        sentence != NULL && strstr(sentence, "new/Mapi is closed to user 4711") != NULL, root);
    assert_int_equal(stat(in_root(bench, "new/Mapi"), &st), 0);
    assert_int_equal(st.st_uid, root ? 12345 : geteuid());
    assert_int_equal(chmod(bench->root, 0711), 0);
    assert_null(prepare(bench, bench->root, "Mapi", 12345));
    assert_int_equal(stat(bench->root, &st), 0);
    assert_int_equal(st.st_uid, geteuid());
    /* Nobody gets through the folder above. */
    assert_int_equal(chmod(bench->root, 0700), 0);
    sentence = prepare(bench, bench->root, "Mapi", 12345);
    assert_int_equal(sentence != NULL && strstr(sentence, "12345") != NULL, root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names_that_are_no_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prepare_says_what_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prepare_gives_folders_to_the_user, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
