/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node says of its key table, as a struct and as JSON.  Never a key.
 *
 * A report from another machine is hostile: every value is bounded and checked, anything else is no
 * report.  Pure; strings live in the pool given.
 */
#ifndef ASACTL_NODE_REPORT_H
#define ASACTL_NODE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_tables.h>
#include <apr_time.h>
#include <jansson.h>

#include "asactl/node_workers.h"
#include "core/keyring.h"

typedef struct asactl_node_key_t {
    const char *slot; /* "latest", "previous", "older", "own" */
    const char *account, *realm;
    uint32_t kvno;
    int32_t enctype;
    apr_time_t time; /* when it came to this node; 0: unknown */
    const char *id;  /* asa_account_key_id */
} asactl_node_key_t;

/* One key among those of an account. */
typedef struct asactl_node_key_name_t {
    uint32_t kvno;
    const char *id;
} asactl_node_key_name_t;

typedef struct asactl_node_report_t {
    const char *host, *keytab;
    bool exists;
    const char *defect;               /* why it cannot be used; NULL: it can, or does not exist */
    bool denied;                      /* it is only that asactl there may not read it */
    const char *owner, *group, *mode; /* "root", "www-data", "0640" */
    const apr_array_header_t *keys;   /* asactl_node_key_t, names of one key counted once */
    asactl_node_workers_t workers;
} asactl_node_report_t;

/* Is this principal the account that was asked for?  Without case, and the asked name may lack the
 * '$' of a computer account or have a domain: EXCH2016ASA$, exch2016asa, DOMAIN\\exch2016asa. */
bool asactl_node_report_is_account(const char *principal, const char *asked);

/* The keys of a table, as a report lists them. */
const apr_array_header_t *asactl_node_report_keys(apr_pool_t *pool, const asa_keyring_t *ring);

/* Text as JSON: null for NULL; bytes that are not UTF-8 become '?'. */
json_t *asactl_node_report_text(const char *text);

/* {"host", "keytab", "exists", "defect", "denied" (without it: false), "owner", "group", "mode",
 * "keys": [{"slot", "account", "realm", "kvno", "enctype", "time", "id"}], "workers": as in
 * node_workers.h}; the caller owns it. */
json_t *asactl_node_report_json(const asactl_node_report_t *report);
bool asactl_node_report_parse(apr_pool_t *pool, const json_t *json, asactl_node_report_t *out);

/* The highest kvno that the report has for the account (any spelling); 0: none. */
uint32_t asactl_node_report_latest(const asactl_node_report_t *report, const char *account);

/* Of an account that the report has a latest key of (as it is spelled there): whether every worker
 * that was seen holds that.  *kvno is the number of it; 0, with an empty view: there is none. */
asactl_node_workers_view_t asactl_node_report_workers(apr_pool_t *pool,
                                                      const asactl_node_report_t *report,
                                                      const char *account, uint32_t *kvno);

/* Does the node's httpd run without the latest key of the account (NULL: of any account), or cannot
 * be seen whether it has it? */
bool asactl_node_report_lags(apr_pool_t *pool, const asactl_node_report_t *report,
                             const char *account);

/* Do both have a latest key of the account (NULL: of any), of one kvno and enctype, and yet not the
 * same one?  Then one of these nodes refuses everybody. */
bool asactl_node_report_differs(const asactl_node_report_t *one, const asactl_node_report_t *other,
                                const char *account);

#endif
