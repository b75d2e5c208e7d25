/* SPDX-License-Identifier: Apache-2.0
 *
 * One protocol's folder of HttpProxy logs: which files stand there, beginning one, removing old
 * ones.
 *
 * Everything happens relative to the folder's descriptor and follows no symbolic link in it, as
 * the folder belongs to the user that the server runs as.  Only names of our own form count.
 *
 * Functions give 0 or an errno value.  Threads: any; several processes may work in one folder.
 */
#ifndef MOD_ASA_AUTH_HTTPPROXY_FOLDER_H
#define MOD_ASA_AUTH_HTTPPROXY_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

/* Opens the folder; makes it (mode 0750) if only it is missing.  The caller closes *dir_out. */
int mod_asa_httpproxy_folder_enter(const char *path, int *dir_out);

/* The highest number among the files of that UTC hour; 0 when there is none. */
int mod_asa_httpproxy_folder_find(int dir, apr_time_t hour, unsigned *number_out);

/* Makes the file name appear with its complete head, whose #Date is now.  A file that stands there
 * already is success with *made_out false. */
int mod_asa_httpproxy_folder_begin(apr_pool_t *pool, int dir, const char *name, apr_time_t now,
                                   bool *made_out);

/* Writes all of bytes to a file's descriptor.  What a short write left is tried again at once,
 * which tells why it was short. */
int mod_asa_httpproxy_folder_fill(int fd, const char *bytes, size_t len);

/* Removes the files whose hour ended more than keep before now (keep <= 0: none), and what a
 * process that died left of a file it was beginning.  Goes on after a failure; gives the first. */
int mod_asa_httpproxy_folder_purge(int dir, apr_time_t now, apr_interval_time_t keep);

#endif
