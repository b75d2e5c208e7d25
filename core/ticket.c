/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the key that opens a ticket and diagnoses tickets that are not accepted.
 */
#include "core/ticket.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <krb5.h>

#include "core/der.h"

/* RFC 4120 section 5.3: the tag of what is sealed, and a bit in the first byte of its flags */
#define ENC_TICKET_PART 3
#define FORWARDABLE     0x40

/* No account has more keys of one enctype in use; a longer list only costs an attacker's victim
 * time. */
#define CANDIDATES_MAX 64

struct asa_opener_t {
    const asa_keyring_t *ring;
    krb5_context context; /* not thread-safe, hence the mutex */
    pthread_mutex_t mutex;
};

static apr_status_t close_opener(void *data)
{
    asa_opener_t *opener = data;

    krb5_free_context(opener->context);
    pthread_mutex_destroy(&opener->mutex);
    return APR_SUCCESS;
}

const char *asa_ticket_opener_make(apr_pool_t *pool, const asa_keyring_t *ring, asa_opener_t **out)
{
    asa_opener_t *opener = apr_pcalloc(pool, sizeof *opener);
    krb5_error_code code = krb5_init_context(&opener->context);

    if (code != 0) {
        return apr_psprintf(pool, "the Kerberos library does not start (error %ld); see krb5.conf",
                            (long)code);
    }
    opener->ring = ring;
    pthread_mutex_init(&opener->mutex, NULL);
    apr_pool_cleanup_register(pool, opener, close_opener, apr_pool_cleanup_null);
    *out = opener;
    return NULL;
}

static krb5_keyblock block_of(const asa_key_t *key)
{
    return (krb5_keyblock){
        .enctype = key->etype,
        .length = (unsigned)key->len,
        .contents = (krb5_octet *)key->bytes,
    };
}

/* EncTicketPart ::= [APPLICATION 3] SEQUENCE { flags [0] TicketFlags, ... }, and padding behind it.
 */
static bool is_forwardable(const unsigned char *plain, size_t len)
{
    asa_der_t in = {plain, len};
    asa_der_t part, body, flags;

    return asa_der_take(&in, ASA_DER_APPLICATION(ENC_TICKET_PART), &part) &&
           asa_der_take(&part, ASA_DER_SEQUENCE, &body) &&
           asa_der_take_explicit(&body, ASA_DER_CONTEXT(0), ASA_DER_BIT_STRING, &flags) &&
           flags.left >= 2 && (flags.at[1] & FORWARDABLE) != 0;
}

static bool opens(asa_opener_t *opener, const asa_key_t *key, const asa_token_t *token,
                  unsigned char *plain, bool *forwardable)
{
    krb5_keyblock block = block_of(key);
    krb5_enc_data sealed = {0};
    krb5_data result = {0};

    sealed.enctype = token->etype;
    sealed.ciphertext.data = (char *)token->cipher;
    sealed.ciphertext.length = (unsigned)token->cipher_len;
    result.data = (char *)plain;
    result.length = (unsigned)token->cipher_len;
    if (krb5_c_decrypt(opener->context, &block, KRB5_KEYUSAGE_KDC_REP_TICKET, NULL, &sealed,
                       &result) != 0) {
        return false;
    }
    *forwardable = is_forwardable(plain, result.length);
    return true;
}

static int find_key(asa_opener_t *opener, const asa_token_t *token, bool *forwardable)
{
    size_t candidates[CANDIDATES_MAX];
    size_t count = asa_keyring_candidates(opener->ring, token->etype, token->kvno_known,
                                          token->kvno, candidates, CANDIDATES_MAX);
    unsigned char *plain = count > 0 ? malloc(token->cipher_len + 1) : NULL;
    int found = -1;

    for (size_t i = 0; plain != NULL && found < 0 && i < count; i++) {
        if (opens(opener, asa_keyring_key(opener->ring, candidates[i]), token, plain,
                  forwardable)) {
            found = (int)candidates[i];
        }
    }
    if (plain != NULL) {
        explicit_bzero(plain, token->cipher_len);
        free(plain);
    }
    return found;
}

int asa_ticket_key(asa_opener_t *opener, const asa_token_t *token, bool *forwardable)
{
    int found = -1;

    *forwardable = false;
    if (token->cipher != NULL) {
        pthread_mutex_lock(&opener->mutex);
        found = find_key(opener, token, forwardable);
        pthread_mutex_unlock(&opener->mutex);
    }
    return found;
}

static asa_reason_t reason_of(krb5_error_code code)
{
    switch (code) {
    case 0:
        return ASA_REASON_NONE;
    case KRB5KRB_AP_ERR_SKEW:
        return ASA_REASON_CLOCK_SKEW;
    case KRB5KRB_AP_ERR_TKT_EXPIRED:
        return ASA_REASON_TICKET_EXPIRED;
    case KRB5KRB_AP_ERR_TKT_NYV:
        return ASA_REASON_TICKET_NOT_YET_VALID;
    case KRB5_NOPERM_ETYPE:
        return ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED;
    case KRB5KRB_AP_ERR_MSG_TYPE:
    case KRB5KRB_AP_ERR_BADVERSION:
    case KRB5KRB_AP_ERR_BADMATCH:
    case KRB5KRB_AP_ERR_BAD_INTEGRITY:
        return ASA_REASON_TOKEN_MALFORMED;
    default:
        return code >= ASN1_BAD_TIMEFORMAT && code <= ASN1_BAD_TIMEFORMAT + 32
                   ? ASA_REASON_TOKEN_MALFORMED
                   : ASA_REASON_ACCEPT_FAILED;
    }
}

/* Without KRB5_AUTH_CONTEXT_DO_TIME no replay cache is asked, so that the second look at a token is
 * not a replay.  The key that opens the ticket is given as a user-to-user key would be; no key
 * table is needed. */
static asa_reason_t read_again(asa_opener_t *opener, const asa_token_t *token, const asa_key_t *key,
                               apr_pool_t *pool, const char **detail_out)
{
    krb5_auth_context auth = NULL;
    krb5_keyblock block = block_of(key);
    krb5_data request = {0};
    krb5_error_code code = krb5_auth_con_init(opener->context, &auth);

    request.data = (char *)token->ap_req;
    request.length = (unsigned)token->ap_req_len;
    if (code == 0) {
        krb5_auth_con_setflags(opener->context, auth, 0);
        code = krb5_auth_con_setuseruserkey(opener->context, auth, &block);
    }
    if (code == 0) {
        code = krb5_rd_req(opener->context, &auth, &request, NULL, NULL, NULL, NULL);
    }
    if (code != 0) {
        const char *text = krb5_get_error_message(opener->context, code);
        *detail_out = apr_pstrdup(pool, text);
        krb5_free_error_message(opener->context, text);
    }
    krb5_auth_con_free(opener->context, auth);
    return reason_of(code);
}

asa_reason_t asa_ticket_diagnose(asa_opener_t *opener, const asa_token_t *token, apr_pool_t *pool,
                                 const char **detail_out)
{
    asa_reason_t reason;
    bool forwardable;
    int key;

    *detail_out = NULL;
    if (token->ap_req == NULL || token->cipher == NULL) {
        return ASA_REASON_TOKEN_MALFORMED;
    }
    pthread_mutex_lock(&opener->mutex);
    key = find_key(opener, token, &forwardable);
    reason = key < 0 ? asa_keyring_explain(opener->ring, token->spn, token->etype,
                                           token->kvno_known, token->kvno)
                     : read_again(opener, token, asa_keyring_key(opener->ring, (size_t)key), pool,
                                  detail_out);
    pthread_mutex_unlock(&opener->mutex);
    return reason;
}
