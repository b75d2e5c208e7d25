# SPDX-License-Identifier: Apache-2.0
# A raw HTTP/1.1 client: says exactly what a suite wants to say, and times the answer.
package ASA::Http;

use strict;
use warnings;
use Exporter 'import';
use IO::Select;
use IO::Socket::INET;
use IO::Socket::SSL ();
use Time::HiRes qw(time);

our @EXPORT_OK = qw(fetch negotiate);

our $HOST = 'mail.corp.tailspintoys.com';

# Named: tls.
sub connect {
    my ($class, $port, %option) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 10)
        or die "connect to port $port: $!\n";
    !$option{tls} || IO::Socket::SSL->start_SSL($socket, SSL_verify_mode => 0, SSL_hostname => $HOST)
        or die "TLS on port $port: $IO::Socket::SSL::SSL_ERROR\n";
    return bless {socket => $socket, buffer => '', port => $port}, $class;
}

# Options: method, path, host, headers ([name, value]...), token (base64), body, head_only, timeout.
sub send_request {
    my ($self, %option) = @_;
    my $method = $option{method} || 'GET';
    my $host = defined $option{host} ? $option{host} : $HOST;
    my @lines = ("$method " . (defined $option{path} ? $option{path} : '/') . ' HTTP/1.1', "Host: $host");
    push @lines, "Authorization: Negotiate $option{token}" if defined $option{token};
    push @lines, map { "$_->[0]: $_->[1]" } @{$option{headers} || []};
    push @lines, 'Content-Length: ' . length $option{body} if defined $option{body};
    my $text = join("\r\n", @lines) . "\r\n\r\n" . (defined $option{body} ? $option{body} : '');
    local $SIG{PIPE} = 'IGNORE';
    $self->{method} = $method;
    $self->{begin} = time;
    $self->{socket}->syswrite($text);
    return $self;
}

sub fill {
    my ($self, $deadline) = @_;
    my $left = $deadline - time;
    my $there = $self->{socket}->can('pending') && $self->{socket}->pending;    # decrypted already
    die "no answer in time\n" if !$there && ($left <= 0 || !IO::Select->new($self->{socket})->can_read($left));
    return sysread $self->{socket}, $self->{buffer}, 65536, length $self->{buffer};
}

sub read_until {
    my ($self, $ready, $deadline) = @_;
    until ($ready->()) {
        my $count = $self->fill($deadline);
        return 0 unless $count;
    }
    return 1;
}

sub read_chunks {
    my ($self, $deadline) = @_;
    my $body = '';
    while (1) {
        $self->read_until(sub { $self->{buffer} =~ /\r\n/ }, $deadline) or return $body;
        $self->{buffer} =~ s/^([0-9a-fA-F]+)[^\r\n]*\r\n// or die "bad chunk\n";
        my $length = hex $1;
        $self->read_until(sub { length $self->{buffer} >= $length + 2 }, $deadline) or return $body;
        $body .= substr $self->{buffer}, 0, $length, '';
        substr $self->{buffer}, 0, 2, '';
        return $body if $length == 0;
    }
}

sub read_body {
    my ($self, $response, $deadline) = @_;
    return '' if $self->{method} eq 'HEAD' || $response->{status} =~ /^(?:1..|204|304)$/;
    return $self->read_chunks($deadline) if grep { lc $_ eq 'chunked' } @{$response->{headers}{'transfer-encoding'} || []};
    my ($length) = @{$response->{headers}{'content-length'} || []};
    if (defined $length) {
        $self->read_until(sub { length $self->{buffer} >= $length }, $deadline);
        return substr $self->{buffer}, 0, $length, '';
    }
    $self->read_until(sub { 0 }, $deadline);
    return delete $self->{buffer};
}

# {status, headers => {name => [values]}, body, seconds}; status 0 when the server closed without an answer.
sub read_response {
    my ($self, %option) = @_;
    my $deadline = time + ($option{timeout} || 30);
    my %response = (status => 0, headers => {}, body => '');
    do {
        return \%response unless $self->read_until(sub { $self->{buffer} =~ /\r\n\r\n/ }, $deadline);
        $self->{buffer} =~ s/^(.*?)\r\n\r\n//s;
        my ($first, @lines) = split /\r\n/, $1;
        $response{status} = $first =~ m{^HTTP/1\.\d (\d{3})} ? $1 : 0;
        $response{headers} = {};
        for my $line (@lines) {
            my ($name, $value) = split /:\s*/, $line, 2;
            push @{$response{headers}{lc $name}}, $value;
        }
    } while $response{status} =~ /^1/;
    $response{seconds} = time - $self->{begin};
    $response{body} = $self->read_body(\%response, $deadline) unless $option{head_only};
    return \%response;
}

sub request {
    my ($self, %option) = @_;
    $self->send_request(%option);
    return $self->read_response(%option);
}

# One request on a connection of its own.
sub fetch {
    my ($port, %option) = @_;
    return ASA::Http->connect($port)->request(%option);
}

# The base64 that came with WWW-Authenticate: Negotiate; '' for a bare challenge, undef for none.
sub negotiate {
    my ($response) = @_;
    for my $value (@{$response->{headers}{'www-authenticate'} || []}) {
        return defined $1 ? $1 : '' if $value =~ /^Negotiate(?: (\S+))?$/i;
    }
    return;
}

1;
