/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets a page with libcurl.
 */
#include "asactl/http.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <curl/curl.h>

#define TIMEOUT_MS 5000L

typedef struct {
    CURL *curl;
    struct curl_slist *headers, *connect_to;
    unsigned char *bytes; /* of ASACTL_HTTP_SIZE_MAX */
    size_t len;
    bool overflow;
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

/* Which protocols: by name since libcurl 7.85, where the old option is deprecated. */
static CURLcode limit_protocols(CURL *curl)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static bool prepare(apr_pool_t *pool, visit_t *visit, const char *url, const char *address,
                    const char *ca)
{
    /* "from any host and port, to this address and the same port" */
    const char *connect_to = strchr(address, ':') != NULL
                                 ? apr_pstrcat(pool, "::[", address, "]:", NULL)
                                 : apr_pstrcat(pool, "::", address, ":", NULL);
    CURL *curl = visit->curl = curl_easy_init();

    visit->bytes = malloc(ASACTL_HTTP_SIZE_MAX);
    visit->headers = curl_slist_append(NULL, "Accept: application/json");
    visit->connect_to = curl_slist_append(NULL, connect_to);
    return curl != NULL && visit->bytes != NULL && visit->headers != NULL &&
           visit->connect_to != NULL && limit_protocols(curl) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECT_TO, visit->connect_to) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_INTERFACE, apr_pstrcat(pool, "host!", address, NULL)) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, visit->headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "asactl/" ASA_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAINFO, ca) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, visit->complaint) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, visit) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK;
}

static const char *explain(apr_pool_t *pool, const visit_t *visit, CURLcode code, const char *ca)
{
    const char *words = visit->complaint[0] != '\0' ? visit->complaint : curl_easy_strerror(code);

    if (visit->overflow) {
        return "sends too much";
    }
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return apr_psprintf(pool, "has not answered within %ld s", TIMEOUT_MS / 1000);
    case CURLE_PEER_FAILED_VERIFICATION:
        return apr_psprintf(pool, "has a certificate that %s does not vouch for: %s", ca, words);
    case CURLE_SSL_CACERT_BADFILE:
        return apr_psprintf(pool, "cannot be trusted: %s cannot be read there", ca);
    default:
        return apr_pstrcat(pool, "cannot be read: ", words, NULL);
    }
}

static asactl_http_result_t judge(apr_pool_t *pool, const visit_t *visit, CURLcode code,
                                  const char *ca, asactl_http_page_t *out)
{
    const char *type = NULL;
    long error = 0;

    if (code != CURLE_OK) {
        curl_easy_getinfo(visit->curl, CURLINFO_OS_ERRNO, &error);
        out->error = explain(pool, visit, code, ca);
        return code == CURLE_COULDNT_CONNECT && error == ECONNREFUSED ? ASACTL_HTTP_NOBODY
                                                                      : ASACTL_HTTP_FAILED;
    }
    curl_easy_getinfo(visit->curl, CURLINFO_RESPONSE_CODE, &out->status);
    curl_easy_getinfo(visit->curl, CURLINFO_CONTENT_TYPE, &type);
    out->type = apr_pstrdup(pool, type != NULL ? type : "");
    out->bytes = apr_pmemdup(pool, visit->bytes, visit->len);
    out->len = visit->len;
    return ASACTL_HTTP_ANSWERED;
}

asactl_http_result_t asactl_http_get(apr_pool_t *pool, const char *url, const char *address,
                                     const char *ca, asactl_http_page_t *out)
{
    visit_t *visit = apr_pcalloc(pool, sizeof *visit);
    asactl_http_result_t result = ASACTL_HTTP_FAILED;

    *out = (asactl_http_page_t){.type = "", .error = "cannot be asked: libcurl does not start"};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return result;
    }
    apr_pool_cleanup_register(pool, visit, leave, apr_pool_cleanup_null);
    if (prepare(pool, visit, url, address, ca)) {
        out->error = NULL;
        result = judge(pool, visit, curl_easy_perform(visit->curl), ca, out);
    }
    apr_pool_cleanup_run(pool, visit, leave);
    return result;
}
