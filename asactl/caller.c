/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets the caller's tickets, from a key table where there is one.
 */
#include "asactl/caller_private.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <apr_strings.h>
#include <apr_time.h>

#include "asactl/caller_error.h"
#include "asactl/controller_tcp.h"
#include "asactl/out.h"
#include "core/gss.h"
#include "core/host_realm.h"
#include "core/keytab.h"

#define PATIENCE   (10 * APR_USEC_PER_SEC)
#define STEPS_MAX  8
#define KEYS_TRIED 3 /* each wrong one counts towards a lock of the account */
#define SKEW_MAX   300

static apr_status_t release(void *data)
{
    asactl_caller_t *caller = data;

    if (caller->cache != NULL) {
        krb5_cc_destroy(caller->context, caller->cache);
    }
    krb5_free_principal(caller->context, caller->principal);
    krb5_free_context(caller->context);
    return APR_SUCCESS;
}

static bool fail(const asactl_caller_t *caller, krb5_error_code code, asactl_outcome_t *outcome)
{
    const asactl_caller_who_t who = {caller->name, caller->file};
    const char *words = krb5_get_error_message(caller->context, code);

    asactl_caller_error_explain(caller->pool, &who, code, apr_pstrdup(caller->pool, words),
                                outcome);
    krb5_free_error_message(caller->context, words);
    return false;
}

/* --- initial tickets --- */

static krb5_error_code step(const asactl_caller_t *caller, apr_pool_t *pool,
                            asactl_caller_wish_t *wish, krb5_init_creds_context asking)
{
    asactl_controller_tcp_t tcp = {.pool = pool,
                                   .host = wish->host,
                                   .port = ASACTL_CONTROLLER_KDC,
                                   .deadline = apr_time_now() + PATIENCE};
    asactl_controller_message_t got = {0};

    for (int i = 0; i < STEPS_MAX; i++) {
        krb5_data request = {0}, realm = {0},
                  answer = {.length = (unsigned)got.len, .data = got.bytes};
        unsigned flags = 0;
        krb5_error_code code =
            krb5_init_creds_step(caller->context, asking, &answer, &request, &realm, &flags);

        if (code == 0 && (flags & KRB5_INIT_CREDS_STEP_FLAG_CONTINUE) != 0) {
            wish->unreachable =
                !asactl_controller_tcp_exchange(&tcp, request.data, request.length, &got);
            code = wish->unreachable ? KRB5_KDC_UNREACH : 0;
        }
        krb5_free_data_contents(caller->context, &request);
        krb5_free_data_contents(caller->context, &realm);
        if (code != 0 || (flags & KRB5_INIT_CREDS_STEP_FLAG_CONTINUE) == 0) {
            return code;
        }
    }
    return KRB5KRB_ERR_GENERIC;
}

static krb5_error_code ask(const asactl_caller_t *caller, apr_pool_t *pool,
                           asactl_caller_wish_t *wish, krb5_keytab keytab, krb5_creds *out)
{
    krb5_init_creds_context asking = NULL;
    krb5_error_code code =
        krb5_init_creds_init(caller->context, caller->principal, NULL, NULL, 0, NULL, &asking);

    if (code == 0 && wish->service != NULL) {
        code = krb5_init_creds_set_service(caller->context, asking, wish->service);
    }
    if (code == 0) {
        code = krb5_init_creds_set_keytab(caller->context, asking, keytab);
    }
    if (code == 0) {
        code = wish->host != NULL ? step(caller, pool, wish, asking)
                                  : krb5_init_creds_get(caller->context, asking);
    }
    if (code == 0) {
        code = krb5_init_creds_get_creds(caller->context, asking, out);
    }
    krb5_init_creds_free(caller->context, asking);
    return code;
}

/* The keys with the highest kvno below this one; 0 if there are none. */
static uint32_t keys_below(const asactl_caller_t *caller, apr_pool_t *pool, uint64_t limit,
                           asa_keys_t *out)
{
    asa_key_t *chosen = apr_palloc(pool, (caller->keys.count + 1) * sizeof *chosen);
    uint32_t kvno = 0;

    *out = (asa_keys_t){chosen, 0};
    for (size_t i = 0; i < caller->keys.count; i++) {
        const asa_key_t *key = &caller->keys.keys[i];
        if (key->kvno < limit && (out->count == 0 || key->kvno >= kvno)) {
            out->count = key->kvno > kvno ? 0 : out->count;
            kvno = key->kvno;
            chosen[out->count++] = *key;
        }
    }
    return kvno;
}

static bool is_wrong_key(krb5_error_code code)
{
    return code == KRB5KDC_ERR_PREAUTH_FAILED || code == KRB5KRB_AP_ERR_BAD_INTEGRITY ||
           code == KRB5_KT_NOTFOUND;
}

krb5_error_code asactl_caller_initial(const asactl_caller_t *caller, apr_pool_t *pool,
                                      asactl_caller_wish_t *wish, krb5_creds *out)
{
    uint64_t limit = UINT64_MAX;
    krb5_error_code code = KRB5_KT_NOTFOUND;

    for (int i = 0; i < KEYS_TRIED && is_wrong_key(code); i++) {
        asa_keys_t keys;
        krb5_keytab keytab;

        limit = keys_below(caller, pool, limit, &keys);
        if (keys.count == 0) {
            break;
        }
        code = asa_keytab_hold(pool, &keys, &keytab) == NULL ? ask(caller, pool, wish, keytab, out)
                                                             : ENOMEM;
    }
    return code;
}

/* --- the key table --- */

static bool fail_table(const asactl_caller_t *caller, const char *defect, asactl_outcome_t *outcome)
{
    return asactl_outcome_fail(outcome, ASACTL_CREDENTIALS,
                               "check client-keytab in asactl.conf; root should own it, with mode "
                               "0600",
                               caller->pool, "the client key table %s %s", caller->file, defect);
}

/* Keeps the keys of the principal; without one that is named, the first of the table is meant. */
static bool choose_keys(asactl_caller_t *caller, const char *wanted, const asa_keys_t *held,
                        asactl_outcome_t *outcome)
{
    asa_key_t *chosen = apr_palloc(caller->pool, (held->count + 1) * sizeof *chosen);

    if (wanted == NULL && held->count > 0) {
        caller->name =
            apr_pstrcat(caller->pool, held->keys[0].principal, "@", held->keys[0].realm, NULL);
    } else if (wanted != NULL) {
        caller->name = wanted;
    }
    caller->keys = (asa_keys_t){chosen, 0};
    for (size_t i = 0; i < held->count; i++) {
        const asa_key_t *key = &held->keys[i];
        const char *name = apr_pstrcat(caller->pool, key->principal, "@", key->realm, NULL);
        if (strcmp(name, caller->name) == 0) {
            chosen[caller->keys.count++] = *key;
        }
    }
    if (caller->keys.count == 0) {
        return asactl_outcome_fail(outcome, ASACTL_CREDENTIALS,
                                   "klist -k FILE shows whose keys it holds; names count letter by "
                                   "letter",
                                   caller->pool, "the client key table %s holds no key%s%s",
                                   caller->file, wanted != NULL ? " of " : "",
                                   wanted != NULL ? wanted : "");
    }
    return true;
}

static bool read_table(asactl_caller_t *caller, const char *wanted, asactl_outcome_t *outcome)
{
    asa_keytab_image_t image;
    asa_keys_t held = {0};
    struct stat st;
    const char *defect = asa_keytab_read(caller->pool, caller->file, &image);

    if (defect == NULL) {
        defect = asa_keytab_parse(caller->pool, image.bytes, image.len, caller->file, &held);
    }
    if (defect != NULL) {
        return fail_table(caller, defect, outcome);
    }
    if (stat(caller->file, &st) == 0 && (st.st_mode & S_IROTH) != 0) {
        asactl_out_warning("everybody on this machine can read %s", caller->file);
    }
    return choose_keys(caller, wanted, &held, outcome);
}

/* --- opening --- */

/* A clock that is wrong would give the keys of a roll a wrong age, even where Kerberos copes. */
static bool check_clock(const asactl_caller_t *caller, const krb5_creds *creds,
                        asactl_outcome_t *outcome)
{
    apr_int64_t ahead = apr_time_sec(apr_time_now()) - (uint32_t)creds->times.authtime;

    return (ahead <= SKEW_MAX && ahead >= -SKEW_MAX) || fail(caller, KRB5KRB_AP_ERR_SKEW, outcome);
}

static bool sign_in(asactl_caller_t *caller, asactl_outcome_t *outcome)
{
    asactl_caller_wish_t wish = {0};
    krb5_creds creds = {0};
    krb5_error_code code = krb5_parse_name(caller->context, caller->name, &caller->principal);

    if (code == 0) {
        code = asactl_caller_initial(caller, caller->pool, &wish, &creds);
    }
    if (code == 0 && !check_clock(caller, &creds, outcome)) {
        krb5_free_cred_contents(caller->context, &creds);
        return false;
    }
    if (code == 0) {
        code = krb5_cc_new_unique(caller->context, "MEMORY", NULL, &caller->cache);
    }
    if (code == 0) {
        code = krb5_cc_initialize(caller->context, caller->cache, caller->principal);
    }
    if (code == 0) {
        code = krb5_cc_store_cred(caller->context, caller->cache, &creds);
    }
    krb5_free_cred_contents(caller->context, &creds);
    if (code != 0) {
        return fail(caller, code, outcome);
    }
    caller->tickets = apr_pstrcat(
        caller->pool, "MEMORY:", krb5_cc_get_name(caller->context, caller->cache), NULL);
    return asa_gss_use_tickets(caller->tickets) ||
           asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, caller->pool,
                               "the Kerberos library takes no tickets from memory");
}

/* Whoever has no ticket is told so when the directory is opened. */
static void look_at_cache(asactl_caller_t *caller)
{
    krb5_ccache cache;

    if (krb5_cc_default(caller->context, &cache) == 0) {
        (void)krb5_cc_get_principal(caller->context, cache, &caller->principal);
        krb5_cc_close(caller->context, cache);
    }
}

/* The realm of a principal that names none is that of the settings, else that of krb5.conf. */
static const char *full_name(const asactl_caller_t *caller, const asactl_settings_t *settings)
{
    const char *realm = settings->realm;

    if (settings->client == NULL || strchr(settings->client, '@') != NULL) {
        return settings->client;
    }
    realm = realm != NULL ? realm : asa_host_realm_default(caller->pool);
    return realm == NULL ? settings->client
                         : apr_pstrcat(caller->pool, settings->client, "@", realm, NULL);
}

bool asactl_caller_open(apr_pool_t *pool, const asactl_settings_t *settings, asactl_caller_t **out,
                        asactl_outcome_t *outcome)
{
    asactl_caller_t *caller = apr_pcalloc(pool, sizeof *caller);
    krb5_error_code code = krb5_init_context(&caller->context);

    *out = caller;
    caller->pool = pool;
    caller->file = settings->client_keytab;
    if (code != 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "see krb5.conf", pool,
                                   "the Kerberos library does not start (error %ld)", (long)code);
    }
    apr_pool_cleanup_register(pool, caller, release, apr_pool_cleanup_null);
    if (caller->file != NULL) {
        return read_table(caller, full_name(caller, settings), outcome) && sign_in(caller, outcome);
    }
    if (settings->client != NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Name its key table: client-keytab.",
                                   pool, "client is %s, and there is no client-keytab",
                                   settings->client);
    }
    look_at_cache(caller);
    return true;
}

const char *asactl_caller_tickets(const asactl_caller_t *caller)
{
    return caller->tickets;
}

static bool same_text(const krb5_data *data, const char *text)
{
    return data->length == strlen(text) && strncasecmp(data->data, text, data->length) == 0;
}

bool asactl_caller_is(const asactl_caller_t *caller, const char *sam, const char *realm)
{
    krb5_principal who = caller->principal;

    return who != NULL && who->length == 1 && same_text(&who->realm, realm) &&
           same_text(&who->data[0], sam);
}
