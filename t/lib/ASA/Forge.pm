# SPDX-License-Identifier: Apache-2.0
# Forges Kerberos tickets and AP-REQs (RFC 4120) from known keys: what a KDC would not, or not on demand, hand out.
package ASA::Forge;

use strict;
use warnings;
use Exporter 'import';
use Digest::MD5 qw(md5);
use IPC::Open2;
use MIME::Base64 qw(encode_base64);
use ASA::Der qw(seq ctx app int_ octets general bits generalized_time);
use ASA::Process qw(work_path);
use ASA::Spnego qw(neg_token_init krb5_token);

our @EXPORT_OK = qw(forge forge_base64 ap_req random_key $AES256 $AES128 $RC4);

our ($AES256, $AES128, $RC4) = (18, 17, 23);

my ($to_seal, $from_seal);
my $asker = 0;    # the process that the pipes belong to; after a fork they would mix two conversations

# One request to the program that holds the cryptography.
sub ask {
    my (@words) = @_;
    unless ($asker == $$) {
        ($to_seal, $from_seal, $asker) = (undef, undef, $$);
        open2($from_seal, $to_seal, work_path('bin', 'seal'));
    }
    print {$to_seal} "@words\n";
    $to_seal->flush;
    my $line = <$from_seal>;
    die "the seal program refused: $words[0] $words[1]\n" unless defined $line;
    chomp $line;
    return pack 'H*', $line;
}

sub random_key { my ($etype) = @_; return ask('key', $etype) }

sub encrypted {
    my ($etype, $usage, $key, $plain, $kvno) = @_;
    my $cipher = ask('seal', $etype, $usage, unpack('H*', $key), unpack('H*', $plain));
    return seq(ctx(0, int_($etype)), (defined $kvno ? ctx(1, int_($kvno)) : ()),
        ctx(2, octets($cipher)));
}

sub principal_name {
    my ($type, @parts) = @_;
    return seq(ctx(0, int_($type)), ctx(1, seq(map { general($_) } @parts)));
}

sub client_parts { my ($t) = @_; return ref $t->{client} ? @{$t->{client}} : ($t->{client}) }

# EncTicketPart, RFC 4120 section 5.3; 0x40a10000 = forwardable, renewable, pre-authenticated.
sub ticket_body {
    my ($t) = @_;
    return app(3, seq(
        ctx(0, bits(pack 'N', 0x40a10000)),
        ctx(1, seq(ctx(0, int_($t->{session_etype})), ctx(1, octets($t->{session_key})))),
        ctx(2, general($t->{client_realm})),
        ctx(3, principal_name(1, client_parts($t))),
        ctx(4, seq(ctx(0, int_(1)), ctx(1, octets('')))),
        ctx(5, generalized_time($t->{now} + $t->{start})),
        ctx(6, generalized_time($t->{now} + $t->{start})),
        ctx(7, generalized_time($t->{now} + $t->{end})),
        (defined $t->{authdata} ? ctx(10, $t->{authdata}) : ()),
    ));
}

sub ticket {
    my ($t) = @_;
    my $realm = defined $t->{ticket_realm} ? $t->{ticket_realm} : $t->{realm};
    return app(1, seq(
        ctx(0, int_(5)),
        ctx(1, general($realm)),
        ctx(2, principal_name(2, split m{/}, $t->{spn})),
        ctx(3, encrypted($t->{etype}, 2, $t->{key}, ticket_body($t), $t->{kvno})),
    ));
}

# The GSS checksum 0x8003 of RFC 4121 section 4.1.1; bindings are the application data.
sub gss_checksum {
    my ($t) = @_;
    my $bound = "\0" x 16;
    $bound = md5(pack('V4', 0, 0, 0, 0) . pack('V', length $t->{bindings}) . $t->{bindings})
        if defined $t->{bindings};
    return pack('V', 16) . $bound . pack('V', $t->{flags});
}

sub authenticator {
    my ($t) = @_;
    my $time = $t->{now} + $t->{skew};
    $t->{cusec} = int rand 1_000_000 unless defined $t->{cusec};
    return app(2, seq(
        ctx(0, int_(5)),
        ctx(1, general($t->{client_realm})),
        ctx(2, principal_name(1, client_parts($t))),
        ctx(3, seq(ctx(0, int_(0x8003)), ctx(1, octets(gss_checksum($t))))),
        ctx(4, int_($t->{cusec})),
        ctx(5, generalized_time($time)),
        ctx(7, int_(int rand 0x3fffffff)),
    ));
}

# The bare AP-REQ. Named arguments, all with defaults except key: spn, realm, ticket_realm (in the clear part
# only), client, client_realm, etype, kvno (what the ticket claims; undef leaves it out), start, end, skew
# (seconds from now), session_etype, flags (2 = mutual), bindings, authdata (DER).
sub ap_req {
    my (%t) = (
        spn => 'HTTP/mail.corp.tailspintoys.com', realm => 'CORP.TAILSPINTOYS.COM', client => 'wendy',
        etype => $AES256, kvno => 1, start => -60, end => 3600, skew => 0, session_etype => $AES256,
        flags => 2, now => time, @_);
    $t{client_realm} = $t{realm} unless defined $t{client_realm};
    $t{session_key} = random_key($t{session_etype});
    return app(14, seq(
        ctx(0, int_(5)),
        ctx(1, int_(14)),
        ctx(2, bits(pack 'N', $t{flags} & 2 ? 0x20000000 : 0)),
        ctx(3, ticket(\%t)),
        ctx(4, encrypted($t{session_etype}, 11, $t{session_key}, authenticator(\%t))),
    ));
}

# The whole token: wrap => spnego (default), ms-krb5, krb5 (raw).
sub forge {
    my (%t) = @_;
    my $wrap = delete $t{wrap} || 'spnego';
    my $token = krb5_token(ap_req(%t));
    return $token if $wrap eq 'krb5';
    return neg_token_init($wrap eq 'spnego' ? ['krb5'] : ['ms-krb5', 'krb5'], $token);
}

sub forge_base64 { return encode_base64(forge(@_), '') }

1;
