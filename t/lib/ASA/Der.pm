# SPDX-License-Identifier: Apache-2.0
# Writes and reads the DER that Kerberos and SPNEGO need.
package ASA::Der;

use strict;
use warnings;
use Exporter 'import';
use POSIX ();

our @EXPORT_OK = qw(der seq ctx app int_ octets general bits oid generalized_time der_read der_find);

sub der_length {
    my ($length) = @_;
    return chr $length if $length < 128;
    my $bytes = pack 'N', $length;
    $bytes =~ s/^\0+//;
    return chr(128 | length $bytes) . $bytes;
}

sub der {
    my ($tag, @parts) = @_;
    my $body = join '', @parts;
    return chr($tag) . der_length(length $body) . $body;
}

sub seq     { return der(0x30, @_) }
sub ctx     { my $number = shift; return der(0xa0 | $number, @_) }
sub app     { my $number = shift; return der(0x60 | $number, @_) }
sub octets  { return der(0x04, @_) }
sub general { return der(0x1b, @_) }
sub bits    { return der(0x03, "\0", @_) }

# Two's complement, as Kerberos kvnos and checksum types may be negative.
sub int_ {
    my ($value) = @_;
    my $bytes = pack 'q>', $value;
    $bytes = substr $bytes, 1
        while length $bytes > 1
        && (  ($bytes =~ /^\0/   && ord(substr $bytes, 1, 1) < 128)
           || ($bytes =~ /^\xff/ && ord(substr $bytes, 1, 1) >= 128));
    return der(0x02, $bytes);
}

sub oid {
    my ($first, $second, @rest) = split /\./, shift;
    my $body = chr(40 * $first + $second);
    for my $arc (@rest) {
        my $bytes = chr($arc & 127);
        $bytes = chr(128 | $arc & 127) . $bytes while $arc >>= 7;
        $body .= $bytes;
    }
    return der(0x06, $body);
}

sub generalized_time {
    my ($time) = @_;
    return der(0x18, POSIX::strftime('%Y%m%d%H%M%SZ', gmtime $time));
}

# Splits off the first element: (tag, body, rest), or nothing.
sub der_read {
    my ($bytes) = @_;
    return if length $bytes < 2;
    my ($tag, $length) = unpack 'C C', $bytes;
    my $start = 2;
    if ($length & 128) {
        my $count = $length & 127;
        return if length $bytes < 2 + $count;
        $length = 0;
        $length = $length << 8 | ord substr $bytes, $start++, 1 for 1 .. $count;
    }
    return if length $bytes < $start + $length;
    return ($tag, substr($bytes, $start, $length), substr($bytes, $start + $length));
}

# The body of the first element with the tag in a run of elements.
sub der_find {
    my ($bytes, $wanted) = @_;
    while (my ($tag, $body, $rest) = der_read($bytes)) {
        return $body if $tag == $wanted;
        $bytes = $rest;
    }
    return;
}

1;
