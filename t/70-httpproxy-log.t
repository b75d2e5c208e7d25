#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The HttpProxy log: every column of what happened, hostile text in one line of 74 columns, rolls, and a log that cannot be written.
use strict;
use warnings;
use lib 't/lib';
use Socket qw(SOL_SOCKET SO_LINGER);
use IO::Socket::INET;
use Test::More;
use ASA::Forge qw(forge_base64);
use ASA::Http qw(fetch);
use ASA::HttpProxyLog qw(@FIELDS log_files read_log await_record faults generic);
use ASA::Process qw(wait_for slurp spew run);
use ASA::Realm qw(asa_key);
use ASA::Server;
use ASA::Suite qw(header finish error_log);

error_log();
my $conf = <<'END';
AsaCredential "@REALM@/asa.keytab"
AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN tailspintoys.com
AsaHttpProxyLog "@ROOT@/logs/httpproxy" size=16K keep=1h
# Lets bytes through to us that httpd would refuse.
HttpProtocolOptions Unsafe LenientMethods Allow0.9
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.1
Header always set X-User "expr=%{REMOTE_USER}"
<Location "/">
    Require all granted
</Location>
<Location "/ews">
    AuthType Negotiate
    AsaProtocol Ews
    Require valid-user
</Location>
<Location "/mapi">
    AuthType Negotiate
    AsaProtocol Mapi
    Require valid-user
</Location>
<Location "/anonymous">
    AsaProtocol Autodiscover
</Location>
<Location "/oab">
    AsaProtocol Oab
</Location>
AliasMatch "^/(ews|mapi|anonymous)" "@ROOT@/htdocs/index.html"
Alias "/oab" "@ROOT@/htdocs/oab.lzx"
END
sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }

my $server = ASA::Server->new(name => 'log', conf => $conf)->start;
my ($port, $folder) = ($server->port, $server->root . '/logs/httpproxy');
sub record {
    my ($response, $protocol) = @_;
    my $id = header($response, 'request-id') or return {map { ($_ => "no request-id, status $response->{status}") } @FIELDS};
    return await_record($folder, $protocol || 'Ews', $id);
}

# --- the columns ---
{
    my $response = fetch($port, path => '/ews/exchange.asmx?a=1&b=two', token => forged(), headers => [['User-Agent' => 'MSRPC'], ['client-request-id' => '{0f6c4b0e}']]);
    my $record = record($response);
    my %expected = (Protocol => 'Ews', UrlHost => 'mail.corp.tailspintoys.com', UrlStem => '/ews/exchange.asmx', UrlQuery => '?a=1&b=two',
        AuthenticationType => 'Negotiate', IsAuthenticated => 'true', AuthenticatedUser => 'TAILSPIN\wendy', Organization => 'tailspintoys.com',
        UserAgent => 'MSRPC', ClientIpAddress => '127.0.0.1', HttpStatus => 200, ErrorCode => '', Method => 'GET', BackEndStatus => '',
        ProxyAction => '', TargetServer => '', RequestBytes => 0, AnchorMailbox => '', ClientRequestId => '{0f6c4b0e}');
    is($record->{$_}, $expected{$_}, "column $_") for sort keys %expected;
    my $generic = generic($record);
    my %proof = (AuthPkg => 'Kerberos', Spn => 'HTTP/mail.corp.tailspintoys.com', Kvno => 2, Key => 'latest');
    is($generic->{$_}, $proof{$_}, "GenericInfo $_") for sort keys %proof;
    like($generic->{$_}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "GenericInfo $_") for qw(BeginRequest EndRequest);
    my %refused = (AuthenticationType => '', IsAuthenticated => 'false', AuthenticatedUser => '', HttpStatus => 401, ErrorCode => 'NoCredentials');
    $record = record(fetch($port, path => '/ews/'));
    is($record->{$_}, $refused{$_}, "column $_ of a refusal") for sort keys %refused;
    is(record(fetch($port, path => '/mapi/', token => forged()), 'Mapi')->{Protocol}, 'Mapi', 'another protocol, another folder');
    $record = record(fetch($port, path => '/anonymous'), 'Autodiscover');
    is($record->{IsAuthenticated}, 'false', 'an open place is logged as nobody');
    is($record->{AuthenticationType}, '', 'with nothing tried');
    is(record(fetch($port, path => '/ews/', token => forged(), headers => [['X-Forwarded-For' => '192.0.2.7']]))->{ClientIpAddress}, '192.0.2.7', 'the client behind a balancer');
    my $before = () = glob "$folder/*/*.LOG";
    fetch($port, path => '/index.html');
    is(scalar(() = glob "$folder/*/*.LOG"), $before, 'a place without AsaProtocol is not logged');
    my %ids = map { header(fetch($port, path => '/ews/'), 'request-id') => 1 } 1 .. 20;
    is(scalar keys %ids, 20, 'every request has an id of its own');
}

# --- a client that goes away in the middle of an answer is told from one that closes after its last byte ---
{
    spew($server->root . '/htdocs/oab.lzx', 'x' x (16 << 20));
    chmod 0644, $server->root . '/htdocs/oab.lzx';
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 10) or die "connect: $!\n";
    print $socket "GET /oab HTTP/1.1\r\nHost: mail.corp.tailspintoys.com\r\n\r\n";
    my $head = '';
    until ($head =~ /\r\n\r\n/) {
        sysread $socket, $head, 4096, length $head or die "no answer: $!\n";
    }
    my ($id) = $head =~ /^request-id: (\S+)\r$/mi;
    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack 'II', 1, 0;
    close $socket;
    my $record = await_record($folder, 'Oab', $id);
    is($record->{ErrorCode}, 'ClientDisconnect', 'ErrorCode of a client that went away');
    is($record->{GenericErrors}, 'HttpException=ClientDisconnect;', 'GenericErrors too');
    my $whole = record(fetch($port, path => '/oab'), 'Oab');
    is($whole->{HttpStatus}, 200, 'the same file to a client that stays');
    is($whole->{ErrorCode}, '', 'without an ErrorCode');
    is($whole->{GenericErrors}, '', 'or GenericErrors');
}

# --- hostile text: one line of 74 columns whatever the client sends ---
my @hostile = ('a,b,c', 'x;y=z', 'quote " and \'', "tab\tin it", "bell \x07 and \x7f", "latin1 \xe4\xf6", "utf8 \xc3\xa4", "line \xe2\x80\xa8 separator",
    "next \xc2\x85 line", '=cmd|calc', 'ServerInfo~x/y', '%0d%0aInjected', '<script>', "\\r\\n", 'x' x 6000, "\xf0\x9f\x92\xa9", "\xed\xa0\x80 surrogate");
for my $text (@hostile) {
    (my $name = substr $text, 0, 20) =~ s/[^ -~]/./g;
    my $record = record(fetch($port, path => '/ews/', token => forged(), headers => [['User-Agent' => $text]]));
    ok($record->{HttpStatus} == 200 && $record->{RoutingStatus} eq '', "User-Agent $name keeps its line whole");
    unlike($record->{UserAgent}, qr/[\x00-\x1f\x7f,]/, 'without control character and comma');
    (my $query = $text) =~ s/([^!-~])/sprintf '%%%02X', ord $1/ge;
    $record = record(fetch($port, path => "/ews/?q=$query", token => forged()));
    ok($record->{HttpStatus} == 200 && $record->{RoutingStatus} eq '', "query $name keeps its line whole");
    $record = record(fetch($port, path => '/ews/', headers => [['client-request-id' => $text], ['X-Forwarded-For' => $text]]));
    is($record->{AnchorMailbox}, '', "no text of the client reaches AnchorMailbox ($name)");
}
# Raw bytes in the request line, where httpd lets them through.
for my $path ('/ews/a,b', '/ews/%2c%0d%0a', '/ews/%ff%fe', '/ews/"x"', '/ews/%22', '/ews/;a=b') {
    my $response = fetch($port, path => $path, token => forged());
    next if $response->{status} == 400;
    my $record = record($response);
    is($record->{Method}, 'GET', "path $path keeps its line whole");
}

# --- hostile names: a KDC would not, but a forged ticket does ---
for my $client ("comma, name", 'quote "name"', "line\r\nend", "bell\x07", "latin1\xe4", "J\xc3\xbcrgen", 'back\\slash', 'at@sign', '', 'x' x 300, "nul\0byte", 'semi;colon=') {
    (my $name = substr $client, 0, 20) =~ s/[^ -~]/./g;
    my $response = fetch($port, path => '/ews/', token => forged(client => $client));
    my $record = record($response);
    if ($response->{status} == 200) {
        is($record->{IsAuthenticated}, 'true', "client '$name' signs in");
        like($record->{AuthenticatedUser}, qr/^TAILSPIN\\[^\\,"\x00-\x1f\x7f]+$/, 'under a name that is safe in a log');
    } else {
        is($response->{status}, 401, "client '$name' is refused");
        is($record->{AuthenticatedUser}, '', 'and named nowhere');
        like($record->{ErrorCode}, qr/^\w+$/, 'with a reason');
    }
}

# --- rolls by size, numbers in order, several processes in one file ---
{
    my @files = log_files($folder, 'Ews');
    cmp_ok(scalar @files, '>', 1, 'a file that is full is followed by the next one');
    my @number = map { /-(\d+)\.LOG$/ } @files;
    my %hour = map { /HttpProxy_(\d{10})-/ ? ($1 => 1) : () } @files;
    is_deeply(\@number, [1 .. @files], 'numbered from 1 without a gap') if keys %hour == 1;
    ok(!(grep { -s $_ > 16_384 + 8_192 } @files), 'each about as large as size= says');
    my @fault = faults(map { log_files($folder, $_) } qw(Ews Mapi Autodiscover));
    ok(!@fault, 'every line of every file is sound') or diag(join "\n", @fault[0 .. ($#fault > 9 ? 9 : $#fault)]);
    my ($mode) = map { (stat $_)[2] & 07777 } $files[0];
    is($mode & 0002, 0, 'no file is writable by everybody');
    cmp_ok(scalar(grep { !/HttpProxy_\d{10}-\d+\.LOG$/ } glob "$folder/Ews/*"), '==', 0, 'no other file is left in the folder');
}
# --- retention: whoever begins a file removes the old ones ---
{
    my $old = "$folder/Ews/HttpProxy_2020010100-1.LOG";
    spew($old, slurp((log_files($folder, 'Ews'))[0]));
    utime 1, 1, $old;
    spew("$folder/Ews/notes.txt", "the administrator's own\n");
    utime 1, 1, "$folder/Ews/notes.txt";
    my $gone = eval { wait_for(sub { fetch($port, path => '/ews/?' . 'x' x 3000); !-e $old }, 60, 'retention') };
    ok($gone, 'a file older than keep= is removed');
    ok(-e "$folder/Ews/notes.txt", 'a file that is not a log is left alone');
}
$server->stop_now;
finish_server($server, 'a log in order');

sub finish_server {
    my ($each, $what, @expected) = @_;
    $each->log->expect(@expected);
    my @trouble = $each->log->trouble;
    ok(!@trouble, "$what: the error log holds nothing undeclared") or diag(join "\n", @trouble);
}

# --- a log that cannot be written: requests go on, one line says so, and another one when it is over ---
my $lost = qr/asa: .*HttpProxy|asa: .*httpproxy/;

# $spoil and $heal are given the protocol's folder.
sub outage {
    my ($what, $spoil, $heal, %option) = @_;
    my $sick = ASA::Server->new(name => 'outage', conf => $conf, %option)->start;
    my $place = $sick->root . '/logs/httpproxy/Ews';
    my $id = header(fetch($sick->port, path => '/ews/', token => forged()), 'request-id');
    ok(eval { await_record($sick->root . '/logs/httpproxy', 'Ews', $id) }, "$what: the log works before") unless $option{wrap};
    $spoil->($place);
    $sick->log->mark;
    my %status;
    $status{fetch($sick->port, path => '/ews/?' . 'x' x 3000, token => forged())->{status}}++ for 1 .. 60;
    is_deeply(\%status, {200 => 60}, "$what: requests go on");
    my @lines = grep { /:(?:error|warn)\]/ && /$lost/ } $sick->log->lines;
    my $workers = () = $sick->children;
    ok(@lines >= 1 && @lines <= $workers, "$what: one error line from each process that wrote, no flood") or diag(join "\n", $sick->log->lines);
    if ($heal) {
        $heal->($place);
        my $back = eval { wait_for(sub {
            my $answer = fetch($sick->port, path => '/ews/', token => forged());
            my $wanted = header($answer, 'request-id');
            eval { wait_for(sub { grep { $_->{RequestId} eq $wanted } read_log(log_files($sick->root . '/logs/httpproxy', 'Ews')) }, 0.3, 'the line') };
        }, 60, 'the log') };
        ok($back, "$what: lines are written again when it is over");
        my @fault = faults(log_files($sick->root . '/logs/httpproxy', 'Ews'));
        ok(!@fault, "$what: and every one is sound") or diag(join "\n", @fault[0 .. ($#fault > 4 ? 4 : $#fault)]);
    }
    $sick->stop_now;
    finish_server($sick, $what, $lost);
}
outage('folder read-only', sub { chmod 0500, $_[0] }, sub { chmod 0700, $_[0] });
outage('folder and its parent missing', sub { (my $all = $_[0]) =~ s{/Ews$}{}; rename $all, "$all.away"; spew($all, '') },
    sub { (my $all = $_[0]) =~ s{/Ews$}{}; unlink $all; rename "$all.away", $all });
{
    my $moved = ASA::Server->new(name => 'moved', conf => $conf)->start;
    my $logs = $moved->root . '/logs/httpproxy';
    fetch($moved->port, path => '/ews/', token => forged());
    rename "$logs/Ews", "$logs/Ews.away";
    my $seen = eval { wait_for(sub {
        fetch($moved->port, path => '/ews/?' . 'x' x 3000, token => forged())->{status} == 200 or die "a request failed\n";
        glob "$logs/Ews/*.LOG";
    }, 60, 'a new folder') };
    ok($seen, 'a protocol folder that is taken away is made again, and requests go on') or diag($@);
    $moved->stop_now;
    finish_server($moved, 'folder taken away');
}
outage('folder replaced by a file', sub { rename $_[0], "$_[0].away"; spew($_[0], '') }, sub { unlink $_[0]; rename "$_[0].away", $_[0] });
SKIP: {
    my ($status) = run('unshare', '-Urm', 'true');
    skip 'the kernel does not allow an unprivileged user namespace, so no small file system can be made', 3 if $status;
    outage('disk full', sub { }, undef, wrap => 'logs/httpproxy');
}
# At start the folder must be usable.
{
    my ($status, $text) = ASA::Server->new(name => 'nofolder', conf => qq{AsaCredential "\@REALM\@/asa.keytab"\nAsaHttpProxyLog /proc/nowhere\n})->configtest;
    my $server = ASA::Server->new(name => 'nofolder', conf => qq{AsaCredential "\@REALM\@/asa.keytab"\nAsaHttpProxyLog /proc/nowhere\n});
    my $started = eval { $server->start; 1 };
    ok($status || !$started, 'a folder that cannot be made is an error at start');
    $server->stop_now;
}
finish();
