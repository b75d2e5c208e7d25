/* SPDX-License-Identifier: Apache-2.0
 *
 * Channel bindings of type tls-server-end-point (RFC 5929 section 4) for a server certificate.
 *
 * The application data is "tls-server-end-point:" and the certificate's hash, made with the hash
 * function of the certificate's signature; MD5 and SHA-1 count as SHA-256.  A signature without a
 * hash function of its own (Ed25519) defines no bindings.
 *
 * Threads: any.  Results live in the pool given.
 */
#ifndef CORE_CHANNEL_BINDINGS_H
#define CORE_CHANNEL_BINDINGS_H

#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

typedef struct asa_channel_bindings_t {
    const unsigned char *bytes;
    size_t len;
} asa_channel_bindings_t;

struct x509_st; /* OpenSSL's X509 */

/* The bindings of a certificate.  Returns NULL and *out, or a sentence. */
const char *asa_channel_bindings_from_certificate(apr_pool_t *pool, struct x509_st *certificate,
                                                  asa_channel_bindings_t *out);

/* The name of the type of its key, as OpenSSL knows it ("rsaEncryption", "id-ecPublicKey"); a
 * constant. */
const char *asa_channel_bindings_key_type(struct x509_st *certificate);

/* When it ends to be valid; 0 if that cannot be said. */
apr_time_t asa_channel_bindings_until(struct x509_st *certificate);

/* OpenSSL's sentence for the result of a verification; a constant. */
const char *asa_channel_bindings_defect(long result);

/* The bindings of the first certificate in PEM text.  Returns NULL and *out, or a sentence. */
const char *asa_channel_bindings_from_pem(apr_pool_t *pool, const char *pem, size_t len,
                                          asa_channel_bindings_t *out);

/* The same from a file. */
const char *asa_channel_bindings_from_file(apr_pool_t *pool, const char *file,
                                           asa_channel_bindings_t *out);

/* "sha256:" and the certificate's hash in hexadecimal; the name goes by the hash's length. */
const char *asa_channel_bindings_text(apr_pool_t *pool, const asa_channel_bindings_t *bindings);

#endif
