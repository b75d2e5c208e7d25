/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder with a krb5.conf of the tests, and an opener of the keys that a node holds.
 */
#ifndef T_UNIT_TICKET_OPENER_H
#define T_UNIT_TICKET_OPENER_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "core/keyring.h"
#include "core/ticket.h"
#include "t/unit/ticket_keys.h"

#include "t/unit/own_folder.h"

static inline void configure(const char *more)
{
    const char *path = in_folder("krb5.conf");
    const char *text =
        apr_pstrcat(pool, "[libdefaults]\ndefault_realm = CORP.TAILSPINTOYS.COM\n", more, NULL);

    folder_write(path, text, strlen(text));
    setenv("KRB5_CONFIG", path, 1);
}

static inline int open_all(void **state)
{
    int status = open_folder(state);

    configure("");
    return status;
}

static inline asa_opener_t *opener_of(size_t count)
{
    static const char *const node[] = {"cas-1.corp.tailspintoys.com"};
    asa_keys_t list = {keys, count};
    const asa_keyring_t *ring = asa_keyring_make(pool, &list, node, 1);
    asa_opener_t *opener;

    assert_null(asa_ticket_opener_make(pool, ring, &opener));
    return opener;
}

static inline asa_token_t token_of(der_t bytes)
{
    asa_token_t token;

    assert_int_equal(asa_token_read(pool, bytes.bytes, bytes.len, &token), ASA_TOKEN_KERBEROS);
    return token;
}

static inline int key_of(asa_opener_t *opener, const asa_token_t *token)
{
    bool forwardable = true;
    int key = asa_ticket_key(opener, token, &forwardable);

    assert_true(key >= 0 || !forwardable);
    return key;
}

#endif
