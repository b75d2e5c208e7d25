/* SPDX-License-Identifier: Apache-2.0
 *
 * Learns and keeps channel bindings to back ends.
 */
#include "mod_asa_auth/back_end_certificate.h"

#include <apr_strings.h>

#include "mod_asa_auth/lookup.h"

#define CERTIFICATES_MAX 256
#define WAIT_SECONDS     5
#define LOOK_AGAIN       apr_time_from_sec(600)
#define LOOK_AGAIN_SOON  apr_time_from_sec(5)

typedef struct answer_t {
    const char *defect; /* NULL: there are bindings */
    asa_channel_bindings_t bindings;
} answer_t;

static mod_asa_lookup_t *certificates;

static void *copy_peer(apr_pool_t *pool, const void *question)
{
    const asa_peer_t *peer = question;
    asa_peer_t *copy = apr_palloc(pool, sizeof *copy);

    copy->host = apr_pstrdup(pool, peer->host);
    copy->port = apr_pstrdup(pool, peer->port);
    copy->server_name = apr_pstrdup(pool, peer->server_name);
    return copy;
}

static void *look_up(apr_pool_t *pool, const void *peer, apr_time_t *ends)
{
    answer_t *answer = apr_pcalloc(pool, sizeof *answer);

    answer->defect = asa_peer_certificate_learn(pool, peer, WAIT_SECONDS, &answer->bindings);
    *ends = apr_time_now() + (answer->defect == NULL ? LOOK_AGAIN : LOOK_AGAIN_SOON);
    return answer;
}

void mod_asa_back_end_certificate_start(apr_pool_t *pchild, apr_thread_pool_t *threads)
{
    static const mod_asa_lookup_kind_t kind = {copy_peer, look_up};

    certificates =
        threads != NULL ? mod_asa_lookup_make(pchild, threads, &kind, CERTIFICATES_MAX) : NULL;
}

static const char *key_of(apr_pool_t *pool, const asa_peer_t *peer)
{
    return apr_pstrcat(pool, peer->host, " ", peer->port, " ",
                       peer->server_name != NULL ? peer->server_name : "", NULL);
}

const asa_channel_bindings_t *mod_asa_back_end_certificate_bindings(apr_pool_t *pool,
                                                                    const asa_peer_t *peer)
{
    mod_asa_lookup_entry_t *entry = certificates != NULL
                                        ? mod_asa_lookup_ask(certificates, key_of(pool, peer), peer,
                                                             apr_time_from_sec(WAIT_SECONDS))
                                        : NULL;
    const answer_t *answer = entry != NULL ? mod_asa_lookup_answer(entry) : NULL;
    asa_channel_bindings_t *copy = NULL;

    if (answer != NULL && answer->defect == NULL) {
        copy = apr_palloc(pool, sizeof *copy);
        copy->bytes = apr_pmemdup(pool, answer->bindings.bytes, answer->bindings.len);
        copy->len = answer->bindings.len;
    }
    mod_asa_lookup_release(entry);
    return copy;
}

void mod_asa_back_end_certificate_doubt(apr_pool_t *pool, const asa_peer_t *peer)
{
    mod_asa_lookup_entry_t *entry =
        certificates != NULL ? mod_asa_lookup_find(certificates, key_of(pool, peer)) : NULL;

    if (entry != NULL) {
        mod_asa_lookup_forget(entry);
        mod_asa_lookup_release(entry);
    }
}
