/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges names.
 */
#include "asactl/verify_name.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/setting_value.h"

void asactl_verify_name_read(apr_pool_t *pool, const char *spn, asactl_verify_name_t *out)
{
    const char *slash = strchr(spn, '/');

    *out = (asactl_verify_name_t){.spn = spn};
    if (slash == NULL || slash - spn != 4 || strncasecmp(spn, "http", 4) != 0) {
        out->why = "no HTTP";
    } else if (strpbrk(slash + 1, ":/") != NULL) {
        out->why = "clients of HTTP ask for a host alone";
    } else if (asactl_setting_value_host(slash + 1) != NULL) {
        out->why = "what stands behind http/ is no host";
    } else {
        out->host = apr_pstrdup(pool, slash + 1);
    }
}
