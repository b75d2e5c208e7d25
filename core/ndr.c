/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads NDR's integers, strings and SIDs, and stops for good at the first that does not fit.
 */
#include "core/ndr.h"

#include <string.h>

#include "core/utf8.h"

#define TEXT_UNITS_MAX 1024
#define SID_REVISION   1
#define AUTHORITY_LEN  6

void asa_ndr_require(asa_ndr_t *ndr, bool holds)
{
    ndr->broken = ndr->broken || !holds;
}

const unsigned char *asa_ndr_bytes(asa_ndr_t *ndr, size_t len)
{
    asa_ndr_require(ndr, len <= ndr->len - ndr->at);
    if (ndr->broken) {
        return NULL;
    }
    const unsigned char *bytes = ndr->start + ndr->at;
    ndr->at += len;
    return bytes;
}

static void align(asa_ndr_t *ndr, size_t size)
{
    asa_ndr_bytes(ndr, (size - ndr->at % size) % size);
}

uint16_t asa_ndr_u16(asa_ndr_t *ndr)
{
    align(ndr, sizeof(uint16_t));
    const unsigned char *bytes = asa_ndr_bytes(ndr, sizeof(uint16_t));

    return bytes == NULL ? 0 : (uint16_t)(bytes[0] | bytes[1] << 8);
}

uint32_t asa_ndr_u32(asa_ndr_t *ndr)
{
    align(ndr, sizeof(uint32_t));
    uint32_t low = asa_ndr_u16(ndr);
    uint32_t high = asa_ndr_u16(ndr);

    return ndr->broken ? 0 : low | high << 16;
}

bool asa_ndr_pointer(asa_ndr_t *ndr)
{
    return asa_ndr_u32(ndr) != 0;
}

asa_ndr_string_t asa_ndr_string(asa_ndr_t *ndr)
{
    asa_ndr_string_t string;

    string.length = asa_ndr_u16(ndr);
    string.capacity = asa_ndr_u16(ndr);
    string.present = asa_ndr_pointer(ndr);
    return string;
}

const char *asa_ndr_text(apr_pool_t *pool, asa_ndr_t *ndr, const asa_ndr_string_t *string)
{
    size_t units = string->length / 2;

    asa_ndr_require(ndr, string->length % 2 == 0 && string->length <= string->capacity);
    if (!string->present) {
        asa_ndr_require(ndr, string->length == 0);
        return ndr->broken ? NULL : "";
    }
    /* conformant and varying: room, offset and length come again, and must be what was announced */
    asa_ndr_require(ndr, asa_ndr_u32(ndr) == string->capacity / 2U);
    asa_ndr_require(ndr, asa_ndr_u32(ndr) == 0);
    asa_ndr_require(ndr, asa_ndr_u32(ndr) == units && units <= TEXT_UNITS_MAX);
    const unsigned char *bytes = asa_ndr_bytes(ndr, 2 * units);
    if (bytes == NULL) {
        return NULL;
    }
    char *text = apr_palloc(pool, 3 * units + 1);
    asa_ndr_require(ndr, asa_utf8_from_utf16(bytes, units, text));
    return ndr->broken ? NULL : text;
}

asa_sid_t asa_ndr_sid(asa_ndr_t *ndr)
{
    asa_sid_t sid;

    memset(&sid, 0, sizeof(sid));
    uint32_t room = asa_ndr_u32(ndr);
    const unsigned char *head = asa_ndr_bytes(ndr, 2 + AUTHORITY_LEN);
    if (head == NULL) {
        return sid;
    }
    asa_ndr_require(ndr, head[0] == SID_REVISION && head[1] == room && room > 0 &&
                             room <= ASA_SID_SUB_AUTHORITIES_MAX);
    if (ndr->broken) {
        return sid;
    }
    for (size_t i = 0; i < AUTHORITY_LEN; i++) {
        sid.authority = sid.authority << 8 | head[2 + i];
    }
    sid.count = room;
    for (size_t i = 0; i < sid.count; i++) {
        sid.sub_authority[i] = asa_ndr_u32(ndr);
    }
    return sid;
}
