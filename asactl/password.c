/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes passwords and wipes them.
 */
#include "asactl/password.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "core/utf8.h"

#define FIRST_SURROGATE 0xd800U
#define SUPPLEMENTARY   0x10000U

/* 64 of them, so that six random bits choose one evenly. */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static apr_status_t wipe(void *data)
{
    explicit_bzero(data, sizeof(asactl_password_t));
    munmap(data, sizeof(asactl_password_t));
    return APR_SUCCESS;
}

static asactl_password_t *make(apr_pool_t *pool, asactl_outcome_t *outcome)
{
    void *page = mmap(NULL, sizeof(asactl_password_t), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED) {
        asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool, "no memory for a password");
        return NULL;
    }
    /* A small limit on locked memory is no reason to fail. */
    (void)mlock(page, sizeof(asactl_password_t));
    (void)madvise(page, sizeof(asactl_password_t), MADV_DONTDUMP);
    apr_pool_cleanup_register(pool, page, wipe, apr_pool_cleanup_null);
    return page;
}

static void put_unit(asactl_password_t *password, uint32_t unit)
{
    password->utf16[password->utf16_len++] = (unsigned char)(unit & 0xff);
    password->utf16[password->utf16_len++] = (unsigned char)(unit >> 8);
}

static bool fill_random(unsigned char *bytes, size_t len)
{
    size_t filled = 0;

    while (filled < len) {
        ssize_t got = getrandom(bytes + filled, len - filled, 0);

        if (got < 0 && errno != EINTR) {
            return false;
        }
        filled += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The policy of a domain may ask for each of these in a user's password. */
static bool has_all_kinds(const char *text)
{
    return strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL &&
           strpbrk(text, "abcdefghijklmnopqrstuvwxyz") != NULL &&
           strpbrk(text, "0123456789") != NULL && strpbrk(text, "-_") != NULL;
}

bool asactl_password_random(apr_pool_t *pool, const asactl_password_t **out,
                            asactl_outcome_t *outcome)
{
    asactl_password_t *password = make(pool, outcome);

    if (password == NULL) {
        return false;
    }
    do {
        unsigned char *random = password->utf16;

        if (!fill_random(random, ASACTL_PASSWORD_RANDOM)) {
            return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool,
                                       "the kernel gives no random numbers: %s", strerror(errno));
        }
        for (size_t i = 0; i < ASACTL_PASSWORD_RANDOM; i++) {
            password->text[i] = alphabet[random[i] & 63];
        }
    } while (!has_all_kinds(password->text));
    password->text_len = ASACTL_PASSWORD_RANDOM;
    for (size_t i = 0; i < ASACTL_PASSWORD_RANDOM; i++) {
        put_unit(password, (unsigned char)password->text[i]);
    }
    *out = password;
    return true;
}

static bool put_code(asactl_password_t *password, uint32_t code)
{
    size_t units = code < SUPPLEMENTARY ? 1 : 2;

    if (code == 0 || password->utf16_len + 2 * units > sizeof password->utf16) {
        return false;
    }
    if (units == 1) {
        put_unit(password, code);
        return true;
    }
    code -= SUPPLEMENTARY;
    put_unit(password, FIRST_SURROGATE | code >> 10);
    put_unit(password, (FIRST_SURROGATE + 0x400) | (code & 0x3ff));
    return true;
}

bool asactl_password_from_text(apr_pool_t *pool, const char *text, size_t len,
                               const asactl_password_t **out, asactl_outcome_t *outcome)
{
    asactl_password_t *password = make(pool, outcome);
    size_t at = 0;

    if (password == NULL) {
        return false;
    }
    while (at < len) {
        uint32_t code;
        size_t step = asa_utf8_next((const unsigned char *)text + at, len - at, &code);

        if (step == 0 || !put_code(password, code)) {
            break;
        }
        at += step;
    }
    if (len == 0 || at < len) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "it must be UTF-8, without NUL, of 1 to 256 characters", pool,
                                   "this is no password for an account");
    }
    memcpy(password->text, text, len);
    password->text_len = len;
    *out = password;
    return true;
}
