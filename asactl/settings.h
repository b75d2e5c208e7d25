/* SPDX-License-Identifier: Apache-2.0
 *
 * What a run of asactl works with: asactl.conf (krb5 profile syntax) with the command line over it.
 *
 * asactl.conf:
 *   [asactl]
 *       realm = CORP.TAILSPINTOYS.COM
 *       account = EXCH2016ASA$
 *       server = dc1.corp.tailspintoys.com
 *       client-keytab = /etc/asactl/roller.keytab
 *       client = roller@CORP.TAILSPINTOYS.COM
 *       ldap = gssapi
 *       ca = /etc/ssl/certs/ca-certificates.crt
 *       keytab = /etc/apache2/asa.keytab
 *       owner = root
 *       group = www-data
 *       mode = 0640
 *       status = https://mail.corp.tailspintoys.com/asa-status
 *       httpd = 127.0.0.1
 *   [arrays]
 *       cas = {
 *           server = cas-1.corp.tailspintoys.com
 *           server = cas-2.corp.tailspintoys.com
 *       }
 *   [ssh]
 *       user = root
 *       port = 22
 *       option = StrictHostKeyChecking=yes
 *       command = asactl
 *
 * A section or key that is not known, a key that is given twice, and a value that cannot be one
 * are errors that name the key and the file.  A comment needs a line of its own.
 *
 * Read-only once made; lives in its pool.
 */
#ifndef ASACTL_SETTINGS_H
#define ASACTL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <apr_tables.h>

#include "asactl/outcome.h"

typedef enum { ASACTL_LDAP_GSSAPI, ASACTL_LDAP_LDAPS, ASACTL_LDAP_STARTTLS } asactl_ldap_mode_t;

typedef struct asactl_array_t {
    const char *name;
    const apr_array_header_t *servers; /* const char * */
} asactl_array_t;

typedef struct asactl_settings_t {
    const char *realm;         /* NULL: the default realm of krb5.conf */
    const char *account;       /* sAMAccountName; NULL: none was named */
    const char *server;        /* NULL: from DNS (_ldap._tcp.dc._msdcs.REALM) */
    const char *client_keytab; /* whom to act as; NULL: the caller's credential cache says */
    const char *client;        /* NULL: the first principal of client_keytab */
    asactl_ldap_mode_t ldap_mode;
    const char *ca;
    const char *keytab, *owner, *group;
    mode_t mode;
    const char *status; /* URL of a node's asa-status; NULL: workers are not asked */
    const char *httpd;  /* the node's own address at which it asks: a number, or "hostname" */
    const apr_array_header_t *arrays; /* asactl_array_t, by name */
    const char *ssh_user, *ssh_port, *ssh_command;
    const apr_array_header_t *ssh_options; /* const char * */
    /* Of the command line only: */
    bool json, yes, dry_run, verbose, force;
} asactl_settings_t;

#define ASACTL_CONF "/etc/asactl.conf"

/* Defaults, then the file (NULL: ASACTL_CONF, which need not exist). */
bool asactl_settings_read(apr_pool_t *pool, const char *file, asactl_settings_t *out,
                          asactl_outcome_t *outcome);

/* The global options of the command line (name -> value, "" for a flag) over it. */
bool asactl_settings_override(apr_pool_t *pool, const apr_table_t *options,
                              asactl_settings_t *settings, asactl_outcome_t *outcome);

#endif
