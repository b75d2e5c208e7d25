/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node finds out about itself when it is asked to examine itself (node_request.h): beside
 * its report what its httpd serves, how a ticket opens with its keys, what its logs prove, what
 * guards it, and its schedule.  As a struct, and as JSON of its answer.  Never a key.
 *
 * Facts from another machine are hostile: every value is bounded and checked, anything else is
 * none. Pure; everything lives in the pool given; times are apr_time_t, 0 = never or not known.
 */
#ifndef ASACTL_NODE_FACTS_H
#define ASACTL_NODE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_tables.h>
#include <apr_time.h>
#include <jansson.h>

#include "asactl/log_class.h"
#include "asactl/node_served.h"
#include "asactl/roll_result.h"
#include "core/reason.h"

/* How the ticket of the request opened with the node's key table. */
typedef struct asactl_node_opening_t {
    bool asked;          /* a ticket came with the request, and the key table could be read */
    asa_reason_t reason; /* ASA_REASON_NONE: it opened; else why not: KEY_VERSION_MISSING,
                          * KEY_MISMATCH, ENCRYPTION_TYPE_UNSUPPORTED, NO_USABLE_KEY */
    /* Of the key that opened it: */
    const char *slot; /* "latest", "previous", "older", "own" */
    uint32_t kvno;
    int32_t enctype;
    const char *id; /* as in node_report.h */
} asactl_node_opening_t;

/* What SELinux or AppArmor refused to httpd, or of key table and logs, in the newest part of the
 * audit log; equal ones once. */
typedef struct asactl_node_denial_t {
    apr_time_t time;     /* the last one's */
    const char *program; /* "apache2"; NULL: not told */
    const char *what;    /* "open", "read write"; "" not told */
    const char *path;    /* NULL: not told */
    long count;
} asactl_node_denial_t;

typedef struct asactl_node_guard_t {
    const char *enforcing;             /* "SELinux", "AppArmor"; NULL: neither */
    const char *file;                  /* the log that was looked at; NULL: there is none */
    const char *error;                 /* why it could not be read; NULL: it was */
    const apr_array_header_t *denials; /* asactl_node_denial_t, the last first, at most 16 */
} asactl_node_guard_t;

/* One folder of HttpProxy logs, of those that the served hosts name. */
typedef struct asactl_node_log_t {
    const char *folder;
    const char *error; /* why it cannot be looked into; NULL: it was */
    bool exists;
    const char *owner, *group, *mode; /* "root", "www-data", "0750"; NULL without the folder */
    apr_time_t newest;                /* the time of the newest request in it; 0: none */
    /* Of the newest requests, 1,000 at most: */
    long of[ASACTL_LOG_CLASSES];
    long bad; /* lines among them that are broken, forged or foreign */
} asactl_node_log_t;

/* What asa-health answers at one place, asked as a balancer does. */
typedef struct asactl_node_health_t {
    const char *url;
    long status;       /* of HTTP; 0: no answer */
    const char *error; /* why there is none */
} asactl_node_health_t;

/* The unattended roll of the request's account that is set up on this machine. */
typedef struct asactl_node_schedule_t {
    const char *file; /* what starts it; NULL: there is none */
    apr_time_t made;
    long days;                        /* after which a roll is due; 0: not known */
    const asactl_roll_result_t *last; /* NULL: none yet */
    const char *finding; /* what is wrong with it, or with looking at it; NULL: nothing */
} asactl_node_schedule_t;

typedef struct asactl_node_facts_t {
    apr_time_t time;     /* the node's clock, as it began */
    const char *version; /* of asactl there */
    /* NULL, with a sentence, unless the workers of the report are SEEN: then they say why. */
    const asactl_node_served_t *served;
    const char *served_error;
    asactl_node_opening_t opening;
    asactl_node_guard_t guard;
    const apr_array_header_t *logs;   /* asactl_node_log_t */
    const apr_array_header_t *health; /* asactl_node_health_t */
    asactl_node_schedule_t schedule;
} asactl_node_facts_t;

/* {"time": microseconds, "version", "served": as in node_served.h or null, "served_error",
 *  "opening": {"reason": null or a name, "slot", "kvno", "enctype", "id"} or null,
 *  "guard": {"enforcing", "file", "error", "denials": [{"time", "program", "what", "path",
 *            "count"}]},
 *  "logs": [{"folder", "error", "exists", "owner", "group", "mode", "newest", "of": {class: count},
 *            "bad"}],
 *  "health": [{"url", "status", "error"}],
 *  "schedule": {"file", "made", "days", "last": {"account", "time", "code", "sentence"} or null,
 *               "finding"}}; the caller owns it. */
json_t *asactl_node_facts_json(apr_pool_t *pool, const asactl_node_facts_t *facts);
bool asactl_node_facts_parse(apr_pool_t *pool, const json_t *json, asactl_node_facts_t *out);

#endif
