#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The linters can fail: each breach, planted in a copy of the tree, is seen by the rule that it is against.
use strict;
use warnings;
use File::Temp ();
use FindBin;
use Test::More;
use ASA::Lint qw(root text);

my $copy = File::Temp::tempdir(CLEANUP => 1);
system('cp', '-rT', root(), $copy) == 0 or die "cannot copy the tree\n";

sub full { my ($path) = @_; return "$copy/$path" }

sub write_file {
    my ($path, $content) = @_;
    open my $out, '>:raw', full($path) or die "$path: $!\n";
    print {$out} $content;
    close $out;
}

# The names of the rules that a linter found broken in the copy.
sub broken {
    my ($linter, $mode) = @_;
    open my $out, '-|', "'$^X' '-I$FindBin::Bin/../lib' '$FindBin::Bin/$linter.t' '$copy' '$mode' 2>/dev/null" or die "$linter: $!\n";
    my @broken = map { /^not ok \d+ - (.*)$/ ? $1 : () } <$out>;
    close $out;
    return @broken;
}

my $spdx = "/* SPDX-License-Identifier: Apache-2.0\n * A file that the self-test planted here.\n */\n";
my $mark = join '', 'TO', 'DO';
my $wait = join ' ', 'sleep', '1';
my $place = join '', '/wo', 'rk/main';
my $long = "int asa_planted_long(void)\n{\n" . ("    ;\n" x 90) . "    return 0;\n}\n";

# [linter, part of the rule's name, file, content to append or a sub that changes the text]
my @plants = (
    [layers => 'a room includes only', 'core/planted.c', qq{$spdx#include "mod_asa_auth/config.h"\n}],
    [layers => 'a room includes only', 'mod_asa_auth/planted.c', qq{$spdx#include "t/lib/text.h"\n}],
    [layers => 'every include names', 'core/planted.c', qq{$spdx#include "token.h"\n}],
    [layers => 'a room includes only', 'asactl/planted.c', qq{$spdx#include "mod_asa_auth/config.h"\n}],
    [layers => 'a room includes only', 'core/planted.c', qq{$spdx#include "asactl/out.h"\n}],
    [layers => 'only the module knows httpd', 'core/planted.c', qq{$spdx#include <httpd.h>\n}],
    [layers => 'only the module knows httpd', 'asactl/planted.c', qq{$spdx#include <http_log.h>\n}],
    [layers => 'only asactl knows LDAP', 'core/planted.c', qq{$spdx#include <ldap.h>\n}],
    [layers => 'no include cycle', 'core/planted_a.h', qq{$spdx#include "core/planted_b.h"\n}, 'core/planted_b.h', qq{$spdx#include "core/planted_a.h"\n}],
    [layers => 'uses GSS-API', 'mod_asa_auth/planted.c', "${spdx}static void call(void)\n{\n    gss_release_cred(0, 0);\n}\n"],
    [layers => 'uses key tables', 'core/planted.c', "${spdx}static void call(void)\n{\n    krb5_kt_close(0, 0);\n}\n"],
    [layers => 'uses certificates', 'core/planted.c', "${spdx}static void call(void)\n{\n    X509_free(0);\n}\n"],
    [layers => 'uses TLS connections', 'mod_asa_auth/planted.c', "${spdx}static void call(void)\n{\n    SSL_connect(0);\n}\n"],
    [layers => 'uses mod_ssl', 'mod_asa_auth/planted.c', "${spdx}static int ssl_var_lookup;\n"],
    [layers => 'uses LDAP', 'mod_asa_auth/planted.c', "${spdx}static void call(void)\n{\n    ldap_unbind(0);\n}\n"],
    [layers => 'uses LDAP', 'asactl/planted.c', "${spdx}static void call(void)\n{\n    ldap_unbind(0);\n}\n"],
    [layers => 'uses HTTP', 'asactl/planted.c', "${spdx}static void call(void)\n{\n    curl_easy_cleanup(0);\n}\n"],
    [layers => 'uses standard output', 'core/planted.c', qq{${spdx}static void call(void)\n{\n    printf("x");\n}\n}],
    [layers => 'uses standard output', 'asactl/planted.c', qq{${spdx}static void call(void)\n{\n    fputs("x", f);\n}\n}],
    [layers => 'uses other programs', 'asactl/planted.c', qq{${spdx}static void call(void)\n{\n    system("x");\n}\n}],
    [layers => 'request body filters', 'mod_asa_auth/planted.c', qq{${spdx}static void call(void)\n{\n    ap_add_input_filter("x", 0, 0, 0);\n}\n}],
    [layers => 'one room only', 'mod_asa_auth/token.h', $spdx],
    [layers => 'carry the prefix', 'core/planted.h', "${spdx}int planted(void);\n"],
    [layers => 'carry the prefix', 'asactl/planted.h', "${spdx}int asa_planted(void);\n"],
    [style => 'SPDX line', 'core/planted.c', "/* A file that the self-test planted here. */\n"],
    [style => 'its job', 'core/planted.c', "/* SPDX-License-Identifier: Apache-2.0 */\nint asa_planted;\n"],
    [style => 'no file has more', 'core/planted.c', $spdx . "\n" x 400],
    [style => 'no function has more', 'core/planted.c', $spdx . $long],
    [style => 'clang-format', 'core/planted.c', "${spdx}int  asa_planted ;\n"],
    [style => 'shellcheck', 'scripts/lib/planted.sh', "# SPDX-License-Identifier: Apache-2.0\n# A planted script for the linter.\n# shellcheck shell=bash\ncd /tmp\nls \$x[1]\n"],
    [style => 'ends in blanks', 'core/planted.c', "${spdx}int asa_planted; \n"],
    [style => 'left-over mark', 'core/planted.c', "$spdx/* $mark */\n"],
    [style => 'path of a machine', 'scripts/lib/planted.sh', "# SPDX-License-Identifier: Apache-2.0\n# A planted script for the linter.\n# shellcheck shell=bash\nls $place\n"],
    [style => 'fixed wait', 'scripts/lib/planted.sh', "# SPDX-License-Identifier: Apache-2.0\n# A planted script for the linter.\n# shellcheck shell=bash\n$wait\n"],
    [documents => 'states its default', 'mod_asa_auth/directives.c', sub { s/; default accept"/"/ }],
    [documents => 'reference.conf shows every', 'conf/reference.conf', sub { s/AsaUserName downlevel/AsaUserName upn/g }],
    [documents => 'nothing that is no directive', 'conf/reference.conf', "# AsaPlanted on\n"],
    [documents => 'has an item for every', 'man/mod_asa_auth.5', sub { s/AsaProtocol/AsaUserName/g }],
    [documents => 'names its default', 'man/mod_asa_auth.5', sub { s/downlevel/planted/g }],
    [documents => 'README.md has a row', 'README.md', sub { s/AsaRequireTLS/RequireTLS/g }],
    [documents => 'with its default', 'README.md', sub { s/accept/planted/g }],
    [documents => 'a suite types the commands', 'README.md', "## Planted\n\n```sh\ntrue\n```\n"],
    [documents => 'explains every reason', 'man/mod_asa_auth.5', sub { s/KeyMismatch/Mismatch/g }],
    [documents => 'stands in a test', 'core/reason.c', sub { s/"NotBound"/"NeverBound"/ }],
    [documents => 'unit test and fuzz target is in', 't/unit/planted_test.c', $spdx],
    [documents => 'every source is in', 'core/planted.c', $spdx],
    [documents => 'every source is in', 'asactl/planted.c', $spdx],
    [documents => 'what is in the build exists', 'Makefile.am', "EXTRA = \\\n\tcore/planted.c\n"],
    [documents => 'has a corpus', 't/fuzz/planted_fuzz.c', $spdx],
    [asactl => 'explains every exit code', 'asactl/exit_code.h', sub { s/^    ASACTL_DENIED = 5/    ASACTL_PLANTED = 9,\n$&/m }],
    [asactl => 'a synopsis shows every option', 'asactl/verbs.c', sub { s/\.options = "user/.options = "planted user/ }],
    [asactl => 'and none that it does not have', 'asactl/verbs.c', sub { s/\.options = "user /.options = "/ }],
    [asactl => 'ends in an example', 'asactl/verbs.c', sub { s/\.help = "/.help = "Planted." "/; s/^ *"    asactl account create.*$/"",/m }],
    [asactl => 'every setting is an option', 'asactl/options.c', sub { s/"ssh-port"/"port"/ }],
    [asactl => 'an item for every verb', 'man/asactl.8', sub { s/^\.It Ic spn list.*$/.It Ic spn planted/m }],
    [asactl => 'and no other', 'man/asactl.8', sub { s/^\.It Ic spn list.*$/.It Ic spn planted\n$&/m }],
    [asactl => 'with the options that it has', 'man/asactl.8', sub { s/ Fl -enctypes/ Fl -planted/ }],
    [asactl => 'and every global option, with its value', 'man/asactl.8', sub { s/Fl -realm Ar REALM/Fl -realm/ }],
    [asactl => 'and every exit code', 'man/asactl.8', sub { s/^A domain controller or a node/A node/m }],
    [asactl => 'asactl.conf shows every key', 'conf/asactl.conf', sub { s/port = 22/port = 23/ }],
    [asactl => 'and none that is not known', 'conf/asactl.conf', "    planted = x\n"],
    [asactl => 'has an item for every key', 'man/asactl.conf.5', sub { s/^\.It Ic mode /.It Ic planted /m }],
    [asactl => 'with its default', 'man/asactl.conf.5', sub { s/Default: 0640/Default: 0600/ }],
    [asactl => 'and no other', 'man/asactl.conf.5', sub { s/^\.It Ic mode /.It Ic planted No = Ar X\n$&/m }],
    [asactl => 'the completion knows every verb', 'conf/bash-completion/asactl', sub { s/no-directory// }],
    [asactl => 'and every global option', 'conf/bash-completion/asactl', sub { s/ssh-port=/ssh-port/ }],
    [asactl => 'bash completes a verb', 'conf/bash-completion/asactl', sub { s/name=\$\{name#"\$before"\}/:/; s/sort -u/true/ }],
    [documents => 'suite file is a suite', 't/planted.t', "# SPDX-License-Identifier: Apache-2.0\n"],
);

my %sound;
for my $linter (qw(layers style documents asactl)) {
    my @broken = broken($linter, 'with-programs');
    ok(!@broken, "$linter passes before anything is planted") or diag("@broken");
    $sound{$linter} = {map { $_ => 1 } @broken};
}
for my $plant (@plants) {
    my ($linter, $rule, @files) = @$plant;
    my %before;
    while (my ($path, $change) = splice @files, 0, 2) {
        $before{$path} = -e full($path) ? text($path) : undef;
        my $content = defined $before{$path} ? $before{$path} : '';
        if (ref $change) { local $_ = $content; $change->(); $content = $_ } else { $content .= $change }
        write_file($path, $content);
    }
    my @seen = grep { !$sound{$linter}{$_} } broken($linter, $rule =~ /clang-format|shellcheck/ ? 'with-programs' : 'without-programs');
    ok((grep { index($_, $rule) >= 0 } @seen), "$linter sees: $rule") or diag("broken: @seen");
    defined $before{$_} ? write_file($_, $before{$_}) : unlink full($_) for keys %before;
}
done_testing();
