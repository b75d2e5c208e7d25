/* SPDX-License-Identifier: Apache-2.0
 *
 * Channel bindings of certificates of every kind of signature, compared with what the openssl
 * program says of the same certificates.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/channel_bindings.h"

#include <stdbool.h>
#include <pty.h>
#include <string.h>
#include <sys/wait.h>

#include <apr_general.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "t/unit/own_folder.h"

#define PREFIX "tls-server-end-point:"

static EVP_PKEY *rsa, *ec, *ed25519;

static EVP_PKEY *make_key(int type)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(type, NULL);
    EVP_PKEY *key = NULL;

    assert_int_equal(EVP_PKEY_keygen_init(context), 1);
    if (type == EVP_PKEY_RSA) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048), 1);
    } else if (type == EVP_PKEY_EC) {
        assert_int_equal(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_secp384r1), 1);
    }
    assert_int_equal(EVP_PKEY_keygen(context, &key), 1);
    EVP_PKEY_CTX_free(context);
    return key;
}

static int open_all(void **state)
{
    open_folder(state);
    rsa = make_key(EVP_PKEY_RSA);
    ec = make_key(EVP_PKEY_EC);
    ed25519 = make_key(EVP_PKEY_ED25519);
    return 0;
}

static int close_all(void **state)
{
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(ed25519);
    return close_folder(state);
}

static const char *text_of(BIO *bio)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);
    const char *text = apr_pstrmemdup(pool, bytes, (apr_size_t)len);

    BIO_free(bio);
    return text;
}

static void sign(X509 *certificate, EVP_PKEY *key, const char *hash, bool pss)
{
    const EVP_MD *digest = hash != NULL ? EVP_get_digestbyname(hash) : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *details;

    assert_int_equal(EVP_DigestSignInit(context, &details, digest, NULL, key), 1);
    if (pss) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(details, 32), 1);
    }
    assert_true(X509_sign_ctx(certificate, context) > 0);
    EVP_MD_CTX_free(context);
}

static const char *make_certificate(EVP_PKEY *key, const char *hash, bool pss)
{
    X509 *certificate = X509_new();
    BIO *bio = BIO_new(BIO_s_mem());
    X509_NAME *name = X509_get_subject_name(certificate);

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"mail", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    sign(certificate, key, hash, pss);
    assert_int_equal(PEM_write_bio_X509(bio, certificate), 1);
    X509_free(certificate);
    return text_of(bio);
}

static const char *hex_of(const unsigned char *bytes, size_t len)
{
    const char *text = "";

    for (size_t i = 0; i < len; i++) {
        text = apr_psprintf(pool, "%s%02x", text, bytes[i]);
    }
    return text;
}

/* What another program makes of the same certificate. */
static const char *openssl_digest(const char *pem, const char *hash)
{
    const char *path = in_folder("digest.pem");
    char line[300] = "";
    FILE *program;

    folder_write(path, pem, strlen(pem));
    program = popen(
        apr_psprintf(pool, "openssl x509 -in '%s' -outform DER | openssl dgst -%s -r", path, hash),
        "r");
    assert_non_null(fgets(line, sizeof line, program));
    assert_int_equal(pclose(program), 0);
    return apr_pstrmemdup(pool, line, strcspn(line, " "));
}

static asa_channel_bindings_t bindings_of(const char *pem)
{
    asa_channel_bindings_t out;

    assert_null(asa_channel_bindings_from_pem(pool, pem, strlen(pem), &out));
    return out;
}

static void hash_is_that_of_the_signature(void **state)
{
    const struct {
        EVP_PKEY *key;
        const char *signature;
        bool pss;
        const char *bindings;
    } table[] = {
        {rsa, "sha256", false, "sha256"}, {rsa, "sha1", false, "sha256"},
        {rsa, "md5", false, "sha256"},    {rsa, "sha224", false, "sha224"},
        {rsa, "sha384", false, "sha384"}, {rsa, "sha512", false, "sha512"},
        {rsa, "sha256", true, "sha256"},  {rsa, "sha384", true, "sha384"},
        {rsa, "sha1", true, "sha256"},    {ec, "sha256", false, "sha256"},
        {ec, "sha384", false, "sha384"},  {ec, "sha1", false, "sha256"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *pem = make_certificate(table[i].key, table[i].signature, table[i].pss);
        asa_channel_bindings_t out = bindings_of(pem);
        size_t prefix = strlen(PREFIX);
        assert_true(out.len > prefix);
        assert_memory_equal(out.bytes, PREFIX, prefix);
        assert_string_equal(hex_of(out.bytes + prefix, out.len - prefix),
                            openssl_digest(pem, table[i].bindings));
        assert_string_equal(asa_channel_bindings_text(pool, &out),
                            apr_pstrcat(pool, table[i].bindings, ":",
                                        openssl_digest(pem, table[i].bindings), NULL));
    }
}

/* After any defect nothing is left with the thread that a TLS connection could take for its own. */
static void expect_defect(const char *pem, size_t len)
{
    asa_channel_bindings_t out = {(const unsigned char *)"", 7};

    assert_non_null(asa_channel_bindings_from_pem(pool, pem, len, &out));
    assert_null(out.bytes);
    assert_int_equal(out.len, 0);
    assert_int_equal(ERR_peek_error(), 0);
}

static void signature_without_a_hash_defines_none(void **state)
{
    const char *pem = make_certificate(ed25519, NULL, false);

    (void)state;
    expect_defect(pem, strlen(pem));
}

static void broken_text_is_a_defect(void **state)
{
    const char *pem = make_certificate(rsa, "sha256", false);
    size_t len = strlen(pem);
    char *broken = apr_pstrdup(pool, pem);

    (void)state;
    expect_defect("", 0);
    expect_defect("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", 54);
    expect_defect(pem, (size_t)INT32_MAX + 1);
    for (size_t cut = 0; cut < len - 1; cut += 11) {
        expect_defect(pem, cut);
    }
    broken[40] = '!';
    expect_defect(broken, len);
    broken[40] = pem[40] == 'A' ? 'B' : 'A'; /* base64, but another length in DER */
    expect_defect(broken, len);
    assert_non_null(bindings_of(pem).bytes);
}

/* Errors that others left with this thread stay theirs. */
static void errors_of_others_are_kept(void **state)
{
    asa_channel_bindings_t out;
    unsigned long first, last;

    (void)state;
    ERR_clear_error();
    assert_null(BIO_new_file(in_folder("missing"), "r"));
    first = ERR_peek_error();
    last = ERR_peek_last_error();
    assert_int_not_equal(last, 0);
    assert_non_null(asa_channel_bindings_from_pem(pool, "x", 1, &out));
    assert_non_null(asa_channel_bindings_from_file(pool, in_folder("missing"), &out));
    assert_int_equal(ERR_peek_error(), first);
    assert_int_equal(ERR_peek_last_error(), last);
    ERR_clear_error();
}

/* A file as administrators keep them: key, certificate, chain. */
static void first_certificate_of_a_file_counts(void **state)
{
    const char *leaf = make_certificate(rsa, "sha384", false);
    const char *issuer = make_certificate(ec, "sha256", false);
    const char *path = in_folder("server.pem"), *all;
    asa_channel_bindings_t expected = bindings_of(leaf), out;
    BIO *bio = BIO_new(BIO_s_mem());

    (void)state;
    PEM_write_bio_PrivateKey(bio, rsa, EVP_aes_128_cbc(), (unsigned char *)"secret", 6, NULL, NULL);
    all = apr_pstrcat(pool, "comment\n", text_of(bio), leaf, issuer, NULL);
    folder_write(path, all, strlen(all));
    assert_null(asa_channel_bindings_from_file(pool, path, &out));
    assert_int_equal(out.len, expected.len);
    assert_memory_equal(out.bytes, expected.bytes, out.len);
}

static void file_without_a_certificate_is_a_defect(void **state)
{
    const char *path = in_folder("none.pem");
    asa_channel_bindings_t out;

    (void)state;
    assert_string_equal(asa_channel_bindings_from_file(pool, path, &out), "cannot be read");
    folder_write(path, "", 0);
    assert_string_equal(asa_channel_bindings_from_file(pool, path, &out),
                        "holds no certificate in PEM form");
    assert_non_null(asa_channel_bindings_from_file(pool, folder, &out));
    assert_null(out.bytes);
    assert_int_equal(ERR_peek_error(), 0);
}

/* Reads the text in a process with a terminal of its own; returns how many bytes were asked there.
 */
static ssize_t ask_at_terminal(const char *pem)
{
    char question[100];
    int terminal, status;
    ssize_t asked;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);

    assert_true(child >= 0);
    if (child == 0) {
        asa_channel_bindings_t out;
        _exit(asa_channel_bindings_from_pem(pool, pem, strlen(pem), &out) != NULL ? 0 : 1);
    }
    asked = read(terminal, question, sizeof question);
    close(terminal);
    assert_int_equal(waitpid(child, &status, 0), child);
    return asked;
}

/* Nobody is asked for a pass phrase, even if there is a terminal. */
static void encrypted_certificate_is_a_defect(void **state)
{
    const char *pem = make_certificate(rsa, "sha256", false);
    BIO *bio = BIO_new_mem_buf(pem, -1), *sealed = BIO_new(BIO_s_mem());
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    const char *text;

    (void)state;
    assert_true(PEM_ASN1_write_bio((i2d_of_void *)i2d_X509, PEM_STRING_X509, sealed, certificate,
                                   EVP_aes_128_cbc(), (unsigned char *)"secret", 6, NULL,
                                   NULL) > 0);
    text = text_of(sealed);
    expect_defect(text, strlen(text));
    assert_true(ask_at_terminal(text) <= 0);
    X509_free(certificate);
    BIO_free(bio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_that_of_the_signature),
        cmocka_unit_test(signature_without_a_hash_defines_none),
        cmocka_unit_test(broken_text_is_a_defect),
        cmocka_unit_test(errors_of_others_are_kept),
        cmocka_unit_test(first_certificate_of_a_file_counts),
        cmocka_unit_test(file_without_a_certificate_is_a_defect),
        cmocka_unit_test(encrypted_certificate_is_a_defect),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_all, close_all);
}
