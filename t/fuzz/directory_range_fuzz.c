/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of attributes in parts: a directory that names its parts as it likes never leads to
 * an endless question, nor to a part that passes for all.
 *
 * The input is a list of names, one a line, each with its last byte as the number of its values.
 */
#include <string.h>

#include <apr_strings.h>

#include "asactl/directory_range.h"
#include "t/fuzz/target.h"

#define QUESTIONS_MAX 20002

typedef struct {
    apr_pool_t *pool;
    const char *rest;
    int questions, values;
} directory_t;

static asactl_ldap_entry_t next_entry(directory_t *directory)
{
    apr_array_header_t *attributes =
        apr_array_make(directory->pool, 2, sizeof(asactl_ldap_attribute_t));
    size_t len = strcspn(directory->rest, "\n");
    const char *line = apr_pstrmemdup(directory->pool, directory->rest, len);
    int count = len > 0 ? line[len - 1] & 15 : 0;
    apr_array_header_t *values = apr_array_make(directory->pool, 2, sizeof(asactl_ldap_value_t));

    directory->rest += len + (directory->rest[len] != '\0');
    for (int i = 0; i < count; i++) {
        APR_ARRAY_PUSH(values, asactl_ldap_value_t) =
            (asactl_ldap_value_t){(const unsigned char *)"v", 1};
    }
    directory->values += count;
    APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) = (asactl_ldap_attribute_t){
        apr_pstrmemdup(directory->pool, line, len > 0 ? len - 1 : 0), values};
    return (asactl_ldap_entry_t){"CN=ASA", attributes};
}

static bool answer(void *baton, const char *dn, const char *attribute, asactl_ldap_entry_t *out,
                   asactl_outcome_t *outcome)
{
    directory_t *directory = baton;

    (void)dn;
    (void)outcome;
    check(strstr(attribute, ";range=") != NULL);
    check(++directory->questions < QUESTIONS_MAX);
    *out = next_entry(directory);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    directory_t directory = {pool, apr_pstrmemdup(pool, (const char *)bytes, len), 0, 0};
    asactl_ldap_entry_t entry = next_entry(&directory);
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    if (!asactl_directory_range_complete(pool, &entry, answer, &directory, &outcome)) {
        check(outcome.code != ASACTL_OK && outcome.sentence != NULL);
    } else if (entry.attributes->nelts > 0) {
        const asactl_ldap_attribute_t *whole =
            &APR_ARRAY_IDX(entry.attributes, 0, asactl_ldap_attribute_t);

        check(whole->values->nelts == directory.values);
    }
    apr_pool_destroy(pool);
    return 0;
}
