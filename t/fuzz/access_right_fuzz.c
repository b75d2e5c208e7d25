/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of access lists: any bytes get an answer, and to somebody without a SID a list never
 * grants what it does not grant to everybody.
 *
 * The input is a security descriptor; its last 12 bytes are the caller's SID.
 */
#include <string.h>

#include "asactl/access_right.h"
#include "asactl/ldap.h"
#include "t/fuzz/target.h"

#define SID_LEN      12
#define DACL_PRESENT 4

static bool has_list(const uint8_t *bytes, size_t len)
{
    return len >= 20 && (bytes[2] & DACL_PRESENT) != 0 &&
           (bytes[16] | bytes[17] | bytes[18] | bytes[19]) != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint32_t rights[] = {ASACTL_ACCESS_DELETE, ASACTL_ACCESS_DELETE_CHILD};
    apr_pool_t *pool;
    apr_array_header_t *sids, *nobody;
    unsigned char *copy;

    if (len < SID_LEN) {
        return 0;
    }
    pool = make_pool();
    sids = apr_array_make(pool, 1, sizeof(asactl_ldap_value_t));
    nobody = apr_array_make(pool, 1, sizeof(asactl_ldap_value_t));
    APR_ARRAY_PUSH(sids, asactl_ldap_value_t) =
        (asactl_ldap_value_t){bytes + len - SID_LEN, SID_LEN};
    len -= SID_LEN;
    /* A copy of its own size, so that a byte too far is seen. */
    copy = malloc(len > 0 ? len : 1);
    check(copy != NULL);
    memcpy(copy, bytes, len);
    for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
        asactl_access_t theirs =
            asactl_access_right(copy, len, nobody, rights[i], asactl_access_user);

        (void)asactl_access_right(copy, len, sids, rights[i], asactl_access_computer);
        check(theirs != ASACTL_ACCESS_GRANTED || !has_list(copy, len));
    }
    free(copy);
    apr_pool_destroy(pool);
    return 0;
}
