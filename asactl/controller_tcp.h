/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages to one domain controller over TCP, each behind its length in four bytes (RFC 4120
 * section 7.2.2, RFC 3244 section 2): the controller that is named, whatever krb5.conf and DNS say.
 *
 * Blocks until the deadline at most.  One thread.
 */
#ifndef ASACTL_CONTROLLER_TCP_H
#define ASACTL_CONTROLLER_TCP_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

#define ASACTL_CONTROLLER_KDC     "88"
#define ASACTL_CONTROLLER_KPASSWD "464"

typedef struct asactl_controller_tcp_t {
    apr_pool_t *pool;
    const char *host, *port;
    apr_time_t deadline;
    int fd; /* -1: not connected */
} asactl_controller_tcp_t;

typedef struct asactl_controller_message_t {
    char *bytes;
    size_t len;
} asactl_controller_message_t;

/* Connects; pool, host, port and deadline are given.  False if the host does not answer. */
bool asactl_controller_tcp_open(asactl_controller_tcp_t *tcp);

/* One message and its answer, which lives in the pool.  False if none comes. */
bool asactl_controller_tcp_talk(const asactl_controller_tcp_t *tcp, const char *bytes, size_t len,
                                asactl_controller_message_t *answer);

void asactl_controller_tcp_close(asactl_controller_tcp_t *tcp);

/* All three. */
bool asactl_controller_tcp_exchange(asactl_controller_tcp_t *tcp, const char *bytes, size_t len,
                                    asactl_controller_message_t *answer);

#endif
