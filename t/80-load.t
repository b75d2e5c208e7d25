#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Many clients at once, graceful restarts under them, one log of all processes, and what a request costs in system calls.
# mpm: event worker prefork
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use ASA::Forge qw(forge_base64);
use ASA::Http qw(fetch);
use ASA::HttpProxyLog qw(log_files read_log faults);
use ASA::Load;
use ASA::Process qw(wait_for slurp);
use ASA::Realm qw(asa_key);
use ASA::Server;
use ASA::Suite qw(header finish error_log);
use ASA::Token qw(tokens);

error_log();
my $conf = <<'END';
AsaCredential "@REALM@/asa.keytab"
AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN
AsaHttpProxyLog "@ROOT@/logs/httpproxy"
MaxKeepAliveRequests 0
ListenBacklog 511
Header always set X-User "expr=%{REMOTE_USER}"
Header always set X-Reason "%{ASA_REASON}e" env=ASA_REASON
<Location "/">
    AuthType Negotiate
    AsaProtocol Mapi
    Require valid-user
</Location>
END
my $slow = ($ENV{ASA_VARIANT} || '') eq 'sanitize' ? 4 : 1;
sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }

# --- 64 clients, real tickets of two users; everybody is served, every answer has a line ---
my $server = ASA::Server->new(name => 'load', conf => $conf)->start;
my $folder = $server->root . '/logs/httpproxy';
{
    my $each = 20 / $slow;
    my $load = ASA::Load->start(port => $server->port, clients => 64, requests => $each, reuse => 4,
        tokens => sub { return tokens($_[0], user => $$ % 2 ? 'wendy' : 'bob') });
    my $done = $load->finish;
    my @failures = $load->failures;
    is($done, 64 * $each, '64 clients have all their requests answered');
    ok(!@failures, 'with 200') or diag(join "\n", @failures[0 .. ($#failures > 9 ? 9 : $#failures)]);
    my @records = eval { wait_for(sub { my @r = read_log(log_files($folder, 'Mapi')); @r >= $done && [@r] }, 60, 'the log lines') };
    @records = read_log(log_files($folder, 'Mapi'));
    is(scalar @records, $done, 'each with one line in the log');
    my %users;
    $users{$_->{AuthenticatedUser}}++ for @records;
    is_deeply([sort keys %users], ['TAILSPIN\bob', 'TAILSPIN\wendy'], 'under the two names');
    my %ids = map { $_->{RequestId} => 1 } @records;
    is(scalar keys %ids, $done, 'and an id of its own');
}

# --- the same while the server restarts gracefully, three times ---
{
    my $load = ASA::Load->start(port => $server->port, clients => 4, reuse => 10, tokens => sub { return map { forged() } 1 .. 10 });
    wait_for(sub { $load->done >= 20 }, 60, 'the load to begin');
    for my $number (1 .. 3) {
        $server->log->mark;
        my $before = join ' ', $server->children;
        $server->graceful;
        $server->log->await(qr/resuming normal operations/, 60);
        my $at = $load->done;
        wait_for(sub { $load->done >= $at + 100 }, 60, "the load after restart $number");
        isnt(join(' ', $server->children), $before, "restart $number has new worker processes");
    }
    my $done = $load->finish;
    my @failures = $load->failures;
    ok(!@failures, "$done requests during three graceful restarts, none failed") or diag(join "\n", @failures[0 .. ($#failures > 9 ? 9 : $#failures)]);
    is(fetch($server->port)->{status}, 401, 'and a request without a token is still refused');
}
my @fault = faults(log_files($folder, 'Mapi'));
ok(!@fault, 'every line that the processes wrote is sound') or diag(join "\n", @fault[0 .. ($#fault > 9 ? 9 : $#fault)]);
$server->stop_now;

# --- what a steady-state request opens: the file that it serves and the library's replay cache, no more ---
{
    my $trace = $server->root . '/trace';
    my $traced = ASA::Server->new(name => 'traced', conf => $conf, single => 1, prefix => ['strace', '-f', '-qq', '-s', '300', '-o', $trace, '-e', 'trace=%file,flock']);
    $traced->start;
    my $client = ASA::Http->connect($traced->port);
    is($client->request(token => forged())->{status}, 200, 'a request under strace') for 1 .. 3;
    $client->request(path => '/begin-here', token => forged());
    my $count = 10;
    $client->request(token => forged()) for 1 .. $count;
    $client->request(path => '/end-here', token => forged());
    undef $client;
    $traced->stop_now;
    my ($between) = slurp($trace) =~ m{/begin-here(.*?)/end-here}s;
    my @opened = ($between || '') =~ /\bopen(?:at2?|)?\([^"\n]*"([^"]*)"/g;
    my @served = grep { m{/htdocs/index\.html$} } @opened;
    is(scalar @served, $count, 'the trace shows every request');
    # The library looks into its plug-in folder for authorization data on every acceptance; that cannot be turned off.
    my @surplus = grep { !m{/htdocs/} && !m{\.rcache2$} && !m{/krb5/plugins/authdata$} } @opened;
    is_deeply(\@surplus, [], 'no krb5.conf, key table, mechanism or other file is opened');
    # The watching thread looks at the key table's state four times a second, whether there are requests or not.
    my %serves = map { $_ => 1 } ($between || '') =~ m{^(\d+) .*/htdocs/index\.html"}mg;
    my @of_requests = grep { /^(\d+) / && $serves{$1} } split /\n/, $between || '';
    cmp_ok(scalar @of_requests, '>=', $count, 'the trace tells which thread served them');
    my @touched = map { /"([^"]*(?:mech\.d|gss\/mech|\.keytab)[^"]*)"/ ? $1 : () } @of_requests;
    is_deeply(\@touched, [], 'and no mechanism or key table is looked for');
    cmp_ok(scalar(grep { /\.rcache2$/ } @opened), '<=', $count + 2, 'the replay cache once a request at most');
    my @trouble = $traced->log->trouble;
    ok(!@trouble, 'nothing in the error log of the traced server') or diag("@trouble");
}
finish($server->log);
