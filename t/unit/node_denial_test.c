/* SPDX-License-Identifier: Apache-2.0
 *
 * Denials of SELinux and AppArmor: found in lines as auditd and the kernel write them, and told
 * only if they concern httpd, the key table or the logs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_denial.h"
#include "asactl/node_guard.h"

#include <string.h>

#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/folder.h"
#include "t/unit/pool.h"

#define SELINUX(program, context, what, name, more)                                                \
    "type=AVC msg=audit(1795720095.042:184): avc:  denied  { " what " } for  pid=29199 "           \
    "comm=" program " " name " dev=\"dm-0\" ino=3991 scontext=system_u:system_r:" context ":s0 "   \
    "tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file permissive=" more
#define APPARMOR(verdict, profile, path, program)                                                  \
    "Nov 26 19:08:15 cas-1 kernel: [ 12.3] audit: type=1400 audit(1795720095.042:45): "            \
    "apparmor=\"" verdict "\" operation=\"open\" profile=\"" profile "\" name=" path               \
    " pid=7 comm=\"" program "\" requested_mask=\"r\" denied_mask=\"r\" fsuid=33 ouid=0"

static asactl_node_denial_scope_t scope;
static asactl_node_denial_t denial;

static int open_scope(void **state)
{
    apr_array_header_t *folders;

    open_pool(state);
    folders = apr_array_make(pool, 2, sizeof(const char *));
    APR_ARRAY_PUSH(folders, const char *) = "/var/log/HttpProxy";
    scope = (asactl_node_denial_scope_t){.keytab = "/etc/apache2/asa.keytab", .folders = folders};
    return 0;
}

static bool is_denial(const char *line)
{
    return asactl_node_denial_read(pool, line, strlen(line), &scope, &denial);
}

static void expect(const char *line, const char *program, const char *what, const char *path)
{
    assert_true(is_denial(line));
    assert_int_equal(denial.time, apr_time_from_sec(1795720095));
    assert_string_equal(denial.program, program);
    assert_string_equal(denial.what, what);
    assert_string_equal(denial.path, path);
    assert_int_equal(denial.count, 1);
}

static void denials_are_read(void **state)
{
    (void)state;
    expect(SELINUX("\"httpd\"", "httpd_t", "read", "name=\"asa.keytab\"", "0"), "httpd", "read",
           "asa.keytab");
    expect(SELINUX("\"x\"", "httpd_t", "read write", "path=\"/srv/a b\" name=\"b\"", "0"), "x",
           "read write", "/srv/a b");
    expect(APPARMOR("DENIED", "/usr/sbin/apache2", "\"/srv/x\"", "worker"), "worker", "open",
           "/srv/x");
    /* a name with a blank, as the kernel writes it */
    expect(APPARMOR("DENIED", "x", "2F7661722F6C6F672F4874747050726F78792F6120620A", "y"), "y",
           "open", "/var/log/HttpProxy/a b ");
}

static void only_what_concerns_us_is_told(void **state)
{
    (void)state;
    assert_true(is_denial(SELINUX("\"sshd\"", "sshd_t", "write", "name=\"asa.keytab\"", "0")));
    assert_true(is_denial(APPARMOR("DENIED", "x", "\"/etc/apache2/asa.keytab\"", "asactl")));
    assert_true(is_denial(APPARMOR("DENIED", "x", "\"/var/log/HttpProxy\"", "logrotate")));
    assert_true(is_denial(APPARMOR("DENIED", "x", "\"/srv/x\"", "apache2")));
    assert_false(is_denial(SELINUX("\"sshd\"", "sshd_t", "write", "name=\"other\"", "0")));
    assert_false(is_denial(APPARMOR("DENIED", "x", "\"/var/log/HttpProxyOther\"", "logrotate")));
    assert_false(is_denial(APPARMOR("DENIED", "x", "\"/srv/asa.keytab\"", "y")));
}

static void what_is_no_denial_is_none(void **state)
{
    const char *whole = SELINUX("\"httpd\"", "httpd_t", "read", "name=\"x\"", "0");

    (void)state;
    assert_false(is_denial(""));
    assert_false(is_denial(SELINUX("\"httpd\"", "httpd_t", "read", "name=\"x\"", "1")));
    assert_false(is_denial(APPARMOR("ALLOWED", "apache2", "\"/srv/x\"", "apache2")));
    assert_false(is_denial("type=AVC msg=audit(x.1:2): avc:  denied  { read } for comm=\"httpd\""));
    assert_false(is_denial("avc:  denied  { read } for  comm=\"httpd\""));
    assert_false(is_denial("audit(99999999999999999999.1:2): avc:  denied  { a } comm=\"httpd\""));
    assert_false(is_denial("type=AVC msg=audit(1.1:2): avc:  denied  { read for  comm=\"httpd\""));
    for (size_t len = 0; len <= strlen(whole); len++) { /* cut anywhere */
        asactl_node_denial_read(pool, apr_pmemdup(pool, whole, len), len, &scope, &denial);
    }
    /* a program that calls itself so */
    assert_true(is_denial(SELINUX("68747470640A1B", "x_t", "read", "name=\"x\"", "0")));
    assert_string_equal(denial.program, "httpd  ");
}

static void equal_ones_are_told_once_and_the_last_first(void **state)
{
    const char *text = "";
    const apr_array_header_t *list;

    (void)state;
    for (int i = 0; i < 40; i++) {
        text = apr_psprintf(pool,
                            "%stype=AVC msg=audit(%d.1:2): avc:  denied  { read } for  "
                            "comm=\"httpd\" name=\"n%d\"\nother line\n",
                            text, 1000 + i, i % 20);
    }
    asactl_node_denial_list(pool, text, strlen(text), &scope, &list);
    assert_int_equal(list->nelts, 16);
    for (int i = 0; i < 16; i++) {
        const asactl_node_denial_t *one = &APR_ARRAY_IDX(list, i, asactl_node_denial_t);
        assert_string_equal(one->path, apr_psprintf(pool, "n%d", 19 - i));
        assert_int_equal(one->time, apr_time_from_sec(1039 - i));
        assert_int_equal(one->count, 2);
    }
    asactl_node_denial_list(pool, "", 0, &scope, &list);
    assert_int_equal(list->nelts, 0);
    asactl_node_denial_list(pool, "\n\n", 2, &scope, &list);
    assert_int_equal(list->nelts, 0);
}

static void write_below(const char *root, const char *folder, const char *name, const char *text)
{
    const char *path = apr_pstrcat(pool, root, folder, NULL);

    apr_dir_make_recursive(path, APR_FPROT_OS_DEFAULT, pool);
    folder_write(apr_pstrcat(pool, path, "/", name, NULL), text, strlen(text));
}

static void the_machine_is_looked_at(void **state)
{
    const char *root = folder_make(pool);
    asactl_node_guard_t guard;

    (void)state;
    asactl_node_guard_look(pool, root, &scope, &guard);
    assert_null(guard.enforcing);
    assert_null(guard.file);
    assert_null(guard.error);
    write_below(root, "/sys/module/apparmor/parameters", "enabled", "Y\n");
    write_below(root, "/var/log", "kern.log",
                APPARMOR("DENIED", "/usr/sbin/apache2", "\"/srv/x\"", "apache2") "\n");
    asactl_node_guard_look(pool, root, &scope, &guard);
    assert_string_equal(guard.enforcing, "AppArmor");
    assert_string_equal(guard.file, "/var/log/kern.log");
    assert_int_equal(guard.denials->nelts, 1);
    write_below(root, "/sys/fs/selinux", "enforce", "1");
    write_below(root, "/var/log/audit", "audit.log", "nothing\n");
    asactl_node_guard_look(pool, root, &scope, &guard);
    assert_string_equal(guard.enforcing, "SELinux");
    assert_string_equal(guard.file, "/var/log/audit/audit.log");
    assert_int_equal(guard.denials->nelts, 0);
    write_below(root, "/sys/fs/selinux", "enforce", "0");
    remove(apr_pstrcat(pool, root, "/var/log/audit/audit.log", NULL));
    assert_int_equal(
        symlink("/etc/passwd", apr_pstrcat(pool, root, "/var/log/audit/audit.log", NULL)), 0);
    asactl_node_guard_look(pool, root, &scope, &guard);
    assert_string_equal(guard.enforcing, "AppArmor");
    assert_non_null(guard.error);
    assert_null(guard.denials);
    folder_remove(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(denials_are_read, open_scope, close_pool),
        cmocka_unit_test_setup_teardown(only_what_concerns_us_is_told, open_scope, close_pool),
        cmocka_unit_test_setup_teardown(what_is_no_denial_is_none, open_scope, close_pool),
        cmocka_unit_test_setup_teardown(equal_ones_are_told_once_and_the_last_first, open_scope,
                                        close_pool),
        cmocka_unit_test_setup_teardown(the_machine_is_looked_at, open_scope, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
