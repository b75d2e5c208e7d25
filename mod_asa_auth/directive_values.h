/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of directives, and the error for one that is outside of its range.
 *
 * At configuration time, one thread; what is returned lives in cmd->pool.
 */
#ifndef MOD_ASA_AUTH_DIRECTIVE_VALUES_H
#define MOD_ASA_AUTH_DIRECTIVE_VALUES_H

#include <stdbool.h>

#include "core/channel_bindings.h"
#include "mod_asa_auth/private.h"

/* The sentence that names directive, value and legal values. */
const char *mod_asa_directive_refuse(cmd_parms *cmd, const char *value, const char *legal);

/* Index of value in a NULL-terminated list (compared without case), -1 if it is not there. */
int mod_asa_directive_index(const char *value, const char *const *list);

/* "on" or "off": sets *on, and the bit that says that it was set.  Returns NULL, or the sentence.
 */
const char *mod_asa_directive_switch(cmd_parms *cmd, const char *value, bool *on, bool *set);

/* Letters, digits, '-' and '_' only, at least one and at most 64. */
bool mod_asa_directive_is_plain_name(const char *text);

/* "10M", "64K", "1G" or bytes; -1 if it is not a number or outside of the range.  units: their
 * letters in capitals; factors: what each stands for. */
apr_int64_t mod_asa_directive_number(const char *text, const char *units,
                                     const apr_int64_t *factors, apr_int64_t least,
                                     apr_int64_t most);

/* The bindings of the certificate in a PEM file, absolute or below ServerRoot.  Returns NULL and
 * *out, or the sentence for value. */
const char *mod_asa_directive_certificate(cmd_parms *cmd, const char *value, const char *path,
                                          asa_channel_bindings_t *out);

#endif
