/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes a server certificate into channel bindings.
 */
#include "core/channel_bindings.h"

#include <limits.h>
#include <string.h>

#include <apr_strings.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static const char prefix[] = "tls-server-end-point:";
#define PREFIX_LEN (sizeof prefix - 1)

/* X509_get_signature_info knows the hash of RSA-PSS parameters too. */
static const EVP_MD *hash_of(X509 *certificate)
{
    int hash = NID_undef;

    if (X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) != 1 || hash == NID_undef) {
        return NULL;
    }
    if (hash == NID_md5 || hash == NID_sha1 || hash == NID_md5_sha1) {
        return EVP_sha256();
    }
    return EVP_get_digestbynid(hash);
}

static const char *bind_to(apr_pool_t *pool, X509 *certificate, asa_channel_bindings_t *out)
{
    const EVP_MD *hash = hash_of(certificate);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char *bytes;
    unsigned len = 0;

    if (hash == NULL) {
        return "has a signature without a hash function, for which RFC 5929 defines no channel "
               "bindings";
    }
    if (X509_digest(certificate, hash, digest, &len) != 1) {
        return "cannot be hashed";
    }
    bytes = apr_palloc(pool, PREFIX_LEN + len);
    memcpy(bytes, prefix, PREFIX_LEN);
    memcpy(bytes + PREFIX_LEN, digest, len);
    out->bytes = bytes;
    out->len = PREFIX_LEN + len;
    return NULL;
}

/* Takes the BIO, and back every error that it and the reading leave with this thread: a TLS
 * connection served by it later would take them for its own.  An encrypted certificate gets an
 * empty pass phrase, so that nobody is asked for one. */
static const char *bind_to_bio(apr_pool_t *pool, BIO *bio, asa_channel_bindings_t *out)
{
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, (void *)"");
    const char *defect =
        certificate != NULL ? bind_to(pool, certificate, out) : "holds no certificate in PEM form";

    X509_free(certificate);
    BIO_free(bio);
    return defect;
}

const char *asa_channel_bindings_from_certificate(apr_pool_t *pool, struct x509_st *certificate,
                                                  asa_channel_bindings_t *out)
{
    const char *defect;

    *out = (asa_channel_bindings_t){0};
    ERR_set_mark();
    defect = bind_to(pool, certificate, out);
    ERR_pop_to_mark();
    return defect;
}

const char *asa_channel_bindings_key_type(X509 *certificate)
{
    return OBJ_nid2ln(EVP_PKEY_base_id(X509_get0_pubkey(certificate)));
}

apr_time_t asa_channel_bindings_until(X509 *certificate)
{
    const ASN1_TIME *end = X509_get0_notAfter(certificate);
    int days, seconds;

    if (end == NULL || ASN1_TIME_diff(&days, &seconds, NULL, end) != 1) {
        return 0;
    }
    return apr_time_now() + apr_time_from_sec((apr_time_t)days * 86400 + seconds);
}

const char *asa_channel_bindings_defect(long result)
{
    return X509_verify_cert_error_string(result);
}

const char *asa_channel_bindings_from_pem(apr_pool_t *pool, const char *pem, size_t len,
                                          asa_channel_bindings_t *out)
{
    const char *defect = "is too large";

    *out = (asa_channel_bindings_t){0};
    ERR_set_mark();
    if (len <= INT_MAX) {
        BIO *bio = BIO_new_mem_buf(pem, (int)len);
        defect = bio == NULL ? "cannot be read" : bind_to_bio(pool, bio, out);
    }
    ERR_pop_to_mark();
    return defect;
}

const char *asa_channel_bindings_from_file(apr_pool_t *pool, const char *file,
                                           asa_channel_bindings_t *out)
{
    const char *defect;
    BIO *bio;

    *out = (asa_channel_bindings_t){0};
    ERR_set_mark();
    bio = BIO_new_file(file, "r");
    defect = bio == NULL ? "cannot be read" : bind_to_bio(pool, bio, out);
    ERR_pop_to_mark();
    return defect;
}

const char *asa_channel_bindings_text(apr_pool_t *pool, const asa_channel_bindings_t *bindings)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = bindings->len > PREFIX_LEN ? bindings->len - PREFIX_LEN : 0;
    char *hex = apr_palloc(pool, 2 * len + 1);

    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = digits[bindings->bytes[PREFIX_LEN + i] >> 4];
        hex[2 * i + 1] = digits[bindings->bytes[PREFIX_LEN + i] & 15];
    }
    hex[2 * len] = '\0';
    return apr_psprintf(pool, "sha%u:%s", (unsigned)len * 8, hex);
}
