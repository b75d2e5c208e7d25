/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds acceptor credentials and accepts Negotiate tokens with them.
 */
#include "core/gss.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <com_err.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>

struct asa_acceptor_t {
    gss_cred_id_t cred;
};

struct asa_context_t {
    gss_ctx_id_t handle;
};

/* 1.3.6.1.5.5.2, RFC 4178 */
static gss_OID_desc spnego_mech = {6, "\x2b\x06\x01\x05\x05\x02"};

static const char *words_of(apr_pool_t *pool, OM_uint32 status, int type)
{
    const char *text = "";
    OM_uint32 more = 0, minor;

    do {
        gss_buffer_desc part = GSS_C_EMPTY_BUFFER;
        if (GSS_ERROR(gss_display_status(&minor, status, type, GSS_C_NO_OID, &more, &part))) {
            break;
        }
        text = apr_pstrcat(pool, text, *text == '\0' ? "" : "; ",
                           apr_pstrmemdup(pool, part.value, part.length), NULL);
        gss_release_buffer(&minor, &part);
    } while (more != 0);
    return text;
}

static const char *explain(apr_pool_t *pool, OM_uint32 major, OM_uint32 minor)
{
    const char *text = words_of(pool, major, GSS_C_GSS_CODE);

    return minor == 0 ? text
                      : apr_pstrcat(pool, text, ": ", words_of(pool, minor, GSS_C_MECH_CODE), NULL);
}

static apr_status_t release_acceptor(void *data)
{
    asa_acceptor_t *acceptor = data;
    OM_uint32 minor;

    gss_release_cred(&minor, &acceptor->cred);
    return APR_SUCCESS;
}

const char *asa_gss_acceptor_make(apr_pool_t *pool, const char *keytab, const char *replay_cache,
                                  asa_acceptor_t **out)
{
    gss_key_value_element_desc elements[2] = {{"keytab", keytab}, {"rcache", replay_cache}};
    gss_key_value_set_desc store = {replay_cache != NULL ? 2 : 1, elements};
    gss_OID_desc mechs[2] = {*gss_mech_krb5, spnego_mech};
    gss_OID_set_desc wanted = {2, mechs};
    gss_OID_set_desc negotiable = {1, mechs};
    asa_acceptor_t *acceptor = apr_pcalloc(pool, sizeof *acceptor);
    OM_uint32 major, minor;

    major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &wanted, GSS_C_ACCEPT,
                                  &store, &acceptor->cred, NULL, NULL);
    if (GSS_ERROR(major)) {
        return explain(pool, major, minor);
    }
    apr_pool_cleanup_register(pool, acceptor, release_acceptor, apr_pool_cleanup_null);
    major = gss_set_neg_mechs(&minor, acceptor->cred, &negotiable);
    if (GSS_ERROR(major)) {
        return explain(pool, major, minor);
    }
    *out = acceptor;
    return NULL;
}

static const char *copy_name(apr_pool_t *pool, gss_name_t name)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    const char *copy = NULL;
    OM_uint32 minor;

    if (name != GSS_C_NO_NAME && !GSS_ERROR(gss_display_name(&minor, name, &text, NULL)) &&
        memchr(text.value, '\0', text.length) == NULL) {
        copy = apr_pstrmemdup(pool, text.value, text.length);
    }
    gss_release_buffer(&minor, &text);
    return copy;
}

/* An attribute counts only when the library says that it is authenticated and complete. */
static void copy_attribute(apr_pool_t *pool, gss_name_t name, const char *attribute,
                           const unsigned char **bytes_out, size_t *len_out)
{
    gss_buffer_desc wanted = {strlen(attribute), (void *)attribute};
    gss_buffer_desc value = GSS_C_EMPTY_BUFFER, display = GSS_C_EMPTY_BUFFER;
    int authenticated = 0, complete = 0, more = -1;
    OM_uint32 minor;

    if (!GSS_ERROR(gss_get_name_attribute(&minor, name, &wanted, &authenticated, &complete, &value,
                                          &display, &more)) &&
        authenticated && complete && value.length > 0) {
        *bytes_out = apr_pmemdup(pool, value.value, value.length);
        *len_out = value.length;
    }
    gss_release_buffer(&minor, &value);
    gss_release_buffer(&minor, &display);
}

/* The mechanism layer renumbers minor codes (another number for each mechanism that reports one),
 * so a replay is told by its text, which comes from the same table on both sides. */
static bool is_replay(apr_pool_t *pool, OM_uint32 major, OM_uint32 minor)
{
    return GSS_ROUTINE_ERROR(major) == GSS_S_DUPLICATE_TOKEN ||
           strcmp(words_of(pool, minor, GSS_C_MECH_CODE), error_message(KRB5KRB_AP_ERR_REPEAT)) ==
               0;
}

static void fail(asa_accept_t *out, const char *detail)
{
    out->outcome = ASA_ACCEPT_FAILED;
    out->detail = detail;
}

/* Asked of the whole context: a last leg of SPNEGO that carries no ticket does not tell. */
static unsigned lifetime_of(gss_ctx_id_t handle)
{
    OM_uint32 minor, seconds = 0;

    return GSS_ERROR(gss_context_time(&minor, handle, &seconds)) ? 0 : seconds;
}

static void finish(apr_pool_t *pool, gss_name_t client, OM_uint32 flags, asa_accept_t *out)
{
    out->client = copy_name(pool, client);
    out->bound = (flags & GSS_C_CHANNEL_BOUND_FLAG) != 0;
    if (out->client == NULL || (flags & GSS_C_ANON_FLAG) != 0) {
        fail(out, "the client has no name");
        return;
    }
    copy_attribute(pool, client, "urn:mspac:logon-info", &out->logon_info, &out->logon_info_len);
    copy_attribute(pool, client, "urn:mspac:upn-dns-info", &out->upn_dns_info,
                   &out->upn_dns_info_len);
    out->outcome = ASA_ACCEPT_DONE;
}

void asa_gss_accept(asa_acceptor_t *acceptor, asa_context_t **context, const unsigned char *token,
                    size_t token_len, const unsigned char *bindings, size_t bindings_len,
                    apr_pool_t *pool, asa_accept_t *out)
{
    struct gss_channel_bindings_struct channel = {0};
    gss_buffer_desc input = {token_len, (void *)token};
    gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
    gss_ctx_id_t handle = *context != NULL ? (*context)->handle : GSS_C_NO_CONTEXT;
    gss_name_t client = GSS_C_NO_NAME;
    gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
    OM_uint32 major, minor, ignored, flags = 0;

    memset(out, 0, sizeof *out);
    free(*context);
    *context = NULL;
    channel.application_data.value = (void *)bindings;
    channel.application_data.length = bindings_len;
    major = gss_accept_sec_context(&minor, &handle, acceptor->cred, &input,
                                   bindings != NULL ? &channel : GSS_C_NO_CHANNEL_BINDINGS, &client,
                                   NULL, &reply, &flags, NULL, &delegated);
    if (reply.length > 0) {
        out->reply = apr_pmemdup(pool, reply.value, reply.length);
        out->reply_len = reply.length;
    }
    if (GSS_ERROR(major)) {
        fail(out, explain(pool, major, minor));
        out->bad_bindings = GSS_ROUTINE_ERROR(major) == GSS_S_BAD_BINDINGS;
        out->replayed = is_replay(pool, major, minor);
    } else if ((major & GSS_S_CONTINUE_NEEDED) != 0) {
        out->outcome = ASA_ACCEPT_CONTINUE;
        *context = calloc(1, sizeof **context);
        if (*context != NULL) {
            (*context)->handle = handle;
            handle = GSS_C_NO_CONTEXT;
        } else {
            fail(out, "no memory");
        }
    } else {
        out->lifetime = lifetime_of(handle);
        finish(pool, client, flags, out);
    }
    gss_release_buffer(&ignored, &reply);
    gss_release_name(&ignored, &client);
    gss_release_cred(&ignored, &delegated);
    if (handle != GSS_C_NO_CONTEXT) {
        gss_delete_sec_context(&ignored, &handle, GSS_C_NO_BUFFER);
    }
}

void asa_gss_context_destroy(asa_context_t *context)
{
    OM_uint32 minor;

    if (context != NULL) {
        gss_delete_sec_context(&minor, &context->handle, GSS_C_NO_BUFFER);
        free(context);
    }
}

bool asa_gss_use_tickets(const char *cache)
{
    OM_uint32 minor;

    return !GSS_ERROR(gss_krb5_ccache_name(&minor, cache, NULL));
}
