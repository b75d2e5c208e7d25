/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads what the kernel and the audit log say of SELinux and AppArmor.
 */
#include "asactl/node_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/file_end.h"

#define END_MAX (256 * 1024)

/* The kernel's own files have no size, so they are simply read. */
static char first_byte(apr_pool_t *pool, const char *root, const char *file)
{
    int fd = open(apr_pstrcat(pool, root, file, NULL), O_RDONLY | O_CLOEXEC);
    char byte = '\0';

    if (fd >= 0) {
        if (read(fd, &byte, 1) != 1) {
            byte = '\0';
        }
        close(fd);
    }
    return byte;
}

static const char *enforcing(apr_pool_t *pool, const char *root)
{
    return first_byte(pool, root, "/sys/fs/selinux/enforce") == '1'                   ? "SELinux"
           : first_byte(pool, root, "/sys/module/apparmor/parameters/enabled") == 'Y' ? "AppArmor"
                                                                                      : NULL;
}

void asactl_node_guard_look(apr_pool_t *pool, const char *root,
                            const asactl_node_denial_scope_t *scope, asactl_node_guard_t *out)
{
    static const char *const files[] = {"/var/log/audit/audit.log", "/var/log/kern.log"};
    char words[128];
    const char *text;
    size_t len;

    *out = (asactl_node_guard_t){.enforcing = enforcing(pool, root)};
    for (size_t i = 0; i < sizeof files / sizeof *files && out->file == NULL; i++) {
        int error = asactl_file_end_read(pool, AT_FDCWD, apr_pstrcat(pool, root, files[i], NULL),
                                         END_MAX, &text, &len);
        if (error == ENOENT) {
            continue;
        }
        out->file = files[i];
        if (error != 0) {
            out->error = apr_pstrdup(pool, apr_strerror(error, words, sizeof words));
        } else {
            asactl_node_denial_list(pool, text, len, scope, &out->denials);
        }
    }
}
