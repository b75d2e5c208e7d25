#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Key tables that are missing, torn, foreign or replaced: an error at start, and never a failed request later.
# mpm: event worker prefork
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Time::HiRes qw(time);
use ASA::Forge qw(forge_base64 random_key);
use ASA::Http qw(fetch);
use ASA::Keytab qw(keytab_bytes keytab_write);
use ASA::Load;
use ASA::Process qw(wait_for spew slurp);
use ASA::Realm qw(asa_key asa_keytab own_keytab);
use ASA::Server;
use ASA::Suite qw(header finish error_log);

my $bad_line = qr/asa: the key table .*stay in use/;
my $taken_up = qr/asa: keys taken up/;
error_log();
umask 0077;

my @entries = asa_keytab();
my $server = ASA::Server->new(name => 'credential');
my $keytab = $server->root . '/asa.keytab';
my $other_keytab = $server->root . '/other.keytab';
keytab_write($keytab, @entries);
keytab_write($other_keytab, own_keytab());
my $conf = <<'END';
AsaCredential "@ROOT@/asa.keytab"
AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN
AsaHttpProxyLog "@ROOT@/logs/httpproxy"
LogFormat "%P %>s" pid
CustomLog "@ROOT@/logs/pids" pid
Header always set X-User "expr=%{REMOTE_USER}"
Header always set X-Key "%{ASA_KEY}e" env=ASA_KEY
Header always set X-Reason "%{ASA_REASON}e" env=ASA_REASON
MaxKeepAliveRequests 0
<Location "/">
    AuthType Negotiate
    AsaProtocol Ews
    Require valid-user
</Location>
<Location "/health">
    AuthType None
    Require all granted
    SetHandler asa-health
</Location>
Listen 127.0.0.1:@PORT1@
<VirtualHost *:@PORT1@>
    ServerName mail.corp.tailspintoys.com
    AsaCredential "@ROOT@/other.keytab"
</VirtualHost>
END
$server->write_conf($conf);

# --- at configtest a bad key table is an error that names it ---
sub configtest_with {
    my ($bytes) = @_;
    defined $bytes ? spew($keytab, $bytes) : unlink $keytab;
    return $server->configtest;
}
my $sound = keytab_bytes(@entries);
my %unsound = (
    missing => undef, empty => '', 'only a head' => "\x05\x02", 'cut in an entry' => substr($sound, 0, 40),
    'cut before its last byte' => substr($sound, 0, -1), 'not a key table' => "keys\n" x 20,
    'a length beyond the end' => "\x05\x02\x7f\xff\xff\xff",
);
for my $what (sort keys %unsound) {
    my ($status, $text) = configtest_with($unsound{$what});
    ok($status != 0 && $text =~ /\Q$keytab\E/, "configtest refuses a key table that is $what") or diag($text);
}
{
    my ($status, $text) = configtest_with($sound);
    is($status, 0, 'and accepts a sound one') or diag($text);
    unlike($text, qr/\[warn\]|:warn\]|everybody/, 'without a warning');
    chmod 0644, $keytab;
    ($status, $text) = $server->configtest;
    is($status, 0, 'one that everybody can read is accepted');
    chmod 0600, $keytab;
}

# --- running ---
$server->start;
my $port = $server->port;
sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }
sub status_of { return fetch($port, token => forged(@_))->{status} }

is(status_of(), 200, 'wendy signs in');
is(fetch($port, path => '/health')->{status}, 200, 'asa-health says 200');
is(fetch($server->port(1), token => forged())->{status}, 401, 'a virtual host with another credential refuses her');
my ($own) = grep { $_->{etype} == 18 } own_keytab();
is(fetch($server->port(1), token => forged(key => $own->{key}, kvno => $own->{kvno}))->{status}, 200, 'and accepts with its own');

# One connection held open for each slot, so that every worker process gets to answer.
sub every_worker {
    my (%ticket) = @_;
    my @clients = map { ASA::Http->connect($port) } 1 .. 8;
    my @status = map { $_->request(token => forged(%ticket))->{status} } @clients;
    return @status;
}

# Puts bytes in place by rename or by writing, and says how long it took until each worker accepts the ticket.
sub replace {
    my ($how, @new) = @_;
    my $bytes = keytab_bytes(@new);
    if ($how eq 'rename') {
        spew("$keytab.new", $bytes);
        chmod 0600, "$keytab.new";
        rename "$keytab.new", $keytab or die "rename: $!\n";
    } else {
        spew($keytab, $bytes);
    }
    return time;
}

my $kvno = 2;
for my $how ('rename', 'writing in place', 'rename', 'writing in place') {
    $kvno++;
    my $key = random_key(18);
    my $entry = {%{$entries[0]}, kvno => $kvno, etype => 18, key => $key};
    unshift @entries, $entry;
    isnt(status_of(key => $key, kvno => $kvno), 200, "kvno $kvno is not known before") if $kvno == 3;
    $server->log->mark;
    my $begin = replace($how, @entries);
    my $seen = eval { wait_for(sub { !grep { $_ != 200 } every_worker(key => $key, kvno => $kvno) }, 60, 'the new key') };
    my $took = time - $begin;
    ok($seen && $took < 10, sprintf 'every worker takes up a key table changed by %s (%.2f s)', $how, $took);
    is(status_of(), 200, 'the older key still signs in');
    my @lines = grep { /$taken_up/ } $server->log->lines;
    is(scalar @lines, 1, 'one line says so') or diag(join "\n", $server->log->lines);
}

# --- a file that turns bad: the last good keys stay, one line says so, and it heals ---
my %bad = (%unsound, 'of another realm' => keytab_bytes(map { {%$_, realm => 'CONTOSO.COM', key => random_key(18), etype => 18} } $entries[0]));
my $good = keytab_bytes(@entries);
for my $what (sort keys %bad) {
    $server->log->mark;
    defined $bad{$what} ? spew($keytab, $bad{$what}) : unlink $keytab;
    my $line = eval { $server->log->await($bad_line, 60) };
    ok($line, "a line says that the key table is $what");
    is_deeply([every_worker()], [(200) x 8], 'every worker goes on with the last good keys');
    is(fetch($port, path => '/health')->{status}, 200, 'and the node is healthy');
    my @lines = grep { /$bad_line/ } $server->log->lines;
    is(scalar @lines, $line ? 1 : 0, 'one line, not one from each worker');
    $server->log->mark;
    spew($keytab, $good);
    chmod 0600, $keytab;
    ok(eval { $server->log->await($taken_up, 60) }, 'a good file is taken up again') or diag(join "\n", $server->log->lines);
}
$server->log->expect($bad_line);

# --- torn: written byte by byte, with a request between any two ---
{
    my %seen;
    for my $length (0 .. length $good) {
        spew($keytab, substr $good, 0, $length);
        $seen{fetch($port, token => forged())->{status}}++ if $length % 3 == 0;
    }
    is_deeply([keys %seen], [200], 'no request fails while a file of ' . length($good) . ' bytes is written byte by byte');
}

# --- no failed request while the file is replaced again and again, by both ways ---
{
    my $requests = $server->{mpm} eq 'event' ? 10_000 : 2_000;
    $requests = 1_000 if ($ENV{ASA_VARIANT} || '') eq 'sanitize';
    my $load = ASA::Load->start(port => $port, clients => 4, reuse => 20, tokens => sub { return map { forged() } 1 .. $_[0] });
    my $replaced = 0;
    until ($load->failures || $load->done >= $requests && $replaced >= 8) {
        my @some = @entries[0 .. $#entries - $replaced % 2];
        $server->log->mark;
        replace($replaced++ % 2 ? 'rename' : 'writing in place', @some);
        $server->log->await($taken_up, 60);
    }
    my $done = $load->finish;
    my @failures = $load->failures;
    ok(!@failures && $done >= $requests, "$done requests, none failed, while the key table was replaced $replaced times")
        or diag(join "\n", @failures[0 .. ($#failures > 9 ? 9 : $#failures)]);
}

# --- children that come later, and a restart, while the file is bad: all begin with the last good keys, not those of the start ---
{
    my %newest = (key => $entries[0]{key}, kvno => $entries[0]{kvno});
    spew($keytab, $good);
    wait_for(sub { !grep { $_ != 200 } every_worker(%newest) }, 60, 'the newest key');
    $server->log->mark;
    unlink $keytab;
    $server->log->await($bad_line, 60);
    my %before = map { $_ => 1 } $server->children;
    kill 'KILL', keys %before;
    wait_for(sub { my @now = $server->children; @now && !grep { $before{$_} } @now }, 60, 'other children');
    is_deeply([every_worker(%newest)], [(200) x 8], 'children that begin without a key table hold the newest key');
    my $before = join ' ', $server->children;
    $server->log->mark;
    $server->graceful;
    wait_for(sub { my $now = join ' ', $server->children; $now && $now ne $before && $server->log->await(qr/resuming normal operations/, 60) }, 60, 'the restart');
    is(status_of(%newest), 200, 'a graceful restart with a missing key table keeps the last good keys');
    spew($keytab, $good);
    chmod 0600, $keytab;
}
$server->stop_now;

# --- no key at all: 503, so that a balancer ejects the node ---
{
    (my $without = $conf) =~ s/^AsaCredential.*\n//m;
    my $bare = ASA::Server->new(name => 'bare', conf => $without =~ s/Listen.*//sr)->start;
    my $response = fetch($bare->port, token => forged());
    is($response->{status}, 503, 'no AsaCredential: 503');
    is(header($response, 'x-reason'), 'NoUsableKey', 'NoUsableKey');
    is(fetch($bare->port, path => '/health')->{status}, 503, 'asa-health says 503');
    is(fetch($bare->port)->{status}, 503, 'also for a request without a token');
    $bare->stop_now;
    $bare->log->expect(qr/asa: NoUsableKey: /);
    my @trouble = $bare->log->trouble;
    ok(!@trouble, 'nothing else is logged as an error') or diag("@trouble");
}

# --- everybody can read it: a warning that names it ---
{
    chmod 0644, $keytab;
    my $loud = ASA::Server->new(name => 'loud', conf => qq{AsaCredential "$keytab"\n})->start;
    ok((grep { /:warn\].*\Q$keytab\E/ } $loud->log->lines), 'a key table that everybody can read is warned of');
    $loud->stop_now;
}
$server->log->expect(qr/asa: (?:\d+ more times: )?(?:KeyMismatch|KeyVersionMissing): /);
finish($server->log);
