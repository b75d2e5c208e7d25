# SPDX-License-Identifier: Apache-2.0
# Reads and writes MIT key table files (format 0x0502) as lists of {principal, realm, kvno, etype, key, time}.
package ASA::Keytab;

use strict;
use warnings;
use Exporter 'import';
use ASA::Process qw(slurp spew);

our @EXPORT_OK = qw(keytab_read keytab_write keytab_bytes);

sub counted { my ($bytes) = @_; return pack('n', length $bytes) . $bytes }

sub entry_bytes {
    my ($entry) = @_;
    my @parts = split m{/}, $entry->{principal};
    my $time = defined $entry->{time} ? $entry->{time} : time;
    return pack('n', scalar @parts) . counted($entry->{realm}) . join('', map { counted($_) } @parts)
        . pack('N N C n', 1, $time, $entry->{kvno} & 255, $entry->{etype})
        . counted($entry->{key}) . pack('N', $entry->{kvno});
}

sub keytab_bytes {
    my (@entries) = @_;
    return "\x05\x02" . join '', map { my $e = entry_bytes($_); pack('N', length $e) . $e } @entries;
}

# Written in place: the tests that want a rename do it themselves.
sub keytab_write {
    my ($path, @entries) = @_;
    spew($path, keytab_bytes(@entries));
    chmod 0600, $path;
    return $path;
}

sub take_counted {
    my ($rest) = @_;
    my $length = unpack 'n', substr($$rest, 0, 2, '');
    return substr $$rest, 0, $length, '';
}

sub read_entry {
    my ($rest) = @_;
    my $count = unpack 'n', substr($rest, 0, 2, '');
    my $realm = take_counted(\$rest);
    my $principal = join '/', map { take_counted(\$rest) } 1 .. $count;
    my (undef, $time, $kvno, $etype) = unpack 'N N C n', substr($rest, 0, 11, '');
    my $key = take_counted(\$rest);
    $kvno = unpack 'N', $rest if length $rest >= 4;
    return {principal => $principal, realm => $realm, kvno => $kvno, etype => $etype, key => $key,
        time => $time};
}

sub keytab_read {
    my ($path) = @_;
    my $rest = slurp($path);
    die "$path: not a key table\n" unless substr($rest, 0, 2, '') eq "\x05\x02";
    my @entries;
    while (length $rest >= 4) {
        my $length = unpack 'l>', substr($rest, 0, 4, '');
        my $bytes = substr $rest, 0, abs $length, '';
        push @entries, read_entry($bytes) if $length > 0;
    }
    return @entries;
}

1;
