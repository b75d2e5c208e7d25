/* SPDX-License-Identifier: Apache-2.0
 *
 * Wipes what libldap gives back.
 */
#include "asactl/ldap_memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <lber.h>

static void *take(ber_len_t size, void *context)
{
    (void)context;
    return malloc(size);
}

static void *take_clean(ber_len_t count, ber_len_t size, void *context)
{
    (void)context;
    return calloc(count, size);
}

static void give_back(void *memory, void *context)
{
    (void)context;
    if (memory != NULL) {
        explicit_bzero(memory, malloc_usable_size(memory));
        free(memory);
    }
}

static void *resize(void *memory, ber_len_t size, void *context)
{
    size_t had = memory == NULL ? 0 : malloc_usable_size(memory);
    void *larger = malloc(size);

    if (larger != NULL && memory != NULL) {
        memcpy(larger, memory, had < size ? had : size);
        give_back(memory, context);
    }
    return larger;
}

void asactl_ldap_memory_wipe(void)
{
    BerMemoryFunctions functions = {take, take_clean, resize, give_back};

    (void)ber_set_option(NULL, LBER_OPT_MEMORY_FNS, &functions);
}
