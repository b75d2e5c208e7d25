/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges names.
 */
#include "asactl/verify_name.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/setting_value.h"
#include "asactl/visit.h"

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

/* May the caller be sent to this host in place of a name without a dot? */
static bool is_known(apr_pool_t *pool, const char *host, const asactl_verify_name_t *name,
                     const apr_array_header_t *names, const char *domain)
{
    for (int i = 0; i < names->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(names, i, asactl_verify_name_t).host, host) == 0) {
            return true;
        }
    }
    return strcasecmp(apr_pstrcat(pool, name->host, ".", domain, NULL), host) == 0;
}

const char *asactl_verify_name_url(apr_pool_t *pool, const asactl_verify_name_t *name,
                                   const apr_array_header_t *names, const char *domain,
                                   const char *found, const char *path)
{
    bool whole = strchr(name->host, '.') != NULL;
    asactl_visit_url_t url;

    if (found != NULL && asactl_visit_url(pool, found, &url) &&
        (whole ? strcasecmp(url.host, name->host) == 0
               : is_known(pool, url.host, name, names, domain))) {
        return apr_pstrcat(pool, "https://", url.host, url.path, NULL);
    }
    return whole ? apr_pstrcat(pool, "https://", name->host, path, NULL) : NULL;
}
