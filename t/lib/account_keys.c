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
#include <apr_strings.h>
#include <krb5.h>

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

/* What the KDC says to an AS-REQ without pre-authentication that offers AES only: the salt of the
 * account's present AES keys (PA-ETYPE-INFO2, RFC 4120 section 5.2.7.5). */
static const char *stated_salt(apr_pool_t *pool, const char *principal, const char *realm)
{
    krb5_enctype aes[] = {ASA_ETYPE_AES256, ASA_ETYPE_AES128}, etype = 0;
    krb5_get_init_creds_opt *options = NULL;
    krb5_data salt = {0}, parameters = {0};
    krb5_context context;
    krb5_principal client;
    const char *copy;

    check(krb5_init_context(&context) == 0 ? NULL : "no Kerberos");
    check(krb5_build_principal(context, &client, (unsigned)strlen(realm), realm, principal,
                               (char *)NULL) == 0
              ? NULL
              : "no principal");
    check(krb5_get_init_creds_opt_alloc(context, &options) == 0 ? NULL : "no options");
    krb5_get_init_creds_opt_set_etype_list(options, aes, 2);
    check(krb5_get_etype_info(context, client, options, &etype, &salt, &parameters) == 0 &&
                  salt.length > 0
              ? NULL
              : "the KDC states no salt");
    copy = apr_pstrmemdup(pool, salt.data, salt.length);
    krb5_free_data_contents(context, &parameters);
    krb5_free_data_contents(context, &salt);
    krb5_get_init_creds_opt_free(context, options);
    krb5_free_principal(context, client);
    krb5_free_context(context);
    return copy;
}

static void find_salt(apr_pool_t *pool, asa_account_password_t *password, int argc, char **argv)
{
    if (strcmp(argv[5], "stated") == 0) {
        password->salt = stated_salt(pool, password->principal, password->realm);
    } else {
        password->salt =
            asa_account_key_next_salt(pool, password->realm, password->principal,
                                      strcmp(argv[5], "computer") == 0, argc > 6 ? argv[6] : NULL);
    }
    check(password->salt != NULL ? NULL : "the names leave the salt open");
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
