/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes, changes and removes accounts.
 */
#include "asactl/directory_private.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/directory_value.h"

/* userAccountControl (MS-ADTS section 2.2.16). */
#define UAC_DISABLED      0x00000002U
#define UAC_USER          0x00000200U
#define UAC_WORKSTATION   0x00001000U
#define UAC_NEVER_EXPIRES 0x00010000U

/* Where accounts go that name no other place (MS-ADTS section 6.1.1.4). */
#define COMPUTERS "AA312825768811D1ADED00C04FD8D5CD"
#define USERS     "A9D1CA15768811D1ADED00C04FD8D5CD"

static void add_value(apr_array_header_t *values, const void *bytes, size_t len)
{
    asactl_ldap_value_t *value = apr_array_push(values);

    value->bytes = bytes;
    value->len = len;
}

static asactl_ldap_attribute_t attribute_of(apr_pool_t *pool, const char *name, const void *bytes,
                                            size_t len)
{
    apr_array_header_t *values = apr_array_make(pool, 1, sizeof(asactl_ldap_value_t));

    add_value(values, bytes, len);
    return (asactl_ldap_attribute_t){.name = name, .values = values};
}

static asactl_ldap_attribute_t text_attribute(apr_pool_t *pool, const char *name, const char *text)
{
    return attribute_of(pool, name, text, strlen(text));
}

static asactl_ldap_attribute_t number_attribute(apr_pool_t *pool, const char *name, uint32_t number)
{
    return text_attribute(pool, name, apr_psprintf(pool, "%d", (int32_t)number));
}

/* unicodePwd wants its value in quotation marks (MS-ADTS section 3.1.1.3.1.5).  The caller wipes
 * the bytes. */
static unsigned char *quote(apr_pool_t *pool, const unsigned char *password, size_t len,
                            size_t *quoted_len)
{
    unsigned char *quoted = apr_pcalloc(pool, len + 4);

    quoted[0] = '"';
    memcpy(quoted + 2, password, len);
    quoted[len + 2] = '"';
    *quoted_len = len + 4;
    return quoted;
}

/* --- making --- */

static bool default_container(asactl_directory_t *directory, apr_pool_t *pool, bool user,
                              const char **out, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"1.1", NULL};
    asactl_ldap_entry_t container;

    if (!asactl_directory_entry(
            directory, pool,
            apr_psprintf(pool, "<WKGUID=%s,%s>", user ? USERS : COMPUTERS, directory->base),
            attributes, &container, outcome)) {
        return false;
    }
    *out = container.dn;
    return true;
}

static void describe(apr_pool_t *pool, const asactl_new_account_t *account,
                     apr_array_header_t *attributes)
{
    uint32_t control = account->user ? UAC_USER : UAC_WORKSTATION;

    /* The age limit of the domain must not end everybody's sign-in; computers have none. */
    if (account->user) {
        control |= UAC_NEVER_EXPIRES;
    }
    APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) =
        text_attribute(pool, "objectClass", account->user ? "user" : "computer");
    APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) =
        text_attribute(pool, "sAMAccountName", account->sam);
    APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) =
        number_attribute(pool, "userAccountControl", control);
    APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) =
        number_attribute(pool, "msDS-SupportedEncryptionTypes", account->enctypes);
    if (account->description != NULL && *account->description != '\0') {
        APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) =
            text_attribute(pool, "description", account->description);
    }
}

bool asactl_directory_create(asactl_directory_t *directory, apr_pool_t *pool,
                             const asactl_new_account_t *account, asactl_outcome_t *outcome)
{
    size_t name_len = strlen(account->sam) - (account->user ? 0 : 1), quoted_len;
    const char *name = apr_pstrndup(pool, account->sam, name_len), *container = account->ou;
    apr_array_header_t *attributes = apr_array_make(pool, 6, sizeof(asactl_ldap_attribute_t));
    asactl_ldap_entry_t entry = {.attributes = attributes};
    asactl_ldap_act_t act = {.doing = apr_psprintf(pool, "create the account %s", account->sam),
                             .right =
                                 account->user ? "Create User objects" : "Create Computer objects",
                             .writes = true};
    unsigned char *quoted;
    bool done;

    if (container == NULL &&
        !default_container(directory, pool, account->user, &container, outcome)) {
        return false;
    }
    act.object = container;
    entry.dn = apr_psprintf(pool, "CN=%s,%s", asactl_directory_value_rdn(pool, name), container);
    describe(pool, account, attributes);
    quoted = quote(pool, account->password, account->password_len, &quoted_len);
    APR_ARRAY_PUSH(attributes, asactl_ldap_attribute_t) =
        attribute_of(pool, "unicodePwd", quoted, quoted_len);
    done = asactl_ldap_add(directory->ldap, pool, &entry, &act, outcome);
    explicit_bzero(quoted, quoted_len);
    return done;
}

/* --- changing --- */

bool asactl_directory_disable(asactl_directory_t *directory, apr_pool_t *pool,
                              const asactl_account_t *account, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"userAccountControl", NULL};
    asactl_ldap_act_t act = {.doing = apr_psprintf(pool, "disable the account %s", account->sam),
                             .right = "Write userAccountControl",
                             .object = account->dn,
                             .writes = true};
    asactl_ldap_entry_t entry;
    asactl_ldap_attribute_t change;
    uint32_t control;

    if (!asactl_directory_entry(directory, pool, account->dn, attributes, &entry, outcome) ||
        !asactl_directory_number(pool, &entry, attributes[0], &control, outcome)) {
        return false;
    }
    if (control == 0) {
        return asactl_outcome_fail(outcome, ASACTL_DENIED,
                                   "use a ticket of an account that may read it", pool,
                                   "could not read userAccountControl of %s", account->dn);
    }
    change = number_attribute(pool, attributes[0], control | UAC_DISABLED);
    return asactl_ldap_replace(directory->ldap, pool, account->dn, &change, &act, outcome);
}

bool asactl_directory_delete(asactl_directory_t *directory, apr_pool_t *pool,
                             const asactl_account_t *account, asactl_outcome_t *outcome)
{
    asactl_ldap_act_t act = {.doing = apr_psprintf(pool, "delete the account %s", account->sam),
                             .right = "Delete",
                             .object = account->dn,
                             .writes = true};

    return asactl_ldap_delete(directory->ldap, pool, account->dn, &act, outcome);
}

static bool holds(const apr_array_header_t *names, const char *name)
{
    for (int i = 0; names != NULL && i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return true;
        }
    }
    return false;
}

static bool same_names(const apr_array_header_t *left, const apr_array_header_t *right)
{
    int left_count = left == NULL ? 0 : left->nelts, right_count = right == NULL ? 0 : right->nelts;

    for (int i = 0; i < left_count && left_count == right_count; i++) {
        if (!holds(right, APR_ARRAY_IDX(left, i, const char *))) {
            return false;
        }
    }
    return left_count == right_count;
}

bool asactl_directory_set_spns(asactl_directory_t *directory, apr_pool_t *pool,
                               const asactl_account_t *before, const apr_array_header_t *spns,
                               asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"servicePrincipalName", NULL};
    asactl_ldap_act_t act = {
        .doing = apr_psprintf(pool, "write the service principal names of %s", before->sam),
        .right = "Write servicePrincipalName",
        .object = before->dn,
        .writes = true,
        .unique = true};
    apr_array_header_t *now, *values = apr_array_make(pool, 8, sizeof(asactl_ldap_value_t));
    asactl_ldap_attribute_t change = {.name = attributes[0], .values = values};
    asactl_ldap_entry_t entry;

    if (!asactl_directory_entry(directory, pool, before->dn, attributes, &entry, outcome) ||
        !asactl_directory_spns(pool, &entry, &now, outcome)) {
        return false;
    }
    if (!same_names(before->spns, now)) {
        return asactl_outcome_fail(outcome, ASACTL_CONFLICT, "look again, then run it again", pool,
                                   "somebody else has just changed the service principal names of "
                                   "%s; nothing was written",
                                   before->sam);
    }
    for (int i = 0; i < spns->nelts; i++) {
        const char *spn = APR_ARRAY_IDX(spns, i, const char *);

        add_value(values, spn, strlen(spn));
    }
    return asactl_ldap_replace(directory->ldap, pool, before->dn, &change, &act, outcome);
}

bool asactl_directory_set_password(asactl_directory_t *directory, apr_pool_t *pool,
                                   const asactl_account_t *account,
                                   const asactl_password_t *password, asactl_outcome_t *outcome)
{
    asactl_ldap_act_t act = {.doing = apr_psprintf(pool, "set the password of %s", account->sam),
                             .right = "Reset Password",
                             .object = account->dn,
                             .writes = true};
    size_t len;
    unsigned char *quoted;
    asactl_ldap_attribute_t change;
    bool done;

    if (asactl_directory_is_caller(directory, account)) {
        return asactl_caller_change_password(directory->caller, pool, directory->server,
                                             account->dn, password, outcome);
    }
    quoted = quote(pool, password->utf16, password->utf16_len, &len);
    change = attribute_of(pool, "unicodePwd", quoted, len);
    done = asactl_ldap_replace(directory->ldap, pool, account->dn, &change, &act, outcome);
    explicit_bzero(quoted, len);
    return done;
}
