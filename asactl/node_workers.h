/* SPDX-License-Identifier: Apache-2.0
 *
 * Which keys the running workers of a node hold: read from asa-status, as JSON of a report, and
 * compared with those that they should hold.  Never a key.
 *
 * Both a status page and a report are hostile: every value is bounded and checked, anything else is
 * neither.  Pure; strings live in the pool given.
 */
#ifndef ASACTL_NODE_WORKERS_H
#define ASACTL_NODE_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_tables.h>
#include <jansson.h>

typedef enum {
    ASACTL_NODE_WORKERS_NOT_ASKED,
    ASACTL_NODE_WORKERS_NOT_RUNNING, /* no httpd listens */
    ASACTL_NODE_WORKERS_UNSEEN,      /* the error says why */
    ASACTL_NODE_WORKERS_SEEN
} asactl_node_workers_state_t;

typedef struct asactl_node_worker_key_t {
    const char *account, *realm;
    uint32_t kvno;
    const char *id; /* asa_account_key_id; "": not known */
} asactl_node_worker_key_t;

typedef struct asactl_node_worker_t {
    int pid;
    const apr_array_header_t *keys; /* asactl_node_worker_key_t */
} asactl_node_worker_t;

typedef struct asactl_node_workers_t {
    asactl_node_workers_state_t state;
    const char *error;              /* UNSEEN: a sentence */
    const apr_array_header_t *list; /* SEEN: asactl_node_worker_t */
} asactl_node_workers_t;

/* From the JSON of asa-status.  A worker has several lists of keys if its servers name several
 * key tables; a key counts as held if every list that serves its account has it.  Always fills
 * *out; UNSEEN if this is no such page. */
void asactl_node_workers_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                              asactl_node_workers_t *out);

/* null (not asked), {"running": false}, {"error"}, or [{"pid", "keys": [{"account", "realm",
 * "kvno", "id"}]}]; the caller owns it. */
json_t *asactl_node_workers_json(const asactl_node_workers_t *workers);
/* NULL, of a node that knows nothing of workers, is read as null. */
bool asactl_node_workers_parse(apr_pool_t *pool, const json_t *json, asactl_node_workers_t *out);

typedef struct asactl_node_workers_view_t {
    size_t count;    /* of the workers that were seen */
    size_t lacking;  /* of those, how many lack one of the keys */
    uint32_t newest; /* the highest kvno of the account that the first of these holds; 0: none */
} asactl_node_workers_view_t;

/* keys: of one account. */
asactl_node_workers_view_t asactl_node_workers_compare(const asactl_node_workers_t *workers,
                                                       const asactl_node_worker_key_t *keys,
                                                       size_t count);

/* "all 4 hold 7", "1 of 4 holds 6", "not running"; kvno: that of the keys. */
const char *asactl_node_workers_words(apr_pool_t *pool, const asactl_node_workers_t *workers,
                                      const asactl_node_workers_view_t *view, uint32_t kvno);

#endif
