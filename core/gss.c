/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds credentials, accepts Negotiate tokens with them and makes tokens for others.
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
    gss_name_t service; /* an initiator's: whom it speaks to */
};

struct asa_forwarded_t {
    gss_cred_id_t cred;
};

struct asa_initiator_t {
    gss_cred_id_t cred;
    gss_name_t service;
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

static apr_status_t release_forwarded(void *data)
{
    asa_forwarded_t *forwarded = data;
    OM_uint32 minor;

    gss_release_cred(&minor, &forwarded->cred);
    return APR_SUCCESS;
}

static void keep_forwarded(apr_pool_t *pool, gss_cred_id_t *cred, asa_accept_t *out)
{
    if (out->outcome == ASA_ACCEPT_DONE && *cred != GSS_C_NO_CREDENTIAL) {
        out->forwarded = apr_palloc(pool, sizeof *out->forwarded);
        out->forwarded->cred = *cred;
        *cred = GSS_C_NO_CREDENTIAL;
        apr_pool_cleanup_register(pool, out->forwarded, release_forwarded, apr_pool_cleanup_null);
    }
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
        keep_forwarded(pool, &delegated, out);
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

static const char *store(apr_pool_t *pool, gss_cred_id_t cred, const char *cache)
{
    gss_key_value_element_desc element = {"ccache", cache};
    gss_key_value_set_desc into = {1, &element};
    OM_uint32 minor, major = gss_store_cred_into(&minor, cred, GSS_C_INITIATE,
                                                 (gss_OID)gss_mech_krb5, 1, 0, &into, NULL, NULL);

    return GSS_ERROR(major) ? explain(pool, major, minor) : NULL;
}

const char *asa_gss_forwarded_store(apr_pool_t *pool, const asa_forwarded_t *forwarded,
                                    const char *cache)
{
    return store(pool, forwarded->cred, cache);
}

/* For Kerberos, bare and inside SPNEGO. */
static OM_uint32 acquire_from(OM_uint32 *minor, const char *cache, gss_cred_id_t *out)
{
    gss_key_value_element_desc element = {"ccache", cache};
    gss_key_value_set_desc from = {1, &element};
    gss_OID_desc mechs[2] = {*gss_mech_krb5, spnego_mech};
    gss_OID_set_desc wanted = {2, mechs};
    gss_OID_set_desc negotiable = {1, mechs};
    OM_uint32 major = gss_acquire_cred_from(minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &wanted,
                                            GSS_C_INITIATE, &from, out, NULL, NULL);

    return GSS_ERROR(major) ? major : gss_set_neg_mechs(minor, *out, &negotiable);
}

static OM_uint32 import_principal(OM_uint32 *minor, const char *principal, gss_name_t *out)
{
    gss_buffer_desc text = {strlen(principal), (void *)principal};

    return gss_import_name(minor, &text, (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME, out);
}

const char *asa_gss_impersonate(apr_pool_t *pool, const char *account, const char *client,
                                const char *into)
{
    gss_OID_set_desc kerberos = {1, (gss_OID)gss_mech_krb5};
    gss_cred_id_t own = GSS_C_NO_CREDENTIAL, theirs = GSS_C_NO_CREDENTIAL;
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor, ignored, major = acquire_from(&minor, account, &own);
    const char *error;

    if (!GSS_ERROR(major)) {
        major = import_principal(&minor, client, &name);
    }
    if (!GSS_ERROR(major)) {
        major = gss_acquire_cred_impersonate_name(&minor, own, name, GSS_C_INDEFINITE, &kerberos,
                                                  GSS_C_INITIATE, &theirs, NULL, NULL);
    }
    error = GSS_ERROR(major) ? explain(pool, major, minor) : store(pool, theirs, into);
    gss_release_cred(&ignored, &theirs);
    gss_release_name(&ignored, &name);
    gss_release_cred(&ignored, &own);
    return error;
}

static apr_status_t release_initiator(void *data)
{
    asa_initiator_t *initiator = data;
    OM_uint32 minor;

    gss_release_name(&minor, &initiator->service);
    gss_release_cred(&minor, &initiator->cred);
    return APR_SUCCESS;
}

const char *asa_gss_initiator_make(apr_pool_t *pool, const char *cache, const char *service,
                                   asa_initiator_t **out)
{
    asa_initiator_t *initiator = apr_pcalloc(pool, sizeof *initiator);
    OM_uint32 minor, major;

    apr_pool_cleanup_register(pool, initiator, release_initiator, apr_pool_cleanup_null);
    major = acquire_from(&minor, cache, &initiator->cred);
    if (!GSS_ERROR(major)) {
        major = import_principal(&minor, service, &initiator->service);
    }
    *out = initiator;
    return GSS_ERROR(major) ? explain(pool, major, minor) : NULL;
}

/* One leg of an initiator.  No credential: a later leg needs none. */
static OM_uint32 step(OM_uint32 *minor, gss_cred_id_t cred, asa_context_t *context,
                      gss_channel_bindings_t channel, gss_buffer_t input, gss_buffer_t output)
{
    return gss_init_sec_context(minor, cred, &context->handle, context->service, &spnego_mech,
                                GSS_C_MUTUAL_FLAG, 0, channel, input, NULL, output, NULL, NULL);
}

const char *asa_gss_initiate(asa_initiator_t *initiator, const unsigned char *bindings,
                             size_t bindings_len, apr_pool_t *pool, asa_context_t **context,
                             const unsigned char **token, size_t *token_len)
{
    struct gss_channel_bindings_struct channel = {0};
    gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
    asa_context_t *made = calloc(1, sizeof *made);
    const char *error = NULL;
    OM_uint32 minor, ignored, major;

    if (made == NULL) {
        return "no memory";
    }
    made->service = initiator->service;
    channel.application_data.value = (void *)bindings;
    channel.application_data.length = bindings_len;
    major = step(&minor, initiator->cred, made, bindings != NULL ? &channel : NULL, NULL, &output);
    if (GSS_ERROR(major)) {
        error = explain(pool, major, minor);
    } else {
        *token = apr_pmemdup(pool, output.value, output.length);
        *token_len = output.length;
        *context = made;
    }
    gss_release_buffer(&ignored, &output);
    if (error != NULL) {
        asa_gss_context_destroy(made);
    }
    return error;
}

const char *asa_gss_initiate_finish(asa_context_t *context, const unsigned char *reply,
                                    size_t reply_len, apr_pool_t *pool)
{
    gss_buffer_desc input = {reply_len, (void *)reply}, output = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, ignored;
    OM_uint32 major = step(&minor, GSS_C_NO_CREDENTIAL, context, NULL, &input, &output);
    const char *error = NULL;

    if (GSS_ERROR(major)) {
        error = explain(pool, major, minor);
    } else if (major != GSS_S_COMPLETE) {
        error = "it asks for another leg";
    }
    gss_release_buffer(&ignored, &output);
    asa_gss_context_destroy(context);
    return error;
}

bool asa_gss_use_tickets(const char *cache)
{
    OM_uint32 minor;

    return !GSS_ERROR(gss_krb5_ccache_name(&minor, cache, NULL));
}
