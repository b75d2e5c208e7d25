/* SPDX-License-Identifier: Apache-2.0
 *
 * Reader of NDR data (C706 chapter 14, as MS-RPCE restricts it): little-endian, naturally aligned.
 *
 * The first thing that does not fit breaks the cursor for good: every later read gives 0, NULL or
 * an empty value, so that a caller may read a whole structure and ask once.  Loops over a count
 * that came from the data must still bound it.
 *
 * Pure, any thread.  Bytes given out point into the caller's buffer, text lives in the pool given.
 */
#ifndef CORE_NDR_H
#define CORE_NDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#include "core/sid.h"

typedef struct asa_ndr_t {
    const unsigned char *start; /* alignment counts from here */
    size_t len;
    size_t at;
    bool broken;
} asa_ndr_t;

/* RPC_UNICODE_STRING (MS-DTYP section 2.3.10) as it stands in its structure, before its text. */
typedef struct asa_ndr_string_t {
    uint16_t length;   /* bytes */
    uint16_t capacity; /* bytes */
    bool present;
} asa_ndr_string_t;

uint16_t asa_ndr_u16(asa_ndr_t *ndr);
uint32_t asa_ndr_u32(asa_ndr_t *ndr);

/* A unique pointer's referent: whether there is data behind it. */
bool asa_ndr_pointer(asa_ndr_t *ndr);

/* The next bytes as they are, NULL when there are not so many. */
const unsigned char *asa_ndr_bytes(asa_ndr_t *ndr, size_t len);

asa_ndr_string_t asa_ndr_string(asa_ndr_t *ndr);

/* The deferred text of a string, as UTF-8; "" for an absent one.  At most 1024 code units.  NULL
 * when the cursor is or gets broken. */
const char *asa_ndr_text(apr_pool_t *pool, asa_ndr_t *ndr, const asa_ndr_string_t *string);

/* A deferred SID, with its conformance in front. */
asa_sid_t asa_ndr_sid(asa_ndr_t *ndr);

/* Breaks the cursor unless the condition holds. */
void asa_ndr_require(asa_ndr_t *ndr, bool holds);

#endif
