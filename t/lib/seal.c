/* SPDX-License-Identifier: Apache-2.0
 * Encrypts and signs with Kerberos keys, so that the suites can forge tickets.
 *
 * Reads requests on stdin, answers each with one line of hexadecimal:
 *   seal ETYPE USAGE KEYHEX PLAINHEX      the cipher text of RFC 3961 encryption
 *   sign CKSUMTYPE ETYPE USAGE KEYHEX DATAHEX   the keyed checksum
 *   key ETYPE                             a random key
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <krb5.h>

#include "t/lib/text.h"

static krb5_context context;

static void check(krb5_error_code code, const char *what)
{
    if (code == 0)
        return;
    fprintf(stderr, "seal: %s: %s\n", what, krb5_get_error_message(context, code));
    exit(1);
}

static krb5_keyblock key_from_hex(krb5_enctype etype, const char *hex)
{
    krb5_keyblock key = {KV5M_KEYBLOCK, etype, 0, NULL};
    size_t length;

    key.contents = text_from_hex(hex, &length);
    key.length = (unsigned int)length;
    return key;
}

static void answer_seal(krb5_enctype etype, krb5_keyusage usage, const char *keyhex,
                        const char *plainhex)
{
    krb5_keyblock key = key_from_hex(etype, keyhex);
    krb5_data plain = {KV5M_DATA, 0, NULL};
    krb5_enc_data cipher = {KV5M_ENC_DATA, etype, 0, {KV5M_DATA, 0, NULL}};
    size_t length, sealed;

    plain.data = text_from_hex(plainhex, &length);
    plain.length = (unsigned int)length;
    check(krb5_c_encrypt_length(context, etype, plain.length, &sealed), "length");
    cipher.ciphertext.data = calloc(1, sealed + 1);
    cipher.ciphertext.length = (unsigned int)sealed;
    check(krb5_c_encrypt(context, &key, usage, NULL, &plain, &cipher), "encrypt");
    text_print_hex(cipher.ciphertext.data, cipher.ciphertext.length);
    free(cipher.ciphertext.data);
    free(plain.data);
    free(key.contents);
}

static void answer_sign(krb5_cksumtype type, krb5_enctype etype, krb5_keyusage usage,
                        const char *keyhex, const char *datahex)
{
    krb5_keyblock key = key_from_hex(etype, keyhex);
    krb5_data data = {KV5M_DATA, 0, NULL};
    krb5_checksum sum = {0};
    size_t length;

    data.data = text_from_hex(datahex, &length);
    data.length = (unsigned int)length;
    check(krb5_c_make_checksum(context, type, &key, usage, &data, &sum), "checksum");
    text_print_hex(sum.contents, sum.length);
    krb5_free_checksum_contents(context, &sum);
    free(data.data);
    free(key.contents);
}

static void answer_key(krb5_enctype etype)
{
    krb5_keyblock key = {0};

    check(krb5_c_make_random_key(context, etype, &key), "random key");
    text_print_hex(key.contents, key.length);
    krb5_free_keyblock_contents(context, &key);
}

static void answer(char *line)
{
    char *word[6] = {0};
    int count = 0;
    char *part = strtok(line, " \n");

    while (part != NULL && count < 6) {
        word[count++] = part;
        part = strtok(NULL, " \n");
    }
    if (count == 2 && strcmp(word[0], "key") == 0)
        answer_key(atoi(word[1]));
    else if (count == 5 && strcmp(word[0], "seal") == 0)
        answer_seal(atoi(word[1]), atoi(word[2]), word[3], word[4]);
    else if (count == 6 && strcmp(word[0], "sign") == 0)
        answer_sign(atoi(word[1]), atoi(word[2]), atoi(word[3]), word[4], word[5]);
    else
        check(KRB5_BADMSGTYPE, "unknown request");
    fflush(stdout);
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;

    check(krb5_init_context(&context), "context");
    while (getline(&line, &size, stdin) > 0)
        answer(line);
    free(line);
    krb5_free_context(context);
    return 0;
}
