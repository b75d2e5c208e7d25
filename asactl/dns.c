/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks DNS, and reads its answers record by record.
 */
#include "asactl/dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <apr_strings.h>

#define ANSWER_MAX  (64 * 1024)
#define RECORDS_MAX 64 /* that are looked at in one answer */

/* A name that can stand in a text and in a service principal name. */
static bool is_host(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-_.") == len;
}

void asactl_dns_begin(apr_pool_t *pool, asactl_dns_answer_t *out)
{
    *out = (asactl_dns_answer_t){.addresses = apr_array_make(pool, 4, sizeof(const char *)),
                                 .names = apr_array_make(pool, 2, sizeof(const char *))};
}

static void push(const apr_array_header_t *list, const char *text)
{
    /* Made here, by asactl_dns_begin. */
    APR_ARRAY_PUSH((apr_array_header_t *)(uintptr_t)list, const char *) = text;
}

static void take_address(apr_pool_t *pool, const ns_rr *record, int family, size_t size,
                         asactl_dns_answer_t *out)
{
    char text[INET6_ADDRSTRLEN];

    if (ns_rr_rdlen(*record) == size &&
        inet_ntop(family, ns_rr_rdata(*record), text, sizeof text) != NULL) {
        push(out->addresses, apr_pstrdup(pool, text));
    }
}

/* The name that is a record's data; NULL if it is none that is of use. */
static const char *name_in(apr_pool_t *pool, const ns_msg *message, const ns_rr *record)
{
    char name[NS_MAXDNAME];

    if (ns_name_uncompress(ns_msg_base(*message), ns_msg_end(*message), ns_rr_rdata(*record), name,
                           sizeof name) < 0 ||
        !is_host(name)) {
        return NULL;
    }
    return apr_pstrdup(pool, name);
}

static void take(apr_pool_t *pool, const ns_msg *message, const ns_rr *record,
                 asactl_dns_answer_t *out)
{
    const char *name;

    switch (ns_rr_type(*record)) {
    case ns_t_a:
        take_address(pool, record, AF_INET, sizeof(struct in_addr), out);
        break;
    case ns_t_aaaa:
        take_address(pool, record, AF_INET6, sizeof(struct in6_addr), out);
        break;
    case ns_t_cname:
        name = name_in(pool, message, record);
        out->canonical = name != NULL ? name : out->canonical;
        break;
    case ns_t_ptr:
        name = name_in(pool, message, record);
        if (name != NULL) {
            push(out->names, name);
        }
        break;
    default:
        break;
    }
}

bool asactl_dns_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                     asactl_dns_answer_t *out)
{
    ns_msg message;
    ns_rr record;
    int count;

    if (len > ANSWER_MAX || ns_initparse(bytes, (int)len, &message) != 0) {
        return false;
    }
    count = ns_msg_count(message, ns_s_an);
    for (int i = 0; i < count && i < RECORDS_MAX; i++) {
        if (ns_parserr(&message, ns_s_an, i, &record) != 0) {
            return false;
        }
        if (ns_rr_class(record) == ns_c_in) {
            take(pool, &message, &record, out);
        }
    }
    return true;
}

/* That there is no such name or record is an answer, too. */
static void ask(apr_pool_t *pool, const char *name, const int *types, size_t count,
                asactl_dns_answer_t *out)
{
    unsigned char *answer = malloc(ANSWER_MAX);
    struct __res_state state = {0};

    asactl_dns_begin(pool, out);
    if (answer == NULL || res_ninit(&state) != 0) {
        free(answer);
        out->unseen = "resolv.conf cannot be read";
        return;
    }
    for (size_t i = 0; i < count && out->unseen == NULL; i++) {
        int len = res_nquery(&state, name, ns_c_in, types[i], answer, ANSWER_MAX);

        if (len < 0 && state.res_h_errno != HOST_NOT_FOUND && state.res_h_errno != NO_DATA) {
            out->unseen = apr_psprintf(pool, "DNS does not say what %s is: %s", name,
                                       hstrerror(state.res_h_errno));
        } else if (len >= 0 &&
                   (len > ANSWER_MAX || !asactl_dns_read(pool, answer, (size_t)len, out))) {
            out->unseen = apr_psprintf(pool, "the answer of DNS to %s makes no sense", name);
        }
    }
    res_nclose(&state);
    free(answer);
}

void asactl_dns_look_up(apr_pool_t *pool, const char *host, asactl_dns_answer_t *out)
{
    const int types[] = {ns_t_a, ns_t_aaaa};

    ask(pool, host, types, sizeof types / sizeof types[0], out);
}

/* The name under which an address is looked up: RFC 1035 section 3.5, RFC 3596 section 2.5. */
static const char *reverse_name(apr_pool_t *pool, const char *address)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    const char *name = "";

    if (inet_pton(AF_INET, address, bytes) == 1) {
        return apr_psprintf(pool, "%u.%u.%u.%u.in-addr.arpa", bytes[3], bytes[2], bytes[1],
                            bytes[0]);
    }
    if (inet_pton(AF_INET6, address, bytes) != 1) {
        return NULL;
    }
    for (size_t i = sizeof bytes; i-- > 0;) {
        name = apr_psprintf(pool, "%s%x.%x.", name, bytes[i] & 15U, bytes[i] >> 4U);
    }
    return apr_pstrcat(pool, name, "ip6.arpa", NULL);
}

void asactl_dns_look_back(apr_pool_t *pool, const char *address, asactl_dns_answer_t *out)
{
    const int type = ns_t_ptr;
    const char *name = reverse_name(pool, address);

    if (name == NULL) {
        asactl_dns_begin(pool, out);
        out->unseen = "it is no address";
        return;
    }
    ask(pool, name, &type, 1, out);
}

bool asactl_dns_is_known_here(const char *host)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;

    if (getaddrinfo(host, NULL, &hints, &list) != 0) {
        return false;
    }
    freeaddrinfo(list);
    return true;
}
