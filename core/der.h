/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict reader of DER elements (X.690 section 10): definite, minimal lengths and single-byte tags.
 *
 * Written here because OpenSSL's ASN.1 templates also read BER (indefinite and padded lengths,
 * constructed strings), which leaves room for two readers to see two different messages in the same
 * bytes.  What this reader takes has exactly one reading.
 *
 * Pure, any thread, no allocation.  A cursor points into the caller's bytes.
 */
#ifndef CORE_DER_H
#define CORE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Identifier octets (X.690 section 8.1.2) of the universal types that our messages use. */
#define ASA_DER_INTEGER        0x02
#define ASA_DER_BIT_STRING     0x03
#define ASA_DER_OCTET_STRING   0x04
#define ASA_DER_OID            0x06
#define ASA_DER_ENUMERATED     0x0a
#define ASA_DER_GENERAL_STRING 0x1b
#define ASA_DER_SEQUENCE       0x30
/* Constructed [APPLICATION n] and [n], n < 31. */
#define ASA_DER_APPLICATION(n) (0x60 | (n))
#define ASA_DER_CONTEXT(n)     (0xa0 | (n))

/* What is left to read. */
typedef struct asa_der_t {
    const unsigned char *at;
    size_t left;
} asa_der_t;

/* Whether the next element has this identifier octet. */
bool asa_der_is(const asa_der_t *in, unsigned char tag);

/* Steps over the next element, which must have this tag and be whole, and gives its contents.  On
 * false neither cursor is changed. */
bool asa_der_take(asa_der_t *in, unsigned char tag, asa_der_t *contents);

/* The same for an EXPLICIT field: an element `outer` that holds exactly one element `inner`. */
bool asa_der_take_explicit(asa_der_t *in, unsigned char outer, unsigned char inner,
                           asa_der_t *contents);

/* Takes an EXPLICIT INTEGER from low to high, in its shortest encoding. */
bool asa_der_take_integer(asa_der_t *in, unsigned char outer, int64_t low, int64_t high,
                          int64_t *value);

#endif
