# SPDX-License-Identifier: Apache-2.0
# Reads what an httpd error log gained, and fails a suite on any warning or error that it did not declare.
package ASA::ErrorLog;

use strict;
use warnings;
use ASA::Process qw(slurp wait_for);

sub new {
    my ($class, $path) = @_;
    return bless {path => $path, start => -s $path || 0, expected => []}, $class;
}

# The lines since new() or the last mark().
sub lines {
    my ($self) = @_;
    return unless -e $self->{path};
    my $text = slurp($self->{path});
    return split /\n/, substr $text, $self->{from} || $self->{start};
}

sub mark { my ($self) = @_; $self->{from} = -s $self->{path} || 0; return $self }

# Waits until the log has a line that matches, since the mark.
sub await {
    my ($self, $pattern, $seconds) = @_;
    return wait_for(sub { (grep { $_ =~ $pattern } $self->lines)[0] }, $seconds || 60, "$pattern in the error log");
}

# Declares lines that the suite provokes.
sub expect { my ($self, @patterns) = @_; push @{$self->{expected}}, @patterns; return $self }

sub is_trouble {
    my ($line) = @_;
    # Counts of lines that were judged when they first came, perhaps in the suite before.
    return 0 if $line =~ /\basa: \d+ more times: /;
    # The suites' servers are small on purpose; that all their workers were busy says nothing of the module.
    return 0 if $line =~ /AH00161|AH00484|AH00485|AH10159/;
    # Debian updates httpd and OpenSSL apart from each other: a machine may have mod_ssl newer than its libssl.
    return 0 if $line =~ /AH01882/;
    return 1 if $line =~ /^\[[^\]]*\] \[[\w-]*:(?:warn|error|crit|alert|emerg)\]/;
    return 1 if $line =~ /exit signal|AddressSanitizer|LeakSanitizer|runtime error:|SUMMARY: \w+Sanitizer/;
    return 1 if $line =~ /Assertion|double free|corrupt|stack smashing/;
    return 0;
}

# Undeclared trouble of the whole suite.
sub trouble {
    my ($self) = @_;
    local $self->{from};
    return grep {
        my $line = $_;
        is_trouble($line) && !grep { $line =~ $_ } @{$self->{expected}};
    } $self->lines;
}

# Declared patterns that never came: a stale declaration hides the next fault.
sub unused {
    my ($self) = @_;
    local $self->{from};
    my @lines = $self->lines;
    return grep { my $pattern = $_; !grep { $_ =~ $pattern } @lines } @{$self->{expected}};
}

1;
