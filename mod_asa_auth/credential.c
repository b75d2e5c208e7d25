/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds the acceptor credential of a process and renews it when a key table changes.
 */
#include "mod_asa_auth/credential.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <apr_allocator.h>
#include <apr_strings.h>

#include "core/keytab.h"
#include "mod_asa_auth/key_files.h"
#include "mod_asa_auth/own_pool.h"
#include "mod_asa_auth/run_user.h"
#include "mod_asa_auth/tally.h"

/* The names of this node, for telling its own keys from the account's. */
#define NODE_NAMES 2

struct mod_asa_credential_t {
    size_t index;
    mod_asa_key_files_t *files;
    const char *node_names[NODE_NAMES];
    asa_keys_t inherited;  /* from the parent's reading */
    pthread_mutex_t mutex; /* guards current, its user counts, and defect */
    mod_asa_held_t *current;
    char defect[512]; /* "": none */
    unsigned generation;
};

static const char all_key[] = "mod_asa_auth credentials";

static apr_array_header_t *all_of(apr_pool_t *pconf)
{
    void *found = NULL;

    apr_pool_userdata_get(&found, all_key, pconf);
    if (found == NULL) {
        found = apr_array_make(pconf, 2, sizeof(mod_asa_credential_t *));
        apr_pool_userdata_setn(found, all_key, NULL, pconf);
    }
    return found;
}

const apr_array_header_t *mod_asa_credential_all(apr_pool_t *pconf)
{
    return all_of(pconf);
}

static bool same_files(const apr_array_header_t *a, const apr_array_header_t *b)
{
    if (a->nelts != b->nelts) {
        return false;
    }
    for (int i = 0; i < a->nelts; i++) {
        if (strcmp(((const char **)a->elts)[i], ((const char **)b->elts)[i]) != 0) {
            return false;
        }
    }
    return true;
}

static void set_defect(mod_asa_credential_t *credential, const char *defect)
{
    pthread_mutex_lock(&credential->mutex);
    apr_cpystrn(credential->defect, defect != NULL ? defect : "", sizeof credential->defect);
    pthread_mutex_unlock(&credential->mutex);
}

static void make_current(mod_asa_credential_t *credential, mod_asa_held_t *held)
{
    mod_asa_held_t *before;

    held->generation = ++credential->generation;
    held->loaded = apr_time_now();
    pthread_mutex_lock(&credential->mutex);
    before = credential->current;
    credential->current = held;
    credential->defect[0] = '\0';
    pthread_mutex_unlock(&credential->mutex);
    /* Not earlier: who sees it may count on it. */
    mod_asa_tally_worker_holds(credential->index, held->generation, held->loaded, held->summary,
                               &held->list);
    if (before != NULL) {
        mod_asa_held_drop(before);
    }
}

typedef const char *read_keys_t(mod_asa_credential_t *credential, apr_pool_t *pool,
                                asa_keys_t *out);

static const char *read_files(mod_asa_credential_t *credential, apr_pool_t *pool, asa_keys_t *out)
{
    return mod_asa_key_files_read(credential->files, pool, &credential->inherited, out);
}

/* What the other children hold; they may have taken up files since the parent read its own, and
 * that of now may be bad. */
static const char *read_last_good(mod_asa_credential_t *credential, apr_pool_t *pool,
                                  asa_keys_t *out)
{
    if (mod_asa_key_files_recall(credential->files, pool, out) != NULL) {
        *out = credential->inherited;
    }
    return NULL;
}

/* Returns NULL, or a sentence from the pool given. */
static const char *load(mod_asa_credential_t *credential, read_keys_t *read_keys, apr_pool_t *pool)
{
    apr_pool_t *own = mod_asa_own_pool();
    mod_asa_held_t *held;
    asa_keys_t keys;
    const char *error;

    if (own == NULL) {
        return "there is no memory for the keys";
    }
    error = read_keys(credential, own, &keys);
    if (error == NULL) {
        error = mod_asa_held_make(own, &keys, credential->node_names, NODE_NAMES, &held);
    }
    if (error != NULL) {
        error = apr_pstrdup(pool, error);
        apr_pool_destroy(own);
        return error;
    }
    make_current(credential, held);
    return NULL;
}

/* The files that httpd's children may not read, in one list; NULL if there is none. */
static const char *unreadable(const mod_asa_credential_t *credential, apr_pool_t *pool)
{
    const apr_array_header_t *paths = mod_asa_key_files_paths(credential->files);
    const char *list = NULL;

    for (int i = 0; i < paths->nelts; i++) {
        const char *path = ((const char *const *)paths->elts)[i];
        apr_finfo_t there;
        /* A file that is not there has no modes to complain of. */
        if (apr_stat(&there, path, APR_FINFO_TYPE, pool) == APR_SUCCESS &&
            !mod_asa_run_user_may(path, R_OK)) {
            list = list == NULL ? path : apr_pstrcat(pool, list, ", ", path, NULL);
        }
    }
    return list;
}

static void warn_about_modes(const mod_asa_credential_t *credential, apr_pool_t *pool,
                             server_rec *server)
{
    const char *files = mod_asa_key_files_world_readable(credential->files, pool);

    if (files != NULL) {
        ap_log_error(
            APLOG_MARK, APLOG_WARNING, 0, server,
            "asa: everybody on this machine can read the keys in %s and sign in as anybody "
            "with them: chmod o-rwx",
            files);
    }
    files = unreadable(credential, pool);
    if (files != NULL) {
        ap_log_error(
            APLOG_MARK, APLOG_WARNING, 0, server,
            "asa: the user that httpd runs as cannot read %s: the keys in it are used, but a "
            "changed file will not be taken up without a restart: give the file to httpd's "
            "group and chmod 640",
            files);
    }
}

static void report_defect(server_rec *server, const char *defect)
{
    ap_log_error(
        APLOG_MARK, APLOG_ERR, 0, server,
        "asa: the key table %s; the keys that were loaded before stay in use. Put a good file "
        "in its place; it is taken up without a restart.",
        defect);
}

/* Reads the files in the parent.  Returns NULL or a sentence. */
static const char *read_in_parent(mod_asa_credential_t *credential, apr_pool_t *pconf,
                                  server_rec *server, bool first_start)
{
    asa_keys_t before = {0};
    const char *defect =
        first_start ? NULL : mod_asa_key_files_recall(credential->files, pconf, &before);

    if (defect != NULL) { /* a file that is new in this configuration */
        before = (asa_keys_t){0};
    }
    defect = mod_asa_key_files_read(credential->files, pconf, &before, &credential->inherited);
    if (defect == NULL) {
        warn_about_modes(credential, pconf, server);
    }
    if (defect == NULL || first_start) {
        return defect;
    }
    apr_cpystrn(credential->defect, defect, sizeof credential->defect);
    report_defect(server, defect);
    credential->inherited = before;
    return before.count > 0 ? NULL : defect;
}

static mod_asa_credential_t *find(const apr_array_header_t *all, const apr_array_header_t *paths)
{
    for (int i = 0; i < all->nelts; i++) {
        mod_asa_credential_t *credential = ((mod_asa_credential_t **)all->elts)[i];
        if (same_files(mod_asa_key_files_paths(credential->files), paths)) {
            return credential;
        }
    }
    return NULL;
}

static const char *own_host_name(apr_pool_t *pool)
{
    char name[APRMAXHOSTLEN + 1];

    return apr_gethostname(name, sizeof name, pool) == APR_SUCCESS ? apr_pstrdup(pool, name) : "";
}

const char *mod_asa_credential_configure(apr_pool_t *pconf, server_rec *main_server,
                                         server_rec *server, const apr_array_header_t *paths,
                                         bool first_start, mod_asa_credential_t **out)
{
    apr_array_header_t *all = all_of(pconf);
    mod_asa_credential_t *credential = find(all, paths);
    const char *defect;

    if (credential == NULL) {
        credential = apr_pcalloc(pconf, sizeof *credential);
        credential->index = (size_t)all->nelts;
        credential->files = mod_asa_key_files_make(pconf, paths);
        credential->node_names[0] = own_host_name(pconf);
        credential->node_names[1] =
            main_server->server_hostname != NULL ? main_server->server_hostname : "";
        defect = read_in_parent(credential, pconf, server, first_start);
        if (defect != NULL) {
            return defect;
        }
        *(mod_asa_credential_t **)apr_array_push(all) = credential;
    }
    *out = credential;
    return NULL;
}

static void look(mod_asa_credential_t *credential, server_rec *main_server)
{
    apr_pool_t *pool;
    const char *error;
    bool first;

    if (!mod_asa_key_files_look(credential->files) || (pool = mod_asa_own_pool()) == NULL) {
        return;
    }
    error = load(credential, read_files, pool);
    mod_asa_key_files_mark(credential->files);
    first =
        mod_asa_tally_first_to_see(credential->index, mod_asa_key_files_state(credential->files));
    if (error != NULL) {
        set_defect(credential, error);
    }
    if (error != NULL && first) {
        report_defect(main_server, error);
    } else if (error == NULL && first) {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, main_server, "asa: keys taken up: %s",
                     credential->current->summary);
    }
    apr_pool_destroy(pool);
}

void mod_asa_credential_look(server_rec *main_server)
{
    const apr_array_header_t *all = all_of(main_server->process->pconf);

    for (int i = 0; i < all->nelts; i++) {
        look(((mod_asa_credential_t **)all->elts)[i], main_server);
    }
}

/* Keys do not outlive the child's configuration: their cleanups are code of this module, which
 * httpd unloads. */
static apr_status_t let_go(void *data)
{
    mod_asa_credential_t *credential = data;
    mod_asa_held_t *held;

    pthread_mutex_lock(&credential->mutex);
    held = credential->current;
    credential->current = NULL;
    pthread_mutex_unlock(&credential->mutex);
    if (held != NULL) {
        mod_asa_held_drop(held);
    }
    return APR_SUCCESS;
}

void mod_asa_credential_start(apr_pool_t *pchild, server_rec *main_server)
{
    const apr_array_header_t *all = all_of(main_server->process->pconf);

    mod_asa_tally_worker_begin(pchild);
    for (int i = 0; i < all->nelts; i++) {
        mod_asa_credential_t *credential = ((mod_asa_credential_t **)all->elts)[i];
        const char *old_defect = apr_pstrdup(pchild, credential->defect);
        const char *error;
        pthread_mutex_init(&credential->mutex, NULL);
        apr_pool_cleanup_register(pchild, credential, let_go, apr_pool_cleanup_null);
        error = load(credential, read_last_good, pchild);
        if (error != NULL) {
            ap_log_error(
                APLOG_MARK, APLOG_ERR, 0, main_server,
                "asa: no usable key: %s. Requests for Negotiate get 503 until there is one.",
                error);
        }
        set_defect(credential, error != NULL ? error : old_defect);
        /* The parent read the files when it started; a child that comes later must not refuse
         * tickets for keys that came meanwhile. */
        mod_asa_key_files_begin(credential->files, apr_time_now());
        look(credential, main_server);
    }
}

const mod_asa_held_t *mod_asa_credential_hold(mod_asa_credential_t *credential)
{
    mod_asa_held_t *held;

    pthread_mutex_lock(&credential->mutex);
    held = credential->current;
    if (held != NULL) {
        atomic_fetch_add(&held->users, 1);
    }
    pthread_mutex_unlock(&credential->mutex);
    return held;
}

void mod_asa_credential_release(const mod_asa_held_t *held)
{
    if (held != NULL) {
        mod_asa_held_drop((mod_asa_held_t *)held);
    }
}

bool mod_asa_credential_has_realm(const mod_asa_credential_t *credential, const char *realm)
{
    return asa_keytab_format_has_realm(&credential->inherited, realm);
}

const apr_array_header_t *mod_asa_credential_files(const mod_asa_credential_t *credential)
{
    return mod_asa_key_files_paths(credential->files);
}

const char *mod_asa_credential_defect(mod_asa_credential_t *credential, apr_pool_t *pool)
{
    const char *defect;

    pthread_mutex_lock(&credential->mutex);
    defect = credential->defect[0] != '\0' ? apr_pstrdup(pool, credential->defect) : NULL;
    pthread_mutex_unlock(&credential->mutex);
    return defect;
}
