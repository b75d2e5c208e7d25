/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory of the process's lifetime under a name, which is what httpd promises; it is in no library
 * that a test could link.
 */
#ifndef T_UNIT_RETAINED_H
#define T_UNIT_RETAINED_H

#include <stdlib.h>

#include <httpd.h>

#include <http_config.h>

static void *retained;

void *ap_retained_data_get(const char *key)
{
    return retained;
}

void *ap_retained_data_create(const char *key, apr_size_t size)
{
    assert_null(retained);
    return retained = calloc(1, size);
}

#endif
