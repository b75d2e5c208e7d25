/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of the token reader: nothing outside the input, one meaning, and that of MIT's
 * decoder.
 */
#include <string.h>

#include "core/token.h"
#include "core/utf8.h"
#include "t/unit/mit_ap_req.h"
#include "t/fuzz/target.h"

static bool lies_inside(const unsigned char *part, size_t part_len, const uint8_t *bytes,
                        size_t len)
{
    return part >= bytes && part <= bytes + len && part_len <= (size_t)(bytes + len - part);
}

/* Escaped text: well-formed UTF-8 without control characters. */
static void check_text(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = strlen(text);

    while (left > 0) {
        uint32_t code;
        size_t length = asa_utf8_next(at, left, &code);
        check(length > 0 && code >= 0x20 && (code < 0x7f || code > 0x9f));
        at += length;
        left -= length;
    }
}

static void check_request(const asa_token_t *out, const uint8_t *bytes, size_t len)
{
    check(out->spn != NULL && out->realm != NULL && out->cipher != NULL);
    check(lies_inside(out->ap_req, out->ap_req_len, bytes, len));
    check(lies_inside(out->cipher, out->cipher_len, out->ap_req, out->ap_req_len));
    check(out->ntlm_type == 0);
    check(out->kvno_known || out->kvno == 0);
    check_text(out->spn);
    check_text(out->realm);
    asa_ap_req_t request = {
        .spn = out->spn,
        .realm = out->realm,
        .etype = out->etype,
        .kvno = out->kvno,
        .kvno_known = out->kvno_known,
        .cipher = out->cipher,
        .cipher_len = out->cipher_len,
    };
    check(*mit_ap_req_differs(out->ap_req, out->ap_req_len, &request) == '\0');
}

static void check_again(apr_pool_t *pool, const asa_token_t *out, const uint8_t *bytes, size_t len)
{
    asa_token_t again;

    check(asa_token_read(pool, bytes, len, &again) == out->kind);
    check(again.ap_req == out->ap_req && again.cipher == out->cipher);
    check(again.ntlm_type == out->ntlm_type && again.offers_kerberos == out->offers_kerberos);
    check(out->spn == NULL || strcmp(again.spn, out->spn) == 0);
    /* nothing may be appended to a DER token */
    if (out->kind != ASA_TOKEN_NTLM && out->kind != ASA_TOKEN_MALFORMED) {
        unsigned char *longer = apr_pcalloc(pool, len + 1);
        memcpy(longer, bytes, len);
        check(asa_token_read(pool, longer, len + 1, &again) == ASA_TOKEN_MALFORMED);
        check(asa_token_read(pool, bytes, len - 1, &again) == ASA_TOKEN_MALFORMED);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    asa_token_t out;

    check(asa_token_read(pool, bytes, len, &out) == out.kind);
    if (out.kind == ASA_TOKEN_MALFORMED) {
        static const asa_token_t zero;
        check(memcmp(&out, &zero, sizeof(out)) == 0);
    }
    check(!out.kerberos_first || out.offers_kerberos);
    check((out.ap_req == NULL) == (out.spn == NULL));
    if (out.ap_req != NULL) {
        check_request(&out, bytes, len);
    }
    check_again(pool, &out, bytes, len);
    apr_pool_destroy(pool);
    return 0;
}
