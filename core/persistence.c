/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides what may stay with a connection.
 */
#include "core/persistence.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const words[] = {
    [ASA_PERSISTENCE_YES] = "",
    [ASA_PERSISTENCE_NOT_WANTED] = "AsaPersistentAuth is off in this place",
    [ASA_PERSISTENCE_TICKET_DUE] = "the back end is to get what came with the client's ticket",
    [ASA_PERSISTENCE_PROXY_SEEN] = "a proxy passed on a request of this connection",
    [ASA_PERSISTENCE_OTHER_ADDRESS] = "the client's address is not that of the connection",
    [ASA_PERSISTENCE_FORWARD_PROXY] = "the request asks for another server",
    [ASA_PERSISTENCE_STREAM] = "HTTP/2 shares the connection among requests",
    [ASA_PERSISTENCE_CLEAR_TEXT] = "no TLS of the connection ends here",
    [ASA_PERSISTENCE_REFUSED] = "the request is refused",
    [ASA_PERSISTENCE_CLOSING] = "the connection ends",
    [ASA_PERSISTENCE_TICKET_ENDED] = "the ticket, or the time to keep it, has ended",
    [ASA_PERSISTENCE_NOTHING_KEPT] = "the connection has no identity",
    [ASA_PERSISTENCE_OTHER_SERVER] = "it was made for another virtual host",
    [ASA_PERSISTENCE_KEYS_CHANGED] = "the keys have changed since",
    [ASA_PERSISTENCE_ASKS_CHALLENGE] = "the client withholds the body until it is challenged",
};

_Static_assert(sizeof words / sizeof words[0] == ASA_PERSISTENCE_COUNT, "one row for each");

/* Headers that proxies, balancers and delivery networks add to what they pass on, in lower case.
 * Every name that begins with "x-forwarded" is one too. */
static const char *const proxy_headers[] = {
    "via",
    "forwarded",
    "forwarded-for",
    "max-forwards",
    "client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-real-ip",
    "x-original-forwarded-for",
    "x-original-host",
    "x-originating-ip",
    "x-remote-addr",
    "x-remote-ip",
    "x-proxyuser-ip",
    "proxy-client-ip",
    "wl-proxy-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "x-azure-clientip",
    "x-amzn-trace-id",
    "x-cloud-trace-context",
    "x-envoy-external-address",
    "x-varnish",
    "x-arr-log-id",
    "x-arr-ssl",
    "x-ms-proxy",
    "x-ms-forwarded-client-ip",
    "front-end-https",
};

bool asa_persistence_is_of_proxy(const char *header)
{
    static const char prefix[] = "x-forwarded";

    if (strncasecmp(header, prefix, sizeof prefix - 1) == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof proxy_headers / sizeof proxy_headers[0]; i++) {
        if ((header[0] | 0x20) == proxy_headers[i][0] &&
            strcasecmp(header, proxy_headers[i]) == 0) {
            return true;
        }
    }
    return false;
}

static asa_persistence_t judge_way(const asa_persistence_way_t *way)
{
    if (!way->wanted) {
        return ASA_PERSISTENCE_NOT_WANTED;
    }
    if (!way->suffices) {
        return ASA_PERSISTENCE_TICKET_DUE;
    }
    if (!way->no_proxy) {
        return ASA_PERSISTENCE_PROXY_SEEN;
    }
    if (!way->same_address) {
        return ASA_PERSISTENCE_OTHER_ADDRESS;
    }
    if (!way->origin) {
        return ASA_PERSISTENCE_FORWARD_PROXY;
    }
    if (!way->whole) {
        return ASA_PERSISTENCE_STREAM;
    }
    return way->tls ? ASA_PERSISTENCE_YES : ASA_PERSISTENCE_CLEAR_TEXT;
}

asa_persistence_t asa_persistence_judge_keep(const asa_persistence_keep_t *facts)
{
    asa_persistence_t verdict = judge_way(&facts->way);

    if (verdict != ASA_PERSISTENCE_YES) {
        return verdict;
    }
    if (!facts->signed_in || facts->status < 200 || facts->status > 599 || facts->status == 401) {
        return ASA_PERSISTENCE_REFUSED;
    }
    if (!facts->stays) {
        return ASA_PERSISTENCE_CLOSING;
    }
    return facts->expires > facts->now ? ASA_PERSISTENCE_YES : ASA_PERSISTENCE_TICKET_ENDED;
}

asa_persistence_t asa_persistence_judge_use(const asa_persistence_use_t *facts)
{
    asa_persistence_t verdict = facts->kept ? judge_way(&facts->way) : ASA_PERSISTENCE_NOTHING_KEPT;

    if (verdict != ASA_PERSISTENCE_YES) {
        return verdict;
    }
    if (!facts->same_server) {
        return ASA_PERSISTENCE_OTHER_SERVER;
    }
    if (!facts->same_keys) {
        return ASA_PERSISTENCE_KEYS_CHANGED;
    }
    if (facts->until <= facts->now) {
        return ASA_PERSISTENCE_TICKET_ENDED;
    }
    return facts->has_body ? ASA_PERSISTENCE_YES : ASA_PERSISTENCE_ASKS_CHALLENGE;
}

apr_time_t asa_persistence_until(apr_time_t now, apr_time_t expires)
{
    return expires < now + ASA_PERSISTENCE_MAX ? expires : now + ASA_PERSISTENCE_MAX;
}

const char *asa_persistence_words(asa_persistence_t verdict)
{
    return (unsigned)verdict < ASA_PERSISTENCE_COUNT ? words[verdict] : "";
}
