/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of a password from a file: taken whole, or refused; as UTF-16 it is what iconv makes
 * of it.
 */
#include <iconv.h>
#include <string.h>

#include "asactl/password.h"
#include "t/fuzz/target.h"

#define ROOM 4096

/* How many bytes of UTF-16LE; -1: it is no UTF-8. */
static long convert(const uint8_t *bytes, size_t len, char *out)
{
    iconv_t converter = iconv_open("UTF-16LE", "UTF-8");
    char *in = (char *)bytes, *at = out;
    size_t room = ROOM;
    bool done;

    check(converter != (iconv_t)-1);
    done = iconv(converter, &in, &len, &at, &room) != (size_t)-1;
    iconv_close(converter);
    return done ? at - out : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char expected[ROOM];
    long wanted;
    apr_pool_t *pool;
    const asactl_password_t *password = NULL;
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    bool taken;

    if (len > ROOM / 2) {
        return 0;
    }
    pool = make_pool();
    wanted = memchr(bytes, '\0', len) == NULL ? convert(bytes, len, expected) : -1;
    taken = asactl_password_from_text(pool, (const char *)bytes, len, &password, &outcome);
    check(taken == (wanted > 0 && wanted <= 2 * ASACTL_PASSWORD_LIMIT));
    if (taken) {
        check(password->text_len == len && memcmp(password->text, bytes, len) == 0);
        check(password->utf16_len == (size_t)wanted &&
              memcmp(password->utf16, expected, (size_t)wanted) == 0);
    } else {
        check(outcome.code == ASACTL_USAGE && outcome.sentence != NULL);
    }
    apr_pool_destroy(pool);
    return 0;
}
