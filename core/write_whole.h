/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes all of some bytes to a file, however many steps that takes.
 *
 * Any thread; blocks as long as the file does.
 */
#ifndef CORE_WRITE_WHOLE_H
#define CORE_WRITE_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

/* False with errno; some of the bytes may be written then. */
bool asa_write_whole(int fd, const void *bytes, size_t len);

#endif
