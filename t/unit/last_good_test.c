/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory that holds the last good key tables for all processes of httpd: a child that was taken
 * over can write anything there, and the parent neither crashes nor waits for ever.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mod_asa_auth/last_good.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_general.h>

#include "t/unit/pool.h"
#include "t/unit/retained.h"

#define PATH "/etc/apache2/asa.keytab"

static void keep(const char *text)
{
    const asa_keytab_image_t image = {.bytes = (unsigned char *)text, .len = strlen(text)};

    mod_asa_last_good_keep(PATH, &image);
}

static bool recalls(const char *text)
{
    asa_keytab_image_t image;

    return mod_asa_last_good_recall(PATH, pool, &image) && image.len == strlen(text) &&
           memcmp(image.bytes, text, image.len) == 0;
}

/* Forgets everything. */
static void forget(void)
{
    mod_asa_last_good_begin();
    mod_asa_last_good_begin();
    free(retained);
    retained = NULL;
}

/* In a process of its own, which must end well. */
static void in_process(void (*act)(size_t word, uint64_t value), size_t word, uint64_t value)
{
    pid_t process = fork();
    int status;

    if (process == 0) {
        alarm(60); /* rather dead than waiting for ever */
        act(word, value);
        _exit(0);
    }
    assert_true(process > 0);
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
}

/* The begin of the memory that processes share; there is only one piece here. */
static uint64_t *shared_memory(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    uint64_t *begin = NULL;
    char line[512];

    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, " rw-s ") != NULL && strstr(line, "/dev/zero") != NULL) {
            begin = (uint64_t *)(uintptr_t)strtoull(line, NULL, 16);
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return begin;
}

static void spoil(size_t word, uint64_t value)
{
    uint64_t *begin = shared_memory();

    if (begin == NULL) {
        abort();
    }
    begin[word] = value;
}

/* A parent whose child spoils a word, and that is restarted twice. */
static void survive(size_t word, uint64_t value)
{
    keep("six");
    in_process(spoil, word, value);
    (void)recalls("six");
    mod_asa_last_good_begin();
    keep("seven");
    if (!recalls("seven")) {
        abort();
    }
    forget();
}

static void a_child_cannot_hurt_its_parent(void **state)
{
    static const uint64_t values[] = {1, 0xffffffff, (uint64_t)1 << 40, UINT64_MAX};

    for (size_t word = 0; word < 8; word++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            in_process(survive, word, values[i]);
        }
    }
}

static void keep_seven(size_t word, uint64_t value)
{
    keep("seven");
}

/* The number of this process stands for that of one that was killed while it wrote: it is gone when
 * the next looks. */
static void die_while_writing(size_t word, uint64_t value)
{
    int *begin = (int *)shared_memory();

    begin[0] = (int)getpid();
    begin[1] |= 1;
}

static void who_died_while_writing_is_not_waited_for(void **state)
{
    keep("six");
    assert_true(recalls("six"));
    in_process(die_while_writing, 0, 0);
    assert_false(recalls("six")); /* it may be torn */
    in_process(keep_seven, 0, 0);
    assert_true(recalls("seven"));
    forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_child_cannot_hurt_its_parent, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(who_died_while_writing_is_not_waited_for, open_pool,
                                        close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
