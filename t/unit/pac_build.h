/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes KERB_VALIDATION_INFO with any field wrong, for tests of its reader.
 */
#ifndef T_UNIT_PAC_BUILD_H
#define T_UNIT_PAC_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A string's announcement and its text; the text is ASCII, or UTF-16LE units when given. */
typedef struct pac_string_t {
    unsigned length, capacity;
    bool present;
    unsigned room, offset, units; /* what stands in front of the text */
    const uint16_t *text;
} pac_string_t;

typedef struct pac_sid_t {
    bool present;
    unsigned room, revision, count;
} pac_sid_t;

typedef struct pac_list_t {
    bool present;
    unsigned count, room, written;
} pac_list_t;

/* All of it; pac_good() is a whole one with two domain groups, one extra SID, one resource group.
 */
typedef struct pac_build_t {
    unsigned char header[4];
    int object_len_error;
    size_t padding, more; /* inside the object and after it */
    bool present;
    unsigned user_id;
    pac_string_t name, domain;
    pac_list_t groups, extra, resources;
    unsigned first_group; /* 0: 2000 */
    unsigned user_account_control;
    bool extra_pointer;
    pac_sid_t domain_sid, extra_sid, resource_sid;
} pac_build_t;

typedef struct pac_bytes_t {
    unsigned char bytes[1 << 16];
    size_t len;
} pac_bytes_t;

static inline pac_string_t pac_good_string(const uint16_t *text, unsigned units)
{
    return (pac_string_t){2 * units, 2 * units, true, units, 0, units, text};
}

static inline pac_build_t pac_good(void)
{
    static const uint16_t user[] = {'w', 0xe9};
    static const uint16_t domain[] = {'D', 'O', 'M'};

    return (pac_build_t){
        .header = {1, 0x10, 8, 0},
        .present = true,
        .user_id = 1000,
        .name = pac_good_string(user, 2),
        .domain = pac_good_string(domain, 3),
        .groups = {true, 2, 2, 2},
        .extra = {true, 1, 1, 1},
        .resources = {true, 1, 1, 1},
        .extra_pointer = true,
        .domain_sid = {true, 4, 1, 4},
        .extra_sid = {true, 2, 1, 2},
        .resource_sid = {true, 4, 1, 4},
    };
}

static inline void pac_u16(pac_bytes_t *to, unsigned value)
{
    to->bytes[to->len++] = (unsigned char)value;
    to->bytes[to->len++] = (unsigned char)(value >> 8);
}

static inline void pac_u32(pac_bytes_t *to, unsigned value)
{
    while (to->len % 4 != 0) {
        to->bytes[to->len++] = 0;
    }
    pac_u16(to, value & 0xffff);
    pac_u16(to, value >> 16);
}

static inline void pac_zeros(pac_bytes_t *to, size_t len)
{
    memset(to->bytes + to->len, 0, len);
    to->len += len;
}

static inline void pac_announce(pac_bytes_t *to, pac_string_t string)
{
    pac_u16(to, string.length);
    pac_u16(to, string.capacity);
    pac_u32(to, string.present ? 0x20000 : 0);
}

static inline void pac_text(pac_bytes_t *to, pac_string_t string)
{
    if (!string.present) {
        return;
    }
    pac_u32(to, string.room);
    pac_u32(to, string.offset);
    pac_u32(to, string.units);
    for (unsigned i = 0; i < string.units; i++) {
        pac_u16(to, string.text[i]);
    }
}

static inline void pac_members(pac_bytes_t *to, pac_list_t list, unsigned first)
{
    if (!list.present) {
        return;
    }
    pac_u32(to, list.room);
    for (unsigned i = 0; i < list.written; i++) {
        pac_u32(to, first + i);
        pac_u32(to, 7);
    }
}

static inline void pac_sid(pac_bytes_t *to, pac_sid_t sid)
{
    static const unsigned char authority[] = {0, 0, 0, 0, 0, 5};

    if (!sid.present) {
        return;
    }
    pac_u32(to, sid.room);
    pac_u16(to, sid.revision | sid.count << 8);
    memcpy(to->bytes + to->len, authority, sizeof(authority));
    to->len += sizeof(authority);
    for (unsigned i = 0; i < sid.room; i++) {
        pac_u32(to, 20 + i);
    }
}

static inline void pac_fixed(pac_bytes_t *to, const pac_build_t *from)
{
    pac_u32(to, from->present ? 0x20000 : 0);
    pac_zeros(to, 6 * 8);
    pac_announce(to, from->name);
    for (int i = 0; i < 5; i++) {
        pac_announce(to, (pac_string_t){0});
    }
    pac_u32(to, 0);
    pac_u32(to, from->user_id);
    pac_u32(to, 513);
    pac_u32(to, from->groups.count);
    pac_u32(to, from->groups.present);
    pac_zeros(to, 4 + 16);
    pac_announce(to, (pac_string_t){0});
    pac_announce(to, from->domain);
    pac_u32(to, from->domain_sid.present);
    pac_zeros(to, 8);
    pac_u32(to, from->user_account_control);
    pac_zeros(to, 4 + 16 + 4 + 4);
    pac_u32(to, from->extra.count);
    pac_u32(to, from->extra.present);
    pac_u32(to, from->resource_sid.present);
    pac_u32(to, from->resources.count);
    pac_u32(to, from->resources.present);
}

static inline void pac_write(pac_bytes_t *to, const pac_build_t *from)
{
    to->len = 0;
    memcpy(to->bytes, from->header, sizeof(from->header));
    to->len = sizeof(from->header);
    pac_zeros(to, 12);
    pac_fixed(to, from);
    pac_text(to, from->name);
    pac_members(to, from->groups, from->first_group != 0 ? from->first_group : 2000);
    pac_text(to, from->domain);
    pac_sid(to, from->domain_sid);
    if (from->extra.present) {
        pac_u32(to, from->extra.room);
    }
    for (unsigned i = 0; i < from->extra.written; i++) {
        pac_u32(to, from->extra_pointer);
        pac_u32(to, 7);
    }
    for (unsigned i = 0; i < from->extra.written; i++) {
        pac_sid(to, from->extra_sid);
    }
    pac_sid(to, from->resource_sid);
    pac_members(to, from->resources, 3000);
    pac_zeros(to, from->padding);
    size_t object_len = to->len - 16 + (size_t)from->object_len_error;
    pac_zeros(to, from->more);
    for (int i = 0; i < 4; i++) {
        to->bytes[8 + i] = (unsigned char)(object_len >> 8 * i);
    }
}

#endif
