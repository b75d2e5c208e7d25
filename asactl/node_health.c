/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks asa-health.
 */
#include "asactl/node_health.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/http.h"
#include "asactl/node_address.h"

#define ASKED_MAX 8
#define SECONDS   3

static void ask(apr_pool_t *pool, const asactl_settings_t *settings,
                const asactl_node_address_t *found, asactl_node_health_t *out)
{
    asactl_http_request_t request = {.url = out->url,
                                     .address = found->number,
                                     .ca = settings->ca,
                                     .only_head = true,
                                     .seconds = SECONDS};
    asactl_http_page_t page;

    (void)asactl_http_get(pool, &request, &page);
    out->status = page.error == NULL ? page.status : 0;
    out->error = page.error;
}

const apr_array_header_t *asactl_node_health_ask(apr_pool_t *pool,
                                                 const asactl_settings_t *settings,
                                                 const asactl_node_served_t *served)
{
    apr_array_header_t *list = apr_array_make(pool, ASKED_MAX, sizeof(asactl_node_health_t));
    asactl_node_address_t found;

    asactl_node_address_find(pool, settings, &found);
    for (int i = 0; found.number != NULL && i < served->servers->nelts; i++) {
        const asactl_node_server_t *server =
            &APR_ARRAY_IDX(served->servers, i, asactl_node_server_t);

        for (int j = 0; j < server->places->nelts && list->nelts < ASKED_MAX; j++) {
            const asactl_node_place_t *place =
                &APR_ARRAY_IDX(server->places, j, asactl_node_place_t);
            asactl_node_health_t one;

            if (place->handler == NULL || strcmp(place->handler, "asa-health") != 0 ||
                strcmp(place->kind, "Location") != 0 || server->proxy_protocol ||
                server->name == NULL) {
                continue;
            }
            one = (asactl_node_health_t){.url = apr_psprintf(pool, "http%s://%s:%d%s",
                                                             server->tls ? "s" : "", server->name,
                                                             server->port, place->path)};
            ask(pool, settings, &found, &one);
            APR_ARRAY_PUSH(list, asactl_node_health_t) = one;
        }
    }
    return list;
}
