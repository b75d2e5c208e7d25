#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Who may include whom, who may call what: the walls between the rooms, and one file for each foreign interface.
use strict;
use warnings;
use Test::More;
use ASA::Lint qw(files text rule);

my @code = files(qr{^(?:core|mod_asa_auth|asactl)/.*\.[ch]$});
ok(@code > 0, 'there is code to judge');

# Includes of a file: ([quoted paths], [system paths]).
sub includes {
    my ($path) = @_;
    my (@own, @system);
    my $text = text($path);
    while ($text =~ /^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)/mg) {
        defined $1 ? push @own, $1 : push @system, $2;
    }
    return (\@own, \@system);
}

# The text without comments and strings, so that prose does not count as a call.
sub code {
    my ($path) = @_;
    my $text = text($path);
    $text =~ s{/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"}{ }gs;
    return $text;
}

sub room { my ($path) = @_; return $path =~ m{^([^/]+)/} ? $1 : '' }

# --- include rules ---
my %may = (core => {core => 1}, mod_asa_auth => {core => 1, mod_asa_auth => 1}, asactl => {core => 1, asactl => 1});
my (@crossings, @relative, @httpd, @ldap);
my $httpd_header = qr{^(?:httpd|http_\w+|ap_\w+|util_\w+|mod_\w+|scoreboard|unixd|mpm_common)\.h$};
for my $path (@code) {
    my ($own, $system) = includes($path);
    for my $include (@$own) {
        next if $include eq 'config.h';
        if ($include !~ m{/}) {
            room($path) ne 'mod_asa_auth' && $include =~ $httpd_header ? push @httpd, "$path: $include"
                : $include =~ $httpd_header ? () : push @relative, "$path: \"$include\" does not name its room";
            next;
        }
        push @crossings, "$path: $include" unless $may{room($path)}{room($include)};
    }
    push @httpd, map { "$path: $_" } grep { $_ =~ $httpd_header } @$system if room($path) ne 'mod_asa_auth';
    push @ldap, map { "$path: $_" } grep { /^(?:ldap\w*|lber\w*|sasl\/\w+)\.h$/ } @$system if room($path) ne 'asactl';
}
rule('a room includes only what it may', @crossings);
rule('every include names its room', @relative);
rule('only the module knows httpd', @httpd);
rule('only asactl knows LDAP', @ldap);

# --- cycles; a module is X.c with X.h and, for its other files, X_private.h ---
sub stem { my ($path) = @_; (my $stem = $path) =~ s/(?:_private)?\.[ch]$//; return $stem }

my %uses;
for my $path (@code) {
    my ($own) = includes($path);
    $uses{stem($path)}{stem($_)} = 1 for grep { m{/} && stem($_) ne stem($path) } @$own;
}
my (%state, @cycles);

sub visit {
    my ($module, @trail) = @_;
    if (($state{$module} || '') eq 'open') {
        push @cycles, join ' -> ', @trail, $module;
        return;
    }
    return if $state{$module};
    $state{$module} = 'open';
    visit($_, @trail, $module) for sort keys %{$uses{$module} || {}};
    $state{$module} = 'done';
}
visit($_) for sort keys %uses;
rule('no include cycle', @cycles);

# --- one file for each foreign interface ---
my @interfaces = (
    ['GSS-API',           qr/\b(gss_\w+)\s*\(/,                    'core/gss.c'],
    ['key tables',        qr/\b(krb5_kt_\w+)\s*\(/,                'core/keytab.c'],
    ['certificates',      qr/\b((?:X509|PEM|d2i|EVP)_\w+)\s*\(/,   'core/channel_bindings.c'],
    ['TLS connections',   qr/\b(SSL_(?:CTX_new|new|connect))\s*\(/, 'core/peer_certificate.c'],
    ['mod_ssl',           qr/\b(ssl_var_lookup|ssl_is_https)\b/,   'mod_asa_auth/tls.c'],
    ['LDAP',              qr/\b(ldap_\w+)\s*\(/,                   'asactl/ldap.c'],
    ['HTTP',              qr/\b(curl_\w+)\s*\(/,                  'asactl/http.c'],
    ['packed files',      qr/\b((?:inflate|deflate|gz|lzma_)\w*)\s*\(/, 'asactl/log_source.c'],
    ['standard output',   qr/\b((?:v?f?printf|puts|fputs|putchar|perror))\s*\(/, 'asactl/out.c'],
    ['other programs',    qr/\b(posix_spawnp?|exec[vl]\w*|system|popen|apr_proc_create)\s*\(/, 'asactl/ssh.c asactl/systemctl.c'],
    ['request body filters', qr/\b(ap_register_input_filter|ap_add_input_filter\w*)\s*\(/, ''],
);
for my $interface (@interfaces) {
    my ($name, $call, $only) = @$interface;
    my @breaches = grep { defined } map { my $path = $_; code($path) =~ $call ? "$path: $1" : undef }
        grep { my $path = $_; !grep { $path eq $_ } split ' ', $only } @code;
    rule($only ? "only $only uses $name" : "nothing uses $name", @breaches);
}

# --- names ---
my %rooms_of;
$rooms_of{$_->[0]}{$_->[1]} = 1 for map { my ($room, $name) = m{^(\w+)/(.*)\.[ch]$}; [$name, $room] } @code;
rule('a base name stands in one room only', grep { keys %{$rooms_of{$_}} > 1 } sort keys %rooms_of);

my @unprefixed;
for my $path (grep { /\.h$/ } @code) {
    my $prefix = {core => qr/asa_/, mod_asa_auth => qr/mod_asa_|asa_auth_module/, asactl => qr/asactl_/}->{room($path)};
    my $code = code($path);
    while ($code =~ /^(?!typedef|#)\w[\w ]*[ *](\w+)\(/mg) {
        push @unprefixed, "$path: $1" unless $1 =~ /^$prefix/;
    }
}
rule('extern functions carry the prefix of their room', @unprefixed);
done_testing();
