/* SPDX-License-Identifier: Apache-2.0
 *
 * The places of a server, <Location> and <Directory> with their regular expressions, each with the
 * configuration that is in force there: its own and that of every section around it.
 *
 * <Files>, <If>, <Proxy> and .htaccess are not seen.  Any thread, once the configuration is read.
 */
#ifndef MOD_ASA_AUTH_PLACE_LIST_H
#define MOD_ASA_AUTH_PLACE_LIST_H

#include <stdbool.h>

#include "mod_asa_auth/private.h"

typedef struct mod_asa_place_list_row_t {
    const char *kind;      /* "Location", "LocationMatch", "Directory", "DirectoryMatch" */
    const char *path;      /* as httpd keeps it: a folder ends in a slash */
    ap_conf_vector_t *own; /* what the section itself sets */
    ap_conf_vector_t *all; /* merged; lives in the pool given to each() */
} mod_asa_place_list_row_t;

/* Visits every place once, Locations first; of two sections for one path the last, whose merged
 * configuration has that of both. Ends when the visitor says false.  scratch is cleared after each
 * visit. */
typedef bool mod_asa_place_list_visit_t(void *baton, const mod_asa_place_list_row_t *row);
void mod_asa_place_list_each(apr_pool_t *scratch, server_rec *server,
                             mod_asa_place_list_visit_t *visit, void *baton);

#endif
