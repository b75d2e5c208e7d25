# SPDX-License-Identifier: Apache-2.0
# The suites' Kerberos realm: a real MIT KDC on a loopback port, with an alternate service account at kvno 2 and 1.
package ASA::Realm;

use strict;
use warnings;
use Exporter 'import';
use Sys::Hostname ();
use ASA::Keytab qw(keytab_read keytab_write);
use ASA::Process qw(spawn stop wait_for free_port port_answers run spew slurp work_path);

our @EXPORT_OK = qw($REALM $DOMAIN $NODE asa_key asa_keytab own_keytab realm_file);

our $REALM  = 'CORP.TAILSPINTOYS.COM';
our $DOMAIN = 'corp.tailspintoys.com';
# This node's own account in the domain, as a computer's key table has it: NODE$ and HOST/node.domain with one key.
my $host = (split /\./, Sys::Hostname::hostname())[0];
our $NODE = "$host.$DOMAIN";

# Names of the account, all with one key for each kvno, as in a directory where SPNs are only aliases.
my @account = ('EXCH2016ASA$', map { ("HTTP/$_.$DOMAIN", "http/$_.$DOMAIN") } qw(mail autodiscover));
my @users = qw(wendy bob);
my $kdc;

sub realm_file { return work_path('realm', @_) }
sub ccache { my ($user) = @_; return 'FILE:' . realm_file("cc.$user") }

# What every process of a suite must see; the replay cache is private to the run.
sub environment {
    $ENV{KRB5_CONFIG}      = realm_file('krb5.conf');
    $ENV{KRB5_KDC_PROFILE} = realm_file('kdc.conf');
    $ENV{KRB5RCACHEDIR}    = realm_file();
    $ENV{KRB5CCNAME}       = ccache('none');
    $ENV{KRB5_KTNAME}      = realm_file('no.keytab');
}

sub write_config {
    my ($port) = @_;
    my $folder = realm_file();
    spew("$folder/krb5.conf", <<"END");
[libdefaults]
 default_realm = $REALM
 dns_lookup_realm = false
 dns_lookup_kdc = false
 rdns = false
 dns_canonicalize_hostname = false
 udp_preference_limit = 1
[realms]
 $REALM = {
  kdc = 127.0.0.1:$port
 }
[domain_realm]
 .$DOMAIN = $REALM
END
    spew("$folder/kdc.conf", <<"END");
[kdcdefaults]
 kdc_listen = 127.0.0.1:$port
 kdc_tcp_listen = 127.0.0.1:$port
[realms]
 $REALM = {
  database_name = $folder/principal
  key_stash_file = $folder/stash
  supported_enctypes = aes256-cts:normal aes128-cts:normal
 }
[logging]
 kdc = FILE:$folder/kdc.log
END
}

sub admin_commands {
    my $enctypes = '-e aes256-cts:onlyrealm,aes128-cts:onlyrealm';
    my @lines = map { "addprinc -pw Passw0rd.$_ $_" } @users;
    push @lines, map { ("addprinc -pw Asa.1 $enctypes $_", "cpw -pw Asa.2 $enctypes -keepold $_") }
        @account;
    push @lines, "addprinc -randkey HTTP/other.$DOMAIN";
    push @lines, map { "addprinc -pw Node.1 $enctypes $_" } uc($host) . '$', "HOST/$NODE";
    push @lines, 'ktadd -norandkey -k ' . realm_file('all.keytab') . ' EXCH2016ASA$';
    push @lines, 'ktadd -norandkey -k ' . realm_file('own.keytab') . " " . uc($host) . "\$ HOST/$NODE";
    return join '', map { "$_\n" } @lines;
}

sub must {
    my ($what, @command) = @_;
    my ($status, $text) = run(@command);
    die "$what failed:\n$text\n" if $status;
    return $text;
}

sub create_database {
    spew(realm_file('admin.in'), admin_commands());
    must('kdb5_util', 'kdb5_util', '-r', $REALM, 'create', '-s', '-P', 'master');
    my $text = must('kadmin.local', 'sh', '-c', 'kadmin.local -r "$1" <"$2"', 'sh', $REALM,
        realm_file('admin.in'));
    die "kadmin.local:\n$text" unless -s realm_file('all.keytab') && -s realm_file('own.keytab');
}

sub sign_in {
    my ($user) = @_;
    must("kinit $user", 'sh', '-c', 'printf "%s\n" "$1" | KRB5CCNAME="$2" kinit "$3"', 'sh',
        "Passw0rd.$user", ccache($user), $user);
}

# Starts the KDC in ASA_RUN/realm and signs the users in; all of it takes a fraction of a second.
sub start {
    $ENV{PATH} = "/usr/sbin:/sbin:$ENV{PATH}";
    mkdir realm_file() or die realm_file() . ": $!\n";
    my $port = free_port();
    environment();
    write_config($port);
    create_database();
    $kdc = spawn(realm_file('krb5kdc.out'), 'krb5kdc', '-n', '-r', $REALM);
    eval { wait_for(sub { port_answers($port) }, 60, 'the KDC'); 1 }
        or die $@ . slurp(realm_file('krb5kdc.out'));
    sign_in($_) for @users;
    keytab_write(realm_file('asa.keytab'), asa_keytab());
    return $port;
}

sub halt { stop($kdc) if $kdc; undef $kdc }

# All keys of the account, Latest (kvno 2) and Previous (kvno 1), as key table entries.
sub asa_keytab { return grep { $_->{principal} eq 'EXCH2016ASA$' } keytab_read(realm_file('all.keytab')) }
sub own_keytab { return keytab_read(realm_file('own.keytab')) }

# The bytes of one key of the account.
sub asa_key {
    my ($kvno, $etype) = @_;
    $etype ||= 18;
    my ($entry) = grep { $_->{kvno} == $kvno && $_->{etype} == $etype } asa_keytab();
    die "no key kvno $kvno etype $etype\n" unless $entry;
    return $entry->{key};
}

1;
