/* SPDX-License-Identifier: Apache-2.0
 *
 * The acceptor credential of each process: the keys of AsaCredential's files, held in memory and
 * renewed when a file changes.
 *
 * The parent reads the files when it is configured.  A child begins with the keys that any process
 * last found good (last_good.h) and looks at the files again and again; a changed file that stayed
 * the same for one look is read, and if all files are good the keys are swapped.  A bad file leaves
 * the keys that are held in place, with one log line.  Requests in flight finish with the keys that
 * they began with.
 *
 * Threads: hold and release may be called by any thread of a child.
 */
#ifndef MOD_ASA_AUTH_CREDENTIAL_H
#define MOD_ASA_AUTH_CREDENTIAL_H

#include <stdbool.h>

#include <apr_tables.h>

#include "mod_asa_auth/held.h"
#include "mod_asa_auth/private.h"

typedef struct mod_asa_credential_t mod_asa_credential_t;

/* At configuration time, for a server with files: finds or makes the credential for this list of
 * files (servers with the same list share it).  Reads the files; on the first start (and at
 * configtest) a bad file is an error: returns a sentence.  On a restart the last good keys are used
 * instead, with a log line. */
const char *mod_asa_credential_configure(apr_pool_t *pconf, server_rec *main_server,
                                         server_rec *server, const apr_array_header_t *paths,
                                         bool first_start, mod_asa_credential_t **out);

/* Has the credential, as configured, a key of this realm? */
bool mod_asa_credential_has_realm(const mod_asa_credential_t *credential, const char *realm);

/* All credentials of the configuration, in order (mod_asa_credential_t *). */
const apr_array_header_t *mod_asa_credential_all(apr_pool_t *pconf);

/* In each child: acquires the acceptors. */
void mod_asa_credential_start(apr_pool_t *pchild, server_rec *main_server);

/* In each child, from one thread, again and again: takes up key tables that have changed. */
void mod_asa_credential_look(server_rec *main_server);

/* The present keys, or NULL when there are none; the caller gives them back with release, soon. */
const mod_asa_held_t *mod_asa_credential_hold(mod_asa_credential_t *credential);
void mod_asa_credential_release(const mod_asa_held_t *held);

/* For the status page: the files (const char *), and what is wrong with the newest state of them
 * (NULL: nothing).  The text lives in the pool. */
const apr_array_header_t *mod_asa_credential_files(const mod_asa_credential_t *credential);
const char *mod_asa_credential_defect(mod_asa_credential_t *credential, apr_pool_t *pool);

#endif
