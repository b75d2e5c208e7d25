#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# asa-health and asa-status: what is loaded and what was done, for people and for programs, and never a secret.
use strict;
use warnings;
use lib 't/lib';
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Test::More;
use ASA::Forge qw(forge_base64 random_key);
use ASA::Http qw(fetch);
use ASA::Keytab qw(keytab_write);
use ASA::Process qw(wait_for spew);
use ASA::Realm qw(asa_key asa_keytab own_keytab);
use ASA::Server;
use ASA::Suite qw(header finish error_log);

error_log();
umask 0077;
my $server = ASA::Server->new(name => 'status', conf => <<'END');
AsaCredential "@ROOT@/asa.keytab" "@REALM@/own.keytab"
AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN
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
<Location "/status">
    SetHandler asa-status
</Location>
<Location "/health">
    SetHandler asa-health
</Location>
AliasMatch "^/(ews|mapi)" "@ROOT@/htdocs/index.html"
END
my $keytab = $server->root . '/asa.keytab';
my @entries = asa_keytab();
keytab_write($keytab, @entries);
$server->start;
my $port = $server->port;
my @secrets = map { $_->{key} } @entries, own_keytab();
my @shown;

sub forged { my $token = forge_base64(key => asa_key(2), kvno => 2, @_); push @secrets, $token; return $token }

# The report as data; its text is kept, to be searched for secrets at the end.
sub report {
    my (%option) = @_;
    my $response = fetch($port, path => '/status?json', %option);
    push @shown, $response->{body};
    is($response->{status}, 200, 'asa-status answers') unless $option{quiet};
    return JSON::PP->new->decode($response->{body});
}
sub protocol { my ($report, $name) = @_; return (grep { $_->{protocol} eq $name } @{$report->{protocols}})[0] || {} }

# --- forms ---
{
    my $json = fetch($port, path => '/status?json');
    like(header($json, 'content-type'), qr{^application/json}, '?json gives JSON');
    $json = fetch($port, path => '/status', headers => [[Accept => 'application/json']]);
    like(header($json, 'content-type'), qr{^application/json}, 'Accept: application/json gives JSON');
    ok(eval { JSON::PP->new->decode($json->{body}) }, 'which parses');
    my $text = fetch($port, path => '/status', headers => [[Accept => 'text/html,*/*;q=0.8']]);
    like(header($text, 'content-type'), qr{^text/plain}, 'a person gets text');
    push @shown, $text->{body};
    like($text->{body}, qr/EXCH2016ASA\$/, 'with the account');
    like($text->{body}, qr/\b$_\b/i, "and $_") for 'latest', 'previous', 'aes256-cts-hmac-sha1-96';
    is(fetch($port, path => '/status', method => 'POST', body => 'x')->{status}, 405, 'POST is not possible');
    is(header(fetch($port, path => '/status?json', method => 'HEAD'), 'content-type') =~ m{json} ? 1 : 0, 1, 'HEAD is');
    like(header($text, 'cache-control') || '', qr/no-(?:store|cache)/, 'and is not cached');
    my $health = fetch($port, path => '/health');
    is($health->{status}, 200, 'asa-health: 200');
}

# --- keys ---
{
    my $report = report();
    my ($credential) = @{$report->{credentials}};
    my %slot = map { ("$_->{slot} $_->{kvno} $_->{enctype}" => $_) } @{$credential->{keys}};
    for my $wanted ('latest 2 aes256-cts-hmac-sha1-96', 'latest 2 aes128-cts-hmac-sha1-96', 'previous 1 aes256-cts-hmac-sha1-96', 'own 1 aes256-cts-hmac-sha1-96') {
        ok($slot{$wanted}, "a key is listed: $wanted") or diag(join "\n", sort keys %slot);
    }
    like($slot{'latest 2 aes256-cts-hmac-sha1-96'}{time}, qr/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'with its time');
    is($credential->{defect}, undef, 'no defect');
    my @children = sort { $a <=> $b } $server->children;
    my @pids = sort { $a <=> $b } map { $_->{pid} } @{report(quiet => 1)->{workers}};
    is_deeply(\@pids, \@children, 'every worker process is listed');
    my %id = map { ("$_->{account} $_->{realm} $_->{kvno} $_->{id}" => 1) } @{$credential->{keys}};
    like($_->{id}, qr/^[0-9a-f]{8}$/, "a key has an id ($_->{enctype})") for grep { $_->{enctype} =~ /^aes/ } @{$credential->{keys}};
    for my $worker (@{$report->{workers}}) {
        my ($one) = @{$worker->{credentials}};
        my %held = map { ("$_->{account} $_->{realm} $_->{kvno} $_->{id}" => 1) } @{$one->{keys}};
        is_deeply(\%held, \%id, "process $worker->{pid} lists the keys that it holds, each once");
        is($one->{more}, 0, 'and holds no other');
        is($one->{keys}[0]{kvno}, 2, 'the latest first');
    }
}

# --- counts and refusals ---
{
    my $before = report();
    fetch($port, path => '/ews/', token => forged()) for 1 .. 5;
    fetch($port, path => '/ews/', token => forge_base64(key => asa_key(1), kvno => 1)) for 1 .. 3;
    fetch($port, path => '/ews/', token => forged(spn => 'http/other.corp.tailspintoys.com')) for 1 .. 2;
    fetch($port, path => '/mapi/');
    my $after = report();
    my $more = sub { my ($name, $kind, $key) = @_; return (protocol($after, $name)->{$kind}{$key} || 0) - (protocol($before, $name)->{$kind}{$key} || 0) };
    is($more->('Ews', 'signed_in', 'latest'), 5, 'sign-ins with the latest key are counted');
    is($more->('Ews', 'signed_in', 'previous'), 3, 'and with the previous');
    is($more->('Ews', 'refused', 'WrongPrincipal'), 2, 'and refusals by reason');
    is($more->('Mapi', 'refused', 'NoCredentials'), 1, 'by protocol');
    my ($newest) = grep { $_->{reason} eq 'WrongPrincipal' } @{$after->{refusals}};
    is($newest->{client}, '127.0.0.1', 'the last refusals name the client');
    like($newest->{text}, qr{http/other\.corp}, 'and the ticket');
    like($newest->{remedy}, qr/AsaServicePrincipals/, 'and the remedy');
    is($newest->{protocol}, 'Ews', 'and the protocol');
}

# --- hostile text in a refusal stays inside its JSON string ---
{
    fetch($port, path => '/ews/', token => forged(spn => qq{http/"<script>\x07\xff}));
    my $report = eval { report() };
    ok($report, 'a hostile name in a ticket leaves the JSON well-formed');
    my $text = fetch($port, path => '/status')->{body};
    unlike($text, qr/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/, 'and the text without control characters');
    push @shown, $text;
}

# --- a defect is shown, health stays; a new key is shown with its generation ---
{
    my $generation = report()->{credentials}[0]{generation};
    spew($keytab, 'torn');
    ok(eval { wait_for(sub { report(quiet => 1)->{credentials}[0]{defect} }, 60, 'the defect') }, 'a key table that is torn shows as a defect');
    like(report()->{credentials}[0]{defect} || '', qr/\Q$keytab\E/, 'by its name');
    is(fetch($port, path => '/health')->{status}, 200, 'while asa-health says 200 with the last good keys');
    my $key = random_key(18);
    push @secrets, $key;
    keytab_write($keytab, {%{$entries[0]}, kvno => 3, key => $key, etype => 18}, @entries);
    ok(eval { wait_for(sub {
        my $report = report(quiet => 1);
        my @workers = @{$report->{workers}};
        @workers == grep { my ($one) = @{$_->{credentials}}; $one && $one->{held} =~ /kvno 3/ && $one->{generation} > 1 } @workers;
    }, 60, 'the new key in every worker') }, 'every worker shows the new key with a new generation');
    my $after = report();
    my ($new) = map { $_->{id} } grep { $_->{kvno} == 3 } @{$after->{credentials}[0]{keys}};
    is(scalar(grep { my ($one) = @{$_->{credentials}}; grep { $_->{kvno} == 3 && $_->{id} eq $new } @{$one->{keys}} } @{$after->{workers}}),
        scalar @{$after->{workers}}, 'and lists it by its id');
    is(report()->{credentials}[0]{defect}, undef, 'the defect is gone');
}

# --- never a secret ---
push @shown, $server->log->lines;
for my $secret (@secrets) {
    my $base64 = encode_base64($secret, '');
    for my $form ($secret, unpack('H*', $secret), uc unpack('H*', $secret), $base64) {
        next if length $form < 8;
        ok(0, 'a secret is shown') if grep { index($_, $form) >= 0 } @shown;
    }
}
ok(@secrets > 8 && @shown > 5, 'no key and no token is in ' . @shown . ' answers and log lines');
$server->stop_now;
$server->log->expect(qr/asa: the key table/);
finish($server->log);
