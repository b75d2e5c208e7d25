/* SPDX-License-Identifier: Apache-2.0
 *
 * Gathers the facts of this machine.
 */
#include "asactl/node_examine.h"

#include <apr_strings.h>

#include "asactl/node_httpd.h"

static void look_at_httpd(apr_pool_t *pool, const asactl_settings_t *settings,
                          asactl_node_workers_t *workers, asactl_node_facts_t *out)
{
    asactl_node_served_t *served = apr_palloc(pool, sizeof *served);

    out->served_error = asactl_node_httpd_look(pool, settings, workers, served);
    out->served = out->served_error == NULL ? served : NULL;
}

void asactl_node_examine(apr_pool_t *pool, const asactl_settings_t *settings,
                         const asactl_node_request_t *request, const asa_keyring_t *ring,
                         asactl_node_report_t *report, asactl_node_facts_t *out)
{
    *out = (asactl_node_facts_t){.time = apr_time_now(), .version = ASA_VERSION};
    look_at_httpd(pool, settings, &report->workers, out);
}
