/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node is asked and what it answers, wherever it is.
 *
 * Strings and keys live in the pool of whoever fills a struct.
 */
#ifndef ASACTL_NODE_REQUEST_H
#define ASACTL_NODE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_time.h>

#include "asactl/kdc.h"
#include "asactl/node_facts.h"
#include "asactl/node_report.h"
#include "asactl/outcome.h"
#include "asactl/visit.h"
#include "core/keytab_format.h"

typedef enum {
    ASACTL_NODE_STATUS,  /* only report */
    ASACTL_NODE_INSTALL, /* take these keys of the account besides those that are there */
    ASACTL_NODE_REMOVE,  /* drop every key of the account */
    ASACTL_NODE_EXPORT,  /* hand out the keys of the account */
    ASACTL_NODE_EXAMINE, /* report, and find out what node_facts.h lists */
    ASACTL_NODE_VISIT    /* report, and sign in at its own httpd */
} asactl_node_verb_t;

typedef struct asactl_node_request_t {
    asactl_node_verb_t verb;
    const char *account, *realm; /* sAMAccountName, Kerberos realm; NULL with STATUS: all */
    asa_keys_t keys;             /* INSTALL */
    /* INSTALL: the keys are known to be those of the directory: others of the account with the same
     * kvno or a higher one (staged once, never used) go. */
    bool settled;
    /* INSTALL: keys of the account that go (staged once, never used), however old they are; those
     * that arrive stay. */
    const asactl_node_key_name_t *unused;
    size_t unused_count;
    bool force;
    bool dry_run; /* report what would be, and whether it could be written; the table stays */
    /* Keys older than Previous go when the key after them came longer ago; seconds; 0:
     * ASACTL_NODE_PLAN_TICKET_LIFE. */
    uint32_t ticket_life;
    const asactl_kdc_ticket_t *ticket; /* EXAMINE: to be opened with the node's keys; NULL: none */
    const asactl_visit_t *visits;      /* VISIT */
    size_t visit_count;
} asactl_node_request_t;

typedef struct asactl_node_answer_t {
    const char *node;
    asactl_outcome_t outcome;
    bool changed;                     /* the key table was replaced */
    asactl_node_report_t report;      /* as it is afterwards; zero unless the node answered */
    asa_keys_t keys;                  /* EXPORT */
    const asactl_node_facts_t *facts; /* EXAMINE; NULL unless the node answered */
    asactl_visit_t *visits;           /* VISIT: as many as were asked for, in the same order */
    size_t visit_count;
    apr_time_t asked, took; /* the facts' time lies between asked and asked + took, if both clocks
                             * agree */
} asactl_node_answer_t;

#endif
