#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Users sign in: every form of token, every form of name, and nobody is served under a name that he did not prove.
# mpm: event worker prefork
use strict;
use warnings;
use lib 't/lib';
use MIME::Base64 qw(encode_base64 decode_base64);
use Test::More;
use ASA::Forge qw(forge_base64);
use ASA::Http qw(fetch negotiate);
use ASA::Realm qw(asa_key own_keytab);
use ASA::Spnego qw(mech_types neg_token_init neg_token_resp ntlm_token read_resp);
use ASA::Suite qw(port error_log signed_in refused header record_of finish);
use ASA::Token qw(token);

my $port = port('signin');
my $wendy = 'TAILSPIN\wendy';
error_log();

sub get { return fetch($port, @_) }
sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }

# --- the forms of a token ---
{
    my $context = ASA::Token->converse;
    my $response = get(token => $context->{first});
    signed_in($response, $wendy, 'a SPNEGO token');
    is(($context->step(negotiate($response)))[0], 'done', 'the client verifies the server');
    is(header($response, 'x-auth-type'), 'Negotiate', 'AUTH_TYPE');
}
{
    my $context = ASA::Token->converse(mech => 'krb5');
    my $response = get(token => $context->{first});
    signed_in($response, $wendy, 'a raw Kerberos token');
    is(($context->step(negotiate($response)))[0], 'done', 'the client verifies the server, raw Kerberos');
}
signed_in(get(token => token(mutual => 0)), $wendy, 'no mutual authentication asked');
{
    my $raw = decode_base64(token(mech => 'krb5'));
    my $windows = neg_token_init(['ms-krb5', 'krb5', 'negoex', 'ntlm'], $raw);
    signed_in(get(token => encode_base64($windows, '')), $wendy, 'the MS-KRB5 OID first, as Windows sends it');
}

# --- a first token whose optimistic mechanism is not Kerberos ---
my @mechs = qw(ntlm krb5);

sub first_leg {
    my ($client) = @_;
    my $response = $client->request(token => encode_base64(neg_token_init(\@mechs, ntlm_token(1)), ''));
    my $resp = read_resp(decode_base64(negotiate($response) || ''));
    return ($response, $resp);
}

sub second_leg {
    my ($client, %option) = @_;
    my $context = ASA::Token->converse(mech => 'krb5', mutual => 0);
    my $mic = $context->mic(mech_types(@mechs));
    $mic ^= "\0" x (length($mic) - 1) . "\1" if $option{spoil};
    my $resp = neg_token_resp(token => decode_base64($context->{first}), mic => $mic);
    return $client->request(token => encode_base64($resp, ''));
}

{
    my $client = ASA::Http->connect($port);
    my ($response, $resp) = first_leg($client);
    is($response->{status}, 401, 'the first leg is answered 401');
    is($resp->{mech}, (ASA::Der::der_read(ASA::Der::oid($ASA::Spnego::MECH{krb5})))[1],
        'with Kerberos as the mechanism');
    signed_in(second_leg($client), $wendy, 'the second leg signs in');
    is($client->request->{status}, 401, 'the next request on that connection proves itself or is refused');
}
{
    my ($one, $other) = map { ASA::Http->connect($port) } 1, 2;
    first_leg($one);
    isnt(second_leg($other)->{status}, 200, 'a second leg on another connection is refused');
    my $third = ASA::Http->connect($port);
    first_leg($third);
    is($third->request->{status}, 401, 'half a handshake is nobody');
    my $spoilt = ASA::Http->connect($port);
    first_leg($spoilt);
    isnt(second_leg($spoilt, spoil => 1)->{status}, 200, 'a wrong MIC over the mechanisms is refused');
    my $last = ASA::Http->connect($port);
    first_leg($last);
    is(second_leg($last)->{status}, 200, 'and a right one after all that is not');
}

# --- an identity belongs to one request ---
{
    my $client = ASA::Http->connect($port);
    is(header($client->request(token => token()), 'x-user'), $wendy, 'wendy on a connection');
    is($client->request->{status}, 401, 'a request without a token on it is refused');
    is(header($client->request(token => token(user => 'bob')), 'x-user'), 'TAILSPIN\bob', 'bob on the same');
    my $response = $client->request(path => '/open');
    is($response->{status}, 200, 'an open location is served');
    is(header($response, 'x-user') || '', '', 'to nobody');
}

# --- names ---
is(header(get(path => '/upn', token => token()), 'x-user'), 'wendy@tailspintoys.com', 'AsaUserName upn');
is(header(get(path => '/sam', token => token()), 'x-user'), 'wendy', 'AsaUserName sam');
is(header(get(path => '/principal', token => token()), 'x-user'), 'wendy@CORP.TAILSPINTOYS.COM',
    'AsaUserName principal');
signed_in(get(token => forged(client => 'fred', client_realm => 'FABRIKAM.COM')), 'FABRIKAM\fred',
    'a user of a trusted forest');
signed_in(get(token => forged(client => 'eve', client_realm => 'CONTOSO.COM')), 'CONTOSO.COM\eve',
    'a realm that nobody named is its own domain');
signed_in(get(token => forged(client => "J\xc3\xbcrgen")), "TAILSPIN\\J\xc3\xbcrgen", 'a name outside ASCII');

# --- what is known of the ticket ---
{
    my $response = get(token => token());
    is(header($response, 'x-principal'), 'wendy@CORP.TAILSPINTOYS.COM', 'ASA_PRINCIPAL');
    is(lc header($response, 'x-spn'), 'http/mail.corp.tailspintoys.com', 'ASA_SPN');
    is(header($response, 'x-mech'), 'SPNEGO', 'ASA_MECH');
    is(header(get(token => token(mech => 'krb5')), 'x-mech'), 'Kerberos', 'ASA_MECH of a raw token');
    like(header($response, 'x-etype'), qr/^aes256/, 'ASA_ETYPE');
    is(header($response, 'x-kvno'), 2, 'ASA_KVNO');
    is(header($response, 'x-key'), 'latest', 'ASA_KEY');
    my $generic = ASA::HttpProxyLog::generic(record_of($response, 'Ews'));
    is(lc $generic->{Spn}, 'http/mail.corp.tailspintoys.com', 'Spn in the log');
    is($generic->{Kvno}, 2, 'Kvno in the log');
    is($generic->{Key}, 'latest', 'Key in the log');
    like($generic->{Etype}, qr/^aes256/, 'Etype in the log');
}
{
    my $response = get(token => forge_base64(key => asa_key(1), kvno => 1));
    signed_in($response, $wendy, 'a ticket of the previous key');
    is(header($response, 'x-key'), 'previous', 'ASA_KEY is previous');
    my ($own) = grep { $_->{etype} == 18 } own_keytab();
    $response = get(path => '/any', token => forge_base64(spn => "HOST/$ASA::Realm::NODE",
        key => $own->{key}, kvno => $own->{kvno}));
    is($response->{status}, 200, "a ticket for the node's own key");
    is(header($response, 'x-key'), 'own', 'ASA_KEY is own');
}
signed_in(get(token => forged(kvno => undef)), $wendy, 'a ticket that names no kvno');
signed_in(get(token => forged(kvno => 9)), $wendy, 'a kvno that the key table does not have, but a key that it has');
signed_in(get(token => forged(kvno => 0x10002)), $wendy, 'a kvno with the number of a read-only controller above it');
signed_in(get(token => forged(etype => 17, key => asa_key(2, 17), session_etype => 17)), $wendy, 'AES-128');
signed_in(get(token => forged(spn => $_)), $wendy, "the SPN spelt $_")
    for 'http/mail.corp.tailspintoys.com', 'HTTP/MAIL.CORP.TAILSPINTOYS.COM', 'Http/Mail.Corp.TailspinToys.com';
signed_in(get(token => token(spn => 'HTTP/autodiscover.corp.tailspintoys.com')), $wendy, 'the ServerAlias');
signed_in(get(host => 'evil.example', token => token()), $wendy, 'the Host header is not asked');

# --- Require, sub-requests, redirects ---
# A spoilt MIC is the library's failure; a user without permission is httpd's.
error_log()->expect(qr/asa: AcceptFailed: .*MIC/, qr/AH01631: user TAILSPIN.+bob/);
is(get(path => '/wendy', token => token())->{status}, 200, 'Require user lets wendy in');
is(get(path => '/wendy-doubled', token => token())->{status}, 200, 'and with a doubled backslash');
{
    my $response = get(path => '/wendy', token => token(user => 'bob'));
    like($response->{status}, qr/^40[13]$/, 'and bob not');
}
{
    my $response = get(path => '/ssi/outer.shtml', token => token());
    like($response->{body}, qr/outer=TAILSPIN\\wendy/, 'the page knows the user');
    like($response->{body}, qr/inner=TAILSPIN\\wendy principal=wendy\@CORP/, 'a sub-request inherits it');
    is(get(path => '/ssi/outer.shtml')->{status}, 401, 'and the page is not open');
    is(header(get(path => '/moved', token => token()), 'x-user'), $wendy, 'an internal redirect keeps it');
    is(header(get(path => '/', token => token()), 'x-user'), $wendy, 'a directory index keeps it');
}

finish();
