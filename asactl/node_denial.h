/* SPDX-License-Identifier: Apache-2.0
 *
 * What SELinux or AppArmor refused, from lines of the audit log or the kernel's.
 *
 *   type=AVC msg=audit(1795720095.042:184): avc:  denied  { read } for  pid=29199 comm="httpd"
 *     name="asa.keytab" … scontext=system_u:system_r:httpd_t:s0 … permissive=0
 *   … kernel: audit: type=1400 audit(1795720095.042:45): apparmor="DENIED" operation="open"
 *     profile="/usr/sbin/apache2" name="/etc/apache2/asa.keytab" … comm="apache2" …
 * (auditd writes the first form, the kernel both; a value that is not in quotes is hexadecimal.)
 *
 * Lines are hostile: programs choose their names and those of files.  Pure; strings live in the
 * pool given, without control characters.
 */
#ifndef ASACTL_NODE_DENIAL_H
#define ASACTL_NODE_DENIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "asactl/node_facts.h"

/* What a denial must concern, beside httpd itself, to be told. */
typedef struct asactl_node_denial_scope_t {
    const char *keytab;                /* NULL: none */
    const apr_array_header_t *folders; /* const char *, of logs; NULL: none */
} asactl_node_denial_scope_t;

/* Is the line a denial (not one that was only noted and let through) within the scope? */
bool asactl_node_denial_read(apr_pool_t *pool, const char *line, size_t len,
                             const asactl_node_denial_scope_t *scope, asactl_node_denial_t *out);

/* All denials of a text of lines, oldest line first: equal ones once, the last first, at most 16.
 * *out is asactl_node_denial_t. */
void asactl_node_denial_list(apr_pool_t *pool, const char *text, size_t len,
                             const asactl_node_denial_scope_t *scope,
                             const apr_array_header_t **out);

#endif
