/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts in shared memory.
 */
#include "mod_asa_auth/tally.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <apr_shm.h>
#include <apr_strings.h>
#include <apr_tables.h>

#define PROTOCOL_NAME_MAX 68
#define RETAINED_KEY      "mod_asa_auth tally 1"

typedef struct {
    char name[PROTOCOL_NAME_MAX];
    atomic_ulong signed_in[MOD_ASA_TALLY_SLOTS];
    atomic_ulong refused[ASA_REASON_COUNT];
} protocol_row_t;

typedef struct {
    atomic_int pid; /* 0: free */
    mod_asa_tally_worker_t worker;
} worker_row_t;

typedef struct {
    apr_time_t since;
    atomic_size_t protocol_count;
    protocol_row_t protocols[MOD_ASA_TALLY_PROTOCOLS];
    _Atomic uint64_t seen_state[MOD_ASA_TALLY_CREDENTIALS];
    atomic_ulong refusal_serial;
    mod_asa_tally_refusal_t refusals[MOD_ASA_TALLY_REFUSALS];
    worker_row_t workers[MOD_ASA_TALLY_WORKERS];
} table_t;

static table_t *table;
static worker_row_t *own_row;

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

void mod_asa_tally_refused(const char *protocol, asa_reason_t reason, const char *client,
                           const char *sentence)
{
    mod_asa_tally_refusal_t *refusal;

    atomic_fetch_add(&row_of(protocol)->refused[reason], 1);
    if (reason == ASA_REASON_NO_CREDENTIALS) { /* every sign-in of most clients begins with one */
        return;
    }
    refusal =
        &table->refusals[atomic_fetch_add(&table->refusal_serial, 1) % MOD_ASA_TALLY_REFUSALS];
    refusal->reason = reason;
    apr_cpystrn(refusal->client, client != NULL ? client : "", sizeof refusal->client);
    apr_cpystrn(refusal->protocol, protocol != NULL ? protocol : "-", sizeof refusal->protocol);
    apr_cpystrn(refusal->text, sentence != NULL ? sentence : "", sizeof refusal->text);
    refusal->when = apr_time_now();
}

static bool alive(int pid)
{
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

/* A row whose process is gone is free. */
static worker_row_t *claim_row(void)
{
    for (size_t i = 0; i < MOD_ASA_TALLY_WORKERS; i++) {
        int pid = atomic_load(&table->workers[i].pid);
        if (!alive(pid) && atomic_compare_exchange_strong(&table->workers[i].pid, &pid, getpid())) {
            memset(&table->workers[i].worker, 0, sizeof table->workers[i].worker);
            return &table->workers[i];
        }
    }
    return NULL;
}

void mod_asa_tally_worker_holds(size_t index, unsigned generation, apr_time_t loaded,
                                const char *held)
{
    if (own_row == NULL || atomic_load(&own_row->pid) != getpid()) {
        own_row = claim_row();
    }
    if (own_row == NULL || index >= MOD_ASA_TALLY_CREDENTIALS) {
        return;
    }
    own_row->worker.pid = getpid();
    own_row->worker.generation[index] = held != NULL ? generation : 0;
    own_row->worker.loaded[index] = loaded;
    apr_cpystrn(own_row->worker.held[index], held != NULL ? held : "",
                sizeof own_row->worker.held[index]);
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

unsigned long mod_asa_tally_refused_count(size_t protocol, asa_reason_t reason)
{
    return atomic_load(&table->protocols[protocol].refused[reason]);
}

size_t mod_asa_tally_refusals(mod_asa_tally_refusal_t *out, size_t limit)
{
    unsigned long serial = atomic_load(&table->refusal_serial);
    size_t found = 0;

    for (unsigned long i = 1; i <= serial && i <= MOD_ASA_TALLY_REFUSALS && found < limit; i++) {
        out[found] = table->refusals[(serial - i) % MOD_ASA_TALLY_REFUSALS];
        out[found].client[sizeof out[found].client - 1] = '\0';
        out[found].protocol[sizeof out[found].protocol - 1] = '\0';
        out[found].text[sizeof out[found].text - 1] = '\0';
        found += out[found].when != 0;
    }
    return found;
}

size_t mod_asa_tally_workers(mod_asa_tally_worker_t *out, size_t limit)
{
    size_t found = 0;

    for (size_t i = 0; i < MOD_ASA_TALLY_WORKERS && found < limit; i++) {
        int pid = atomic_load(&table->workers[i].pid);
        if (!alive(pid)) {
            continue;
        }
        out[found] = table->workers[i].worker;
        for (size_t c = 0; c < MOD_ASA_TALLY_CREDENTIALS; c++) {
            out[found].held[c][sizeof out[found].held[c] - 1] = '\0';
        }
        found += out[found].pid == pid;
    }
    return found;
}
