/* SPDX-License-Identifier: Apache-2.0
 *
 * What the httpd of a node says that it serves: read from the JSON of asa-status, and carried in a
 * node's answer in the same form.  mod_asa_auth/served.h says what the members mean.
 *
 * Page and answer are hostile: every value is bounded and checked, anything else is neither.  Texts
 * are printable UTF-8 only if out.h shows them.  Pure; everything lives in the pool given.
 */
#ifndef ASACTL_NODE_SERVED_H
#define ASACTL_NODE_SERVED_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_tables.h>
#include <apr_time.h>
#include <jansson.h>

/* A <Location> or <Directory> with what it inherits. */
typedef struct asactl_node_place_t {
    const char *kind;      /* "Location", "LocationMatch", "Directory", "DirectoryMatch" */
    const char *path;      /* of a …Match the regular expression */
    bool negotiate;        /* AuthType Negotiate */
    const char *auth_type; /* "Basic"; NULL: none, everybody comes in */
    const char *protocol;  /* AsaProtocol; NULL: not logged */
    bool require_tls;
    const char *bindings; /* "off", "accept", "require" */
    const char *back_end; /* "strip", "pass", "delegate" */
    const char *handler;  /* "asa-health", "asa-status"; NULL: none of ours */
} asactl_node_place_t;

/* A virtual host, or the main server if requests reach it. */
typedef struct asactl_node_server_t {
    const char *name;                     /* ServerName; NULL: none */
    int port;                             /* 0: not known */
    const apr_array_header_t *aliases;    /* const char *; with '*' and '?' of ServerAlias */
    bool tls;                             /* mod_ssl serves it */
    bool proxy_protocol;                  /* only who speaks it, as a balancer does, is served */
    const apr_array_header_t *principals; /* const char *: "http/mail…", or only "any"; of the
                                           * places with negotiate together, empty without one */
    int credential;                       /* index in the served credentials; -1: none */
    long field_size;                      /* LimitRequestFieldSize */
    const char *read_timeout;             /* "handshake=0 header=20-40,MinRate=500 body=…"; NULL:
                                           * mod_reqtimeout is not loaded */
    const apr_array_header_t *bindings;   /* const char *: as asa_channel_bindings_text() */
    const char *bindings_from; /* "mod_ssl", "AsaChannelBindingCertificate"; NULL: there are none */
    const char *log_folder;    /* NULL: AsaHttpProxyLog is off */
    bool log_writable;         /* by httpd itself, when it was asked */
    const char *log_error;     /* why not */
    const apr_array_header_t *places; /* asactl_node_place_t */
    long more;                        /* values of these lists that the page leaves out */
} asactl_node_server_t;

/* The key tables of one AsaCredential. */
typedef struct asactl_node_credential_t {
    const apr_array_header_t *files; /* const char * */
    const char *defect;              /* why httpd did not take the present files up; NULL: it did */
    long keys;                       /* how many it holds */
} asactl_node_credential_t;

typedef struct asactl_node_served_t {
    const char *version;                   /* of mod_asa_auth */
    const char *httpd;                     /* "Apache/2.4.71 (Debian)" */
    const char *user;                      /* whom it runs as */
    apr_time_t time;                       /* its clock when it was asked */
    const apr_array_header_t *credentials; /* asactl_node_credential_t */
    const apr_array_header_t *servers;     /* asactl_node_server_t */
    long servers_more;                     /* servers that the page leaves out */
} asactl_node_served_t;

/* From the page of asa-status.  NULL, or a sentence without its subject that says why this is none
 * with servers; then *out is empty. */
const char *asactl_node_served_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                    asactl_node_served_t *out);

/* In an answer: an object with the members of the page that are read; the caller owns it. */
json_t *asactl_node_served_json(apr_pool_t *pool, const asactl_node_served_t *served);
bool asactl_node_served_parse(apr_pool_t *pool, const json_t *json, asactl_node_served_t *out);

#endif
