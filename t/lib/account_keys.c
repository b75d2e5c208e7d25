/* SPDX-License-Identifier: Apache-2.0
 * Makes a key table from an account's password, so that a suite can compare it with the domain
 * controller's.
 *
 * account_keys FILE PRINCIPAL REALM KVNO stated | computer | user [UPN]   (the password on stdin)
 * The salt is what the KDC states, or what follows from the names; it is printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apr_general.h>

#include "core/account_key.h"
#include "core/keytab.h"

static const int32_t etypes[] = {ASA_ETYPE_AES256, ASA_ETYPE_AES128, ASA_ETYPE_RC4};

static void check(const char *defect)
{
    if (defect != NULL) {
        fprintf(stderr, "account_keys: %s\n", defect);
        exit(1);
    }
}

static void find_salt(apr_pool_t *pool, asa_account_password_t *password, int argc, char **argv)
{
    if (strcmp(argv[5], "stated") == 0) {
        check(asa_account_key_salt(pool, password->principal, password->realm, &password->salt));
    } else {
        password->salt =
            asa_account_key_next_salt(pool, password->realm, password->principal,
                                      strcmp(argv[5], "computer") == 0, argc > 6 ? argv[6] : NULL);
    }
    puts(password->salt);
}

static void write_table(apr_pool_t *pool, const char *file, const asa_keys_t *keys)
{
    const asa_replace_rights_t rights = {geteuid(), getegid(), 0600};
    asa_replace_t *replace;
    int error;

    check(asa_replace_begin(pool, file, &replace, &error));
    check(asa_keytab_write(pool, replace, keys, &rights, &error));
}

int main(int argc, char **argv)
{
    asa_account_password_t password = {.etypes = etypes, .etype_count = 3};
    unsigned char text[1024];
    apr_pool_t *pool;
    asa_keys_t keys;

    if (argc < 6 || apr_initialize() != APR_SUCCESS || apr_pool_create(&pool, NULL) != 0) {
        return 2;
    }
    password.principal = argv[2];
    password.realm = argv[3];
    password.kvno = (uint32_t)atol(argv[4]);
    password.utf8 = text;
    password.len = fread(text, 1, sizeof text, stdin);
    find_salt(pool, &password, argc, argv);
    check(asa_account_key_derive(pool, &password, &keys));
    write_table(pool, argv[1], &keys);
    apr_pool_destroy(pool);
    return 0;
}
