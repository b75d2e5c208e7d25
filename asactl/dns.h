/* SPDX-License-Identifier: Apache-2.0
 *
 * What DNS says of a name, asked of the servers of resolv.conf themselves, past /etc/hosts: its
 * addresses, whether it is only another name (CNAME) for something, and the name that an address
 * leads back to.  The only file that calls libresolv.
 *
 * Answers are hostile: every record is bounded and checked, any other is left out.  Results live in
 * the pool given.  Blocks as long as resolv.conf allows; any thread.
 */
#ifndef ASACTL_DNS_H
#define ASACTL_DNS_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_tables.h>

typedef struct asactl_dns_answer_t {
    const char *unseen;    /* DNS could not be asked, a sentence; NULL: it answered */
    const char *canonical; /* the last name that the asked one is a CNAME of; NULL: it is none */
    const apr_array_header_t *addresses; /* const char *, as text; none: DNS knows none */
    const apr_array_header_t *names;     /* const char *: PTR */
} asactl_dns_answer_t;

/* The addresses of a host name, IPv4 and IPv6. */
void asactl_dns_look_up(apr_pool_t *pool, const char *host, asactl_dns_answer_t *out);

/* The names of an address, as text. */
void asactl_dns_look_back(apr_pool_t *pool, const char *address, asactl_dns_answer_t *out);

/* Does this machine find an address for the name, by whatever means? */
bool asactl_dns_is_known_here(const char *host);

/* Reads one answer of DNS (RFC 1035 section 4) and adds what it says; false if it is none.  Pure.
 * out: begun by asactl_dns_begin. */
void asactl_dns_begin(apr_pool_t *pool, asactl_dns_answer_t *out);
bool asactl_dns_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                     asactl_dns_answer_t *out);

#endif
