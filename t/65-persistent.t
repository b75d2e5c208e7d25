#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# AsaPersistentAuth: an identity that stays with the client's connection, what ends it, and where it is refused.
use strict;
use warnings;
use lib 't/lib';
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Test::More;
use ASA::Curl ();
use ASA::Forge qw(forge_base64 random_key);
use ASA::Http qw(fetch negotiate);
use ASA::HttpProxyLog qw(await_record generic);
use ASA::Keytab qw(keytab_write);
use ASA::Process qw(run wait_for);
use ASA::Realm qw(asa_key asa_keytab);
use ASA::Server;
use ASA::Spnego qw(ntlm_token);
use ASA::Suite qw(header finish error_log);
use ASA::Tls qw(certificate end_point_bindings);

error_log();
(my $key = certificate('rsa-sha256')) =~ s/pem$/key/;
my $tls = 'SSLEngine on' . "\n    SSLCertificateFile \"" . certificate('rsa-sha256') . "\"\n    SSLCertificateKeyFile \"$key\"";
my $server = ASA::Server->new(name => 'persistent', conf => <<"END");
AsaCredential "\@ROOT\@/asa.keytab"
AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN tailspintoys.com
AsaHttpProxyLog "\@ROOT\@/logs/httpproxy"
LogLevel info asa_auth:debug
KeepAlive On
KeepAliveTimeout 30
MaxKeepAliveRequests 0
Header always set X-User "expr=%{REMOTE_USER}"
Header always set X-Spn "%{ASA_SPN}e" env=ASA_SPN
Header always set X-Principal "%{ASA_PRINCIPAL}e" env=ASA_PRINCIPAL
Header always set X-Reason "%{ASA_REASON}e" env=ASA_REASON
AddHandler send-as-is asis
AddOutputFilter INCLUDES .shtml
# What a proxy adds is seen although it is taken away.
RequestHeader unset X-Forwarded-For early
<Location "/status">
    SetHandler asa-status
</Location>
<Macro Places>
    $tls
    DocumentRoot "\@ROOT\@/htdocs"
    ErrorDocument 404 /found.html
    <Location "/">
        AuthType Negotiate
        AsaProtocol Ews
        Require valid-user
        AsaPersistentAuth on
        Options +Includes
    </Location>
    <Location "/off">
        AsaPersistentAuth off
    </Location>
    <Location "/other">
        AsaServicePrincipals http/other.corp.tailspintoys.com
    </Location>
    <Location "/bound">
        AsaChannelBindings require
    </Location>
    <Location "/nobody">
        Require user nobody-of-that-name
        ErrorDocument 401 /found.html
    </Location>
    <Location "/forbidden">
        Require user nobody-of-that-name
        AuthzSendForbiddenOnFailure On
    </Location>
    <Location "/pass">
        AsaBackendAuth pass
    </Location>
    <Location "/open">
        AuthType None
        Require all granted
    </Location>
    <Location "/upn">
        AsaUserName upn
    </Location>
    RewriteEngine On
    RewriteRule "^/redirected\$" "/upn" [PT]
    AliasMatch "^/(off|other|bound|nobody|forbidden|pass|open|upn|index)\$" "\@ROOT\@/htdocs/index.html"
    ProxyPass "/back/" "http://127.0.0.1:\@PORT\@/store/"
    ProxyPass "/off/back/" "http://127.0.0.1:\@PORT\@/store/"
    CacheSocache "shmcb:\@ROOT\@/logs/cache(1048576)"
    CacheEnable socache "/back/"
    CacheQuickHandler off
    CacheHeader on
</Macro>
Listen 127.0.0.1:\@PORT1\@
<VirtualHost *:\@PORT1\@>
    ServerName mail.corp.tailspintoys.com
    Protocols h2 http/1.1
    Use Places
</VirtualHost>
<VirtualHost *:\@PORT1\@>
    ServerName autodiscover.corp.tailspintoys.com
    AsaServicePrincipals any
    Use Places
</VirtualHost>
# In clear text, as a proxy that ends TLS comes.
Listen 127.0.0.1:\@PORT2\@
<VirtualHost *:\@PORT2\@>
    ServerName mail.corp.tailspintoys.com
    <Location "/">
        AuthType Negotiate
        AsaProtocol Ews
        Require valid-user
        AsaPersistentAuth on
    </Location>
</VirtualHost>
# The back end: keeps connections, it says, and lets its answers be cached.
<Location "/store">
    Header always set Persistent-Auth true
    Header always unset X-User
    Header set Cache-Control "max-age=60"
</Location>
AliasMatch "^/store/" "\@ROOT\@/htdocs/index.html"
END
keytab_write($server->root . '/asa.keytab', asa_keytab());
{
    my $page = $server->root . '/htdocs';
    ASA::Process::spew("$page/found.html", "an error document\n");
    ASA::Process::spew("$page/gone.asis", "Status: 410 Gone\nContent-Type: text/plain\n\ngone\n");
    ASA::Process::spew("$page/outer.shtml", qq{outer=<!--#echo var="REMOTE_USER" --> <!--#include virtual="inner.shtml" -->\n});
    ASA::Process::spew("$page/moved.asis", "Status: 302 Found\nLocation: https://elsewhere.example/\n\n");
    ASA::Process::spew("$page/inner.shtml", qq{inner=<!--#echo var="REMOTE_USER" -->\n});
}
$server->start;
my ($port, $log) = ($server->port(1), $server->root . '/logs/httpproxy');
my ($wendy, $bob) = ('TAILSPIN\wendy', 'TAILSPIN\bob');

sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }
sub client { return ASA::Http->connect($port, tls => 1) }
sub record { my ($response) = @_; return await_record($log, 'Ews', header($response, 'request-id')) }
sub kept { my ($response) = @_; return header($response, 'persistent-auth') || '' }
sub user { my ($response) = @_; return header($response, 'x-user') || '' }
# "status user Persistent-Auth", as much as there is.
sub seen { my ($response) = @_; return join ' ', grep { $_ ne '' && $_ ne '(null)' } $response->{status}, user($response), kept($response) }
# A connection on which a user has signed in and which keeps him.
sub signed_in_client {
    my (%ticket) = @_;
    my $client = client();
    my $response = $client->request(path => '/index', token => forged(%ticket));
    is(seen($response), '200 ' . ($ticket{client} ? "TAILSPIN\\$ticket{client}" : $wendy) . ' true', '(signed in and kept)');
    return $client;
}
# The connection has no identity: neither now nor for the next request.
# The error log, since the last call, says why nothing was kept.
sub because {
    my ($words) = @_;
    ok(eval { $server->log->await(qr/asa: no identity stays with the connection, because \Q$words\E/) }, "(because $words)");
    $server->log->mark;
}
sub nobody_is { my ($client, $what) = @_; is(seen($client->request(path => '/index')), 401, $what) }
sub report { return JSON::PP->new->decode(fetch($server->port, path => '/status?json')->{body}) }
sub counted { my ($row) = grep { $_->{protocol} eq 'Ews' } @{report()->{protocols}}; return ($row->{signed_in}{latest}, $row->{persistent}) }

# --- a request lives on the identity of its connection, as if it had brought a ticket ---
{
    my ($tickets, $lived) = counted();
    my $client = client();
    my $first = $client->request(path => '/index', token => forged());
    is(seen($first), "200 $wendy true", 'a ticket signs in, and the client is told that it lasts');
    is(generic(record($first))->{Session}, 'false', 'Session=false: by its own ticket');
    my $next = $client->request(path => '/index');
    is(seen($next), "200 $wendy", 'the next request needs none, and nothing more is said');
    is(negotiate($next), undef, 'no final token without a ticket');
    is(header($next, $_), header($first, $_), "$_ is as with the ticket") for qw(x-spn x-principal);
    my $record = record($next);
    is("@$record{qw(AuthenticationType IsAuthenticated AuthenticatedUser Organization ErrorCode)}",
        "Negotiate true $wendy tailspintoys.com ", 'the log says Negotiate and who');
    my $info = generic($record);
    is("@$info{qw(AuthPkg Session Key Kvno)}", 'Kerberos connection latest 2', 'and that he came with the connection');
    is($info->{$_}, generic(record($first))->{$_}, "$_ is the ticket's") for qw(Spn Etype Mech Bound);
    is_deeply([counted()], [$tickets + 1, $lived + 1], 'asa-status counts tickets and what lived on one apart');
    like(fetch($server->port, path => '/status')->{body}, qr/own  connection  refused\n/, 'and shows both');
    is(seen(client()->request(path => '/index')), 401, 'another connection is nobody\'s');
    is(seen($client->request(path => '/index', method => $_)), "200 $wendy", $_) for qw(HEAD OPTIONS);
    is(seen($client->request(path => '/index', method => 'POST', body => 'x')), "200 $wendy", 'a POST with a body');
    is(seen($client->request(path => '/index', method => 'POST', body => 'x', headers => [[Expect => '100-continue']])), "200 $wendy",
        'a POST that expects 100');
    is(seen($client->request(path => '/upn')), '200 wendy@tailspintoys.com', 'the place chooses the name\'s form');
    is(seen($client->request(path => '/redirected')), '200 wendy@tailspintoys.com', 'after an internal redirect too');
    is(seen($client->request(path => '/missing')), "404 $wendy", 'an error document');
    like($client->request(path => '/outer.shtml')->{body}, qr/outer=TAILSPIN\\wendy inner=TAILSPIN\\wendy/, 'a sub-request');
    is(seen($client->request(path => '/forbidden')), "403 $wendy", 'a 403 ends nothing');
    is(seen($client->request(path => '/open')), '200', 'a place without sign-in signs nobody in');
    is(seen($client->request(path => '/index')), "200 $wendy", 'and ends nothing');
}
# Two requests in one packet: the second lives on what the first has proven, on no other connection.
{
    my $client = client();
    $client->{$_->[0]} = $_->[1] for [method => 'GET'], [begin => time];
    my $anonymous = "GET /index HTTP/1.1\r\nHost: $ASA::Http::HOST\r\n";
    $client->{socket}->syswrite("${anonymous}Authorization: Negotiate " . forged() . "\r\n\r\n$anonymous\r\n");
    is(seen($client->read_response), "200 $wendy true", 'the first of two pipelined requests');
    is(seen($client->read_response), "200 $wendy", 'and the second');
}

# --- any final answer keeps, but 401 ---
for my $row (['/moved.asis', 302], ['/forbidden', 403], ['/missing', 404], ['/gone.asis', 410], ['/back/x', 200]) {
    my ($path, $status) = @$row;
    my $client = client();
    my $response = $client->request(path => $path, token => forged());
    is($response->{status} . ' ' . kept($response), "$status true", "$path: kept");
    is(seen($client->request(path => '/index')), "200 $wendy", "$path: and used");
}
{
    my $client = client();
    my $response = $client->request(path => '/nobody', token => forged());
    is($response->{status} . kept($response), '401', 'a user whom Require does not let in is not kept');
    nobody_is($client, 'not for another place either');
    $client = signed_in_client();
    is($client->request(path => '/nobody')->{status}, 401, 'a 401 of Require');
    nobody_is($client, 'ends the identity');
}

# --- a request with credentials is judged by them alone ---
{
    my $client = signed_in_client();
    is(seen($client->request(path => '/index', token => forged(client => 'bob'))), "200 $bob true", 'another ticket takes the identity\'s place');
    is(seen($client->request(path => '/index')), "200 $bob", 'for all that follows');
    is(seen($client->request(path => '/index', token => forged())), "200 $wendy true", 'and once more');
    is(seen($client->request(path => '/index')), "200 $wendy", 'and back');
}
my %bad = (
    'a ticket of an unknown key' => 'Negotiate ' . forged(kvno => 7, key => "\7" x 32), 'a malformed token' => 'Negotiate AAAA',
    'no token' => 'Negotiate', 'Basic' => 'Basic d2VuZHk6eA==', 'NTLM' => 'NTLM ' . encode_base64(ntlm_token(1), ''),
    'NTLM inside Negotiate' => 'Negotiate ' . encode_base64(ntlm_token(1), ''), 'Bearer' => 'Bearer x', 'an empty header' => '',
    'a ticket for another name' => 'Negotiate ' . forged(spn => 'http/other.corp.tailspintoys.com'),
);
for my $what (sort keys %bad) {
    my $client = signed_in_client();
    is(seen($client->request(path => '/index', headers => [[Authorization => $bad{$what}]])), 401, "$what is refused, whoever the connection's identity is");
    nobody_is($client, "$what: and ends it");
    $client = signed_in_client();
    is(seen($client->request(path => '/open', headers => [[Authorization => $bad{$what}]])), 200, "$what in a place where nobody looks at it");
    nobody_is($client, "$what: ends it too");
}

# --- the rules of each place and host ---
{
    my $client = client();
    is(seen($client->request(path => '/off', token => forged())), "200 $wendy", 'AsaPersistentAuth off: nothing is said');
    nobody_is($client, 'and nothing is kept');
    $client = signed_in_client();
    is(seen($client->request(path => '/off')), 401, 'nor used');
    nobody_is($client, 'after that, nowhere');
}
{
    my $client = client();
    is(seen($client->request(path => '/pass', token => forged())), "200 $wendy false", 'AsaBackendAuth pass: each request is to bring a ticket');
    because('the back end is to get what came with the client');
    nobody_is($client, 'so none is kept');
    $client = signed_in_client();
    is(seen($client->request(path => '/pass')), 401, 'nor used');
    nobody_is($client, 'and the client knows');
}
for my $row (['/other', 'WrongPrincipal', spn => 'http/other.corp.tailspintoys.com'], ['/bound', 'NotBound', bindings => end_point_bindings('rsa-sha256')]) {
    my ($path, $reason, %good) = @$row;
    my $client = signed_in_client();
    my $response = $client->request(path => $path);
    is($response->{status} . ' ' . header($response, 'x-reason'), "401 $reason", "$path: the ticket behind an identity is judged by each place");
    is(record($response)->{ErrorCode}, $reason, "$path: and the log says so");
    nobody_is($client, "$path: which ends it");
    is(seen($client->request(path => $path, token => forged(%good))), "200 $wendy true", "$path: a ticket that it accepts");
    is(seen($client->request(path => $path)), "200 $wendy", "$path: is kept there");
}
{
    my %host = (host => 'autodiscover.corp.tailspintoys.com', path => '/index');
    my $client = signed_in_client();
    $server->log->mark;
    is(seen($client->request(%host)), 401, 'another virtual host does not take the identity, although it accepts every name');
    because('it was made for another virtual host');
    nobody_is($client, 'and it has ended');
    is(seen($client->request(%host, token => forged())), "200 $wendy true", 'it keeps what it has signed in itself');
    is(seen($client->request(%host)), "200 $wendy", 'for itself');
    nobody_is($client, 'and not for the first one');
}

# --- a client that withholds the body expects a challenge ---
for my $method (qw(POST RPC_IN_DATA PUT)) {
    my $client = signed_in_client();
    is(seen($client->request(path => '/index', method => $method, headers => [['Content-Length' => 0]])), 401, "$method of no bytes is challenged");
    because('the client withholds the body until it is challenged');
    is(seen($client->request(path => '/index', method => 'POST', body => 'x', token => forged())), "200 $wendy true", 'and its body comes with a ticket');
}

# --- a proxy that passes requests on ---
my @signs = map { [$_ => '198.51.100.7'] } qw(Via Forwarded X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host X-Real-IP True-Client-IP x-forwarded-port);
for my $sign (@signs) {
    my $client = client();
    is(seen($client->request(path => '/index', token => forged(), headers => [$sign])), "200 $wendy false", "$sign->[0]: signed in, and not kept");
    nobody_is($client, "$sign->[0]: the next is nobody");
    is(seen($client->request(path => '/index', token => forged())), "200 $wendy false", "$sign->[0]: nobody is ever kept on that connection");
    $client = signed_in_client();
    is(seen($client->request(path => '/open', headers => [$sign])), '200', "$sign->[0]: later, and elsewhere");
    nobody_is($client, "$sign->[0]: ends what was kept");
    $client = signed_in_client();
    is(seen($client->request(path => '/index', headers => [$sign])), 401, "$sign->[0]: a passed-on request does not live on it");
}

# --- neither in clear text, nor on a connection that several requests use at once ---
{
    my $client = ASA::Http->connect($server->port(2));
    is(seen($client->request(token => forged())), "200 $wendy false", 'clear text: signed in, and not kept');
    because('no TLS of the connection ends here');
    is(seen($client->request), 401, 'clear text: the next is nobody');
    my @h2 = ('-q', '-s', '-k', '--http2', '--resolve', "$ASA::Http::HOST:$port:127.0.0.1", '-o', '/dev/null', '-w',
        '%{http_version} %{http_code} %{num_connects} %header{persistent-auth}\n', "https://$ASA::Http::HOST:$port/index");
    my ($status, $text) = run('curl', @h2, '-H', 'Authorization: Negotiate ' . forged(), '--next', @h2);
    is($text, "2 200 1 false\n2 401 0 \n", 'HTTP/2: signed in, and not kept for the next stream of the connection');
    because('HTTP/2 shares the connection among requests');
}
# --- a connection that ends with the answer ---
is(seen(client()->request(path => '/index', method => 'RPC_IN_DATA', token => forged(), headers => [['Content-Length' => 2**30]], head_only => 1)),
    "501 $wendy false", 'a body of 1 GiB closes the connection, so nobody is kept');
because('the connection ends');

is(seen(client()->request(path => '/index', token => forged(), headers => [[Connection => 'close']])), "200 $wendy false", 'nor if the client closes it');
because('the connection ends');

# --- what a back end says of its own connection, and what a cache may keep ---
is(seen(client()->request(path => '/off/back/x', token => forged())), "200 $wendy", 'the back end\'s Persistent-Auth is not the client\'s');
{
    my $client = signed_in_client();
    for my $time (1, 2) {
        my $response = $client->request(path => '/back/page');
        is(seen($response), "200 $wendy", "request $time for what a cache could keep");
        unlike(header($response, 'x-cache') || '', qr/HIT/, 'comes from the back end');
    }
    my $response = signed_in_client(client => 'bob')->request(path => '/back/page');
    is(seen($response), "200 $bob", 'another user asks for it');
    unlike(header($response, 'x-cache') || '', qr/HIT/, 'and is not given what the first one got');
}

# --- the identity ends with its ticket (that ended, but for the clock skew that is allowed), and with the keys ---
{
    my $client = client();
    is(seen($client->request(path => '/index', token => forged(start => -3600, end => -294))), "200 $wendy true", 'a ticket of a few seconds is kept');
    ok(eval { wait_for(sub { seen($client->request(path => '/index')) eq '401' }, 60, 'its end') }, 'until it ends');
    because('the ticket, or the time to keep it, has ended');
    nobody_is($client, 'and no longer');
}
{
    my $client = signed_in_client();
    is(seen($client->request(path => '/index')), "200 $wendy", 'while the keys are those of the sign-in');
    keytab_write($server->root . '/asa.keytab', {%{(asa_keytab())[0]}, kvno => 3, key => random_key(18), etype => 18}, asa_keytab());
    ok(eval { wait_for(sub { !grep { my ($one) = @{$_->{credentials}}; !$one || $one->{generation} < 2 } @{report()->{workers}} }, 60, 'new keys') },
        'every process takes up new keys');
    is(seen($client->request(path => '/index')), 401, 'which end it');
    because('the keys have changed since');
    is(seen($client->request(path => '/index', token => forged())), "200 $wendy true", 'until the next ticket');
}
$server->stop_now;
$server->log->expect(qr/asa: AsaPersistentAuth is on, but a proxy stands in front/, qr/AH01631|AH00135/, qr/asa: KeyVersionMissing/, qr/AH01906/, qr/AH01909/);

# --- refused at start where the configuration shows a proxy ---
my $checker = ASA::Server->new(name => 'configtest');
sub configtest { return $checker->write_conf($_[0])->configtest }
my $on = "<Location \"/x\">\n<Limit GET>\nAsaPersistentAuth on\n</Limit>\n</Location>\n";
my $pem = certificate('rsa-sha256');
my @front = ('RemoteIPHeader X-Forwarded-For', 'RemoteIPProxyProtocol On', "AsaChannelBindingCertificate \"$pem\"");
sub host { my ($number, $text) = @_; return "<VirtualHost *:\@PORT$number\@>\nServerName h$number.example\n$text</VirtualHost>\n" }
for my $front (@front) {
    my ($name) = split ' ', $front;
    $front .= "\n";
    my %refused = (
        'both in the main server' => $on . $front,
        'in the main server, the proxy for all' => host(1, $on) . $front,
        'for all, a proxy in one host' => $on . host(1, $front),
        'both in one host' => host(1, $on . $front),
        'in two hosts of one port' => host(1, $on) . host(1, $front),
        'a host below IfModule' => "<IfModule asa_auth_module>\n" . host(1, $on . $front) . "</IfModule>\n",
        'below IfModule and in a macro' => "<Macro On>\n<IfModule asa_auth_module>\n$on</IfModule>\n</Macro>\n" . host(1, "Use On\n" . $front),
    );
    for my $what (sort keys %refused) {
        my ($status, $text) = configtest($refused{$what});
        ok($status != 0 && $text =~ /AsaPersistentAuth on \(line \d+ of .*\) is not possible beside $name \(line \d+ of .*Remove AsaPersistentAuth/,
            "$name is refused: $what") or diag($text);
    }
    my ($status, $text) = configtest(host(1, $on) . host(2, $front));
    ok($status == 0, "$name in a host of another port is none of it") or diag($text);
    ($status, $text) = configtest(host(1, $on =~ s/ on\n/ off\n/r . $front));
    ok($status == 0, "$name beside AsaPersistentAuth off") or diag($text);
}
{
    my ($status, $text) = configtest("RemoteIPProxyProtocol Off\n$on");
    ok($status == 0, 'RemoteIPProxyProtocol Off is no proxy') or diag($text);
}
finish($server->log);
