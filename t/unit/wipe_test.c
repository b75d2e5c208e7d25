/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets are overwritten with their pool.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/wipe.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

/* The bytes live longer here than the pool that they are wiped with, so that they can be seen. */
static void bytes_go_with_their_pool(void **state)
{
    char one[] = "secret", other[] = "secret";
    apr_pool_t *own;

    (void)state;
    apr_pool_create(&own, pool);
    asa_wipe_at_end(own, one, 3);
    asa_wipe_at_end(own, other, sizeof other);
    assert_string_equal(one, "secret");
    apr_pool_destroy(own);
    assert_memory_equal(one, "\0\0\0ret", sizeof one);
    assert_memory_equal(other, "\0\0\0\0\0\0", sizeof other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_go_with_their_pool, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
