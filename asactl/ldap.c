/* SPDX-License-Identifier: Apache-2.0
 *
 * Speaks LDAP: opens, binds, searches, writes.
 */
#include "asactl/ldap.h"
#include "asactl/ldap_memory.h"

#include <string.h>
#include <sys/time.h>

#include <apr_strings.h>
#include <ldap.h>
#include <sasl/sasl.h>

#define CONNECT_SECONDS 5
#define ANSWER_SECONDS  30
#define PAGE            500
#define ENTRIES_LIMIT   200000
#define VALUES_LIMIT    5000
#define VALUE_LIMIT     65536
/* Active Directory takes passwords only under 128 bits (MS-ADTS section 3.1.1.3.1.5). */
#define SEALED      128
#define SEALED_MOST 256
#define SYSTEM_CA   "/etc/ssl/certs/ca-certificates.crt"

struct asactl_ldap_t {
    LDAP *handle;
    const char *host;
};

/* --- opening --- */

static apr_status_t close_handle(void *data)
{
    asactl_ldap_t *ldap = data;

    ldap_unbind_ext_s(ldap->handle, NULL, NULL);
    return APR_SUCCESS;
}

static char *diagnostic_of(LDAP *handle, apr_pool_t *pool)
{
    char *text = NULL, *copy = NULL;

    if (ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) == LDAP_OPT_SUCCESS &&
        text != NULL) {
        copy = apr_pstrdup(pool, text);
        ldap_memfree(text);
    }
    return copy;
}

static bool set(LDAP *handle, int option, const void *value)
{
    return ldap_set_option(handle, option, value) == LDAP_OPT_SUCCESS;
}

static bool set_number(LDAP *handle, int option, int value)
{
    return set(handle, option, &value);
}

/* Everything that the user's ldaprc or environment could weaken is set here. */
static bool set_options(LDAP *handle, const asactl_ldap_target_t *target)
{
    struct timeval connect = {.tv_sec = CONNECT_SECONDS}, answer = {.tv_sec = ANSWER_SECONDS};
    bool tls = target->mode != ASACTL_LDAP_GSSAPI;

    if (!set_number(handle, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3) ||
        !set(handle, LDAP_OPT_NETWORK_TIMEOUT, &connect) ||
        !set(handle, LDAP_OPT_TIMEOUT, &answer) || !set(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) ||
        !set(handle, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) ||
        !set_number(handle, LDAP_OPT_DEREF, LDAP_DEREF_NEVER) ||
        !set_number(handle, LDAP_OPT_TIMELIMIT, ANSWER_SECONDS) ||
        !set_number(handle, LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT)) {
        return false;
    }
    if (!tls) {
        ber_len_t least = SEALED, most = SEALED_MOST;

        return set(handle, LDAP_OPT_X_SASL_SSF_MIN, &least) &&
               set(handle, LDAP_OPT_X_SASL_SSF_MAX, &most);
    }
    /* Active Directory allows no second layer inside TLS. */
    ber_len_t none = 0;
    return set(handle, LDAP_OPT_X_SASL_SSF_MIN, &none) &&
           set(handle, LDAP_OPT_X_SASL_SSF_MAX, &none) &&
           set_number(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND) &&
           set_number(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2) &&
           set(handle, LDAP_OPT_X_TLS_CACERTFILE, target->ca == NULL ? SYSTEM_CA : target->ca) &&
           set_number(handle, LDAP_OPT_X_TLS_NEWCTX, 0);
}

/* GSSAPI asks for nothing: the ticket says it all. */
static int answer_nothing(LDAP *handle, unsigned flags, void *defaults, void *asked)
{
    (void)handle;
    (void)flags;
    (void)defaults;
    for (sasl_interact_t *question = asked; question->id != SASL_CB_LIST_END; question++) {
        question->result = "";
        question->len = 0;
    }
    return LDAP_SUCCESS;
}

/* What protects the connection is measured, not believed. */
static bool is_protected(LDAP *handle, bool tls)
{
    ber_len_t strength = 0;

    if (tls) {
        return ldap_tls_inplace(handle) != 0;
    }
    return ldap_get_option(handle, LDAP_OPT_X_SASL_SSF, &strength) == LDAP_OPT_SUCCESS &&
           strength >= SEALED;
}

static bool connect_and_bind(asactl_ldap_t *ldap, apr_pool_t *pool,
                             const asactl_ldap_target_t *target, asactl_outcome_t *outcome)
{
    bool tls = target->mode != ASACTL_LDAP_GSSAPI;
    int result = LDAP_SUCCESS;

    if (target->mode == ASACTL_LDAP_STARTTLS) {
        result = ldap_start_tls_s(ldap->handle, NULL, NULL);
    }
    if (result == LDAP_SUCCESS) {
        result = ldap_sasl_interactive_bind_s(ldap->handle, NULL, "GSSAPI", NULL, NULL,
                                              LDAP_SASL_QUIET, answer_nothing, NULL);
    }
    if (result != LDAP_SUCCESS) {
        return asactl_ldap_error_explain_bind(pool, result, ldap_err2string(result),
                                              diagnostic_of(ldap->handle, pool), ldap->host, tls,
                                              outcome);
    }
    if (!is_protected(ldap->handle, tls)) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED,
                                   "use --ldap ldaps, or AES for the domain controller's account",
                                   pool, "the connection to %s is not encrypted", ldap->host);
    }
    return true;
}

bool asactl_ldap_open(apr_pool_t *pool, const asactl_ldap_target_t *target, asactl_ldap_t **out,
                      asactl_outcome_t *outcome)
{
    bool ldaps = target->mode == ASACTL_LDAP_LDAPS;
    asactl_ldap_t *ldap = apr_pcalloc(pool, sizeof *ldap);
    const char *uri = apr_psprintf(pool, "%s://%s:%d", ldaps ? "ldaps" : "ldap", target->host,
                                   target->global_catalog ? (ldaps ? 3269 : 3268)
                                                          : (ldaps ? LDAPS_PORT : LDAP_PORT));

    asactl_ldap_memory_wipe();
    if (ldap_initialize(&ldap->handle, uri) != LDAP_SUCCESS) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "name a host with --server", pool,
                                   "'%s' is no name of a domain controller", target->host);
    }
    ldap->host = apr_pstrdup(pool, target->host);
    apr_pool_cleanup_register(pool, ldap, close_handle, apr_pool_cleanup_null);
    if (!set_options(ldap->handle, target)) {
        return asactl_outcome_fail(
            outcome, ASACTL_USAGE,
            "name a readable PEM file with the authority's certificate with --ca", pool,
            "the connection to %s cannot be set up with the certificates of %s", target->host,
            target->ca == NULL ? SYSTEM_CA : target->ca);
    }
    if (!connect_and_bind(ldap, pool, target, outcome)) {
        return false;
    }
    *out = ldap;
    return true;
}

bool asactl_ldap_discover(apr_pool_t *pool, const char *domain, apr_array_header_t **out,
                          asactl_outcome_t *outcome)
{
    char *list = NULL, *rest = NULL;

    *out = apr_array_make(pool, 4, sizeof(const char *));
    if (ldap_domain2hostlist(domain, &list) == LDAP_SUCCESS && list != NULL) {
        for (char *host = apr_strtok(list, " ", &rest); host != NULL;
             host = apr_strtok(NULL, " ", &rest)) {
            APR_ARRAY_PUSH(*out, const char *) = apr_pstrndup(pool, host, strcspn(host, ":"));
        }
    }
    ldap_memfree(list);
    if ((*out)->nelts == 0) {
        return asactl_outcome_fail(outcome, ASACTL_UNREACHABLE,
                                   "name a domain controller with --server, or mend DNS", pool,
                                   "DNS names no domain controller (_ldap._tcp.%s)", domain);
    }
    return true;
}

/* --- searching --- */

/* NULL if there is more than anybody wants to read. */
static const apr_array_header_t *copy_values(LDAP *handle, LDAPMessage *entry, const char *name,
                                             apr_pool_t *pool)
{
    struct berval **values = ldap_get_values_len(handle, entry, name);
    int count = ldap_count_values_len(values);
    apr_array_header_t *copies = apr_array_make(pool, 1, sizeof(asactl_ldap_value_t));
    bool good = count <= VALUES_LIMIT;

    for (int i = 0; good && i < count; i++) {
        asactl_ldap_value_t *copy = apr_array_push(copies);

        good = values[i]->bv_len <= VALUE_LIMIT;
        copy->len = good ? values[i]->bv_len : 0;
        copy->bytes = apr_pmemdup(pool, values[i]->bv_val, copy->len + 1);
    }
    ldap_value_free_len(values);
    return good ? copies : NULL;
}

/* False if the entry holds more than anybody wants to read. */
static bool copy_entry(LDAP *handle, LDAPMessage *message, apr_pool_t *pool,
                       asactl_ldap_entry_t *out)
{
    apr_array_header_t *attributes = apr_array_make(pool, 8, sizeof(asactl_ldap_attribute_t));
    BerElement *position = NULL;
    char *dn = ldap_get_dn(handle, message);
    bool good = dn != NULL;

    out->dn = dn == NULL ? NULL : apr_pstrdup(pool, dn);
    ldap_memfree(dn);
    for (char *name = ldap_first_attribute(handle, message, &position); name != NULL;
         name = ldap_next_attribute(handle, message, position)) {
        asactl_ldap_attribute_t *attribute = apr_array_push(attributes);

        attribute->name = apr_pstrdup(pool, name);
        attribute->values = copy_values(handle, message, name, pool);
        good = good && attribute->values != NULL;
        ldap_memfree(name);
    }
    ber_free(position, 0);
    out->attributes = attributes;
    return good;
}

static bool copy_page(LDAP *handle, LDAPMessage *answer, apr_pool_t *pool,
                      apr_array_header_t *entries)
{
    for (LDAPMessage *message = ldap_first_entry(handle, answer); message != NULL;
         message = ldap_next_entry(handle, message)) {
        if (entries->nelts >= ENTRIES_LIMIT ||
            !copy_entry(handle, message, pool, apr_array_push(entries))) {
            return false;
        }
    }
    return true;
}

/* Takes the cookie of the next page out of an answer; an empty one says that this was the last. */
static int next_page(LDAP *handle, LDAPMessage *answer, struct berval *cookie)
{
    LDAPControl **controls = NULL, *paging;
    ber_int_t estimate;
    int result = LDAP_SUCCESS;

    ber_memfree(cookie->bv_val);
    *cookie = (struct berval){0};
    if (ldap_parse_result(handle, answer, &result, NULL, NULL, NULL, &controls, 0) !=
        LDAP_SUCCESS) {
        return LDAP_DECODING_ERROR;
    }
    paging = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
    if (result == LDAP_SUCCESS && paging != NULL &&
        ldap_parse_pageresponse_control(handle, paging, &estimate, cookie) != LDAP_SUCCESS) {
        result = LDAP_DECODING_ERROR;
    }
    ldap_controls_free(controls);
    return result;
}

static int search_page(asactl_ldap_t *ldap, apr_pool_t *pool, const asactl_ldap_query_t *query,
                       struct berval *cookie, apr_array_header_t *entries)
{
    /* LDAP_SERVER_SD_FLAGS_OID with DACL_SECURITY_INFORMATION (MS-ADTS section 3.1.1.3.4.1.11). */
    static LDAPControl dacl = {"1.2.840.113556.1.4.801", {5, "\x30\x03\x02\x01\x04"}, 1};
    LDAPControl *paging = NULL, *controls[2] = {NULL, NULL};
    LDAPMessage *answer = NULL;
    int result;

    if (query->whole_tree) {
        result = ldap_create_page_control(ldap->handle, PAGE, cookie, 1, &paging);
        if (result != LDAP_SUCCESS) {
            return result;
        }
        controls[0] = paging;
    } else if (strcmp(query->attributes[0], "nTSecurityDescriptor") == 0) {
        controls[0] = &dacl;
    }
    result = ldap_search_ext_s(
        ldap->handle, query->base, query->whole_tree ? LDAP_SCOPE_SUBTREE : LDAP_SCOPE_BASE,
        query->filter, (char **)query->attributes, 0, controls, NULL, NULL, LDAP_NO_LIMIT, &answer);
    ldap_control_free(paging);
    if (result == LDAP_SUCCESS) {
        result = next_page(ldap->handle, answer, cookie);
    }
    if (result == LDAP_SUCCESS && !copy_page(ldap->handle, answer, pool, entries)) {
        result = LDAP_SIZELIMIT_EXCEEDED;
    }
    ldap_msgfree(answer);
    return result;
}

static bool explain(asactl_ldap_t *ldap, apr_pool_t *pool, int result, const asactl_ldap_act_t *act,
                    asactl_outcome_t *outcome)
{
    if (result == LDAP_SUCCESS) {
        return true;
    }
    return asactl_ldap_error_explain(pool, result, ldap_err2string(result),
                                     diagnostic_of(ldap->handle, pool), ldap->host, act, outcome);
}

bool asactl_ldap_search(asactl_ldap_t *ldap, apr_pool_t *pool, const asactl_ldap_query_t *query,
                        const asactl_ldap_act_t *act, apr_array_header_t **out,
                        asactl_outcome_t *outcome)
{
    apr_array_header_t *entries = apr_array_make(pool, 4, sizeof(asactl_ldap_entry_t));
    struct berval cookie = {0};
    int result;

    do {
        result = search_page(ldap, pool, query, &cookie, entries);
    } while (result == LDAP_SUCCESS && cookie.bv_len > 0);
    ber_memfree(cookie.bv_val);
    *out = entries;
    return explain(ldap, pool, result, act, outcome);
}

const apr_array_header_t *asactl_ldap_values(const asactl_ldap_entry_t *entry, const char *name)
{
    for (int i = 0; i < entry->attributes->nelts; i++) {
        const asactl_ldap_attribute_t *attribute =
            &APR_ARRAY_IDX(entry->attributes, i, asactl_ldap_attribute_t);

        if (strcasecmp(attribute->name, name) == 0) {
            return attribute->values;
        }
    }
    return NULL;
}

/* --- writing --- */

static LDAPMod *modification(apr_pool_t *pool, int operation,
                             const asactl_ldap_attribute_t *attribute)
{
    LDAPMod *change = apr_pcalloc(pool, sizeof *change);
    int count = attribute->values->nelts;
    struct berval *values = apr_pcalloc(pool, ((size_t)count + 1) * sizeof *values);

    change->mod_op = operation | LDAP_MOD_BVALUES;
    change->mod_type = apr_pstrdup(pool, attribute->name);
    change->mod_bvalues = apr_pcalloc(pool, ((size_t)count + 1) * sizeof *change->mod_bvalues);
    for (int i = 0; i < count; i++) {
        const asactl_ldap_value_t *value =
            &APR_ARRAY_IDX(attribute->values, i, asactl_ldap_value_t);

        values[i].bv_val = (char *)value->bytes;
        values[i].bv_len = value->len;
        change->mod_bvalues[i] = &values[i];
    }
    return change;
}

bool asactl_ldap_add(asactl_ldap_t *ldap, apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                     const asactl_ldap_act_t *act, asactl_outcome_t *outcome)
{
    int count = entry->attributes->nelts;
    LDAPMod **changes = apr_pcalloc(pool, ((size_t)count + 1) * sizeof(LDAPMod *));

    for (int i = 0; i < count; i++) {
        changes[i] = modification(pool, LDAP_MOD_ADD,
                                  &APR_ARRAY_IDX(entry->attributes, i, asactl_ldap_attribute_t));
    }
    return explain(ldap, pool, ldap_add_ext_s(ldap->handle, entry->dn, changes, NULL, NULL), act,
                   outcome);
}

bool asactl_ldap_replace(asactl_ldap_t *ldap, apr_pool_t *pool, const char *dn,
                         const asactl_ldap_attribute_t *attribute, const asactl_ldap_act_t *act,
                         asactl_outcome_t *outcome)
{
    LDAPMod *changes[] = {modification(pool, LDAP_MOD_REPLACE, attribute), NULL};

    return explain(ldap, pool, ldap_modify_ext_s(ldap->handle, dn, changes, NULL, NULL), act,
                   outcome);
}

bool asactl_ldap_delete(asactl_ldap_t *ldap, apr_pool_t *pool, const char *dn,
                        const asactl_ldap_act_t *act, asactl_outcome_t *outcome)
{
    return explain(ldap, pool, ldap_delete_ext_s(ldap->handle, dn, NULL, NULL), act, outcome);
}
