/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks DNS for the published names and the way back, and looks at the certificates that they show.
 */
#include "asactl/doctor_look.h"

#include <strings.h>

#include <apr_strings.h>

#include "core/peer_certificate.h"

#define HTTPS         "443"
#define PATIENCE      5 /* seconds */
#define ADDRESSES_MAX 8 /* of one name that are looked back from */

static void look_back(apr_pool_t *pool, asactl_directory_t *directory, asactl_doctor_name_t *name)
{
    apr_array_header_t *list = apr_array_make(pool, 4, sizeof(asactl_doctor_reverse_t));

    name->reverses = list;
    for (int i = 0; i < name->dns.addresses->nelts && i < ADDRESSES_MAX; i++) {
        asactl_doctor_reverse_t one = {.address =
                                           APR_ARRAY_IDX(name->dns.addresses, i, const char *)};
        asactl_dns_answer_t answer;

        asactl_dns_look_back(pool, one.address, &answer);
        if (answer.unseen != NULL) {
            name->reverse_unseen = answer.unseen;
        } else if (answer.names->nelts > 0) {
            one.name = APR_ARRAY_IDX(answer.names, 0, const char *);
            one.spn.spn = apr_pstrcat(pool, "http/", one.name, NULL);
            if (strcasecmp(one.name, name->host) != 0) {
                asactl_doctor_look_at_spn(pool, directory, &one.spn);
            }
            APR_ARRAY_PUSH(list, asactl_doctor_reverse_t) = one;
        }
    }
}

static void look_at_certificate(apr_pool_t *pool, const char *ca, asactl_doctor_name_t *name)
{
    const asa_peer_t peer = {.host = name->host, .port = HTTPS, .server_name = name->host};
    asa_peer_view_t view;

    name->certificate.unseen = asa_peer_certificate_examine(pool, &peer, ca, PATIENCE, &view);
    if (name->certificate.unseen == NULL) {
        name->certificate = (asactl_doctor_certificate_t){
            .defect = view.defect,
            .until = view.until,
            .binding =
                view.bindings.len > 0 ? asa_channel_bindings_text(pool, &view.bindings) : NULL};
    }
}

void asactl_doctor_look_at_network(apr_pool_t *pool, asactl_directory_t *directory,
                                   asactl_doctor_facts_t *facts)
{
    for (int i = 0; i < facts->names->nelts; i++) {
        asactl_doctor_name_t *name = &APR_ARRAY_IDX(facts->names, i, asactl_doctor_name_t);

        asactl_dns_look_up(pool, name->host, &name->dns);
        name->local = asactl_dns_is_known_here(name->host);
        look_back(pool, directory, name);
        if (name->tls) {
            look_at_certificate(pool, facts->settings->ca, name);
        }
    }
}
