# SPDX-License-Identifier: Apache-2.0
# Certificates of the suites, RSA and ECDSA, with the channel bindings that a client computes from each.
package ASA::Tls;

use strict;
use warnings;
use Exporter 'import';
use Digest::SHA ();
use MIME::Base64 qw(decode_base64);
use ASA::Process qw(run slurp work_path);

our @EXPORT_OK = qw(certificate end_point_bindings);

# name => [key options, digest of the signature, digest that RFC 5929 wants]
my %kind = (
    'rsa-sha256'   => [['-newkey', 'rsa:2048'], 'sha256', 'sha256'],
    'rsa-sha512'   => [['-newkey', 'rsa:2048'], 'sha512', 'sha512'],
    'rsa-sha1'     => [['-newkey', 'rsa:2048'], 'sha1',   'sha256'],
    'ecdsa-sha384' => [['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'sha384', 'sha384'],
);

sub folder { return work_path('tls') }
sub certificate { my ($name) = @_; return folder() . "/$name.pem" }

# Each PEM file holds the certificate; its key lies beside it as NAME.key.
sub make_certificates {
    mkdir folder();
    for my $name (sort keys %kind) {
        my ($key, $digest) = @{$kind{$name}};
        my ($status, $text) = run('openssl', 'req', '-x509', '-nodes', @$key, "-$digest", '-days', '30',
            '-subj', '/CN=mail.corp.tailspintoys.com', '-addext',
            'subjectAltName=DNS:mail.corp.tailspintoys.com,DNS:localhost',
            '-keyout', folder() . "/$name.key", '-out', certificate($name));
        die "openssl: $text\n" if $status;
    }
}

# The application data of tls-server-end-point for one of the certificates (RFC 5929 section 4.1).
sub end_point_bindings {
    my ($name) = @_;
    my ($base64) = slurp(certificate($name)) =~ /-----BEGIN CERTIFICATE-----(.*?)-----END/s;
    my $der = decode_base64($base64);
    my $digest = Digest::SHA->new($kind{$name}[2])->add($der)->digest;
    return "tls-server-end-point:$digest";
}

1;
