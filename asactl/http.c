/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets a page with libcurl.
 */
#include "asactl/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <apr_time.h>
#include <curl/curl.h>

#include "asactl/http_header.h"

#define HEAD_MAX (128 * 1024)
/* How many connections may show another certificate. */
#define AUTHORIZED_MAX 16

typedef struct {
    apr_pool_t *pool;
    const asactl_http_request_t *request;
    CURL *curl;
    struct curl_slist *headers, *connect_to;
    apr_table_t *got; /* headers of the last head that came */
    size_t head_len;
    int status;           /* of that head */
    bool has_head;        /* that of the final answer is there as a whole */
    unsigned char *bytes; /* of ASACTL_HTTP_SIZE_MAX */
    size_t len;
    bool overflow, changes; /* changes: of certificates, on every connection */
    apr_time_t until;
    char complaint[CURL_ERROR_SIZE];
} visit_t;

static apr_status_t leave(void *data)
{
    visit_t *visit = data;

    curl_easy_cleanup(visit->curl);
    curl_slist_free_all(visit->headers);
    curl_slist_free_all(visit->connect_to);
    free(visit->bytes);
    curl_global_cleanup();
    return APR_SUCCESS;
}

static size_t take(char *bytes, size_t one, size_t len, void *data)
{
    visit_t *visit = data;

    if (len > ASACTL_HTTP_SIZE_MAX - visit->len) {
        visit->overflow = true;
        return 0;
    }
    memcpy(visit->bytes + visit->len, bytes, len);
    visit->len += len;
    return len * one;
}

/* A line of a head.  Another one (100 Continue) may stand before that of the answer. */
static size_t take_line(char *line, size_t one, size_t len, void *data)
{
    visit_t *visit = data;
    const char *name, *value;
    int status = asactl_http_header_status(line, len);

    if (len > HEAD_MAX - visit->head_len) {
        visit->overflow = true;
        return 0;
    }
    visit->head_len += len;
    if (status != 0) {
        apr_table_clear(visit->got);
        visit->status = status;
        visit->has_head = false;
    } else if (asactl_http_header_ends(line, len)) {
        visit->has_head = visit->status >= 200;
    } else if (asactl_http_header_read(visit->pool, line, len, &name, &value)) {
        apr_table_addn(visit->got, name, value);
    }
    return len * one;
}

/* Which protocols: by name since libcurl 7.85, where the old option is deprecated. */
static CURLcode limit_protocols(CURL *curl)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* To an address of this machine, from that address, whatever host the URL names. */
static bool stay_here(visit_t *visit, const char *address)
{
    /* "from any host and port, to this address and the same port" */
    const char *connect_to = strchr(address, ':') != NULL
                                 ? apr_pstrcat(visit->pool, "::[", address, "]:", NULL)
                                 : apr_pstrcat(visit->pool, "::", address, ":", NULL);

    visit->connect_to = curl_slist_append(NULL, connect_to);
    return visit->connect_to != NULL &&
           curl_easy_setopt(visit->curl, CURLOPT_CONNECT_TO, visit->connect_to) == CURLE_OK &&
           curl_easy_setopt(visit->curl, CURLOPT_INTERFACE,
                            apr_pstrcat(visit->pool, "host!", address, NULL)) == CURLE_OK;
}

static bool add_header(visit_t *visit, const char *name, const char *value)
{
    struct curl_slist *longer =
        value == NULL
            ? visit->headers
            : curl_slist_append(visit->headers, apr_pstrcat(visit->pool, name, value, NULL));

    visit->headers = longer != NULL ? longer : visit->headers;
    return value == NULL || longer != NULL;
}

static bool set_headers(visit_t *visit, const char *authorization)
{
    struct curl_slist *before = visit->headers;
    bool done;

    visit->headers = NULL;
    done = add_header(visit, "Accept: ", visit->request->accept) &&
           add_header(visit, "Authorization: ", authorization) &&
           curl_easy_setopt(visit->curl, CURLOPT_HTTPHEADER, visit->headers) == CURLE_OK;
    curl_slist_free_all(before);
    return done;
}

static bool prepare(visit_t *visit)
{
    const asactl_http_request_t *request = visit->request;
    CURL *curl = visit->curl = curl_easy_init();

    visit->bytes = malloc(ASACTL_HTTP_SIZE_MAX);
    visit->got = apr_table_make(visit->pool, 16);
    return curl != NULL && visit->bytes != NULL && set_headers(visit, request->authorization) &&
           (request->address == NULL || stay_here(visit, request->address)) &&
           limit_protocols(curl) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_URL, request->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CERTINFO, request->authorize != NULL ? 1L : 0L) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "asactl/" ASA_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAINFO, request->ca) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           /* a session that goes on shows no certificate */
           curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, visit->complaint) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, visit) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_line) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, visit) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK;
}

/* --- one request, or several on one connection --- */

static CURLcode perform(visit_t *visit)
{
    apr_time_t left = visit->until - apr_time_now();

    visit->head_len = visit->len = 0;
    visit->status = 0;
    visit->has_head = visit->overflow = false;
    visit->complaint[0] = '\0';
    return left <= 0 || curl_easy_setopt(visit->curl, CURLOPT_TIMEOUT_MS,
                                         (long)apr_time_as_msec(left) + 1) != CURLE_OK
               ? CURLE_OPERATION_TIMEDOUT
               : curl_easy_perform(visit->curl);
}

/* Was another connection made for the last request?  Then its certificate is learnt. */
static bool learn(const visit_t *visit, asa_channel_bindings_t *out)
{
    struct curl_certinfo *chain = NULL;
    long connections = 0;

    if (curl_easy_getinfo(visit->curl, CURLINFO_NUM_CONNECTS, &connections) == CURLE_OK &&
        connections == 0) {
        return false;
    }
    *out = (asa_channel_bindings_t){0};
    if (curl_easy_getinfo(visit->curl, CURLINFO_CERTINFO, &chain) == CURLE_OK && chain != NULL &&
        chain->num_of_certs > 0) {
        for (const struct curl_slist *one = chain->certinfo[0]; one != NULL; one = one->next) {
            if (strncmp(one->data, "Cert:", 5) == 0 &&
                asa_channel_bindings_from_pem(visit->pool, one->data + 5, strlen(one->data + 5),
                                              out) != NULL) {
                *out = (asa_channel_bindings_t){0};
            }
        }
    }
    return true;
}

static bool same(const asa_channel_bindings_t *a, const asa_channel_bindings_t *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

/* The token is bound to the certificate that the first connection shows.  Where that does not stay,
 * others follow until one shows it again. */
static CURLcode perform_all(visit_t *visit)
{
    const asactl_http_request_t *request = visit->request;
    asa_channel_bindings_t bound = {0}, shown = {0};
    CURLcode code = perform(visit);

    if (request->authorize == NULL || !visit->has_head) {
        return code;
    }
    (void)learn(visit, &bound);
    for (int i = 0; i < AUTHORIZED_MAX; i++) {
        const char *header = request->authorize(request->baton, visit->pool, &bound);
        if (header == NULL || !set_headers(visit, header)) {
            return code;
        }
        code = perform(visit);
        if (!visit->has_head || !learn(visit, &shown) || same(&shown, &bound)) {
            return code;
        }
    }
    visit->has_head = false;
    visit->changes = true;
    return code;
}

static const char *explain(const visit_t *visit, CURLcode code)
{
    const char *words = visit->complaint[0] != '\0' ? visit->complaint : curl_easy_strerror(code);
    const char *ca = visit->request->ca;

    if (visit->overflow) {
        return "sends too much";
    }
    if (visit->changes) {
        return "shows another certificate on each connection and keeps none open, so that no token "
               "can be bound to one";
    }
    switch (code) {
    case CURLE_OK:
        return "hangs up in the middle of its answer";
    case CURLE_OPERATION_TIMEDOUT:
        return apr_psprintf(visit->pool, "has not answered within %d s", visit->request->seconds);
    case CURLE_PEER_FAILED_VERIFICATION:
        return apr_psprintf(visit->pool, "has a certificate that %s does not vouch for: %s", ca,
                            words);
    case CURLE_SSL_CACERT_BADFILE:
        return apr_psprintf(visit->pool, "cannot be trusted: %s cannot be read there", ca);
    default:
        return apr_pstrcat(visit->pool, "cannot be read: ", words, NULL);
    }
}

static asactl_http_result_t result_of(const visit_t *visit, CURLcode code)
{
    long error = 0;

    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return ASACTL_HTTP_NO_ADDRESS;
    case CURLE_OPERATION_TIMEDOUT:
        return ASACTL_HTTP_LATE;
    case CURLE_PEER_FAILED_VERIFICATION:
        return ASACTL_HTTP_UNTRUSTED;
    case CURLE_COULDNT_CONNECT:
        curl_easy_getinfo(visit->curl, CURLINFO_OS_ERRNO, &error);
        return error == ECONNREFUSED ? ASACTL_HTTP_NOBODY : ASACTL_HTTP_FAILED;
    default:
        return ASACTL_HTTP_FAILED;
    }
}

static asactl_http_result_t judge(const visit_t *visit, CURLcode code, asactl_http_page_t *out)
{
    const char *type = NULL;

    if (!visit->has_head || (code != CURLE_OK && !visit->request->only_head)) {
        out->error = explain(visit, code);
        return result_of(visit, code);
    }
    curl_easy_getinfo(visit->curl, CURLINFO_RESPONSE_CODE, &out->status);
    curl_easy_getinfo(visit->curl, CURLINFO_CONTENT_TYPE, &type);
    out->type = apr_pstrdup(visit->pool, type != NULL ? type : "");
    out->headers = visit->got;
    if (!visit->request->only_head) {
        out->bytes = apr_pmemdup(visit->pool, visit->bytes, visit->len);
        out->len = visit->len;
    }
    return ASACTL_HTTP_ANSWERED;
}

asactl_http_result_t asactl_http_get(apr_pool_t *pool, const asactl_http_request_t *request,
                                     asactl_http_page_t *out)
{
    visit_t *visit = apr_pcalloc(pool, sizeof *visit);
    asactl_http_result_t result = ASACTL_HTTP_FAILED;

    *out = (asactl_http_page_t){.type = "",
                                .headers = apr_table_make(pool, 1),
                                .error = "cannot be asked: libcurl does not start"};
    visit->pool = pool;
    visit->request = request;
    visit->until = apr_time_now() + apr_time_from_sec(request->seconds);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return result;
    }
    apr_pool_cleanup_register(pool, visit, leave, apr_pool_cleanup_null);
    if (prepare(visit)) {
        out->error = NULL;
        result = judge(visit, perform_all(visit), out);
    }
    apr_pool_cleanup_run(pool, visit, leave);
    return result;
}
