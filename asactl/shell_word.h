/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of commands that a shell reads: in a crontab, and in remedies that somebody pastes.
 *
 * Names from the directory and from nodes are hostile: none of them may end its word.
 */
#ifndef ASACTL_SHELL_WORD_H
#define ASACTL_SHELL_WORD_H

#include <apr_pools.h>

/* 'text', one word for sh(1) whatever it holds.  Pure; lives in the pool. */
const char *asactl_shell_word(apr_pool_t *pool, const char *text);

#endif
