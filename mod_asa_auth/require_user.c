/* SPDX-License-Identifier: Apache-2.0
 *
 * Wraps mod_authz_user's provider "user".
 */
#include "mod_asa_auth/require_user.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <ap_provider.h>
#include <http_core.h>
#include <http_request.h>
#include <mod_auth.h>

static const authz_provider *wrapped;

typedef struct {
    const void *of_wrapped;
    const char *const *words;
    int count;
} line_t;

static const char *parse(cmd_parms *cmd, const char *text, const void **parsed_out)
{
    line_t *line = apr_pcalloc(cmd->pool, sizeof *line);
    apr_array_header_t *words = apr_array_make(cmd->pool, 4, sizeof(const char *));
    const char *error = wrapped->parse_require_line != NULL
                            ? wrapped->parse_require_line(cmd, text, &line->of_wrapped)
                            : NULL;

    while (*text != '\0') {
        const char *word = ap_getword_conf(cmd->pool, &text);
        if (*word != '\0') {
            *(const char **)apr_array_push(words) = word;
        }
    }
    line->words = (const char *const *)words->elts;
    line->count = words->nelts;
    *parsed_out = line;
    return error;
}

static authz_status check(request_rec *r, const char *text, const void *parsed)
{
    const line_t *line = parsed;
    authz_status status = wrapped->check_authorization(r, text, line->of_wrapped);
    const char *type = ap_auth_type(r);

    if (status != AUTHZ_DENIED || r->user == NULL || type == NULL ||
        strcasecmp(type, "Negotiate") != 0) {
        return status;
    }
    for (int i = 0; i < line->count; i++) {
        if (strcmp(line->words[i], r->user) == 0) {
            return AUTHZ_GRANTED;
        }
    }
    return status;
}

static const authz_provider provider = {check, parse};

void mod_asa_require_user_wrap(apr_pool_t *pconf)
{
    const authz_provider *present =
        ap_lookup_provider(AUTHZ_PROVIDER_GROUP, "user", AUTHZ_PROVIDER_VERSION);

    if (present != NULL && present != &provider) {
        wrapped = present;
        ap_register_auth_provider(pconf, AUTHZ_PROVIDER_GROUP, "user", AUTHZ_PROVIDER_VERSION,
                                  &provider, AP_AUTH_INTERNAL_PER_CONF);
    }
}
