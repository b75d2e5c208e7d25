/* SPDX-License-Identifier: Apache-2.0
 *
 * The HttpProxy log file that one protocol's lines go to now, in this process.
 *
 * Steady state is one write(2) and one lseek(2) a line: each write appends, and the position after
 * it tells the file's size.  When that reaches the limit, the next line goes on to the next number.
 * Once a second the name is looked up, to notice a file or folder that was removed, moved or
 * truncated, and a line that another process tore.  No process ever waits for another one.
 *
 * A file is used only if it begins with the head's column row.  Anything else of its name (a
 * symbolic link, a folder, a file without head or of another owner) is left alone, and the next
 * number is begun.  After a failed write the file is opened again.  If a file that is opened ends
 * in the middle of a line, and still does 2 ms later, that line is ended first.
 *
 * Threads: the caller holds a mutex around each call.  Lifetime: the pool of _create.
 */
#ifndef MOD_ASA_AUTH_HTTPPROXY_FILE_H
#define MOD_ASA_AUTH_HTTPPROXY_FILE_H

#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

typedef struct mod_asa_httpproxy_file_t mod_asa_httpproxy_file_t;

/* Nothing is opened yet.  folder is copied; limit <= 0: no limit of size; keep <= 0: nothing is
 * ever removed. */
mod_asa_httpproxy_file_t *mod_asa_httpproxy_file_create(apr_pool_t *pool, const char *folder,
                                                        apr_off_t limit, apr_interval_time_t keep);

/* Appends a line to the file of now's UTC hour; a line up to a minute late goes to the next hour's
 * if that has begun.  Gives 0 or an errno value; then the line is lost, perhaps in part written. */
int mod_asa_httpproxy_file_write(mod_asa_httpproxy_file_t *file, apr_time_t now, const char *line,
                                 size_t len);

/* The path that the last write was about; valid until the next one. */
const char *mod_asa_httpproxy_file_path(const mod_asa_httpproxy_file_t *file);

/* The errno value of the last purge, 0 when all that is old was removed. */
int mod_asa_httpproxy_file_purge_error(const mod_asa_httpproxy_file_t *file);

/* Closes the descriptor; a later write opens again. */
void mod_asa_httpproxy_file_close(mod_asa_httpproxy_file_t *file);

#endif
