/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a proven identity may stay with the client's TCP connection, and whether a request that
 * brings no credentials may live on it (Persistent-Auth, MS-N2HT section 2.2).
 *
 * All of it fails closed: an identity is kept and used only where every fact speaks for it.  Who
 * must not share a connection with others is a proxy that passes on requests of several clients.
 *
 * Pure, any thread.
 */
#ifndef CORE_PERSISTENCE_H
#define CORE_PERSISTENCE_H

#include <stdbool.h>

#include <apr_time.h>

/* An identity is kept for this long at most, and never longer than its ticket can be used. */
#define ASA_PERSISTENCE_MAX apr_time_from_sec(3600)

typedef enum {
    ASA_PERSISTENCE_YES,
    ASA_PERSISTENCE_NOT_WANTED,    /* AsaPersistentAuth is off in this place */
    ASA_PERSISTENCE_TICKET_DUE,    /* the back end is to get what came with the request itself */
    ASA_PERSISTENCE_PROXY_SEEN,    /* a proxy named itself on this connection */
    ASA_PERSISTENCE_OTHER_ADDRESS, /* the client's address is not the connection's */
    ASA_PERSISTENCE_FORWARD_PROXY, /* the request asks this server to be a forward proxy */
    ASA_PERSISTENCE_STREAM,        /* HTTP/2 */
    ASA_PERSISTENCE_CLEAR_TEXT,
    ASA_PERSISTENCE_REFUSED, /* keep: the answer is a refusal, or none at all */
    ASA_PERSISTENCE_CLOSING, /* keep: the connection ends with this answer */
    ASA_PERSISTENCE_TICKET_ENDED,
    ASA_PERSISTENCE_NOTHING_KEPT,   /* use */
    ASA_PERSISTENCE_OTHER_SERVER,   /* use: another virtual host signed the client in */
    ASA_PERSISTENCE_KEYS_CHANGED,   /* use: this node's keys are not those of the sign-in */
    ASA_PERSISTENCE_ASKS_CHALLENGE, /* use: the client withholds the body until it has a 401 */
    ASA_PERSISTENCE_COUNT
} asa_persistence_t;

/* Of the connection and the request on it; what is not known is false. */
typedef struct asa_persistence_way_t {
    bool wanted;       /* AsaPersistentAuth is on in the place of the request */
    bool suffices;     /* the back end needs nothing that only a ticket of the request brings */
    bool no_proxy;     /* no request on this connection had a header that a proxy adds */
    bool same_address; /* the client's address is that of the connection's other end */
    bool origin;       /* the request asks this server itself, not through it */
    bool whole;        /* one request at a time on the connection: HTTP/1 */
    bool tls;          /* it ends here */
} asa_persistence_way_t;

typedef struct asa_persistence_keep_t {
    asa_persistence_way_t way;
    bool signed_in; /* by the request's own ticket, and nothing refused it since */
    int status;     /* of the final answer */
    bool stays;     /* the connection will be used again */
    apr_time_t now;
    apr_time_t expires; /* when the ticket can no longer be used; 0: unknown */
} asa_persistence_keep_t;

typedef struct asa_persistence_use_t {
    asa_persistence_way_t way;
    bool kept;
    bool same_server; /* the virtual host of the request is that of the sign-in */
    bool same_keys;   /* the keys that are held are those of the sign-in */
    bool has_body;    /* or is of a kind that has none: not "Content-Length: 0" */
    apr_time_t now;
    apr_time_t until; /* of the kept identity */
} asa_persistence_use_t;

/* May the identity be kept?  If not, one that was kept before is dropped. */
asa_persistence_t asa_persistence_judge_keep(const asa_persistence_keep_t *facts);

/* Is the request signed in with the kept identity?  If not, it is dropped. */
asa_persistence_t asa_persistence_judge_use(const asa_persistence_use_t *facts);

/* When an identity ends that is kept now: at its ticket's end or after ASA_PERSISTENCE_MAX. */
apr_time_t asa_persistence_until(apr_time_t now, apr_time_t expires);

/* Why not, in words that follow "because"; "" for YES. */
const char *asa_persistence_words(asa_persistence_t verdict);

/* Does a header of this name say that a proxy passed the request on?  Clients send none of them. */
bool asa_persistence_is_of_proxy(const char *header);

#endif
