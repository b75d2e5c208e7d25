/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts in shared memory.
 */
#include "mod_asa_auth/tally.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apr_shm.h>
#include <apr_strings.h>
#include <apr_tables.h>

#define PROTOCOL_NAME_MAX 68
#define RETAINED_KEY      "mod_asa_auth tally 3"

typedef struct {
    char name[PROTOCOL_NAME_MAX];
    atomic_ulong signed_in[MOD_ASA_TALLY_SLOTS];
    atomic_ulong persistent;
    atomic_ulong refused[ASA_REASON_COUNT];
} protocol_row_t;

/* Texts and lists are single atomic bytes, as they may be read while they are replaced. */
typedef struct {
    _Atomic apr_time_t when; /* 0: none, or it is being replaced */
    atomic_int reason;
    _Atomic char client[sizeof((mod_asa_tally_refusal_t *)NULL)->client];
    _Atomic char protocol[sizeof((mod_asa_tally_refusal_t *)NULL)->protocol];
    _Atomic char text[sizeof((mod_asa_tally_refusal_t *)NULL)->text];
} refusal_row_t;

typedef struct {
    atomic_uint generation;
    _Atomic apr_time_t loaded;
    _Atomic char text[sizeof((mod_asa_tally_held_t *)NULL)->text];
    _Atomic unsigned char list[sizeof(mod_asa_held_list_t)];
} held_row_t;

typedef struct {
    atomic_int pid; /* 0: free; negative: being claimed */
    held_row_t held[MOD_ASA_TALLY_CREDENTIALS];
} worker_row_t;

typedef struct {
    apr_time_t since;
    atomic_size_t protocol_count;
    protocol_row_t protocols[MOD_ASA_TALLY_PROTOCOLS];
    _Atomic uint64_t seen_state[MOD_ASA_TALLY_CREDENTIALS];
    atomic_ulong refusal_serial;
    refusal_row_t refusals[MOD_ASA_TALLY_REFUSALS];
    worker_row_t workers[MOD_ASA_TALLY_WORKERS];
} table_t;

static table_t *table;
static worker_row_t *own_row;

static void put_text(_Atomic char *to, size_t size, const char *text)
{
    size_t len = text != NULL ? strnlen(text, size - 1) : 0;

    for (size_t i = 0; i < len; i++) {
        atomic_store_explicit(&to[i], text[i], memory_order_relaxed);
    }
    atomic_store_explicit(&to[len], '\0', memory_order_relaxed);
}

static void get_text(char *to, size_t size, const _Atomic char *text)
{
    for (size_t i = 0; i < size - 1; i++) {
        to[i] = atomic_load_explicit(&text[i], memory_order_relaxed);
    }
    to[size - 1] = '\0';
}

static void put_bytes(_Atomic unsigned char *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        atomic_store_explicit(&to[i], ((const unsigned char *)from)[i], memory_order_relaxed);
    }
}

static void get_bytes(void *to, const _Atomic unsigned char *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((unsigned char *)to)[i] = atomic_load_explicit(&from[i], memory_order_relaxed);
    }
}

static void add_protocol(const char *name)
{
    size_t count = atomic_load(&table->protocol_count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(table->protocols[i].name, name) == 0) {
            return;
        }
    }
    if (count < MOD_ASA_TALLY_PROTOCOLS) {
        apr_cpystrn(table->protocols[count].name, name, PROTOCOL_NAME_MAX);
        atomic_store(&table->protocol_count, count + 1);
    }
}

/* The segment belongs to the process pool and its address is retained, because this code is
 * unloaded and loaded again at a restart.  A segment of another size was made by another version of
 * the module: counting begins anew then. */
static const char *attach(server_rec *main_server)
{
    apr_pool_t *pool = main_server->process->pool;
    void *shm = NULL;
    apr_status_t status;

    apr_pool_userdata_get(&shm, RETAINED_KEY, pool);
    if (shm == NULL || apr_shm_size_get(shm) != sizeof(table_t)) {
        status = apr_shm_create((apr_shm_t **)&shm, sizeof(table_t), NULL, pool);
        if (status != APR_SUCCESS) {
            return apr_psprintf(pool, "no shared memory for asa-status (APR error %d)", status);
        }
        memset(apr_shm_baseaddr_get(shm), 0, sizeof(table_t));
        apr_pool_userdata_set(shm, RETAINED_KEY, NULL, pool);
    }
    table = apr_shm_baseaddr_get(shm);
    return NULL;
}

const char *mod_asa_tally_configure(server_rec *main_server, const apr_array_header_t *protocols)
{
    const char *error = attach(main_server);

    if (error != NULL) {
        return error;
    }
    if (table->since == 0) {
        table->since = apr_time_now();
    }
    add_protocol("-");
    for (int i = 0; i < protocols->nelts; i++) {
        add_protocol(((const char *const *)protocols->elts)[i]);
    }
    return NULL;
}

/* Protocols beyond the table's size are counted in its first row. */
static protocol_row_t *row_of(const char *protocol)
{
    size_t count = atomic_load(&table->protocol_count);

    for (size_t i = 1; protocol != NULL && i < count; i++) {
        if (strcmp(table->protocols[i].name, protocol) == 0) {
            return &table->protocols[i];
        }
    }
    return &table->protocols[0];
}

void mod_asa_tally_signed_in(const char *protocol, asa_key_slot_t slot)
{
    atomic_fetch_add(&row_of(protocol)->signed_in[slot], 1);
}

void mod_asa_tally_persistent(const char *protocol)
{
    atomic_fetch_add(&row_of(protocol)->persistent, 1);
}

void mod_asa_tally_refused(const char *protocol, asa_reason_t reason, const char *client,
                           const char *sentence)
{
    refusal_row_t *row;

    atomic_fetch_add(&row_of(protocol)->refused[reason], 1);
    if (reason == ASA_REASON_NO_CREDENTIALS) { /* every sign-in of most clients begins with one */
        return;
    }
    row = &table->refusals[atomic_fetch_add(&table->refusal_serial, 1) % MOD_ASA_TALLY_REFUSALS];
    atomic_store(&row->when, 0);
    atomic_store(&row->reason, (int)reason);
    put_text(row->client, sizeof row->client, client);
    put_text(row->protocol, sizeof row->protocol, protocol != NULL ? protocol : "-");
    put_text(row->text, sizeof row->text, sentence);
    atomic_store(&row->when, apr_time_now());
}

static bool alive(int pid)
{
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

/* A row whose process is gone is free.  While it is cleared it has the negative of the new owner's
 * pid: nobody takes it for a worker, and it is free again if that process ends meanwhile. */
static worker_row_t *claim_row(void)
{
    for (size_t i = 0; i < MOD_ASA_TALLY_WORKERS; i++) {
        worker_row_t *row = &table->workers[i];
        int pid = atomic_load(&row->pid);
        if (!alive(abs(pid)) && atomic_compare_exchange_strong(&row->pid, &pid, -getpid())) {
            for (size_t c = 0; c < MOD_ASA_TALLY_CREDENTIALS; c++) {
                atomic_store(&row->held[c].generation, 0);
            }
            atomic_store(&row->pid, getpid());
            return row;
        }
    }
    return NULL;
}

static apr_status_t leave_row(void *row)
{
    atomic_store(&((worker_row_t *)row)->pid, 0);
    return APR_SUCCESS;
}

void mod_asa_tally_worker_begin(apr_pool_t *pchild)
{
    own_row = claim_row();
    if (own_row != NULL) {
        apr_pool_cleanup_register(pchild, own_row, leave_row, apr_pool_cleanup_null);
    }
}

/* Generation 0 stands there while the rest is replaced. */
void mod_asa_tally_worker_holds(size_t index, unsigned generation, apr_time_t loaded,
                                const char *text, const mod_asa_held_list_t *list)
{
    held_row_t *row;

    if (own_row == NULL || index >= MOD_ASA_TALLY_CREDENTIALS) {
        return;
    }
    row = &own_row->held[index];
    atomic_store(&row->generation, 0);
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&row->loaded, loaded, memory_order_relaxed);
    put_text(row->text, sizeof row->text, text);
    put_bytes(row->list, list, sizeof *list);
    atomic_store_explicit(&row->generation, generation, memory_order_release);
}

bool mod_asa_tally_first_to_see(size_t index, uint64_t state)
{
    return index >= MOD_ASA_TALLY_CREDENTIALS ||
           atomic_exchange(&table->seen_state[index], state) != state;
}

apr_time_t mod_asa_tally_since(void)
{
    return table->since;
}

size_t mod_asa_tally_protocol_count(void)
{
    return atomic_load(&table->protocol_count);
}

const char *mod_asa_tally_protocol(size_t index)
{
    return table->protocols[index].name;
}

unsigned long mod_asa_tally_signed_in_count(size_t protocol, asa_key_slot_t slot)
{
    return atomic_load(&table->protocols[protocol].signed_in[slot]);
}

unsigned long mod_asa_tally_persistent_count(size_t protocol)
{
    return atomic_load(&table->protocols[protocol].persistent);
}

unsigned long mod_asa_tally_refused_count(size_t protocol, asa_reason_t reason)
{
    return atomic_load(&table->protocols[protocol].refused[reason]);
}

/* False when there is none, or it was replaced meanwhile. */
static bool get_refusal(refusal_row_t *row, mod_asa_tally_refusal_t *out)
{
    out->when = atomic_load(&row->when);
    out->reason = (asa_reason_t)atomic_load(&row->reason);
    get_text(out->client, sizeof out->client, row->client);
    get_text(out->protocol, sizeof out->protocol, row->protocol);
    get_text(out->text, sizeof out->text, row->text);
    return out->when != 0 && out->when == atomic_load(&row->when);
}

size_t mod_asa_tally_refusals(mod_asa_tally_refusal_t *out, size_t limit)
{
    unsigned long serial = atomic_load(&table->refusal_serial);
    size_t found = 0;

    for (unsigned long i = 1; i <= serial && i <= MOD_ASA_TALLY_REFUSALS && found < limit; i++) {
        found += get_refusal(&table->refusals[(serial - i) % MOD_ASA_TALLY_REFUSALS], &out[found]);
    }
    return found;
}

/* What was replaced meanwhile counts as not held. */
static void get_held(const held_row_t *row, mod_asa_tally_held_t *out)
{
    out->generation = atomic_load_explicit(&row->generation, memory_order_acquire);
    if (out->generation == 0) {
        return;
    }
    out->loaded = atomic_load_explicit(&row->loaded, memory_order_relaxed);
    get_text(out->text, sizeof out->text, row->text);
    get_bytes(&out->list, row->list, sizeof out->list);
    atomic_thread_fence(memory_order_acquire);
    if (atomic_load_explicit(&row->generation, memory_order_relaxed) != out->generation) {
        out->generation = 0;
    }
}

bool mod_asa_tally_worker(size_t index, mod_asa_tally_worker_t *out)
{
    worker_row_t *row = &table->workers[index];

    out->pid = atomic_load(&row->pid);
    if (!alive(out->pid)) {
        return false;
    }
    for (size_t c = 0; c < MOD_ASA_TALLY_CREDENTIALS; c++) {
        get_held(&row->held[c], &out->held[c]);
    }
    return out->pid == atomic_load(&row->pid);
}
