/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads who the user is from the PAC's logon information, and the UPN from its own buffer.
 */
#include "core/pac.h"

#include <string.h>

#include "core/ndr.h"
#include "core/utf8.h"

/* MS-RPCE section 2.2.6: common and private header of a serialized type */
#define HEADER_LEN           16
#define HEADER_VERSION       1
#define HEADER_LITTLE_ENDIAN 0x10
#define HEADER_COMMON_LEN    8
/* An object is padded to a multiple of 8. */
#define PADDING_MAX 7
/* Domain groups, extra SIDs and resource groups together; Windows stops at 1,015 in a token. */
#define GROUPS_MAX      4096
#define FILE_TIME_LEN   8
#define SESSION_KEY_LEN 16
/* MS-PAC section 2.10 */
#define UPN_HEADER_LEN       12
#define UPN_EXTENDED_LEN     20
#define UPN_FLAG_CONSTRUCTED 1
#define UPN_FLAG_EXTENDED    2
#define UPN_UNITS_MAX        1024
/* MS-SAMR section 2.2.1.12, and the relative identifier of the group Protected Users */
#define USER_NOT_DELEGATED  0x4000
#define PROTECTED_USERS_RID 525

/* The strings of KERB_VALIDATION_INFO, in the order in which their texts follow. */
enum { EFFECTIVE_NAME, FULL_NAME, SCRIPT, PROFILE, HOME, HOME_DRIVE, STRINGS_BEFORE_GROUPS };
enum { SERVER, DOMAIN_NAME, STRINGS_AFTER_GROUPS };

/* KERB_VALIDATION_INFO itself; what its pointers lead to follows it. */
typedef struct validation_t {
    asa_ndr_string_t first[STRINGS_BEFORE_GROUPS];
    asa_ndr_string_t second[STRINGS_AFTER_GROUPS];
    uint32_t user_id;
    uint32_t user_account_control;
    uint32_t group_count;
    bool has_groups;
    bool has_domain_sid;
    uint32_t extra_count;
    bool has_extra;
    bool has_resource_sid;
    uint32_t resource_count;
    bool has_resources;
} validation_t;

/* The groups read so far; room is for all that were announced. */
typedef struct group_list_t {
    const char **sids;
    size_t count;
} group_list_t;

static void open_object(asa_ndr_t *ndr, const unsigned char *bytes, size_t len)
{
    memset(ndr, 0, sizeof(*ndr));
    asa_ndr_t header = {bytes, len, 0, false};
    const unsigned char *common = asa_ndr_bytes(&header, HEADER_COMMON_LEN);
    uint32_t object_len = asa_ndr_u32(&header);

    asa_ndr_u32(&header); /* filler */
    if (header.broken || common[0] != HEADER_VERSION || common[1] != HEADER_LITTLE_ENDIAN ||
        common[2] != HEADER_COMMON_LEN || common[3] != 0 || object_len > len - HEADER_LEN ||
        len - HEADER_LEN - object_len > PADDING_MAX) {
        ndr->broken = true;
        return;
    }
    ndr->start = bytes + HEADER_LEN;
    ndr->len = object_len;
}

static void read_validation(asa_ndr_t *ndr, validation_t *info)
{
    asa_ndr_require(ndr, asa_ndr_pointer(ndr));
    asa_ndr_bytes(ndr, 6 * FILE_TIME_LEN); /* logon, logoff, kickoff, three of the password */
    for (size_t i = 0; i < STRINGS_BEFORE_GROUPS; i++) {
        info->first[i] = asa_ndr_string(ndr);
    }
    asa_ndr_u16(ndr); /* LogonCount */
    asa_ndr_u16(ndr); /* BadPasswordCount */
    info->user_id = asa_ndr_u32(ndr);
    asa_ndr_u32(ndr); /* PrimaryGroupId: one of the groups */
    info->group_count = asa_ndr_u32(ndr);
    info->has_groups = asa_ndr_pointer(ndr);
    asa_ndr_u32(ndr); /* UserFlags */
    asa_ndr_bytes(ndr, SESSION_KEY_LEN);
    for (size_t i = 0; i < STRINGS_AFTER_GROUPS; i++) {
        info->second[i] = asa_ndr_string(ndr);
    }
    info->has_domain_sid = asa_ndr_pointer(ndr);
    asa_ndr_bytes(ndr, 2 * sizeof(uint32_t)); /* Reserved1 */
    info->user_account_control = asa_ndr_u32(ndr);
    asa_ndr_u32(ndr);                      /* SubAuthStatus */
    asa_ndr_bytes(ndr, 2 * FILE_TIME_LEN); /* last good and last failed logon */
    asa_ndr_u32(ndr);                      /* FailedILogonCount */
    asa_ndr_u32(ndr);                      /* Reserved3 */
    info->extra_count = asa_ndr_u32(ndr);
    info->has_extra = asa_ndr_pointer(ndr);
    info->has_resource_sid = asa_ndr_pointer(ndr);
    info->resource_count = asa_ndr_u32(ndr);
    info->has_resources = asa_ndr_pointer(ndr);

    asa_ndr_require(ndr, info->group_count <= GROUPS_MAX && info->extra_count <= GROUPS_MAX &&
                             info->resource_count <= GROUPS_MAX);
    asa_ndr_require(ndr,
                    info->group_count + info->extra_count + info->resource_count <= GROUPS_MAX);
    asa_ndr_require(ndr, info->has_groups || info->group_count == 0);
    asa_ndr_require(ndr, info->has_extra || info->extra_count == 0);
    asa_ndr_require(ndr, info->has_resources || info->resource_count == 0);
}

/* An array of GROUP_MEMBERSHIP.  Only their place is noted: the domain's SID may come later. */
static const unsigned char *read_memberships(asa_ndr_t *ndr, bool present, uint32_t count)
{
    if (!present) {
        return NULL;
    }
    asa_ndr_require(ndr, asa_ndr_u32(ndr) == count);
    return asa_ndr_bytes(ndr, (size_t)count * 8);
}

static void add_members(apr_pool_t *pool, asa_ndr_t *ndr, const asa_sid_t *domain,
                        const unsigned char *memberships, uint32_t count, group_list_t *groups)
{
    asa_ndr_t each = {memberships, (size_t)count * 8, 0, ndr->broken};

    for (uint32_t i = 0; i < count && !ndr->broken; i++) {
        const char *sid = asa_sid_member(pool, domain, asa_ndr_u32(&each));
        asa_ndr_u32(&each); /* attributes */
        asa_ndr_require(ndr, domain->count > 0 && sid != NULL);
        groups->sids[groups->count++] = sid;
    }
}

static bool has_member(const unsigned char *memberships, uint32_t count, uint32_t wanted)
{
    asa_ndr_t each = {memberships, (size_t)count * 8, 0, memberships == NULL};

    for (uint32_t i = 0; i < count && !each.broken; i++) {
        if (asa_ndr_u32(&each) == wanted) {
            return true;
        }
        asa_ndr_u32(&each); /* attributes */
    }
    return false;
}

/* ExtraSids: pointers first, then the SIDs.  With a UserId of 0 the first of them is the user. */
static void read_extra(apr_pool_t *pool, asa_ndr_t *ndr, const validation_t *info,
                       const char **user_sid, group_list_t *groups)
{
    if (info->has_extra) {
        asa_ndr_require(ndr, asa_ndr_u32(ndr) == info->extra_count);
    }
    for (uint32_t i = 0; i < info->extra_count && !ndr->broken; i++) {
        asa_ndr_require(ndr, asa_ndr_pointer(ndr));
        asa_ndr_u32(ndr); /* attributes */
    }
    for (uint32_t i = 0; i < info->extra_count && !ndr->broken; i++) {
        asa_sid_t sid = asa_ndr_sid(ndr);
        if (*user_sid == NULL) {
            *user_sid = asa_sid_text(pool, &sid);
        } else {
            groups->sids[groups->count++] = asa_sid_text(pool, &sid);
        }
    }
}

static void read_logon(apr_pool_t *pool, asa_ndr_t *ndr, const validation_t *info,
                       asa_pac_logon_t *out)
{
    const char *first[STRINGS_BEFORE_GROUPS];
    const char *second[STRINGS_AFTER_GROUPS];
    group_list_t groups = {NULL, 0};
    asa_sid_t domain = {0, 0, {0}};
    asa_sid_t resource_domain = {0, 0, {0}};

    for (size_t i = 0; i < STRINGS_BEFORE_GROUPS; i++) {
        first[i] = asa_ndr_text(pool, ndr, &info->first[i]);
    }
    const unsigned char *members = read_memberships(ndr, info->has_groups, info->group_count);
    for (size_t i = 0; i < STRINGS_AFTER_GROUPS; i++) {
        second[i] = asa_ndr_text(pool, ndr, &info->second[i]);
    }
    if (info->has_domain_sid) {
        domain = asa_ndr_sid(ndr);
    }
    if (ndr->broken) {
        return;
    }
    size_t most = info->group_count + info->extra_count + info->resource_count;
    groups.sids = apr_pcalloc(pool, sizeof(*groups.sids) * (most + 1));
    add_members(pool, ndr, &domain, members, info->group_count, &groups);
    out->not_delegated = (info->user_account_control & USER_NOT_DELEGATED) != 0 ||
                         has_member(members, info->group_count, PROTECTED_USERS_RID);
    if (info->user_id != 0) {
        asa_ndr_require(ndr, domain.count > 0);
        out->user_sid = asa_sid_member(pool, &domain, info->user_id);
        asa_ndr_require(ndr, out->user_sid != NULL);
    }
    read_extra(pool, ndr, info, &out->user_sid, &groups);
    if (info->has_resource_sid) {
        resource_domain = asa_ndr_sid(ndr);
    }
    members = read_memberships(ndr, info->has_resources, info->resource_count);
    add_members(pool, ndr, &resource_domain, members, info->resource_count, &groups);

    asa_ndr_require(ndr, out->user_sid != NULL && *first[EFFECTIVE_NAME] != '\0');
    asa_ndr_require(ndr, ndr->len - ndr->at <= PADDING_MAX);
    out->account_name = first[EFFECTIVE_NAME];
    out->full_name = first[FULL_NAME];
    out->domain_name = second[DOMAIN_NAME];
    out->group_sids = groups.sids;
    out->group_count = groups.count;
}

bool asa_pac_read_logon(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                        asa_pac_logon_t *out)
{
    asa_ndr_t ndr;
    validation_t info;

    memset(out, 0, sizeof(*out));
    memset(&info, 0, sizeof(info));
    open_object(&ndr, bytes, len);
    read_validation(&ndr, &info);
    if (!ndr.broken) {
        read_logon(pool, &ndr, &info, out);
    }
    if (ndr.broken) {
        memset(out, 0, sizeof(*out));
    }
    return !ndr.broken;
}

/* Length and offset of a part of UPN_DNS_INFO: the part, or NULL when it is not behind the header
 * and inside the buffer. */
static const unsigned char *read_part(asa_ndr_t *ndr, size_t header_len, size_t *part_len)
{
    *part_len = asa_ndr_u16(ndr);
    size_t offset = asa_ndr_u16(ndr);

    if (*part_len == 0) {
        return ndr->broken ? NULL : ndr->start;
    }
    asa_ndr_require(ndr, offset >= header_len && offset <= ndr->len);
    asa_ndr_require(ndr, !ndr->broken && *part_len <= ndr->len - offset);
    return ndr->broken ? NULL : ndr->start + offset;
}

static const char *read_name(apr_pool_t *pool, asa_ndr_t *ndr, size_t header_len)
{
    size_t part_len;
    const unsigned char *part = read_part(ndr, header_len, &part_len);

    if (part == NULL || part_len % 2 != 0 || part_len > 2 * UPN_UNITS_MAX) {
        return NULL;
    }
    char *text = apr_palloc(pool, part_len / 2 * 3 + 1);
    return asa_utf8_from_utf16(part, part_len / 2, text) ? text : NULL;
}

bool asa_pac_read_upn(apr_pool_t *pool, const unsigned char *bytes, size_t len, asa_pac_upn_t *out)
{
    asa_ndr_t ndr = {bytes, len, 0, false};
    size_t header_len = UPN_HEADER_LEN;
    size_t part_len;

    memset(out, 0, sizeof(*out));
    if (len < UPN_HEADER_LEN) {
        return false;
    }
    if (bytes[8] & UPN_FLAG_EXTENDED) {
        header_len = UPN_EXTENDED_LEN;
    }
    const char *upn = read_name(pool, &ndr, header_len);
    const char *dns_domain = read_name(pool, &ndr, header_len);
    uint32_t flags = asa_ndr_u32(&ndr);
    if (flags & UPN_FLAG_EXTENDED) {
        /* account name and SID: the logon information has them; they must only be where they say */
        read_part(&ndr, header_len, &part_len);
        read_part(&ndr, header_len, &part_len);
    }
    if (ndr.broken || upn == NULL || dns_domain == NULL) {
        return false;
    }
    out->upn = upn;
    out->dns_domain = dns_domain;
    out->constructed = (flags & UPN_FLAG_CONSTRUCTED) != 0;
    return true;
}
