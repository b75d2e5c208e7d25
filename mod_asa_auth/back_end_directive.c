/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads AsaBackendAuth.
 */
#include "mod_asa_auth/back_end_directive.h"

#include <string.h>

#include <apr_strings.h>

#include "mod_asa_auth/config.h"
#include "mod_asa_auth/directive_values.h"

static const char *set_option(cmd_parms *cmd, mod_asa_place_t *place, const char *text)
{
    asa_channel_bindings_t *bindings;
    const char *defect;

    if (strncasecmp(text, "certificate=", 12) != 0) {
        defect = place->back_end_service != NULL ? "there is a second one" : asa_spn_defect(text);
        place->back_end_service = apr_pstrdup(cmd->pool, text);
        return defect == NULL
                   ? NULL
                   : mod_asa_directive_refuse(
                         cmd, text,
                         apr_pstrcat(cmd->pool, defect,
                                     "; legal behind delegate are a service principal name and "
                                     "certificate=PEM",
                                     NULL));
    }
    if (place->back_end_bindings != NULL) {
        return mod_asa_directive_refuse(cmd, text, "there is one certificate already");
    }
    bindings = apr_palloc(cmd->pool, sizeof *bindings);
    place->back_end_bindings = bindings;
    return mod_asa_directive_certificate(cmd, text, text + 12, bindings);
}

const char *mod_asa_back_end_directive(cmd_parms *cmd, void *config, int argc, char *const argv[])
{
    static const char *const words[] = {"strip", "pass", "delegate", NULL};
    static const mod_asa_back_end_auth_t ways[] = {MOD_ASA_BACK_END_STRIP, MOD_ASA_BACK_END_PASS,
                                                   MOD_ASA_BACK_END_DELEGATE};
    mod_asa_place_t *place = config;
    int word = argc > 0 ? mod_asa_directive_index(argv[0], words) : -1;
    const char *error = NULL;

    if (word < 0 || (argc > 1 && ways[word] != MOD_ASA_BACK_END_DELEGATE) || argc > 3) {
        return mod_asa_directive_refuse(
            cmd,
            argc > 1   ? argv[1]
            : argc > 0 ? argv[0]
                       : "",
            "legal are strip, pass, and delegate with a service principal name and "
            "certificate=PEM behind it");
    }
    place->back_end_auth = ways[word];
    place->back_end_auth_set = true;
    /* The last directive of a place counts, with what belongs to it and nothing of one before. */
    place->back_end_service = NULL;
    place->back_end_bindings = NULL;
    for (int i = 1; error == NULL && i < argc; i++) {
        error = set_option(cmd, place, argv[i]);
    }
    return error;
}
