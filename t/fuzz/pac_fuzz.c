/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of both PAC readers: whole text, well-formed SIDs, bounded counts, one meaning.
 */
#include <string.h>

#include "core/pac.h"
#include "core/utf8.h"
#include "t/fuzz/target.h"

static void check_text(const char *text)
{
    check(text != NULL);
    const unsigned char *at = (const unsigned char *)text;
    size_t left = strlen(text);

    while (left > 0) {
        size_t length = asa_utf8_next(at, left, NULL);
        check(length > 0);
        at += length;
        left -= length;
    }
}

static void check_sid(const char *sid)
{
    check(sid != NULL && strncmp(sid, "S-1-", 4) == 0);
    check(strspn(sid + 4, "0123456789ABCDEFx-") == strlen(sid + 4));
    check(strlen(sid) < 4 + 14 + 15 * 11 + 1);
}

static void check_logon(apr_pool_t *pool, const uint8_t *bytes, size_t len)
{
    static const asa_pac_logon_t zero;
    asa_pac_logon_t out;
    asa_pac_logon_t again;

    if (!asa_pac_read_logon(pool, bytes, len, &out)) {
        check(memcmp(&out, &zero, sizeof(out)) == 0);
        return;
    }
    check_text(out.account_name);
    check_text(out.full_name);
    check_text(out.domain_name);
    check(*out.account_name != '\0');
    check_sid(out.user_sid);
    check(out.group_count <= 4096 && out.group_count * 8 <= len);
    for (size_t i = 0; i < out.group_count; i++) {
        check_sid(out.group_sids[i]);
    }
    check(asa_pac_read_logon(pool, bytes, len, &again));
    check(strcmp(again.account_name, out.account_name) == 0);
    check(strcmp(again.user_sid, out.user_sid) == 0 && again.group_count == out.group_count);
    check(!asa_pac_read_logon(pool, bytes, len - 8, &again));
}

static void check_upn(apr_pool_t *pool, const uint8_t *bytes, size_t len)
{
    static const asa_pac_upn_t zero;
    asa_pac_upn_t out;
    asa_pac_upn_t again;

    if (!asa_pac_read_upn(pool, bytes, len, &out)) {
        check(memcmp(&out, &zero, sizeof(out)) == 0);
        return;
    }
    check_text(out.upn);
    check_text(out.dns_domain);
    check(asa_pac_read_upn(pool, bytes, len, &again) && strcmp(again.upn, out.upn) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();

    check_logon(pool, bytes, len);
    check_upn(pool, bytes, len);
    apr_pool_destroy(pool);
    return 0;
}
