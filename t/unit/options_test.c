/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of asactl: what is read from it, and what is refused with which hint.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/options.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static asactl_options_t options;
static asactl_outcome_t outcome;

static const asactl_verb_t verbs[] = {
    {.name = "account create", .options = "user ou= enctypes= description="},
    {.name = "account show"},
    {.name = "status", .options = "node= no-directory"},
    {.name = NULL},
};

/* Reads "asactl" and these words, up to NULL. */
static bool read_words(const char *const *words)
{
    const char *argv[16] = {"asactl"};
    int argc = 1;

    for (; words[argc - 1] != NULL; argc++) {
        argv[argc] = words[argc - 1];
    }
    return asactl_options_read(pool, verbs, argc, argv, &options, &outcome);
}
#define READ(...) read_words((const char *const[]){__VA_ARGS__, NULL})

static void refused(const char *sentence, const char *remedy)
{
    assert_int_equal(outcome.code, ASACTL_USAGE);
    assert_string_equal(outcome.sentence, sentence);
    assert_non_null(strstr(outcome.remedy, remedy));
}

static const char *word(int i)
{
    return i < options.words->nelts ? APR_ARRAY_IDX(options.words, i, const char *) : NULL;
}

static void a_verb_takes_its_words_and_options(void **state)
{
    (void)state;
    assert_true(READ("account", "create", "--ou", "OU=x,DC=y", "EXCH2016ASA$", "--user"));
    assert_string_equal(options.verb->name, "account create");
    assert_int_equal(options.words->nelts, 1);
    assert_string_equal(word(0), "EXCH2016ASA$");
    assert_string_equal(apr_table_get(options.own, "ou"), "OU=x,DC=y");
    assert_string_equal(apr_table_get(options.own, "user"), "");
    assert_null(apr_table_get(options.own, "enctypes"));
    assert_true(apr_is_empty_table(options.global));
}

static void global_options_stand_anywhere(void **state)
{
    (void)state;
    assert_true(READ("--json", "account", "--realm=CORP.X", "create", "-v", "--server", "dc1"));
    assert_string_equal(options.verb->name, "account create");
    assert_non_null(apr_table_get(options.global, "json"));
    assert_non_null(apr_table_get(options.global, "verbose"));
    assert_string_equal(apr_table_get(options.global, "realm"), "CORP.X");
    assert_string_equal(apr_table_get(options.global, "server"), "dc1");
    assert_true(apr_is_empty_table(options.own));
}

static void values_are_taken_as_they_are(void **state)
{
    (void)state;
    assert_true(READ("account", "create", "--description=", "--ou=--x=y"));
    assert_string_equal(apr_table_get(options.own, "description"), "");
    assert_string_equal(apr_table_get(options.own, "ou"), "--x=y");
    assert_true(READ("status", "--node", "-", "--", "--json", "-x"));
    assert_string_equal(apr_table_get(options.own, "node"), "-");
    assert_null(apr_table_get(options.global, "json"));
    assert_string_equal(word(0), "--json");
    assert_string_equal(word(1), "-x");
}

static int count(void *number, const char *name, const char *value)
{
    (void)name;
    (void)value;
    return ++*(int *)number;
}

static void repeated_options_repeat(void **state)
{
    int times = 0;

    (void)state;
    assert_true(
        READ("status", "--node", "a", "--node=b", "--ssh-option", "A=1", "--ssh-option=B=2"));
    apr_table_do(count, &times, options.own, "node", NULL);
    apr_table_do(count, &times, options.global, "ssh-option", NULL);
    assert_int_equal(times, 4);
    assert_string_equal(asactl_options_last(options.own, "node"), "b");
    assert_null(asactl_options_last(options.own, "from"));
}

static void unknown_options_are_refused_with_the_nearest(void **state)
{
    (void)state;
    assert_false(READ("account", "create", "--enctype", "24"));
    refused("asactl account create has no option --enctype", "Did you mean --enctypes");
    assert_false(READ("account", "create", "--zzzzzzzzz"));
    refused("asactl account create has no option --zzzzzzzzz", "asactl help account create");
    assert_false(READ("account", "show", "--ou", "x"));
    refused("asactl account show has no option --ou", "");
    assert_false(READ("--ou", "x", "account", "create"));
    refused("unknown option --ou", "");
    assert_false(READ("status", "--jso"));
    refused("asactl status has no option --jso", "Did you mean --json");
    assert_false(READ("status", "-x"));
    refused("unknown option -x", "Only -v and -h");
    assert_false(READ("status", "-vh"));
    assert_false(READ("status", "--=x"));
    refused("asactl status has no option --", "");
    /* An option is never abbreviated. */
    assert_false(READ("status", "--no-dir"));
}

static void values_are_neither_missing_nor_invented(void **state)
{
    (void)state;
    assert_false(READ("status", "--realm"));
    refused("--realm needs a value", "Write --realm VALUE");
    assert_false(READ("status", "--realm", "--json"));
    refused("--realm needs a value", "--realm=VALUE");
    assert_false(READ("status", "--json=yes"));
    refused("--json takes no value", "Write --json.");
    assert_false(READ("status", "--no-directory="));
    refused("--no-directory takes no value", "");
}

static void unknown_verbs_are_refused_with_the_nearest(void **state)
{
    (void)state;
    assert_false(READ("statsu"));
    refused("there is no verb 'statsu'", "Did you mean asactl status?");
    assert_false(READ("account", "creat"));
    refused("there is no verb 'account creat'", "Did you mean asactl account create?");
    assert_false(READ("stat"));
    assert_false(READ(""));
    assert_false(READ("zzzzzzzzzzzzzzz"));
    refused("there is no verb 'zzzzzzzzzzzzzzz'", "asactl help lists");
}

static void a_verb_that_is_only_begun_is_left_to_the_caller(void **state)
{
    (void)state;
    assert_true(READ("account"));
    assert_null(options.verb);
    assert_string_equal(word(0), "account");
    assert_true(READ("account", "--help"));
    assert_true(options.help);
    assert_null(options.verb);
    assert_true(READ("status", "-h"));
    assert_true(options.help);
    assert_string_equal(options.verb->name, "status");
    assert_true(READ("--version"));
    assert_true(options.version);
    assert_false(options.help);
}

static void a_flag_is_seen_in_a_line_that_is_refused(void **state)
{
    static const char *const wrong[] = {"asactl", "--oops", "--json"};
    static const char *const word_only[] = {"asactl", "--", "--json"};

    (void)state;
    assert_true(asactl_options_flag(3, wrong, "json"));
    assert_false(asactl_options_flag(3, word_only, "json"));
    assert_false(asactl_options_flag(3, wrong, "jso"));
}

static void numbers_have_a_unit_and_bounds(void **state)
{
    static const char *const bad[] = {"", "4", "11", "-5", "5d", " 5", "99999999999999999999"};
    unsigned number;

    (void)state;
    assert_true(asactl_options_number(pool, "every", "5", "days", 5, 10, &number, &outcome));
    assert_int_equal(number, 5);
    assert_true(asactl_options_number(pool, "every", "10", "days", 5, 10, &number, &outcome));
    assert_int_equal(number, 10);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(
            asactl_options_number(pool, "every", bad[i], "days", 5, 10, &number, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
        assert_string_equal(outcome.remedy, "Give a number of days from 5 to 10.");
    }
    assert_false(asactl_options_number(pool, "every", "5d", "days", 5, 10, &number, &outcome));
    assert_string_equal(outcome.sentence, "--every '5d' is no number of days");
}

/* A verb's option that has a global one's name would never be seen. */
static void no_verb_hides_a_global_option(void **state)
{
    (void)state;
    for (const asactl_verb_t *verb = asactl_verbs; verb->name != NULL; verb++) {
        char *own = apr_pstrdup(pool, verb->options != NULL ? verb->options : "");
        char *rest = NULL;

        assert_non_null(verb->synopsis);
        assert_non_null(verb->line);
        assert_non_null(verb->help);
        assert_non_null(verb->run);
        for (char *name = apr_strtok(own, "= ", &rest); name != NULL;
             name = apr_strtok(NULL, "= ", &rest)) {
            for (const asactl_global_t *global = asactl_globals; global->name != NULL; global++) {
                assert_string_not_equal(name, global->name);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verb_takes_its_words_and_options),
        cmocka_unit_test(global_options_stand_anywhere),
        cmocka_unit_test(values_are_taken_as_they_are),
        cmocka_unit_test(repeated_options_repeat),
        cmocka_unit_test(unknown_options_are_refused_with_the_nearest),
        cmocka_unit_test(values_are_neither_missing_nor_invented),
        cmocka_unit_test(unknown_verbs_are_refused_with_the_nearest),
        cmocka_unit_test(a_verb_that_is_only_begun_is_left_to_the_caller),
        cmocka_unit_test(numbers_have_a_unit_and_bounds),
        cmocka_unit_test(a_flag_is_seen_in_a_line_that_is_refused),
        cmocka_unit_test(no_verb_hides_a_global_option),
    };

    apr_initialize();
    return cmocka_run_group_tests_name("options", tests, open_pool, close_pool);
}
