/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads values of directives, each as a whole or not at all.
 */
#include "mod_asa_auth/directive_values.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include "core/number_text.h"

#define NAME_MAX_LEN 64

const char *mod_asa_directive_refuse(cmd_parms *cmd, const char *value, const char *legal)
{
    return apr_psprintf(cmd->pool, "%s: '%s' is not possible: %s", cmd->cmd->name, value, legal);
}

int mod_asa_directive_index(const char *value, const char *const *list)
{
    for (int i = 0; list[i] != NULL; i++) {
        if (strcasecmp(value, list[i]) == 0) {
            return i;
        }
    }
    return -1;
}

const char *mod_asa_directive_switch(cmd_parms *cmd, const char *value, bool *on, bool *set)
{
    static const char *const words[] = {"off", "on", NULL};
    int word = mod_asa_directive_index(value, words);

    if (word < 0) {
        return mod_asa_directive_refuse(cmd, value, "legal are on and off");
    }
    *on = word == 1;
    *set = true;
    return NULL;
}

bool mod_asa_directive_is_plain_name(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        if (!apr_isalnum(text[i]) && text[i] != '-' && text[i] != '_') {
            return false;
        }
    }
    return len > 0 && len <= NAME_MAX_LEN;
}

apr_int64_t mod_asa_directive_number(const char *text, const char *units,
                                     const apr_int64_t *factors, apr_int64_t least,
                                     apr_int64_t most)
{
    size_t len = asa_number_text_span(text);
    const char *unit = text[len] == '\0' ? NULL : strchr(units, apr_toupper(text[len]));
    apr_int64_t factor = unit == NULL ? 1 : factors[unit - units];
    uint64_t number;

    if ((text[len] != '\0' && (unit == NULL || text[len + 1] != '\0')) ||
        !asa_number_text_read(text, len, (uint64_t)(most / factor), &number)) {
        return -1;
    }
    return (apr_int64_t)number * factor < least ? -1 : (apr_int64_t)number * factor;
}

const char *mod_asa_directive_certificate(cmd_parms *cmd, const char *value, const char *path,
                                          asa_channel_bindings_t *out)
{
    const char *file = ap_server_root_relative(cmd->pool, path);
    const char *defect =
        file == NULL ? "is not a path" : asa_channel_bindings_from_file(cmd->pool, file, out);

    return defect == NULL
               ? NULL
               : mod_asa_directive_refuse(
                     cmd, value,
                     apr_pstrcat(cmd->pool, "it must be the PEM file of a certificate, and it ",
                                 defect, NULL));
}
