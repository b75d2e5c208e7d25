/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks DNS for the published names and the way back, and looks at the certificates that they show.
 */
#include "asactl/doctor_look.h"

#include <strings.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "core/peer_certificate.h"

#define HTTPS         "443"
#define PATIENCE      5 /* seconds */
#define ADDRESSES_MAX 8 /* of one name that are looked back from */
#define SILENCE       3 /* names in a row that were waited for in vain; then no other is asked for */
#define SLOW          apr_time_from_msec(500)

/* Hundreds of names often share one address, and one thing that does not answer. */
typedef struct {
    apr_pool_t *pool;
    apr_hash_t *backs; /* address: asactl_dns_answer_t */
    int dns_silent, tls_silent, back_silent;
    apr_array_header_t *spns; /* asactl_doctor_spn_t *, of names that addresses lead back to */
} look_t;

/* True if it is to be asked; if not, *unseen says so. */
static bool may_ask(int silent, const char *what, const char **unseen)
{
    if (silent >= SILENCE) {
        *unseen = what;
        return false;
    }
    return true;
}

/* What is refused at once costs nothing, and is no reason not to ask on. */
static void count_silence(apr_time_t began, const char *unseen, int *silent)
{
    if (unseen == NULL) {
        *silent = 0;
    } else if (apr_time_now() - began > SLOW) {
        (*silent)++;
    }
}

static void look_up(look_t *look, asactl_doctor_name_t *name)
{
    apr_time_t began = apr_time_now();

    if (may_ask(look->dns_silent, "DNS has not answered for other names, so this one was not asked",
                &name->dns.unseen)) {
        asactl_dns_look_up(look->pool, name->host, &name->dns);
        count_silence(began, name->dns.unseen, &look->dns_silent);
        name->local = asactl_dns_is_known_here(name->host);
        return;
    }
    name->dns.addresses = name->dns.names = apr_array_make(look->pool, 1, sizeof(const char *));
}

static const asactl_dns_answer_t *back_from(look_t *look, const char *address)
{
    asactl_dns_answer_t *answer = apr_hash_get(look->backs, address, APR_HASH_KEY_STRING);
    apr_time_t began = apr_time_now();

    if (answer != NULL) {
        return answer;
    }
    answer = apr_pcalloc(look->pool, sizeof *answer);
    if (may_ask(look->back_silent,
                "DNS does not say where other addresses lead back to, so this one was not asked",
                &answer->unseen)) {
        asactl_dns_look_back(look->pool, address, answer);
        count_silence(began, answer->unseen, &look->back_silent);
    }
    apr_hash_set(look->backs, address, APR_HASH_KEY_STRING, answer);
    return answer;
}

static void look_back(look_t *look, asactl_doctor_name_t *name)
{
    apr_array_header_t *list =
        apr_array_make(look->pool, ADDRESSES_MAX, sizeof(asactl_doctor_reverse_t));

    name->reverses = list;
    for (int i = 0; i < name->dns.addresses->nelts && i < ADDRESSES_MAX; i++) {
        const char *address = APR_ARRAY_IDX(name->dns.addresses, i, const char *);
        const asactl_dns_answer_t *answer = back_from(look, address);
        asactl_doctor_reverse_t *one;

        if (answer->unseen != NULL) {
            name->reverse_unseen = answer->unseen;
        } else if (answer->names->nelts > 0) {
            one = apr_array_push(list); /* stays where it is: there is room for all */
            *one = (asactl_doctor_reverse_t){.address = address,
                                             .name = APR_ARRAY_IDX(answer->names, 0, const char *)};
            one->spn.spn = apr_pstrcat(look->pool, "http/", one->name, NULL);
            if (strcasecmp(one->name, name->host) != 0) {
                APR_ARRAY_PUSH(look->spns, asactl_doctor_spn_t *) = &one->spn;
            }
        }
    }
}

static void look_at_certificate(look_t *look, const char *ca, asactl_doctor_name_t *name)
{
    const asa_peer_t peer = {.host = name->host, .port = HTTPS, .server_name = name->host};
    asactl_doctor_certificate_t *out = &name->certificate;
    apr_time_t began = apr_time_now();
    asa_peer_view_t view;

    if (!name->local) {
        out->unseen = "a name without an answer of DNS was not asked for its certificate";
        out->skipped = true;
        return;
    }
    if (!may_ask(look->tls_silent,
                 "other names do not answer on port 443, so this one was not asked",
                 &out->unseen)) {
        out->skipped = true;
        return;
    }
    out->unseen = asa_peer_certificate_examine(look->pool, &peer, ca, PATIENCE, &view);
    count_silence(began, out->unseen, &look->tls_silent);
    if (out->unseen == NULL) {
        out->defect = view.defect;
        out->until = view.until;
        out->binding =
            view.bindings.len > 0 ? asa_channel_bindings_text(look->pool, &view.bindings) : NULL;
    }
}

void asactl_doctor_look_at_network(apr_pool_t *pool, asactl_directory_t *directory,
                                   asactl_doctor_facts_t *facts)
{
    look_t look = {.pool = pool,
                   .backs = apr_hash_make(pool),
                   .spns = apr_array_make(pool, 8, sizeof(asactl_doctor_spn_t *))};

    for (int i = 0; i < facts->names->nelts; i++) {
        asactl_doctor_name_t *name = &APR_ARRAY_IDX(facts->names, i, asactl_doctor_name_t);

        look_up(&look, name);
        look_back(&look, name);
        look_at_certificate(&look, facts->settings->ca, name);
    }
    asactl_doctor_look_at_spns(pool, directory, (asactl_doctor_spn_t *const *)look.spns->elts,
                               (size_t)look.spns->nelts);
}
