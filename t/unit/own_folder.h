/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool and a private folder for a test, or for all of a program: cmocka's setup and teardown,
 * after apr_initialize().
 */
#ifndef T_UNIT_OWN_FOLDER_H
#define T_UNIT_OWN_FOLDER_H

#include "t/unit/folder.h"
#include "t/unit/pool.h"

static const char *folder;

static inline int open_folder(void **state)
{
    int status = open_pool(state);

    folder = status == 0 ? folder_make(pool) : NULL;
    return status;
}

static inline int close_folder(void **state)
{
    folder_remove(folder);
    return close_pool(state);
}

static inline const char *in_folder(const char *name)
{
    return apr_pstrcat(pool, folder, "/", name, NULL);
}

#endif
