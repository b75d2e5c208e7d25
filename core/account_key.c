/* SPDX-License-Identifier: Apache-2.0
 *
 * Salts and keys of an account, by the Kerberos library.
 */
#include "core/account_key.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <krb5.h>

#include "core/wipe.h"

#define ID_DIGITS 8

static const char *failed(apr_pool_t *pool, krb5_context context, const char *what,
                          krb5_error_code code)
{
    const char *text = krb5_get_error_message(context, code);
    const char *copy = apr_pstrcat(pool, what, text, NULL);

    krb5_free_error_message(context, text);
    return copy;
}

static const char *start(apr_pool_t *pool, krb5_context *context)
{
    krb5_error_code code = krb5_init_context(context);

    return code == 0 ? NULL
                     : apr_psprintf(pool,
                                    "the Kerberos library does not start (error %ld); see "
                                    "krb5.conf",
                                    (long)code);
}

/* ASCII only: a domain controller lowers host names, which hold nothing else. */
static const char *lowered(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text);

    for (char *c = copy; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
    }
    return copy;
}

/* The part before the realm is read as a Kerberos principal: its components follow one another. */
static const char *components_of(apr_pool_t *pool, const char *upn)
{
    size_t len = strcspn(upn, "@");
    char *text = apr_palloc(pool, len + 1), *end = text;

    if (memchr(upn, '\\', len) != NULL ||
        (upn[len] != '\0' && strchr(upn + len + 1, '@') != NULL)) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        if (upn[i] != '/') {
            *end++ = upn[i];
        }
    }
    *end = '\0';
    return end > text ? text : NULL;
}

const char *asa_account_key_next_salt(apr_pool_t *pool, const char *realm, const char *sam,
                                      bool computer, const char *upn)
{
    size_t len = strlen(sam);
    const char *name = sam;

    if (computer) {
        len -= len > 0 && sam[len - 1] == '$' ? 1 : 0;
        return apr_pstrcat(pool, realm, "host", lowered(pool, apr_pstrmemdup(pool, sam, len)), ".",
                           lowered(pool, realm), NULL);
    }
    if (upn != NULL && *upn != '\0') {
        name = components_of(pool, upn);
    }
    return name == NULL ? NULL : apr_pstrcat(pool, realm, name, NULL);
}

static krb5_error_code derive_one(apr_pool_t *pool, krb5_context context,
                                  const asa_account_password_t *password, int32_t etype,
                                  asa_key_t *out)
{
    krb5_data text = {0, (unsigned)password->len, (char *)password->utf8};
    krb5_data salt = {0, (unsigned)strlen(password->salt), (char *)password->salt};
    krb5_keyblock key = {0};
    krb5_error_code code = krb5_c_string_to_key(context, etype, &text, &salt, &key);

    if (code == 0) {
        unsigned char *bytes = apr_pmemdup(pool, key.contents, key.length);

        asa_wipe_at_end(pool, bytes, key.length);
        *out = (asa_key_t){.principal = password->principal,
                           .realm = password->realm,
                           .kvno = password->kvno,
                           .etype = etype,
                           .timestamp = password->timestamp,
                           .bytes = bytes,
                           .len = key.length,
                           .name_type = KRB5_NT_PRINCIPAL};
    }
    krb5_free_keyblock_contents(context, &key);
    return code;
}

const char *asa_account_key_derive(apr_pool_t *pool, const asa_account_password_t *password,
                                   asa_keys_t *out)
{
    asa_key_t *keys = apr_pcalloc(pool, (password->etype_count + 1) * sizeof *keys);
    size_t count = 0;
    krb5_context context;
    const char *defect = start(pool, &context);

    *out = (asa_keys_t){0};
    if (defect != NULL) {
        return defect;
    }
    for (size_t i = 0; defect == NULL && i < password->etype_count; i++) {
        krb5_error_code code = derive_one(pool, context, password, password->etypes[i], &keys[i]);
        if (code != 0) {
            defect = failed(pool, context, "no key can be made from the password: ", code);
        } else {
            count++;
        }
    }
    krb5_free_context(context);
    if (defect == NULL) {
        *out = (asa_keys_t){keys, count};
    }
    return defect;
}

const char *asa_account_key_id(apr_pool_t *pool, const asa_key_t *key)
{
    static const char purpose[] = "which key is it";
    krb5_keyblock block = {0, key->etype, (unsigned)key->len, (krb5_octet *)key->bytes};
    krb5_data in = {0, sizeof purpose - 1, (char *)purpose};
    krb5_data out = {0};
    char *id = apr_pcalloc(pool, ID_DIGITS + 1);
    size_t len = 0;

    if (krb5_c_prf_length(NULL, key->etype, &len) != 0 || len < ID_DIGITS / 2) {
        return "";
    }
    out.data = apr_palloc(pool, len);
    out.length = (unsigned)len;
    if (krb5_c_prf(NULL, &block, &in, &out) != 0) {
        return "";
    }
    for (size_t i = 0; i < ID_DIGITS / 2; i++) {
        apr_snprintf(id + 2 * i, 3, "%02x", (unsigned char)out.data[i]);
    }
    return id;
}
