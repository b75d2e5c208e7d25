/* SPDX-License-Identifier: Apache-2.0
 *
 * asactl.conf and the command line over it: what counts, and that nothing in the file is passed
 * over in silence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/settings.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/own_folder.h"

static const char *file;
static asactl_settings_t settings;
static asactl_outcome_t outcome;

static int open_all(void **state)
{
    int status = open_folder(state);

    file = in_folder("asactl.conf");
    return status;
}

static bool read_text(const char *text)
{
    folder_write(file, text, strlen(text));
    return asactl_settings_read(pool, file, &settings, &outcome);
}

/* The text is refused with this sentence behind the file's name, and a remedy that holds this. */
static void refused(const char *text, const char *sentence, const char *remedy)
{
    assert_false(read_text(text));
    assert_int_equal(outcome.code, ASACTL_USAGE);
    assert_string_equal(outcome.sentence, apr_pstrcat(pool, file, ": ", sentence, NULL));
    assert_non_null(outcome.remedy);
    assert_non_null(strstr(outcome.remedy, remedy));
}

static void defaults_hold_without_a_file(void **state)
{
    (void)state;
    assert_true(read_text(""));
    assert_null(settings.realm);
    assert_null(settings.account);
    assert_null(settings.server);
    assert_null(settings.client_keytab);
    assert_null(settings.client);
    assert_int_equal(settings.ldap_mode, ASACTL_LDAP_GSSAPI);
    assert_string_equal(settings.ca, "/etc/ssl/certs/ca-certificates.crt");
    assert_string_equal(settings.keytab, "/etc/apache2/asa.keytab");
    assert_string_equal(settings.owner, "root");
    assert_string_equal(settings.group, "www-data");
    assert_int_equal(settings.mode, 0640);
    assert_null(settings.status);
    assert_string_equal(settings.httpd, "127.0.0.1");
    assert_int_equal(settings.arrays->nelts, 0);
    assert_string_equal(settings.ssh_user, "root");
    assert_string_equal(settings.ssh_port, "22");
    assert_string_equal(settings.ssh_command, "asactl");
    assert_int_equal(settings.ssh_options->nelts, 0);
    assert_false(settings.json || settings.yes || settings.dry_run || settings.verbose ||
                 settings.force);
}

static void every_key_is_read(void **state)
{
    const asactl_array_t *array;

    (void)state;
    assert_true(read_text("# a comment\n\n[asactl]\n"
                          "    realm = CORP.TAILSPINTOYS.COM\n"
                          "    account = TAILSPIN\\EXCH2016ASA$\n"
                          "    server = dc1.corp.tailspintoys.com\n"
                          "    client-keytab = /etc/roller.keytab\n"
                          "    client = roller/x@CORP.TAILSPINTOYS.COM\n"
                          "    ldap = starttls\n"
                          "    ca = /etc/ca.pem\n"
                          "    keytab = /etc/httpd/asa.keytab\n"
                          "    owner = apache\n"
                          "    group = 48\n"
                          "    mode = 400\n"
                          "    status = http://mail.corp.tailspintoys.com:8080/asa-status?json\n"
                          "    httpd = hostname\n"
                          "[arrays]\n"
                          "    cas = {\n"
                          "        server = cas-1\n"
                          "        server = cas-2\n"
                          "    }\n"
                          "    branch = {\n"
                          "        server = cas-3\n"
                          "    }\n"
                          "[ssh]\n"
                          "    user = deploy\n"
                          "    port = 2222\n"
                          "    option = StrictHostKeyChecking=yes\n"
                          "    option = BatchMode=yes\n"
                          "    command = sudo asactl\n"));
    assert_string_equal(settings.realm, "CORP.TAILSPINTOYS.COM");
    assert_string_equal(settings.account, "TAILSPIN\\EXCH2016ASA$");
    assert_string_equal(settings.server, "dc1.corp.tailspintoys.com");
    assert_string_equal(settings.client_keytab, "/etc/roller.keytab");
    assert_string_equal(settings.client, "roller/x@CORP.TAILSPINTOYS.COM");
    assert_int_equal(settings.ldap_mode, ASACTL_LDAP_STARTTLS);
    assert_string_equal(settings.ca, "/etc/ca.pem");
    assert_string_equal(settings.keytab, "/etc/httpd/asa.keytab");
    assert_string_equal(settings.owner, "apache");
    assert_string_equal(settings.group, "48");
    assert_int_equal(settings.mode, 0400);
    assert_string_equal(settings.status, "http://mail.corp.tailspintoys.com:8080/asa-status?json");
    assert_string_equal(settings.httpd, "hostname");
    assert_int_equal(settings.arrays->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(settings.arrays, 0, asactl_array_t).name, "branch");
    array = &APR_ARRAY_IDX(settings.arrays, 1, asactl_array_t);
    assert_string_equal(array->name, "cas");
    assert_int_equal(array->servers->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(array->servers, 1, const char *), "cas-2");
    assert_string_equal(settings.ssh_user, "deploy");
    assert_string_equal(settings.ssh_port, "2222");
    assert_string_equal(settings.ssh_command, "sudo asactl");
    assert_int_equal(settings.ssh_options->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(settings.ssh_options, 0, const char *),
                        "StrictHostKeyChecking=yes");
}

static void nothing_is_passed_over(void **state)
{
    (void)state;
    refused("[asactl]\nrealmm = X\n", "[asactl] has no key 'realmm'", "Did you mean realm?");
    refused("[ssh]\nrealm = X\n", "[ssh] has no key 'realm'", "asactl.conf(5)");
    refused("[asactl]\nextra = {\n x = y\n}\n", "[asactl] has no key 'extra'", "");
    refused("[logging]\n", "there is no section [logging]", "[asactl], [arrays] and [ssh]");
    refused("realm = X\n[asactl]\n", "something stands before the first section", "[asactl]");
    refused("\xef\xbb\xbf[asactl]\nrealm = X\n", "it begins with a byte order mark", "without");
    refused("include /etc/krb5.conf\n[asactl]\n", "it takes in another file", "one file");
    refused("[asactl]\nincludedir /etc\n", "it takes in another file", "one file");
    refused("[asactl]\nrealm = X\nrealm = Y\n", "realm of [asactl] is given twice", "Leave one");
    refused("[asactl]\nrealm = X # ours\n", "a comment stands behind realm of [asactl]", "own");
    refused("[asactl]\nrealm =\n", "realm of [asactl] is empty or a group", "NAME = VALUE");
    refused("[arrays]\na = {\n server = x\n", "a group is not closed", "whole?");
    refused("[arrays]\na =\t{ \r\n server = x\r\n", "a group is not closed", "whole?");
    refused("[arrays]\na =\n{\n server = x\n", "a group is not closed", "whole?");
    assert_true(read_text("[arrays]\n#a = {\na = {\n server = x\n}\nb =\n{\n server = y\n }\n"));
    refused("[asactl]\nrealm X\n", "Syntax error in profile relation", "asactl.conf(5)");
}

static void the_rest_behind_a_nul_is_not_lost(void **state)
{
    static const char text[] = "[asactl]\nmode = 0600\0rest\n";

    (void)state;
    folder_write(file, text, sizeof text - 1);
    assert_false(asactl_settings_read(pool, file, &settings, &outcome));
    assert_non_null(strstr(outcome.sentence, "it holds a NUL byte"));
}

static void arrays_are_lists_of_servers(void **state)
{
    (void)state;
    refused("[arrays]\ncas = cas-1\n", "'cas' in [arrays] is not an array", "a line each");
    refused("[arrays]\ncas = { server = cas-1 }\n", "'cas' in [arrays] is not an array", "");
    refused("[arrays]\ncas = {\n}\n", "the array cas has no server", "server = HOST");
    refused("[arrays]\na = {\n}\nb = {\n server = x\n}\n", "the array a has no server", "");
    refused("[arrays]\na = {\n host = x\n}\n", "the array a has no key 'host'", "server = HOST");
    refused("[arrays]\na = {\n server = x\n server = X\n}\n", "the array a names X twice", "Leave");
    refused("[arrays]\na = {\n server = -oProxyCommand=x\n}\n",
            "a server of the array a is '-oProxyCommand=x'", "a host name");
}

/* Key, a value that it takes, values that it does not. */
static const struct {
    const char *section, *key, *good, *bad[6];
} values[] = {
    {"asactl", "realm", "CORP.X", {"CORP X", "-X", "\"\"", "corp.x", "CORP.x"}},
    {"asactl", "account", "CORP\\ASA$", {"-ASA$", "A*B", "\\ASA", "ASA@X", "A\"B"}},
    {"asactl", "server", "dc-1.x", {"-x", "a..b", "a b", "ldap://dc1", "a:b"}},
    {"asactl", "client-keytab", "/x.keytab", {"x", "FILE:/x"}},
    {"asactl", "client", "roller", {"-x", "@X", "a b", "a@", "a@b@c", "A\\b"}},
    {"asactl", "ldap", "ldaps", {"LDAPS", "plain", "ldap"}},
    {"asactl", "ca", "/x.pem", {"x.pem", "./x.pem"}},
    {"asactl", "keytab", "/x", {"x", "FILE:/x"}},
    {"asactl", "owner", "www-data", {"-x", "a b", "a:b"}},
    {"asactl", "group", "0", {"-1", "a/b"}},
    {"asactl", "mode", "0600", {"0644", "0040", "0750", "00640", "64", "0o640"}},
    {"asactl",
     "status",
     "https://mail.x:8443/a",
     {"https://mail.x", "ftp://mail.x/a", "mail.x/a", "https://me:pw@mail.x/a", "https:///a"}},
    {"asactl",
     "status",
     "none",
     {"None", "http://x:0/", "http://x:99999/", "http://x/a#b", "http://-x/a",
      "http://x/\303\244"}},
    {"asactl", "httpd", "::1", {"localhost", "127.1", "cas-1.x", "::1%lo", "127.0.0.1:443"}},
    {"asactl", "httpd", "10.77.0.11", {"-x", "10.77.0.256", "[::1]"}},
    {"ssh", "user", "root", {"-l", "a b", "root;x"}},
    {"ssh", "port", "65535", {"0", "65536", "22x", "-1", "0x16", "99999999999"}},
    {"ssh", "option", "BatchMode=yes", {"BatchMode", "=yes", "-oX=y", "X="}},
    {"ssh", "command", "/usr/sbin/asactl", {"-x"}},
};

static void values_are_judged_in_the_file_and_on_the_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const char *key = values[i].key, *section = values[i].section;
        const char *option =
            strcmp(section, "ssh") == 0 ? apr_pstrcat(pool, "ssh-", key, NULL) : key;
        apr_table_t *line = apr_table_make(pool, 1);

        assert_true(read_text(apr_psprintf(pool, "[%s]\n%s = %s\n", section, key, values[i].good)));
        apr_table_setn(line, option, values[i].good);
        assert_true(asactl_settings_override(pool, line, &settings, &outcome));
        for (size_t j = 0; j < 6 && values[i].bad[j] != NULL; j++) {
            assert_false(
                read_text(apr_psprintf(pool, "[%s]\n%s = %s\n", section, key, values[i].bad[j])));
            assert_non_null(
                strstr(outcome.sentence, apr_psprintf(pool, "%s of [%s]", key, section)));
            assert_non_null(strstr(outcome.remedy, "It must be "));
            assert_true(read_text(""));
            apr_table_setn(line, option, values[i].bad[j]);
            if (values[i].bad[j][0] == '"') {
                apr_table_setn(line, option, "");
            }
            assert_false(asactl_settings_override(pool, line, &settings, &outcome));
            assert_int_equal(outcome.code, ASACTL_USAGE);
        }
    }
}

static void the_line_wins(void **state)
{
    apr_table_t *line = apr_table_make(pool, 8);

    (void)state;
    assert_true(read_text("[asactl]\nrealm = FILE\nldap = ldaps\nmode = 0600\n"
                          "[ssh]\nport = 2222\noption = User=file\n"));
    apr_table_addn(line, "realm", "FIRST");
    apr_table_addn(line, "realm", "LAST");
    apr_table_addn(line, "ldap", "gssapi");
    apr_table_addn(line, "ssh-option", "User=line");
    apr_table_addn(line, "json", "");
    apr_table_addn(line, "dry-run", "");
    assert_true(asactl_settings_override(pool, line, &settings, &outcome));
    assert_string_equal(settings.realm, "LAST");
    assert_int_equal(settings.ldap_mode, ASACTL_LDAP_GSSAPI);
    assert_int_equal(settings.mode, 0600);
    assert_string_equal(settings.ssh_port, "2222");
    /* ssh takes the first value of a name. */
    assert_int_equal(settings.ssh_options->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(settings.ssh_options, 0, const char *), "User=line");
    assert_true(settings.json && settings.dry_run);
    assert_false(settings.yes || settings.force || settings.verbose);
}

static void a_file_that_is_named_must_be_there_and_safe(void **state)
{
    (void)state;
    assert_false(
        asactl_settings_read(pool, apr_pstrcat(pool, folder, "/none", NULL), &settings, &outcome));
    assert_non_null(strstr(outcome.sentence, "/none: No such file"));
    assert_false(asactl_settings_read(pool, folder, &settings, &outcome));
    assert_non_null(strstr(outcome.sentence, ": it is not a file"));
    assert_true(read_text("[asactl]\n"));
    assert_int_equal(chmod(file, 0646), 0);
    refused("[asactl]\n", "anybody may write it", "chmod o-w");
    assert_int_equal(chmod(file, 0644), 0);
    assert_true(read_text("[asactl]\n"));
}

/* The file that is installed shows every key with its default, so it changes nothing. */
static void the_sample_holds_the_defaults(void **state)
{
    asactl_settings_t plain;

    (void)state;
    assert_true(read_text(""));
    plain = settings;
    assert_true(
        asactl_settings_read(pool, ASA_TEST_DIR "/../conf/asactl.conf", &settings, &outcome));
    assert_null(settings.realm);
    assert_string_equal(settings.ca, plain.ca);
    assert_string_equal(settings.keytab, plain.keytab);
    assert_string_equal(settings.owner, plain.owner);
    assert_string_equal(settings.group, plain.group);
    assert_int_equal(settings.mode, plain.mode);
    assert_null(settings.status);
    assert_string_equal(settings.httpd, plain.httpd);
    assert_int_equal(settings.ldap_mode, plain.ldap_mode);
    assert_string_equal(settings.ssh_user, plain.ssh_user);
    assert_string_equal(settings.ssh_port, plain.ssh_port);
    assert_string_equal(settings.ssh_command, plain.ssh_command);
    assert_int_equal(settings.arrays->nelts + settings.ssh_options->nelts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold_without_a_file),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(nothing_is_passed_over),
        cmocka_unit_test(the_rest_behind_a_nul_is_not_lost),
        cmocka_unit_test(arrays_are_lists_of_servers),
        cmocka_unit_test(values_are_judged_in_the_file_and_on_the_line),
        cmocka_unit_test(the_line_wins),
        cmocka_unit_test(a_file_that_is_named_must_be_there_and_safe),
        cmocka_unit_test(the_sample_holds_the_defaults),
    };

    apr_initialize();
    return cmocka_run_group_tests_name("settings", tests, open_all, close_pool);
}
