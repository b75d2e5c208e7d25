/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts the parts of long attributes together.
 */
#include "asactl/directory_range.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "core/number_text.h"

#define RANGE      ";range="
#define VALUES_MAX 20000

typedef struct {
    const char *name; /* without the range */
    int first, last;
    bool ends;
} part_t;

/* A number of at most VALUES_MAX, with its end. */
static bool take_number(const char **text, int *out)
{
    size_t len = asa_number_text_span(*text);
    uint64_t number;

    if (!asa_number_text_read(*text, len, VALUES_MAX, &number)) {
        return false;
    }
    *text += len;
    *out = (int)number;
    return true;
}

static const char *range_of(const char *name)
{
    const char *option = strchr(name, ';');

    return option != NULL && strncasecmp(option, RANGE, sizeof RANGE - 1) == 0 ? option : NULL;
}

/* The part is what its name says, and begins where it should. */
static bool take_part(apr_pool_t *pool, const asactl_ldap_attribute_t *attribute, int first,
                      part_t *out)
{
    const char *range = range_of(attribute->name), *at;

    if (range == NULL) {
        return false;
    }
    at = range + sizeof RANGE - 1;
    out->name = apr_pstrmemdup(pool, attribute->name, (size_t)(range - attribute->name));
    if (!take_number(&at, &out->first) || *at++ != '-' || out->first != first) {
        return false;
    }
    out->ends = strcmp(at, "*") == 0;
    if (out->ends) {
        out->last = out->first + attribute->values->nelts - 1;
        return out->last <= VALUES_MAX;
    }
    return take_number(&at, &out->last) && *at == '\0' && out->last >= out->first &&
           attribute->values->nelts == out->last - out->first + 1;
}

static const asactl_ldap_attribute_t *next_part(apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                                                part_t *part)
{
    const char *name = part->name;
    int first = part->last + 1;

    for (int i = 0; i < entry->attributes->nelts; i++) {
        const asactl_ldap_attribute_t *attribute =
            &APR_ARRAY_IDX(entry->attributes, i, asactl_ldap_attribute_t);

        if (take_part(pool, attribute, first, part) && strcasecmp(part->name, name) == 0) {
            return attribute;
        }
    }
    return NULL;
}

static bool complete(apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                     asactl_ldap_attribute_t *attribute, asactl_directory_range_ask_t *ask,
                     void *baton, asactl_outcome_t *outcome)
{
    apr_array_header_t *values = apr_array_copy(pool, attribute->values);
    const asactl_ldap_attribute_t *more = attribute;
    asactl_ldap_entry_t answer;
    part_t part = {0};

    if (!take_part(pool, attribute, 0, &part)) {
        more = NULL;
    }
    while (more != NULL && !part.ends) {
        const char *asked = apr_psprintf(pool, "%s" RANGE "%d-*", part.name, part.last + 1);

        if (!ask(baton, entry->dn, asked, &answer, outcome)) {
            return false;
        }
        more = next_part(pool, &answer, &part);
        if (more != NULL) {
            apr_array_cat(values, more->values);
        }
    }
    if (more == NULL) {
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED, "Run it again; somebody may have changed it meanwhile.", pool,
            "the directory's parts of %s of %s do not fit together", attribute->name, entry->dn);
    }
    attribute->name = part.name;
    attribute->values = values;
    return true;
}

bool asactl_directory_range_complete(apr_pool_t *pool, asactl_ldap_entry_t *entry,
                                     asactl_directory_range_ask_t *ask, void *baton,
                                     asactl_outcome_t *outcome)
{
    apr_array_header_t *whole = apr_array_make(pool, 8, sizeof(asactl_ldap_attribute_t));

    for (int i = 0; i < entry->attributes->nelts; i++) {
        asactl_ldap_attribute_t attribute =
            APR_ARRAY_IDX(entry->attributes, i, asactl_ldap_attribute_t);

        if (range_of(attribute.name) != NULL &&
            !complete(pool, entry, &attribute, ask, baton, outcome)) {
            return false;
        }
        /* Beside a part the directory lists the attribute itself, without a value. */
        if (attribute.values->nelts > 0) {
            APR_ARRAY_PUSH(whole, asactl_ldap_attribute_t) = attribute;
        }
    }
    entry->attributes = whole;
    return true;
}
