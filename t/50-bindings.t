#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Channel bindings: off, accept and require, against clients that bind rightly, wrongly or not, for each kind of certificate.
use strict;
use warnings;
use lib 't/lib';
use MIME::Base64 qw(decode_base64 encode_base64);
use Test::More;
use ASA::Curl qw(curl);
use ASA::Forge qw(forge_base64);
use ASA::Http qw(fetch negotiate);
use ASA::HttpProxyLog qw(generic);
use ASA::Process qw(run spew work_path);
use ASA::Realm qw(asa_key);
use ASA::Spnego qw(mech_types neg_token_init neg_token_resp ntlm_token);
use ASA::Suite qw(port error_log signed_in refused header record_of finish);
use ASA::Tls qw(end_point_bindings);
use ASA::Token qw(token);

error_log();
my $wendy = 'TAILSPIN\wendy';
# One request by OpenSSL's client, which can keep a TLS session in a file; what it prints.
sub s_client {
    my ($port, $path, $token, @options) = @_;
    my $request = work_path('tmp', "request-$$");
    spew($request, "GET $path HTTP/1.1\r\nHost: $ASA::Http::HOST\r\nConnection: close\r\nAuthorization: Negotiate $token\r\n\r\n");
    my ($status, $text) = run('sh', '-c', 'exec openssl s_client -ign_eof "$@" <"$0"', $request,
        '-connect', "127.0.0.1:$port", '-servername', $ASA::Http::HOST, @options);
    unlink $request;
    return $text;
}

sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }

# What the client binds to: nothing, this server's certificate, another server's.
sub ticket_for {
    my ($binding, $certificate, %option) = @_;
    return forged(%option) if $binding eq 'nothing';
    return forged(%option, bindings => end_point_bindings($certificate)) if $binding eq 'the certificate';
    return forged(%option, bindings => end_point_bindings($certificate eq 'rsa-sha256' ? 'rsa-sha512' : 'rsa-sha256'));
}

# [place, what the client binds to, reason or '', Bound in the log]
my @matrix = (
    ['/off',     'nothing',         '',           0],
    ['/off',     'the certificate', '',           0],
    ['/off',     'another one',     '',           0],
    ['/accept',  'nothing',         '',           0],
    ['/accept',  'the certificate', '',           1],
    ['/accept',  'another one',     'BadBindings', 0],
    ['/require', 'nothing',         'NotBound',   0],
    ['/require', 'the certificate', '',           1],
    ['/require', 'another one',     'BadBindings', 0],
);

# Runs the matrix; $ask is given a path and a token.
sub matrix {
    my ($what, $certificate, $ask, %option) = @_;
    for my $row (@matrix) {
        my ($path, $binding, $reason, $bound) = @$row;
        my $response = $ask->($path, ticket_for($binding, $certificate, %option));
        my $name = "$what, $path, client binds to $binding";
        if ($reason) {
            refused($response, $reason, $name);
        } else {
            signed_in($response, $wendy, $name);
            my $logged = generic(record_of($response, 'Ews'))->{Bound} || '';
            like($logged, $bound ? qr/^(?:1|true|yes)$/i : qr/^(?:|0|false|no)$/i, "$name: Bound in the log");
        }
    }
}

my %server = (boundrsa256 => 'rsa-sha256', boundrsa512 => 'rsa-sha512', boundrsa1 => 'rsa-sha1', boundecdsa => 'ecdsa-sha384');
for my $vhost (sort keys %server) {
    my $port = port($vhost);
    matrix($server{$vhost}, $server{$vhost}, sub { curl(port => $port, path => $_[0], token => $_[1]) });
}
matrix('raw Kerberos', 'rsa-sha256', sub { curl(port => port('boundrsa256'), path => $_[0], token => $_[1]) }, wrap => 'krb5');
matrix('HTTP/2', 'rsa-sha256', sub { curl(port => port('boundrsa256'), path => $_[0], token => $_[1], options => ['--http2']) });

# --- two certificates: the one that this connection was shown counts ---
for my $case (['ECDHE-RSA-AES128-GCM-SHA256', 'rsa-sha256', 'ecdsa-sha384'], ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ecdsa-sha384', 'rsa-sha256']) {
    my ($cipher, $shown, $other) = @$case;
    my @options = ('--tls-max', '1.2', '--ciphers', $cipher);
    my $port = port('boundboth');
    signed_in(curl(port => $port, path => '/require', token => forged(bindings => end_point_bindings($shown)), options => \@options),
        $wendy, "a host with two certificates shows $shown and the client binds to it");
    refused(curl(port => $port, path => '/require', token => forged(bindings => end_point_bindings($other)), options => \@options),
        'BadBindings', "the same, and the client binds to $other");
}

# A resumed session names no certificate; the client binds to the one that it saw when the session began.
for my $case (['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256', 'rsa-sha256'], ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ecdsa-sha384'],
    ['-tls1_3', '-sigalgs', 'RSA-PSS+SHA256', 'rsa-sha256'], ['-tls1_3', '-sigalgs', 'ECDSA+SHA384', 'ecdsa-sha384']) {
    my ($version, @options) = @$case;
    my $shown = pop @options;
    my $session = work_path('tmp', "session-$$");
    for my $round (['-sess_out', 'New'], ['-sess_in', 'Reused']) {
        my ($direction, $state) = @$round;
        my $text = s_client(port('boundboth'), '/require', forged(bindings => end_point_bindings($shown)), $version, @options, $direction, $session);
        like($text, qr/^$state, TLS/m, "$version, $shown: the session is $state");
        like($text, qr/^HTTP\/1\.1 200 /m, 'and the client bound to its certificate is signed in');
    }
    unlink $session;
}

# --- TLS ends in front: the certificates are named in files ---
matrix('one front certificate', 'rsa-sha512', sub { fetch(port('boundfront'), path => $_[0], token => $_[1]) });
for my $certificate ('rsa-sha512', 'ecdsa-sha384') {
    matrix("two front certificates, $certificate", $certificate, sub { fetch(port('boundfronts'), path => $_[0], token => $_[1]) });
}
{
    # Choosing between two candidates must not look like a replay, and must not hide one.
    my $token = forged(bindings => end_point_bindings('ecdsa-sha384'));
    signed_in(fetch(port('boundfronts'), path => '/require', token => $token), $wendy, 'bound to the second candidate');
    refused(fetch(port('boundfronts'), path => '/require', token => $token), 'Replay', 'the same token again');
}

# The ticket comes with the second leg: the certificate that it is bound to is chosen then.
for my $certificate ('rsa-sha512', 'ecdsa-sha384') {
    my $client = ASA::Http->connect(port('boundfronts'));
    my @mechs = qw(ntlm krb5);
    my $first = $client->request(path => '/require', token => encode_base64(neg_token_init(\@mechs, ntlm_token(1)), ''));
    is($first->{status}, 401, 'a first leg without a ticket is answered 401');
    my $context = ASA::Token->converse(mech => 'krb5', mutual => 0, bindings => end_point_bindings($certificate));
    my $second = neg_token_resp(token => decode_base64($context->{first}), mic => $context->mic(mech_types(@mechs)));
    signed_in($client->request(path => '/require', token => encode_base64($second, '')), $wendy, "the second leg, bound to $certificate, signs in");
}

# --- a real client library ---
{
    my $context = ASA::Token->converse(bindings => end_point_bindings('rsa-sha256'));
    my $response = curl(port => port('boundrsa256'), path => '/require', token => $context->{first});
    signed_in($response, $wendy, 'the library binds');
    is(($context->step(negotiate($response)))[0], 'done', 'and verifies the server');
    signed_in(curl(port => port('boundrsa256'), path => '/accept', user => 'wendy'), $wendy, 'curl signs in by itself, unbound');
    is(curl(port => port('boundrsa256'), path => '/require', user => 'wendy')->{status}, 401, 'and is refused where binding is required');
}

# --- AsaRequireTLS ---
signed_in(curl(port => port('boundrsa256'), path => '/tls', token => forged()), $wendy, 'AsaRequireTLS on a TLS connection');
refused(fetch(port('boundfront'), path => '/tls', token => forged()), 'TlsRequired', 'AsaRequireTLS on a clear one', challenge => 0);
finish();
