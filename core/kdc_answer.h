/* SPDX-License-Identifier: Apache-2.0
 *
 * What an answer of a KDC means for who wants to act in a user's name.
 *
 * Any thread, each with a context of its own.
 */
#ifndef CORE_KDC_ANSWER_H
#define CORE_KDC_ANSWER_H

#include <stdint.h>

#include <apr_pools.h>

#include "core/delegation.h"

struct _krb5_context;

/* Of a code of libkrb5; *words is its sentence, from the pool, "" for none. */
asa_kdc_answer_t asa_kdc_answer_of(struct _krb5_context *context, int32_t code, apr_pool_t *pool,
                                   const char **words);

#endif
