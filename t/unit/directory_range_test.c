/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes in parts: put together whole and in order, or refused; never a part taken for all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/directory_range.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static asactl_outcome_t outcome;

static void add(apr_array_header_t *attributes, const char *name, int first, int count)
{
    apr_array_header_t *values = apr_array_make(pool, 4, sizeof(asactl_ldap_value_t));

    for (int i = first; i < first + count; i++) {
        const char *text = apr_psprintf(pool, "http/%d", i);

        APR_ARRAY_PUSH(values, asactl_ldap_value_t) =
            (asactl_ldap_value_t){(const unsigned char *)text, strlen(text)};
    }
    APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) = (asactl_ldap_attribute_t){name, values};
}

static asactl_ldap_entry_t entry_of(const char *name, int count)
{
    apr_array_header_t *attributes = apr_array_make(pool, 4, sizeof(asactl_ldap_attribute_t));

    add(attributes, "sAMAccountName", 0, 1);
    add(attributes, "servicePrincipalName", 0, 0);
    add(attributes, name, 0, count);
    return (asactl_ldap_entry_t){"CN=ASA", attributes};
}

/* What a directory answers, in turn: the name that must be asked for, and the part that comes. */
typedef struct {
    const char *asked, *answered;
    int first, count;
} turn_t;

static bool answer(void *baton, const char *dn, const char *attribute, asactl_ldap_entry_t *out,
                   asactl_outcome_t *why)
{
    const turn_t **turn = baton;
    apr_array_header_t *attributes = apr_array_make(pool, 4, sizeof(asactl_ldap_attribute_t));

    assert_string_equal(dn, "CN=ASA");
    assert_string_equal(attribute, (*turn)->asked);
    if ((*turn)->answered == NULL) {
        return asactl_outcome_fail(why, ASACTL_UNREACHABLE, NULL, pool, "gone");
    }
    add(attributes, "other;range=0-*", 0, 1);
    if (*(*turn)->answered != '\0') {
        add(attributes, (*turn)->answered, (*turn)->first, (*turn)->count);
    }
    *out = (asactl_ldap_entry_t){dn, attributes};
    (*turn)++;
    return true;
}

static bool complete(asactl_ldap_entry_t *entry, const turn_t *turns)
{
    outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return asactl_directory_range_complete(pool, entry, answer, &turns, &outcome);
}

static void assert_whole(const asactl_ldap_entry_t *entry, const char *name, int count)
{
    const apr_array_header_t *values = asactl_ldap_values(entry, name);

    assert_non_null(values);
    assert_int_equal(values->nelts, count);
    for (int i = 0; i < count; i++) {
        assert_string_equal((const char *)APR_ARRAY_IDX(values, i, asactl_ldap_value_t).bytes,
                            apr_psprintf(pool, "http/%d", i));
    }
    assert_int_equal(asactl_ldap_values(entry, "sAMAccountName")->nelts, 1);
}

static void what_is_whole_stays(void **state)
{
    asactl_ldap_entry_t entry = entry_of("description", 2);

    (void)state;
    assert_true(complete(&entry, NULL));
    assert_whole(&entry, "description", 2);
    assert_null(asactl_ldap_values(&entry, "servicePrincipalName"));
}

static void parts_are_put_together(void **state)
{
    static const turn_t turns[] = {
        {"servicePrincipalName;range=1500-*", "servicePrincipalName;range=1500-2999", 1500, 1500},
        {"servicePrincipalName;range=3000-*", "serviceprincipalname;Range=3000-*", 3000, 2},
    };
    asactl_ldap_entry_t entry = entry_of("servicePrincipalName;range=0-1499", 1500);

    (void)state;
    assert_true(complete(&entry, turns));
    assert_whole(&entry, "servicePrincipalName", 3002);
}

static void a_part_may_be_all(void **state)
{
    static const turn_t nothing[] = {
        {"servicePrincipalName;range=2-*", "servicePrincipalName;range=2-*", 2, 0}};
    asactl_ldap_entry_t entry = entry_of("servicePrincipalName;range=0-*", 3);

    (void)state;
    assert_true(complete(&entry, NULL));
    assert_whole(&entry, "servicePrincipalName", 3);
    entry = entry_of("servicePrincipalName;range=0-1", 2);
    assert_true(complete(&entry, nothing));
    assert_whole(&entry, "servicePrincipalName", 2);
}

static void parts_that_do_not_fit_are_refused(void **state)
{
    static const struct {
        const char *name; /* of the first part, with two values */
        turn_t turn;
    } cases[] = {
        {"servicePrincipalName;range=0-2", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=1-2", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=0", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=-1-1", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=0-99999999999", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=0-1x", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=0-**", {NULL, NULL, 0, 0}},
        {"servicePrincipalName;range=0-1", {"", "", 0, 0}},
        {"servicePrincipalName;range=0-1", {"", "servicePrincipalName", 2, 2}},
        {"servicePrincipalName;range=0-1", {"", "servicePrincipalName;range=0-1", 0, 2}},
        {"servicePrincipalName;range=0-1", {"", "servicePrincipalName;range=3-*", 3, 2}},
        {"servicePrincipalName;range=0-1", {"", "servicePrincipalName;range=2-1", 2, 0}},
        {"servicePrincipalName;range=0-1", {"", "servicePrincipalName;range=2-4", 2, 2}},
        {"servicePrincipalName;range=0-1", {"", "member;range=2-*", 2, 2}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        asactl_ldap_entry_t entry = entry_of(cases[i].name, 2);
        turn_t turns[] = {cases[i].turn};

        turns[0].asked = "servicePrincipalName;range=2-*";
        assert_false(complete(&entry, turns));
        assert_int_equal(outcome.code, ASACTL_FAILED);
        assert_non_null(strstr(outcome.sentence, "servicePrincipalName"));
        assert_non_null(outcome.remedy);
    }
}

static void a_directory_that_goes_away_is_told(void **state)
{
    static const turn_t turns[] = {{"servicePrincipalName;range=2-*", NULL, 0, 0}};
    asactl_ldap_entry_t entry = entry_of("servicePrincipalName;range=0-1", 2);

    (void)state;
    assert_false(complete(&entry, turns));
    assert_int_equal(outcome.code, ASACTL_UNREACHABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_whole_stays),
        cmocka_unit_test(parts_are_put_together),
        cmocka_unit_test(a_part_may_be_all),
        cmocka_unit_test(parts_that_do_not_fit_are_refused),
        cmocka_unit_test(a_directory_that_goes_away_is_told),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
