/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads access lists.
 */
#include "asactl/access_right.h"

#include <stdbool.h>
#include <string.h>

#include "asactl/ldap.h"

#define DESCRIPTOR_HEAD 20
#define LIST_HEAD       8
#define ENTRY_HEAD      8 /* type, flags, size, mask */
#define SID_HEAD        8
#define GENERIC_ALL     0x10000000U
#define DACL_PRESENT    0x0004U
#define INHERIT_ONLY    0x08U
#define HAS_TYPE        0x1U /* of an object entry */
#define HAS_INHERITED   0x2U

enum {
    ALLOW = 0,
    DENY = 1,
    ALLOW_OBJECT = 5,
    DENY_OBJECT = 6,
    CONDITIONAL = 9,
    CONDITIONAL_END = 12
};

const unsigned char asactl_access_computer[ASACTL_ACCESS_CLASS_LEN] = {
    0x86, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11, 0xa2, 0x85, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2};
const unsigned char asactl_access_user[ASACTL_ACCESS_CLASS_LEN] = {
    0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11, 0xa2, 0x85, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2};

/* Whom a directory makes out from the object: PRINCIPAL_SELF (S-1-5-10), OWNER_RIGHTS (S-1-3-4). */
static const unsigned char by_object[][SID_HEAD + 4] = {
    {1, 1, 0, 0, 0, 0, 0, 5, 10, 0, 0, 0},
    {1, 1, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0},
};

typedef struct {
    const unsigned char *bytes;
    size_t len;
} span_t;

static uint32_t read16(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t read32(const unsigned char *at)
{
    return read16(at) | read16(at + 2) << 16;
}

/* The SID that begins here; an empty span if there is none. */
static span_t read_sid(span_t from)
{
    size_t len = from.len < SID_HEAD ? 0 : SID_HEAD + 4 * (size_t)from.bytes[1];

    return len == 0 || from.bytes[0] != 1 || len > from.len ? (span_t){NULL, 0}
                                                            : (span_t){from.bytes, len};
}

static bool same(span_t sid, const unsigned char *bytes, size_t len)
{
    return sid.len == len && memcmp(sid.bytes, bytes, len) == 0;
}

static bool holds(const apr_array_header_t *sids, span_t sid)
{
    for (int i = 0; i < sids->nelts; i++) {
        const asactl_ldap_value_t *one = &APR_ARRAY_IDX(sids, i, asactl_ldap_value_t);

        if (same(sid, one->bytes, one->len)) {
            return true;
        }
    }
    return false;
}

static bool is_by_object(span_t sid)
{
    for (size_t i = 0; i < sizeof by_object / sizeof by_object[0]; i++) {
        if (same(sid, by_object[i], sizeof by_object[i])) {
            return true;
        }
    }
    return false;
}

typedef enum { SILENT, ALLOWS, DENIES, UNCLEAR } word_t;

typedef struct {
    const apr_array_header_t *sids;
    uint32_t right;
    const unsigned char *object_class;
} question_t;

/* Skips the class of an object entry; false if it is about another class, or is cut off. */
static bool take_class(span_t *rest, const question_t *question, bool *cut)
{
    const unsigned char *type;
    size_t len;

    *cut = rest->len < 4;
    if (*cut) {
        return false;
    }
    uint32_t flags = read32(rest->bytes);
    type = rest->bytes + 4;
    len = 4 + ((flags & HAS_TYPE) != 0 ? ASACTL_ACCESS_CLASS_LEN : 0) +
          ((flags & HAS_INHERITED) != 0 ? ASACTL_ACCESS_CLASS_LEN : 0);
    *cut = rest->len < len;
    if (*cut) {
        return false;
    }
    *rest = (span_t){rest->bytes + len, rest->len - len};
    return (flags & HAS_TYPE) == 0 ||
           memcmp(type, question->object_class, ASACTL_ACCESS_CLASS_LEN) == 0;
}

/* What one entry says to the question. */
static word_t read_entry(span_t entry, const question_t *question)
{
    unsigned type = entry.bytes[0];
    bool object = type == ALLOW_OBJECT || type == DENY_OBJECT, cut = false;
    span_t rest = {entry.bytes + ENTRY_HEAD, entry.len - ENTRY_HEAD}, sid;

    if ((entry.bytes[1] & INHERIT_ONLY) != 0 ||
        (read32(entry.bytes + 4) & (question->right | GENERIC_ALL)) == 0) {
        return SILENT;
    }
    if (type >= CONDITIONAL && type <= CONDITIONAL_END) {
        return UNCLEAR;
    }
    if (type != ALLOW && type != DENY && !object) {
        return SILENT;
    }
    if (object && !take_class(&rest, question, &cut)) {
        return cut ? UNCLEAR : SILENT;
    }
    sid = read_sid(rest);
    if (sid.len == 0 || is_by_object(sid)) {
        return UNCLEAR;
    }
    return !holds(question->sids, sid)             ? SILENT
           : type == ALLOW || type == ALLOW_OBJECT ? ALLOWS
                                                   : DENIES;
}

/* The first entry that says something decides; one that is unclear before it leaves it open. */
static asactl_access_t read_list(span_t list, const question_t *question)
{
    uint32_t count = read16(list.bytes + 4);

    list = (span_t){list.bytes + LIST_HEAD, list.len - LIST_HEAD};
    for (uint32_t i = 0; i < count; i++) {
        size_t len = list.len < ENTRY_HEAD ? 0 : read16(list.bytes + 2);
        word_t word = len < ENTRY_HEAD || len > list.len
                          ? UNCLEAR
                          : read_entry((span_t){list.bytes, len}, question);

        if (word != SILENT) {
            return word == ALLOWS   ? ASACTL_ACCESS_GRANTED
                   : word == DENIES ? ASACTL_ACCESS_REFUSED
                                    : ASACTL_ACCESS_UNKNOWN;
        }
        list = (span_t){list.bytes + len, list.len - len};
    }
    return ASACTL_ACCESS_REFUSED;
}

asactl_access_t asactl_access_right(const unsigned char *descriptor, size_t len,
                                    const apr_array_header_t *sids, uint32_t right,
                                    const unsigned char object_class[ASACTL_ACCESS_CLASS_LEN])
{
    const question_t question = {sids, right, object_class};
    size_t at, size;

    if (len < DESCRIPTOR_HEAD || descriptor[0] != 1) {
        return ASACTL_ACCESS_UNKNOWN;
    }
    at = read32(descriptor + 16);
    /* Without a list, everything is granted. */
    if ((read16(descriptor + 2) & DACL_PRESENT) == 0 || at == 0) {
        return ASACTL_ACCESS_GRANTED;
    }
    if (at > len || len - at < LIST_HEAD) {
        return ASACTL_ACCESS_UNKNOWN;
    }
    size = read16(descriptor + at + 2);
    if (size < LIST_HEAD || size > len - at) {
        return ASACTL_ACCESS_UNKNOWN;
    }
    return read_list((span_t){descriptor + at, size}, &question);
}
