#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Every refusal has exactly one reason: each is produced for real, beside a request that differs in one thing and passes.
use strict;
use warnings;
use lib 't/lib';
use MIME::Base64 qw(encode_base64 decode_base64);
use Test::More;
use ASA::Der qw(seq);
use ASA::Forge qw(forge forge_base64 ap_req $RC4);
use ASA::Http qw(fetch negotiate);
use ASA::HttpProxyLog qw(generic);
use ASA::Process qw(slurp);
use ASA::Realm qw(asa_key);
use ASA::Spnego qw(neg_token_init krb5_token ntlm_token);
use ASA::Suite qw(port error_log signed_in refused header record_of finish);
use ASA::Token qw(token);

my $port = port('reasons');
my $wendy = 'TAILSPIN\wendy';
my $day = 86400;
# The node's faults are logged as errors; a client's mistakes are not.
error_log()->expect(map { qr/\basa: $_: / } qw(KeyVersionMissing KeyMismatch EncryptionTypeUnsupported ClockSkew));

sub get { return fetch($port, @_) }
sub forged { return forge_base64(key => asa_key(2), kvno => 2, @_) }
sub base64 { return encode_base64($_[0], '') }

# --- what the ticket says: each row differs from the sound ticket in what it names ---
my @tickets = (
    [WrongPrincipal    => 'the autodiscover name',  spn => 'http/autodiscover.corp.tailspintoys.com'],
    [WrongPrincipal    => 'another service class',  spn => 'host/mail.corp.tailspintoys.com'],
    [WrongPrincipal    => 'a name that begins alike', spn => 'http/mail.corp.tailspintoys.com.evil.example'],
    [WrongPrincipal    => 'a name with a third part', spn => 'http/mail.corp.tailspintoys.com/x'],
    [KeyVersionMissing => 'a kvno not held',        kvno => 7, key => "\x07" x 32],
    [KeyMismatch       => 'the right kvno, another key', key => "\x07" x 32],
    [KeyMismatch       => 'a ticket of another realm', realm => 'CONTOSO.COM', key => "\x08" x 32],
    [EncryptionTypeUnsupported => 'RC4',            etype => $RC4, key => "\x07" x 16],
    [ClockSkew         => 'a client 15 minutes behind', skew => -900],
    [ClockSkew         => 'a client 15 minutes ahead',  skew => 900],
    [TicketExpired     => 'a ticket of yesterday',  start => -2 * $day, end => -$day],
    [TicketNotYetValid => 'a ticket of tomorrow',   start => $day, end => 2 * $day],
);
for my $row (@tickets) {
    my ($reason, $what, %ticket) = @$row;
    refused(get(token => forged(%ticket)), $reason, $what);
    refused(get(token => forged(%ticket, wrap => 'krb5')), $reason, "$what, raw Kerberos");
    signed_in(get(token => forged()), $wendy, "the sound ticket beside $what");
}
signed_in(get(path => '/both', token => forged(spn => 'http/autodiscover.corp.tailspintoys.com')), $wendy,
    'the autodiscover name where it is configured');
signed_in(get(token => forged(skew => -200)), $wendy, 'a clock 200 seconds behind is near enough');
{
    my $response = get(token => forged(kvno => 7, key => "\x07" x 32));
    my $generic = generic(record_of($response, 'Ews'));
    is($generic->{Kvno}, 7, 'the record of a refusal names the kvno');
    like($generic->{Etype}, qr/^aes256/, 'and the encryption type');
    is(lc $generic->{Spn}, 'http/mail.corp.tailspintoys.com', 'and the SPN');
    is(header($response, 'x-reason'), 'KeyVersionMissing', 'ASA_REASON');
}

# --- replay ---
{
    my $token = forged();
    signed_in(get(token => $token), $wendy, 'a token for the first time');
    refused(get(token => $token), 'Replay', 'the same token again');
    signed_in(get(token => forged()), $wendy, 'the next token of that client');
    my $raw = krb5_token(ap_req(key => asa_key(2), kvno => 2));
    signed_in(get(token => base64($raw)), $wendy, 'a raw token for the first time');
    refused(get(token => base64(neg_token_init(['krb5'], $raw))), 'Replay', 'the same one in another wrapping');
}

# --- no Negotiate at all ---
refused(get(), 'NoCredentials', 'no Authorization');
refused(get(headers => [[Authorization => $_]]), 'NotNegotiate', "the scheme $_")
    for 'Basic d2VuZHk6eA==', 'Bearer x', 'Digest username="wendy"', 'Negotiated x';
is(record_of(get(headers => [[Authorization => 'Basic d2VuZHk6eA==']]), 'Ews')->{AuthenticationType}, 'Basic',
    'Basic is logged as Basic');
is(record_of(get(), 'Ews')->{AuthenticationType}, '', 'nothing tried is logged as nothing');
signed_in(get(headers => [[authorization => 'negotiate   ' . forged()]]), $wendy, 'the scheme in lower case');

# --- NTLM, by every road ---
my @ntlm = (
    ['raw type 1 in Negotiate' => 'Negotiate ' . base64(ntlm_token(1))],
    ['raw type 3 in Negotiate' => 'Negotiate ' . base64(ntlm_token(3))],
    ['SPNEGO that offers only NTLM' => 'Negotiate ' . base64(neg_token_init(['ntlm'], ntlm_token(1)))],
    ['the scheme NTLM' => 'NTLM ' . base64(ntlm_token(1))],
);
for my $row (@ntlm) {
    my ($what, $value) = @$row;
    my $response = get(headers => [[Authorization => $value]]);
    is(record_of($response, 'Ews')->{AuthenticationType}, 'NTLM', "$what is logged as NTLM");
    refused($response, 'NtlmOffered', $what);
    is(negotiate($response) || '', '', "$what gets no token back");
}

# --- malformed tokens ---
my $sound = forge(key => asa_key(2), kvno => 2);
my $nested = '';
$nested = seq($nested) for 1 .. 2000;
my @malformed = (
    ['no token' => 'Negotiate'],
    ['an empty token' => 'Negotiate '],
    ['not base64' => 'Negotiate !!!!'],
    ['base64 with a hole' => 'Negotiate ' . substr(base64($sound), 0, 40) . ' ' . substr(base64($sound), 40)],
    ['base64 cut inside a group' => 'Negotiate ' . substr(base64($sound), 0, 41)],
    ['random bytes' => 'Negotiate ' . base64(pack 'C*', map { int rand 256 } 1 .. 300)],
    ['deeply nested' => 'Negotiate ' . base64($nested)],
    ['a length beyond the end' => 'Negotiate ' . base64("\x60\x84\x7f\xff\xff\xff\x06\x06\x2b\x06\x01\x05\x05\x02")],
    ['an indefinite length' => 'Negotiate ' . base64("\x60\x80" . substr($sound, 4) . "\0\0")],
    ['bytes after the end' => 'Negotiate ' . base64($sound . 'x')],
    ['60,000 characters' => 'Negotiate ' . 'A' x 60_000],
    ['a second leg that no first one began' => 'Negotiate ' . base64(ASA::Spnego::neg_token_resp(token => 'x'))],
);
for my $row (@malformed) {
    my ($what, $value) = @$row;
    refused(get(headers => [[Authorization => $value]]), 'TokenMalformed', $what);
}
signed_in(get(token => base64(forge(key => asa_key(2), kvno => 2))), $wendy, 'the sound token beside these');
signed_in(get(token => forged(client => 'wendy', authdata => seq(seq(ASA::Der::ctx(0, ASA::Der::int_(1000)),
    ASA::Der::ctx(1, ASA::Der::octets('p' x 30_000)))))), $wendy, 'a sound token of 40,000 characters');

# --- cut at every byte: 401, and never a crash ---
{
    my $client = ASA::Http->connect($port);
    my %status;
    for my $length (0 .. length($sound) - 1) {
        my $response = $client->request(token => base64(substr $sound, 0, $length));
        $status{$response->{status}}++;
        $client = ASA::Http->connect($port) if (header($response, 'connection') || '') eq 'close';
    }
    is_deeply([keys %status], ['401'], 'a token cut at each of its ' . length($sound) . ' bytes is refused');
}

# --- TLS wanted ---
refused(fetch(port('reasonstls'), token => forged()), 'TlsRequired', 'a token on a clear connection', challenge => 0);
refused(fetch(port('reasonstls')), 'TlsRequired', 'no token on a clear connection', challenge => 0);

# --- every reason stands in the error log with its sentence ---
{
    my $text = slurp(Apache::Test::vars('t_logs') . '/error_log');
    my %level = (map({ ($_ => 'error') } qw(KeyVersionMissing KeyMismatch EncryptionTypeUnsupported ClockSkew)),
        map({ ($_ => 'info') } qw(NoCredentials NotNegotiate NtlmOffered TokenMalformed WrongPrincipal TicketExpired
            TicketNotYetValid Replay TlsRequired)));
    like($text, qr/\[asa_auth:$level{$_}\][^\n]* asa: $_: \S+/, "$_ is logged at $level{$_}") for sort keys %level;
    like($text, qr/asa: KeyVersionMissing: [^\n]*kvno 7[^\n]*aes256[^\n]*kvno 2/, 'with the facts of ticket and node');
}
finish();
