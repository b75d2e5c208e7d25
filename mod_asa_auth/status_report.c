/* SPDX-License-Identifier: Apache-2.0
 *
 * Gathers what asa-status shows.
 */
#include "mod_asa_auth/status_report.h"

#include <string.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_user.h>
#include <http_main.h>

#include "core/account_key.h"
#include "core/token.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/served.h"
#include "mod_asa_auth/status_value.h"
#include "mod_asa_auth/tally.h"

static json_t *key_of(apr_pool_t *pool, const asa_keyring_t *ring, size_t index)
{
    const asa_key_t *key = asa_keyring_key(ring, index);
    json_t *row = json_object();

    json_object_set_new(row, "account",
                        mod_asa_status_value_text(pool, asa_keyring_account_name(ring, index)));
    json_object_set_new(row, "principal", mod_asa_status_value_text(pool, key->principal));
    json_object_set_new(row, "realm", mod_asa_status_value_text(pool, key->realm));
    json_object_set_new(
        row, "slot",
        mod_asa_status_value_text(pool, asa_keyring_slot_name(asa_keyring_slot(ring, index))));
    json_object_set_new(row, "kvno", json_integer(key->kvno));
    json_object_set_new(row, "enctype",
                        mod_asa_status_value_text(pool, asa_token_etype_name(pool, key->etype)));
    json_object_set_new(row, "id", mod_asa_status_value_text(pool, asa_account_key_id(pool, key)));
    json_object_set_new(row, "time",
                        mod_asa_status_value_time(pool, apr_time_from_sec(key->timestamp)));
    json_object_set_new(row, "file", mod_asa_status_value_text(pool, key->file));
    return row;
}

static json_t *credential_of(apr_pool_t *pool, mod_asa_credential_t *credential)
{
    const apr_array_header_t *files = mod_asa_credential_files(credential);
    const mod_asa_held_t *held = mod_asa_credential_hold(credential);
    json_t *row = json_object();
    json_t *names = json_array();
    json_t *keys = json_array();

    for (int i = 0; i < files->nelts; i++) {
        json_array_append_new(
            names, mod_asa_status_value_text(pool, ((const char *const *)files->elts)[i]));
    }
    for (size_t i = 0; held != NULL && i < asa_keyring_count(held->ring); i++) {
        json_array_append_new(keys, key_of(pool, held->ring, i));
    }
    json_object_set_new(row, "files", names);
    json_object_set_new(
        row, "defect",
        mod_asa_status_value_text(pool, mod_asa_credential_defect(credential, pool)));
    json_object_set_new(row, "generation", json_integer(held != NULL ? held->generation : 0));
    json_object_set_new(row, "loaded",
                        mod_asa_status_value_time(pool, held != NULL ? held->loaded : 0));
    json_object_set_new(row, "keys", keys);
    mod_asa_credential_release(held);
    return row;
}

static json_t *credentials(apr_pool_t *pool)
{
    const apr_array_header_t *all = mod_asa_credential_all(ap_server_conf->process->pconf);
    json_t *list = json_array();

    for (int i = 0; i < all->nelts; i++) {
        json_array_append_new(list,
                              credential_of(pool, ((mod_asa_credential_t *const *)all->elts)[i]));
    }
    return list;
}

static json_t *listed_keys(apr_pool_t *pool, const mod_asa_held_list_t *list)
{
    json_t *keys = json_array();

    for (size_t i = 0; i < list->count; i++) {
        json_t *key = json_object();
        json_object_set_new(key, "account",
                            mod_asa_status_value_text(pool, mod_asa_held_list_account(list, i)));
        json_object_set_new(key, "realm",
                            mod_asa_status_value_text(pool, mod_asa_held_list_realm(list, i)));
        json_object_set_new(key, "kvno", json_integer(list->keys[i].kvno));
        json_object_set_new(key, "id", mod_asa_status_value_text(pool, list->keys[i].id));
        json_array_append_new(keys, key);
    }
    return keys;
}

static json_t *worker_of(apr_pool_t *pool, const mod_asa_tally_worker_t *worker)
{
    json_t *row = json_object();
    json_t *list = json_array();

    for (size_t i = 0; i < MOD_ASA_TALLY_CREDENTIALS; i++) {
        const mod_asa_tally_held_t *held = &worker->held[i];
        json_t *one;
        if (held->generation == 0) {
            continue;
        }
        one = json_object();
        json_object_set_new(one, "number", json_integer((json_int_t)i));
        json_object_set_new(one, "generation", json_integer(held->generation));
        json_object_set_new(one, "loaded", mod_asa_status_value_time(pool, held->loaded));
        json_object_set_new(one, "held", mod_asa_status_value_text(pool, held->text));
        json_object_set_new(one, "keys", listed_keys(pool, &held->list));
        json_object_set_new(one, "more", json_integer(held->list.more));
        json_array_append_new(list, one);
    }
    json_object_set_new(row, "pid", json_integer(worker->pid));
    json_object_set_new(row, "credentials", list);
    return row;
}

static json_t *workers(apr_pool_t *pool)
{
    mod_asa_tally_worker_t *worker = apr_palloc(pool, sizeof *worker);
    json_t *list = json_array();

    for (size_t i = 0; i < MOD_ASA_TALLY_WORKERS; i++) {
        if (mod_asa_tally_worker(i, worker)) {
            json_array_append_new(list, worker_of(pool, worker));
        }
    }
    return list;
}

static json_t *protocol_of(apr_pool_t *pool, size_t index)
{
    json_t *row = json_object();
    json_t *signed_in = json_object();
    json_t *refused = json_object();

    for (int slot = 0; slot < MOD_ASA_TALLY_SLOTS; slot++) {
        json_object_set_new(
            signed_in, asa_keyring_slot_name((asa_key_slot_t)slot),
            json_integer((json_int_t)mod_asa_tally_signed_in_count(index, (asa_key_slot_t)slot)));
    }
    for (int reason = 1; reason < ASA_REASON_COUNT; reason++) {
        unsigned long count = mod_asa_tally_refused_count(index, (asa_reason_t)reason);
        if (count > 0) {
            json_object_set_new(refused, asa_reason_name((asa_reason_t)reason),
                                json_integer((json_int_t)count));
        }
    }
    json_object_set_new(row, "protocol",
                        mod_asa_status_value_text(pool, mod_asa_tally_protocol(index)));
    json_object_set_new(row, "signed_in", signed_in);
    json_object_set_new(row, "persistent",
                        json_integer((json_int_t)mod_asa_tally_persistent_count(index)));
    json_object_set_new(row, "refused", refused);
    return row;
}

static json_t *protocols(apr_pool_t *pool)
{
    json_t *list = json_array();

    for (size_t i = 0; i < mod_asa_tally_protocol_count(); i++) {
        json_array_append_new(list, protocol_of(pool, i));
    }
    return list;
}

static json_t *refusals(apr_pool_t *pool)
{
    mod_asa_tally_refusal_t *found = apr_palloc(pool, MOD_ASA_TALLY_REFUSALS * sizeof *found);
    size_t count = mod_asa_tally_refusals(found, MOD_ASA_TALLY_REFUSALS);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        json_object_set_new(row, "time", mod_asa_status_value_time(pool, found[i].when));
        json_object_set_new(row, "reason",
                            mod_asa_status_value_text(pool, asa_reason_name(found[i].reason)));
        json_object_set_new(row, "client", mod_asa_status_value_text(pool, found[i].client));
        json_object_set_new(row, "protocol", mod_asa_status_value_text(pool, found[i].protocol));
        json_object_set_new(row, "text", mod_asa_status_value_text(pool, found[i].text));
        json_object_set_new(row, "remedy",
                            mod_asa_status_value_text(pool, asa_reason_remedy(found[i].reason)));
        json_array_append_new(list, row);
    }
    return list;
}

/* "Apache/2.4.71 (Debian)", whatever ServerTokens says; the modules behind it are left out. */
static const char *httpd_version(apr_pool_t *pool)
{
    const char *text = ap_get_server_description();
    const char *end = strchr(text, ')');

    return end != NULL ? apr_pstrmemdup(pool, text, (apr_size_t)(end - text) + 1) : text;
}

/* Whom this process runs as. */
static const char *user_name(apr_pool_t *pool)
{
    char *name;

    return apr_uid_name_get(&name, geteuid(), pool) == APR_SUCCESS
               ? name
               : apr_psprintf(pool, "#%lu", (unsigned long)geteuid());
}

json_t *mod_asa_status_report_make(request_rec *r)
{
    json_t *report = json_object();

    json_object_set_new(report, "module", json_string("mod_asa_auth"));
    json_object_set_new(report, "version", json_string(ASA_VERSION));
    json_object_set_new(report, "httpd",
                        mod_asa_status_value_text(r->pool, httpd_version(r->pool)));
    json_object_set_new(report, "user", mod_asa_status_value_text(r->pool, user_name(r->pool)));
    json_object_set_new(report, "time", mod_asa_status_value_moment(r->pool, apr_time_now()));
    json_object_set_new(report, "server",
                        mod_asa_status_value_text(r->pool, ap_server_conf->server_hostname));
    json_object_set_new(report, "pid", json_integer(getpid()));
    json_object_set_new(report, "since", mod_asa_status_value_time(r->pool, mod_asa_tally_since()));
    json_object_set_new(report, "credentials", credentials(r->pool));
    json_object_set_new(report, "workers", workers(r->pool));
    json_object_set_new(report, "protocols", protocols(r->pool));
    json_object_set_new(report, "refusals", refusals(r->pool));
    mod_asa_served_add(r, report);
    return report;
}
