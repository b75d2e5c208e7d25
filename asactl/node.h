/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes, for the other verbs: ask many at once for a report, or send them keys.
 *
 * "localhost" is this machine without ssh; every other name is reached over ssh, where "asactl node
 * serve" answers.  All nodes are asked at the same time, each with its own deadline; one that fails
 * does not hold up or harm the others.
 */
#ifndef ASACTL_NODE_H
#define ASACTL_NODE_H

#include "asactl/node_report.h"
#include "asactl/outcome.h"
#include "asactl/settings.h"
#include "core/keytab_format.h"

typedef enum {
    ASACTL_NODE_STATUS,  /* only report */
    ASACTL_NODE_INSTALL, /* take these keys of the account besides those that are there */
    ASACTL_NODE_REMOVE,  /* drop every key of the account */
    ASACTL_NODE_EXPORT   /* hand out the keys of the account */
} asactl_node_verb_t;

typedef struct asactl_node_request_t {
    asactl_node_verb_t verb;
    const char *account, *realm; /* sAMAccountName, Kerberos realm; NULL with STATUS: all */
    asa_keys_t keys;             /* INSTALL */
    /* INSTALL: the keys are known to be those of the directory: others of the account with the same
     * kvno or a higher one (staged once, never used) go. */
    bool settled;
    bool force;
    bool dry_run; /* report what would be, write nothing */
    /* Keys older than Previous go when the key after them came longer ago; seconds, 0: 10 hours and
     * a bit, the longest life of a service ticket. */
    uint32_t ticket_life;
} asactl_node_request_t;

typedef struct asactl_node_answer_t {
    const char *node;
    asactl_outcome_t outcome;
    bool changed;                /* the key table was replaced */
    asactl_node_report_t report; /* as it is afterwards; zero unless the node answered */
    asa_keys_t keys;             /* EXPORT */
    apr_time_t took;
} asactl_node_answer_t;

/* nodes: const char *.  answers has room for one each, in the same order.  True if every one is
 * ASACTL_OK. */
bool asactl_node_ask(apr_pool_t *pool, const asactl_settings_t *settings,
                     const asactl_node_request_t *request, const apr_array_header_t *nodes,
                     asactl_node_answer_t *answers);

#endif
