#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# On the wire: refusals that wait for no body, the final token on every answer, methods that httpd does not know, HTTP/2.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use ASA::Curl qw(curl);
use ASA::Forge qw(forge_base64);
use ASA::Http qw(fetch negotiate);
use ASA::HttpProxyLog qw(generic);
use ASA::Realm qw(asa_key);
use ASA::Suite qw(port error_log signed_in refused header record_of finish);
use ASA::Token qw(token);

my $port = port('wire');
my $wendy = 'TAILSPIN\wendy';
my $gigabyte = 1_073_741_824;
error_log()->expect(qr/asa: BackEndRefused: the back end answered 401/);

sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }
sub get { return fetch($port, @_) }

# --- a refusal waits for no body ---
my @bodies = (
    ['RPC_IN_DATA of 1 GiB', RPC_IN_DATA => [['Content-Length' => $gigabyte]]],
    ['RPC_IN_DATA of 1 GiB that expects 100', RPC_IN_DATA => [['Content-Length' => $gigabyte], [Expect => '100-continue']]],
    ['POST without an end', POST => [['Transfer-Encoding' => 'chunked']]],
    ['PUT of 1 GiB', PUT => [['Content-Length' => $gigabyte]]],
);
for my $row (@bodies) {
    my ($what, $method, $headers) = @$row;
    for my $token (undef, forged(kvno => 7, key => "\7" x 32), 'AAAA') {
        my $with = !defined $token ? 'no token' : $token eq 'AAAA' ? 'a malformed token' : 'a ticket of an unknown key';
        my $response = eval { get(method => $method, headers => $headers, token => $token, timeout => 5) } || {status => 0, headers => {}};
        is($response->{status}, 401, "$what with $with is refused");
        cmp_ok($response->{seconds} || 99, '<', 0.5, 'in well under a second');
        is(defined negotiate($response), 1, 'with a challenge');
    }
}
{
    my $record = record_of(get(method => 'RPC_IN_DATA', headers => [['Content-Length' => $gigabyte]]), 'RpcHttp');
    is($record->{Method}, 'RPC_IN_DATA', 'Method in the log');
    is($record->{ErrorCode}, 'NoCredentials', 'ErrorCode in the log');
    is($record->{RequestBytes}, 0, 'RequestBytes in the log');
}
# The way of a real client: an empty request for the handshake, then the channel on the same connection.
{
    my $client = ASA::Http->connect($port);
    my $echo = $client->request(method => 'RPC_IN_DATA', headers => [['Content-Length' => 0], ['User-Agent' => 'MSRPC']]);
    is($echo->{status}, 401, 'an empty RPC_IN_DATA is challenged');
    isnt(lc(header($echo, 'connection') || ''), 'close', 'on a connection that stays');
    my $channel = $client->request(method => 'RPC_IN_DATA', path => '/backend/index.html', token => forged(), body => 'x' x 104);
    is(header($channel, 'x-user'), $wendy, 'and signs in on it');
    is(header($channel, 'x-backend-method'), 'RPC_IN_DATA', 'with the method reaching the back end');
    my $out = get(method => 'RPC_OUT_DATA', path => '/backend/index.html', token => forged(), body => 'x' x 76);
    is(header($out, 'x-user'), $wendy, 'RPC_OUT_DATA too');
    is(header($out, 'x-backend-method'), 'RPC_OUT_DATA', 'with its method');
}
is(get(method => $_, path => '/backend/index.html')->{status}, 401, "$_ is protected like any other method")
    for qw(GET HEAD POST PUT DELETE OPTIONS TRACE PROPFIND RPC_IN_DATA RPC_OUT_DATA MADEUP);

# --- what the log knows of the back end: what it answered, whatever the client got, and how long that took ---
for my $row (['/backend/index.html', 200, 200], ['/backend/gone', 410, 410], ['/backend/denied', 502, 401], ['/handler/index.html', 404, 404],
    ['/nobody/', 503, ''], ['/index.html', 200, undef]) {
    my ($path, $status, $back_end) = @$row;
    my $record = record_of(get(path => $path, token => forged(), headers => [['X-RequestId' => '{9e2f}:7']]), 'RpcHttp');
    is("$record->{HttpStatus} $record->{BackEndStatus}", "$status " . ($back_end || ''), "$path: HttpStatus and BackEndStatus");
    is($record->{ClientRequestId}, '{9e2f}:7', "$path: the client's own id, in MAPI's header");
    my @times = map { $record->{$_} } qw(BackendReqInitLatency BackendProcessingLatency BackendRespStreamLatency ClientRespStreamLatency);
    my $asked = defined $back_end;
    like($record->{ProxyTime}, $asked ? qr/^\d+$/ : qr/^$/, "$path: ProxyTime");
    is(scalar(grep { /^\d+$/ } @times), $back_end ? 4 : $asked ? 1 : 0, "$path: the latencies that can be known");
    my $sum = 0;
    $sum += $_ || 0 for @times[1 .. 3];
    is($record->{HttpProxyOverhead}, $record->{TotalRequestTime} - $sum, "$path: HttpProxyOverhead is what they leave");
}
{
    my $response = get(path => '/backend/index.html', token => forged(), headers => [['request-id' => 'the-clients']]);
    is(header($response, 'x-backend-request-id'), header($response, 'request-id'), "the back end is told the request's id, and none of the client");
}
# What Exchange's answers say of the two servers.
for my $row (['/backend/index.html', '127.0.0.1', token => forged()], ['/index.html', '', token => forged()], ['/backend/index.html', '']) {
    my ($path, $target, @token) = @$row;
    my $response = get(path => $path, @token);
    my $shown = (header($response, 'x-feserver') || '') . ' ' . (header($response, 'x-calculatedbetarget') || '');
    is($shown, record_of($response, 'RpcHttp')->{ServerHostName} . " $target", "$path: X-FEServer and X-CalculatedBETarget");
}
# A client that leaves in the middle of a body that goes to the back end, as every IN channel of RPC over HTTP ends.
for my $row ([1_000_000, '400 ClientDisconnect', 'in the middle of'], [104, '200 ', 'after']) {
    my ($length, $expected, $when) = @$row;
    my $client = ASA::Http->connect($port);
    $client->{method} = 'GET';
    $client->{begin} = time;
    $client->{socket}->syswrite("GET /backend/index.html HTTP/1.1\r\nHost: $ASA::Http::HOST\r\n"
            . 'Authorization: Negotiate ' . forged() . "\r\nContent-Length: $length\r\n\r\n" . 'x' x 104);
    shutdown $client->{socket}, 1;
    my $record = record_of($client->read_response, 'RpcHttp');
    is("$record->{HttpStatus} $record->{ErrorCode}", $expected, "a client that leaves $when its body");
}

# --- the final token is on every answer, and the client that asked for it can verify it ---
my @answers = (
    ['200', '/index.html'], ['302', '/asis/elsewhere.asis'], ['404 with an error document', '/nothere'], ['410', '/asis/gone.asis'],
    ['403', '/forbidden'], ['proxied 200', '/backend/index.html'], ['proxied 404', '/backend/nothere'],
    ['proxied 410', '/backend/gone'], ['502 or 503, no back end', '/nobody/'],
);
for my $row (@answers) {
    my ($what, $path) = @$row;
    my ($status) = $what =~ /(\d{3})/;
    my $context = ASA::Token->converse;
    my $response = get(path => $path, token => $context->{first});
    like($response->{status}, $status == 502 ? qr/^50[23]$/ : qr/^$status$/, "$what: status");
    is(scalar @{$response->{headers}{'www-authenticate'} || []}, 1, "$what: one WWW-Authenticate");
    is(($context->step(negotiate($response) || ''))[0], 'done', "$what: the client verifies the server");
    is(get(path => $path)->{status}, 401, "$what: 401 without a token");
}
{
    my $context = ASA::Token->converse;
    my $first = get(token => token());
    my $response = get(token => $context->{first}, headers => [['If-Modified-Since' => header($first, 'last-modified')]]);
    is($response->{status}, 304, '304');
    is(($context->step(negotiate($response) || ''))[0], 'done', '304: the client verifies the server');
    $context = ASA::Token->converse;
    $response = get(token => $context->{first}, method => 'HEAD');
    is(($context->step(negotiate($response) || ''))[0], 'done', 'HEAD: the client verifies the server');
}
is(defined negotiate(get(path => '/nothere')), 1, 'a refusal in front of an error document is challenged');

# --- what goes on to the back end, and what comes back from it ---
{
    my $response = get(path => '/backend/index.html', token => token());
    is(header($response, 'x-backend-authorization') || '', '', 'the ticket does not reach the back end');
    like(header($response, 'request-id'), qr/^[0-9a-f-]{36}$/, 'our request-id replaces that of the back end');
    $response = get(path => '/backend/challenge', token => token());
    unlike(header($response, 'www-authenticate') || '', qr/NTLM/, 'a challenge of the back end does not reach the client');
    my $record = record_of(get(path => '/backend/index.html', token => token()), 'RpcHttp');
    is($record->{ProxyAction}, 'Proxy', 'ProxyAction');
    is($record->{TargetServer}, '127.0.0.1', 'TargetServer');
    is($record->{AuthenticatedUser}, $wendy, 'AuthenticatedUser of a proxied request');
}

for my $way (qw(handler rewritten byaddress override)) {
    my $response = get(path => "/$way/index.html", token => token());
    is(header($response, 'x-backend-method'), 'GET', "/$way/ reaches the back end");
    is(header($response, 'x-backend-authorization') || '', '', 'without the ticket');
    is(scalar @{$response->{headers}{'request-id'} || []}, 1, 'and with one request-id');
}
# mod_cache keeps no answer to a request with Authorization, also if the back end did not see it.
for my $user (qw(wendy bob)) {
    my $response = get(path => '/cached/index.html', token => token(user => $user));
    is(header($response, 'x-user'), "TAILSPIN\\$user", "$user asks for what a cache could keep");
    is(header($response, 'x-backend-method'), 'GET', 'and gets an answer of the back end');
    unlike(header($response, 'x-cache') || '', qr/HIT|save/, 'that nobody else was given');
    is(get(path => '/cached/index.html')->{status}, 401, 'and nobody gets without a ticket');
}
for my $way (qw(backend override)) {
    my $context = ASA::Token->converse;
    my $response = get(path => "/$way/denied", token => $context->{first});
    is($response->{status}, 502, "/$way/: a 401 of the back end is not the client's");
    is(scalar @{$response->{headers}{'www-authenticate'} || []}, 1, 'one WWW-Authenticate');
    is(($context->step(negotiate($response) || ''))[0], 'done', 'which is ours');
    my $client = ASA::Http->connect($port);
    $client->request(path => "/$way/denied", token => token());
    is($client->request(path => '/index.html', token => token())->{status}, 200, 'nothing follows it on the connection');
}
{
    my $response = get(path => '/folder/', token => token());
    is($response->{status}, 200, 'an index with rules of its own is served');
    is(scalar @{$response->{headers}{'www-authenticate'} || []}, 1, 'with one WWW-Authenticate');
    is(get(path => '/folder/')->{status}, 401, 'and to nobody without a ticket');
}

{
    my $response = get(path => '/redirected', token => forged());
    is($response->{status}, 401, 'a redirect into a place that wants TLS is refused');
    is(record_of($response, 'RpcHttp')->{ErrorCode}, 'TlsRequired', 'for that reason, and the token is not looked at again');
}

# --- headers at their limit ---
is(get(token => 'A' x 70_000)->{status}, 400, 'a header beyond LimitRequestFieldSize is httpd\'s 400');
is(get(token => forged())->{status}, 200, 'and the next request is served');
is(get(headers => [[Authorization => 'Negotiate ' . forged()], [Authorization => 'Negotiate ' . forged()]])->{status}, 401,
    'two Authorization headers are nobody\'s');
{
    my $client = ASA::Http->connect($port);
    # Two requests in one packet: the second one is anonymous and must be seen as that.
    my $one = "GET /index.html HTTP/1.1\r\nHost: $ASA::Http::HOST\r\nAuthorization: Negotiate " . forged() . "\r\n\r\n";
    $client->{method} = 'GET';
    $client->{begin} = time;
    $client->{socket}->syswrite($one . "GET /index.html HTTP/1.1\r\nHost: $ASA::Http::HOST\r\n\r\n");
    is($client->read_response->{status}, 200, 'the first of two pipelined requests');
    is($client->read_response->{status}, 401, 'the second one has no identity of its own');
}

# --- HTTP/2 ---
my @h2 = ('--http2-prior-knowledge');
my %clear = (port => $port, scheme => 'http');
{
    my $response = curl(%clear, path => '/index.html', token => forged(), options => \@h2);
    is($response->{version}, '2', 'the answer is HTTP/2');
    signed_in($response, $wendy, 'a token over HTTP/2', 'RpcHttp');
    refused(curl(%clear, path => '/index.html', options => \@h2), 'NoCredentials', 'no token over HTTP/2', protocol => 'RpcHttp');
    refused(curl(%clear, path => '/index.html', token => forged(spn => 'http/other'), options => \@h2), 'WrongPrincipal', 'a wrong name over HTTP/2', protocol => 'RpcHttp');
    signed_in(curl(%clear, path => '/index.html', user => 'wendy', options => \@h2), $wendy, 'curl signs in by itself over HTTP/2', 'RpcHttp');
    signed_in(curl(%clear, path => '/index.html', user => 'bob'), 'TAILSPIN\bob', 'and over HTTP/1.1', 'RpcHttp');
}
{
    # Streams of one connection: wendy, bob and nobody, each as what he proved.
    my ($tls, @streams) = port('boundrsa256');
    for my $who (('wendy', 'bob', '') x 4) {
        push @streams, '--next' if @streams;
        push @streams, '-s', '-k', '--http2', '--resolve', "$ASA::Http::HOST:$tls:127.0.0.1", '-o', '/dev/null',
            '-w', ($who || 'nobody') . " %{http_code} %header{x-user}\\n", "https://$ASA::Http::HOST:$tls/index.html";
        push @streams, '-H', 'Authorization: Negotiate ' . token(user => $who) if $who;
    }
    my (undef, $text) = ASA::Process::run('curl', '-q', '-Z', @streams);
    my %seen;
    $seen{$_}++ for map { s{\s+$}{}r } grep { /^(?:wendy|bob|nobody) / } split /\n/, $text;
    is_deeply(\%seen, {'wendy 200 TAILSPIN\wendy' => 4, 'bob 200 TAILSPIN\bob' => 4, 'nobody 401' => 4}, 'streams of one HTTP/2 connection keep their identities');
}
error_log()->expect(qr/asa: (?:\d+ more times: )?KeyVersionMissing: /, qr/AH01631/, qr/AH00135: Invalid method in request RPC_/, qr/AH00957|AH01095|AH01097|AH02608|AH01114|AH00961/);
finish();
