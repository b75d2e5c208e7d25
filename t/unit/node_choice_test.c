/* SPDX-License-Identifier: Apache-2.0
 *
 * Which nodes are meant: names, arrays, each node once; and whether a whole array is among them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_choice.h"

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static const apr_array_header_t *list(const char *const *names)
{
    apr_array_header_t *made = apr_array_make(pool, 4, sizeof(const char *));

    for (; *names != NULL; names++) {
        APR_ARRAY_PUSH(made, const char *) = *names;
    }
    return made;
}
#define LIST(...) list((const char *const[]){__VA_ARGS__, NULL})
#define NONE      list((const char *const[]){NULL})

/* Two arrays that share a node. */
static const asactl_settings_t *arrays(void)
{
    apr_array_header_t *made = apr_array_make(pool, 2, sizeof(asactl_array_t));
    asactl_settings_t *settings = apr_pcalloc(pool, sizeof *settings);

    APR_ARRAY_PUSH(made, asactl_array_t) = (asactl_array_t){"cas", LIST("cas-1", "cas-2")};
    APR_ARRAY_PUSH(made, asactl_array_t) = (asactl_array_t){"edge", LIST("CAS-2", "edge-1")};
    settings->arrays = made;
    return settings;
}

static void chosen(const asactl_settings_t *settings, const apr_array_header_t *names,
                   const char *expected)
{
    const apr_array_header_t *nodes = asactl_node_choice_named(pool, settings, names);

    assert_string_equal(apr_array_pstrcat(pool, nodes, ' '), expected);
}

static void names_and_arrays_are_nodes_once_each(void **state)
{
    static const asactl_settings_t none;

    (void)state;
    chosen(arrays(), NONE, "cas-1 cas-2 edge-1");
    chosen(arrays(), LIST("edge-1", "CAS"), "edge-1 cas-1 cas-2");
    chosen(arrays(), LIST("other", "OTHER"), "other");
    chosen(&none, NONE, "localhost");
}

static void a_whole_array_is_seen(void **state)
{
    static const asactl_settings_t none;

    (void)state;
    assert_true(asactl_node_choice_has_array(LIST("CAS-1", "cas-2"), arrays()));
    assert_true(asactl_node_choice_has_array(LIST("edge-1", "x", "cas-2"), arrays()));
    assert_false(asactl_node_choice_has_array(LIST("cas-1", "edge-1"), arrays()));
    assert_false(asactl_node_choice_has_array(NONE, arrays()));
    assert_true(asactl_node_choice_has_array(LIST("x"), &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_arrays_are_nodes_once_each),
        cmocka_unit_test(a_whole_array_is_seen),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
