/* SPDX-License-Identifier: Apache-2.0
 *
 * Two nodes in order, beside the domain of doctor_case.h.
 *
 * One thread; lives in the pool of the test.
 */
#ifndef T_UNIT_DOCTOR_NODES_H
#define T_UNIT_DOCTOR_NODES_H

#include "t/unit/doctor_case.h"

#define KEYS_EACH 2

static asactl_node_answer_t nodes[2];
static asactl_node_facts_t node_facts[2];
static asactl_node_served_t served[2];

static inline const apr_array_header_t *texts(const char *text)
{
    apr_array_header_t *list = apr_array_make(pool, 1, sizeof(const char *));

    if (text != NULL) {
        APR_ARRAY_PUSH(list, const char *) = text;
    }
    return list;
}

static inline asactl_node_server_t *server(int node)
{
    return &APR_ARRAY_IDX(served[node].servers, 0, asactl_node_server_t);
}

static inline asactl_node_place_t *place(int node, int i)
{
    return &APR_ARRAY_IDX(server(node)->places, i, asactl_node_place_t);
}

static inline asactl_node_log_t *log_of(int node)
{
    return &APR_ARRAY_IDX(node_facts[node].logs, 0, asactl_node_log_t);
}

static inline asactl_node_key_t *key(int node, int i)
{
    return &APR_ARRAY_IDX(nodes[node].report.keys, i, asactl_node_key_t);
}

static inline void add_place(apr_array_header_t *places, const char *path, const char *protocol)
{
    APR_ARRAY_PUSH(places, asactl_node_place_t) = (asactl_node_place_t){.kind = "Location",
                                                                        .path = path,
                                                                        .negotiate = true,
                                                                        .auth_type = "Negotiate",
                                                                        .protocol = protocol,
                                                                        .bindings = "accept",
                                                                        .back_end = "strip"};
}

static inline void make_served(int i)
{
    apr_array_header_t *servers = apr_array_make(pool, 1, sizeof(asactl_node_server_t));
    apr_array_header_t *places = apr_array_make(pool, 4, sizeof(asactl_node_place_t));
    apr_array_header_t *credentials = apr_array_make(pool, 1, sizeof(asactl_node_credential_t));

    add_place(places, "/", NULL);
    add_place(places, "/oab/", "Oab");
    add_place(places, "/rpc/", "RpcHttp");
    add_place(places, "/asa-health", NULL);
    APR_ARRAY_IDX(places, 3, asactl_node_place_t).handler = "asa-health";
    APR_ARRAY_IDX(places, 3, asactl_node_place_t).negotiate = false;
    APR_ARRAY_PUSH(servers, asactl_node_server_t) =
        (asactl_node_server_t){.name = "mail.corp.example",
                               .port = 443,
                               .aliases = texts(NULL),
                               .tls = true,
                               .principals = texts("http/mail.corp.example"),
                               .field_size = 65536,
                               .read_timeout = "handshake=0 header=20-40,MinRate=500 body=0",
                               .bindings = texts("sha256:aa"),
                               .bindings_from = "mod_ssl",
                               .log_folder = "/var/log/HttpProxy",
                               .log_writable = true,
                               .places = places};
    APR_ARRAY_PUSH(credentials, asactl_node_credential_t) =
        (asactl_node_credential_t){.files = texts("/etc/asa.keytab"), .keys = KEYS_EACH};
    served[i] = (asactl_node_served_t){
        .version = "1.0", .user = "www-data", .credentials = credentials, .servers = servers};
}

static inline void make_node(int i, const char *name)
{
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(asactl_node_key_t));
    apr_array_header_t *held = apr_array_make(pool, 2, sizeof(asactl_node_worker_key_t));
    apr_array_header_t *workers = apr_array_make(pool, 1, sizeof(asactl_node_worker_t));
    apr_array_header_t *logs = apr_array_make(pool, 1, sizeof(asactl_node_log_t));
    apr_array_header_t *health = apr_array_make(pool, 1, sizeof(asactl_node_health_t));
    static const char *const ids[KEYS_EACH] = {"07", "06"};

    for (int k = 0; k < KEYS_EACH; k++) {
        APR_ARRAY_PUSH(keys, asactl_node_key_t) =
            (asactl_node_key_t){.slot = k == 0 ? "latest" : "previous",
                                .account = "ASA$",
                                .realm = "CORP.EXAMPLE",
                                .kvno = (uint32_t)(7 - k),
                                .enctype = 18,
                                .id = ids[k]};
        APR_ARRAY_PUSH(held, asactl_node_worker_key_t) = (asactl_node_worker_key_t){
            .account = "ASA$", .realm = "CORP.EXAMPLE", .kvno = (uint32_t)(7 - k), .id = ids[k]};
    }
    APR_ARRAY_PUSH(workers, asactl_node_worker_t) = (asactl_node_worker_t){.pid = 1, .keys = held};
    APR_ARRAY_PUSH(logs, asactl_node_log_t) =
        (asactl_node_log_t){.folder = "/var/log/HttpProxy", .exists = true, .newest = facts.now};
    APR_ARRAY_IDX(logs, 0, asactl_node_log_t).of[ASACTL_LOG_KERBEROS] = 1;
    APR_ARRAY_PUSH(health, asactl_node_health_t) =
        (asactl_node_health_t){.url = "https://mail.corp.example:443/asa-health", .status = 200};
    make_served(i);
    node_facts[i] =
        (asactl_node_facts_t){.time = facts.now,
                              .version = "1.0",
                              .served = &served[i],
                              .opening = {.asked = true, .slot = "latest", .kvno = 7, .id = "07"},
                              .logs = logs,
                              .health = health};
    nodes[i] = (asactl_node_answer_t){
        .node = name,
        .facts = &node_facts[i],
        .asked = facts.now,
        .report = {.host = name,
                   .keytab = "/etc/asa.keytab",
                   .exists = true,
                   .owner = "root",
                   .group = "www-data",
                   .mode = "0640",
                   .keys = keys,
                   .workers = {.state = ASACTL_NODE_WORKERS_SEEN, .list = workers}}};
}

/* cmocka's setup, as open_case. */
static inline int open_nodes(void **state)
{
    if (open_case(state) != 0) {
        return 1;
    }
    settings.owner = "root";
    settings.group = "www-data";
    settings.mode = 0640;
    make_node(0, "cas-1");
    make_node(1, "cas-2");
    facts.nodes = nodes;
    facts.node_count = 2;
    return 0;
}

#endif
