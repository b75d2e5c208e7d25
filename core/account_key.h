/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys of an account from its password (RFC 3961 string-to-key), as a domain controller makes them.
 *
 * The salt of a key is fixed when its password is set, and follows from the names that the account
 * has then.  What the KDC states (PA-ETYPE-INFO2) is the salt of the password of now, which is
 * another one if a name has changed since.
 *
 * Keys and passwords are secrets; keys are wiped when their pool is cleared.  They lie in the
 * pool's ordinary memory: whoever must keep them from the swap locks that of the process.  Any
 * thread.
 */
#ifndef CORE_ACCOUNT_KEY_H
#define CORE_ACCOUNT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#include "core/keytab_format.h"

#define ASA_ETYPE_AES128 17
#define ASA_ETYPE_AES256 18
#define ASA_ETYPE_RC4    23

/* The salt of the AES keys that the next password will have (MS-KILE section 3.1.1.2).  sam:
 * sAMAccountName; upn: userPrincipalName of a user account, NULL or empty if it has none.  NULL if
 * it is one that domain controllers need not read alike: without a name, with a backslash or with a
 * second at sign. */
const char *asa_account_key_next_salt(apr_pool_t *pool, const char *realm, const char *sam,
                                      bool computer, const char *upn);

typedef struct asa_account_password_t {
    const char *principal; /* "EXCH2016ASA$" */
    const char *realm;
    const unsigned char *utf8; /* the password */
    size_t len;
    const char *salt;
    uint32_t kvno;
    uint32_t timestamp;
    const int32_t *etypes;
    size_t etype_count;
} asa_account_password_t;

/* One key for each enctype, in that order.  Returns NULL, or a sentence (from the pool). */
const char *asa_account_key_derive(apr_pool_t *pool, const asa_account_password_t *password,
                                   asa_keys_t *out);

/* Eight hexadecimal digits by which two holders can tell whether they hold the same key: taken from
 * the key's pseudo-random function (RFC 3961 section 3), which does not lead back to it. */
const char *asa_account_key_id(apr_pool_t *pool, const asa_key_t *key);

#endif
