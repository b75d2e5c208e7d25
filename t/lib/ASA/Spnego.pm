# SPDX-License-Identifier: Apache-2.0
# Wraps mechanism tokens in SPNEGO by hand (RFC 4178), for the forms that a library would not produce.
package ASA::Spnego;

use strict;
use warnings;
use Exporter 'import';
use ASA::Der qw(der seq ctx app octets oid der_read der_find);

our @EXPORT_OK = qw(%MECH neg_token_init neg_token_resp mech_types krb5_token ntlm_token read_resp);

our %MECH = (
    krb5      => '1.2.840.113554.1.2.2',
    'ms-krb5' => '1.2.840.48018.1.2.2',
    ntlm      => '1.3.6.1.4.1.311.2.2.10',
    negoex    => '1.3.6.1.4.1.311.2.2.30',
    spnego    => '1.3.6.1.5.5.2',
);

# MechTypeList; a MIC is made over exactly these bytes.
sub mech_types { return seq(map { oid($MECH{$_}) } @_) }

# $token is undef for a NegTokenInit without mechToken.
sub neg_token_init {
    my ($mechs, $token) = @_;
    my $body = ctx(0, mech_types(@$mechs));
    $body .= ctx(2, octets($token)) if defined $token;
    return app(0, oid($MECH{spnego}), ctx(0, seq($body)));
}

# Named parts: token, mic.
sub neg_token_resp {
    my (%part) = @_;
    my $body = '';
    $body .= ctx(2, octets($part{token})) if defined $part{token};
    $body .= ctx(3, octets($part{mic}))   if defined $part{mic};
    return ctx(1, seq($body));
}

# The GSS framing of a raw Kerberos token (RFC 4121 section 4.1).
sub krb5_token {
    my ($ap_req, $mech) = @_;
    return app(0, oid($MECH{$mech || 'krb5'}), "\x01\x00", $ap_req);
}

# NTLMSSP messages of MS-NLMP: type 1 with the usual flags, type 3 with names but no valid response.
sub ntlm_token {
    my ($type) = @_;
    return "NTLMSSP\0" . pack('V V', 1, 0xe2088297) . ("\0" x 16) . "\x0a\0\x63\x45\0\0\0\x0f"
        if $type == 1;
    my $user = "w\0e\0n\0d\0y\0";
    my $head = 64;
    return "NTLMSSP\0" . pack('V', 3)
        . join('', map { pack 'v v V', length $_, length $_, $head } '', '', '', $user, '', '')
        . pack('V', 0xe2088297) . $user;
}

# A server's answer as {state, mech, token, mic}; undef when it is not a NegTokenResp.
sub read_resp {
    my ($bytes) = @_;
    my ($tag, $body) = der_read($bytes);
    return unless defined $tag && $tag == 0xa1;
    my (undef, $fields) = der_read($body);
    my %resp;
    for my $field ([state => 0xa0], [mech => 0xa1], [token => 0xa2], [mic => 0xa3]) {
        my ($name, $number) = @$field;
        my $value = der_find($fields, $number);
        $resp{$name} = (der_read($value))[1] if defined $value;
    }
    $resp{state} = ord $resp{state} if defined $resp{state};
    return \%resp;
}

1;
