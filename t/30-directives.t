#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Every directive refuses what is outside its range, in words that help, and is inherited field by field.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use ASA::Forge qw(forge_base64);
use ASA::Http qw(fetch);
use ASA::HttpProxyLog qw(await_record log_files read_log);
use ASA::Process qw(work_path spew wait_for);
use ASA::Realm qw(asa_key realm_file);
use ASA::Server;
use ASA::Suite qw(header finish error_log);
use ASA::Tls qw(certificate);

error_log();
my $keytab = realm_file('asa.keytab');
my $pem = certificate('rsa-sha256');
spew(work_path('tmp', 'not.pem'), "not a certificate\n");
my $checker = ASA::Server->new(name => 'configtest');

sub configtest {
    my ($conf) = @_;
    return $checker->write_conf($conf)->configtest;
}

# --- bad values: line => what the message must name beside directive and value ---
my $credential = qq{AsaCredential "$keytab"\n};
my @bad = (
    ['AsaCredential', qr/key table/],
    ['AsaCredential ""', qr/key table/],
    ['AsaCredential KEYRING:x', qr/KEYRING:x.*path of a key table/],
    ['AsaServicePrincipals', qr/auto, any/],
    ['AsaServicePrincipals auto http/mail.corp.tailspintoys.com', qr/auto alone, any alone/],
    ['AsaServicePrincipals http/', qr{'http/'.*auto alone, any alone}],
    ['AsaServicePrincipals mail.corp.tailspintoys.com', qr/'mail\.corp.*service principal names/],
    ['AsaServicePrincipals any any', qr/any/],
    ['AsaUserName netbios', qr/'netbios'.*downlevel, upn, sam and principal/],
    ['AsaUserName ""', qr/downlevel, upn, sam or principal/],
    ['AsaDomain CORP.TAILSPINTOYS.COM', qr/AsaDomain takes/],
    ['AsaDomain "BAD REALM" TAILSPIN', qr/'BAD REALM'.*realm/],
    ['AsaDomain CORP.TAILSPINTOYS.COM TAILSPINTOYSTOOLONG', qr/'TAILSPINTOYSTOOLONG'.*15 characters/],
    ['AsaDomain CORP.TAILSPINTOYS.COM TAIL\\SPIN', qr/NetBIOS/],
    ['AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN user@mail', qr/'user\@mail'.*mail domain/],
    ["AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN\nAsaDomain CORP.TAILSPINTOYS.COM OTHER", qr/CORP\.TAILSPINTOYS\.COM.*one row/],
    ['AsaProtocol a/b', qr{'a/b'.*Autodiscover, Mapi}],
    ['AsaProtocol ..', qr/'\.\.'.*Autodiscover, Mapi/],
    ['AsaProtocol ""', qr/takes one argument/],
    ['AsaProtocol ' . 'x' x 65, qr/64 letters/],
    ['AsaHttpProxyLog', qr/off, or a folder/],
    ['AsaHttpProxyLog logs size=1K', qr/'size=1K'.*16K to 2047M/],
    ['AsaHttpProxyLog logs size=10X', qr/'size=10X'.*16K to 2047M/],
    ['AsaHttpProxyLog logs size=', qr/'size='.*16K to 2047M/],
    ['AsaHttpProxyLog logs size=-5M', qr/16K to 2047M/],
    ['AsaHttpProxyLog logs size=99999999999999999999', qr/16K to 2047M/],
    ['AsaHttpProxyLog logs keep=0', qr/'keep=0'.*1h to 3650d/],
    ['AsaHttpProxyLog logs keep=30w', qr/'keep=30w'.*1h to 3650d/],
    ['AsaHttpProxyLog logs rotate=1', qr/'rotate=1'.*size= and keep=/],
    ['AsaRequireTLS maybe', qr/'maybe'.*on and off/],
    ['AsaPersistentAuth true', qr/'true'.*on and off/],
    ['AsaBackendAuth', qr/strip, pass, and delegate/],
    ['AsaBackendAuth kerberos', qr/'kerberos'.*strip, pass, and delegate/],
    ['AsaBackendAuth strip http/exch1.corp', qr{'http/exch1\.corp'.*strip, pass, and delegate}],
    ['AsaBackendAuth delegate https://exch1.corp', qr{'https://exch1\.corp'.*class/host}],
    ['AsaBackendAuth delegate http/exch1.corp http/exch2.corp', qr{'http/exch2\.corp'.*a second one}],
    ['AsaBackendAuth delegate certificate=/nowhere/at.pem', qr{PEM file}],
    [qq{AsaBackendAuth delegate "certificate=$pem" "certificate=$pem"}, qr/one certificate already/],
    ['AsaChannelBindings always', qr/'always'.*off, accept and require/],
    ['AsaChannelBindingCertificate', qr/PEM file/],
    ['AsaChannelBindingCertificate /nowhere/at.pem', qr{'/nowhere/at\.pem'.*PEM file}],
    ['AsaChannelBindingCertificate "' . work_path('tmp', 'not.pem') . '"', qr/not\.pem.*PEM file/],
);
for my $row (@bad) {
    my ($line, $pattern) = @$row;
    my ($name) = $line =~ /^(\w+)/;
    my ($status, $text) = configtest("$credential$line\n");
    (my $one_line = $text) =~ s/\n/ /g;
    ok($status != 0 && $one_line =~ /$name/ && $one_line =~ $pattern, "refused: $line") or diag("status $status: $text");
}

# --- good values, each beside its bad ones ---
my @good = (
    'AsaServicePrincipals auto', 'AsaServicePrincipals any', 'AsaServicePrincipals http/mail.corp.tailspintoys.com HTTP/other',
    (map { "AsaUserName $_" } qw(downlevel upn sam principal UPN)), 'AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN',
    'AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN tailspintoys.com', (map { "AsaProtocol $_" } qw(Autodiscover Mapi my-own)),
    'AsaHttpProxyLog off', 'AsaHttpProxyLog logs/hp', 'AsaHttpProxyLog logs/hp size=16K keep=1h', 'AsaHttpProxyLog logs/hp keep=3650d size=2047M',
    (map { ("AsaRequireTLS $_", "AsaPersistentAuth $_") } qw(on off On)), (map { "AsaChannelBindings $_" } qw(off accept require)),
    qq{AsaChannelBindingCertificate "$pem"}, qq{AsaChannelBindingCertificate "$pem" "} . certificate('ecdsa-sha384') . '"',
);
for my $line (@good) {
    my ($status, $text) = configtest("$credential$line\n");
    ok($status == 0, "accepted: $line") or diag($text);
}

# --- contexts ---
for my $line (qw(AsaCredential AsaDomain AsaHttpProxyLog AsaChannelBindingCertificate)) {
    my %value = (AsaCredential => $keytab, AsaDomain => 'A.B C', AsaHttpProxyLog => 'off', AsaChannelBindingCertificate => $pem);
    my ($status, $text) = configtest("$credential<Location /x>\n$line $value{$line}\n</Location>\n");
    ok($status != 0 && $text =~ /$line not allowed/, "$line stands in a server, not in a place") or diag($text);
}

# --- inheritance, field by field: nothing that an inner section leaves out is lost ---
my $server = ASA::Server->new(name => 'merge', conf => $credential . <<'END')->start;
AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN tailspintoys.com
AsaHttpProxyLog "@ROOT@/logs/outer"
AsaUserName upn
AsaProtocol Outer
Header always set X-User "expr=%{REMOTE_USER}"
Header always set X-Reason "%{ASA_REASON}e" env=ASA_REASON
<Location "/">
    AuthType Negotiate
    Require valid-user
</Location>
<Location "/sam">
    AsaUserName sam
</Location>
<Location "/protocol">
    AsaProtocol Inner
</Location>
<Location "/spn">
    AsaServicePrincipals http/autodiscover.corp.tailspintoys.com
</Location>
<Location "/spn/auto">
    AsaServicePrincipals auto
</Location>
<Location "/tls">
    AsaRequireTLS on
</Location>
<Location "/tls/off">
    AsaRequireTLS off
</Location>
<Location "/bound">
    AsaChannelBindings require
</Location>
<Location "/bound/accept">
    AsaChannelBindings accept
</Location>
AliasMatch "^/\w+/x$" "@ROOT@/htdocs/index.html"
AliasMatch "^/\w+/\w+/x$" "@ROOT@/htdocs/index.html"
AliasMatch "^/x$" "@ROOT@/htdocs/index.html"
Listen 127.0.0.1:@PORT1@
<VirtualHost *:@PORT1@>
    ServerName mail.corp.tailspintoys.com
    DocumentRoot "@ROOT@/htdocs"
    AliasMatch "^/x$" "@ROOT@/htdocs/index.html"
    AsaDomain CORP.TAILSPINTOYS.COM INNER inner.example
</VirtualHost>
Listen 127.0.0.1:@PORT2@
<VirtualHost *:@PORT2@>
    ServerName mail.corp.tailspintoys.com
    DocumentRoot "@ROOT@/htdocs"
    AliasMatch "^/x$" "@ROOT@/htdocs/index.html"
    AsaCredential "@REALM@/own.keytab"
    AsaHttpProxyLog off
</VirtualHost>
END
my ($outer, $inner, $other) = map { $server->port($_) } 0, 1, 2;

sub get {
    my ($port, $path, %ticket) = @_;
    return fetch($port, path => $path, token => forge_base64(key => asa_key(2), kvno => 2, %ticket));
}
sub reason { return header($_[0], 'x-reason') || '' }

is(header(get($outer, '/x'), 'x-user'), 'wendy@tailspintoys.com', 'the server\'s AsaUserName and AsaDomain hold in a location');
is(header(get($outer, '/sam/x'), 'x-user'), 'wendy', 'a location sets AsaUserName');
is(header(get($outer, '/protocol/x'), 'x-user'), 'wendy@tailspintoys.com', 'one that sets AsaProtocol inherits AsaUserName');
is(header(get($outer, '/spn/x', spn => 'http/autodiscover.corp.tailspintoys.com'), 'x-user'), 'wendy@tailspintoys.com',
    'one that sets AsaServicePrincipals inherits AsaUserName');
is(reason(get($outer, '/spn/x')), 'WrongPrincipal', 'and refuses other names');
is(get($outer, '/spn/auto/x')->{status}, 200, 'auto inside takes the server\'s name again');
is(reason(get($outer, '/tls/x')), 'TlsRequired', 'AsaRequireTLS on in a location');
is(get($outer, '/tls/off/x')->{status}, 200, 'off inside it');
is(get($outer, '/x')->{status}, 200, 'not on beside it');
is(reason(get($outer, '/bound/x')), 'NotBound', 'AsaChannelBindings require in a location');
is(get($outer, '/bound/accept/x')->{status}, 200, 'accept inside it');
is(header(get($inner, '/x'), 'x-user'), 'wendy@inner.example', 'a virtual host sets AsaDomain');
is(get($inner, '/x')->{status}, 200, 'and inherits AsaCredential and AsaUserName');
is(get($other, '/x')->{status}, 401, 'a virtual host with another AsaCredential does not know the outer keys');
my ($own) = grep { $_->{etype} == 18 } ASA::Realm::own_keytab();
is(get($other, '/x', key => $own->{key}, kvno => $own->{kvno})->{status}, 200, 'but its own');
is(reason(get($outer, '/x', key => $own->{key}, kvno => $own->{kvno} + 6)), 'KeyVersionMissing', 'which the outer one does not know');
sub logged { my ($protocol) = @_; return wait_for(sub { glob $server->root . "/logs/outer/$protocol/*.LOG" }, 60, $protocol) }
ok(logged('Outer'), 'the server\'s log holds in a location');
ok(logged('Inner'), 'AsaProtocol inside names another folder');
# --- virtual hosts without a directive of ours: each accepts tickets for its own names ---
my $plain = ASA::Server->new(name => 'plain', conf => $credential . <<'END')->start;
Header always set X-Reason "%{ASA_REASON}e" env=ASA_REASON
<Location "/">
    AuthType Negotiate
    Require valid-user
</Location>
<VirtualHost *:@PORT@>
    ServerName mail.corp.tailspintoys.com
    DocumentRoot "@ROOT@/htdocs"
</VirtualHost>
<VirtualHost *:@PORT@>
    ServerName autodiscover.corp.tailspintoys.com
    DocumentRoot "@ROOT@/htdocs"
</VirtualHost>
<VirtualHost *:@PORT@>
    ServerName last.corp.tailspintoys.com
    DocumentRoot "@ROOT@/htdocs"
</VirtualHost>
END
for my $host (qw(mail autodiscover)) {
    for my $spn (qw(mail autodiscover)) {
        my $answer = fetch($plain->port, path => '/index.html', host => "$host.corp.tailspintoys.com",
            token => forge_base64(key => asa_key(2), kvno => 2, spn => "http/$spn.corp.tailspintoys.com"));
        is($answer->{status} . reason($answer), $host eq $spn ? '200' : '401WrongPrincipal', "a ticket for $spn at $host");
    }
}
$plain->stop_now;
{
    # The inner virtual host inherits the log, the other one has turned it off; its answer came first.
    my $unlogged = header(get($other, '/x'), 'request-id');
    my $logged = header(get($inner, '/x'), 'request-id');
    my $folder = $server->root . '/logs/outer';
    ok(eval { await_record($folder, 'Outer', $logged) }, 'a virtual host inherits AsaHttpProxyLog');
    ok(!grep({ $_->{RequestId} eq ($unlogged || '') } read_log(log_files($folder, 'Outer'))), 'and can turn it off');
}
$server->stop_now;
$server->log->expect(qr/asa: KeyMismatch:|asa: KeyVersionMissing:/);
finish($server->log, $plain->log);
