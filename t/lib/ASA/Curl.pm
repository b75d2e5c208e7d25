# SPDX-License-Identifier: Apache-2.0
# Requests by curl, for TLS, HTTP/2 and a client that signs in by itself; answers have the form of ASA::Http's.
package ASA::Curl;

use strict;
use warnings;
use Exporter 'import';
use ASA::Http ();
use ASA::Process qw(run work_path);
use ASA::Realm ();

our @EXPORT_OK = qw(curl);

# The answer in a header dump: interim responses and the rounds of a handshake come first, the last block counts.
sub parse {
    my ($text) = @_;
    my @blocks = split /(?=^HTTP\/)/m, $text;
    my ($head, $body) = split /\r\n\r\n/, pop @blocks, 2;
    my ($first, @lines) = split /\r\n/, $head;
    my %response = (status => 0, headers => {}, body => $body);
    @response{qw(version status)} = ($1, $2) if $first =~ m{^HTTP/(\S+) (\d{3})};
    for my $line (@lines) {
        my ($name, $value) = split /:\s*/, $line, 2;
        push @{$response{headers}{lc $name}}, $value if defined $value;
    }
    return \%response;
}

# Named: port, scheme (https), host, path, token, user (signs in by itself with that user's ticket), options (more
# arguments). Status 0 and the error text where curl failed.
sub curl {
    my (%option) = @_;
    my ($scheme, $host) = ($option{scheme} || 'https', $option{host} || $ASA::Http::HOST);
    local $ENV{KRB5CCNAME} = ASA::Realm::ccache($option{user}) if $option{user};
    my @command = ('curl', '-q', '-sS', '-k', '-i', '--max-time', 30, '--resolve', "$host:$option{port}:127.0.0.1");
    push @command, '-H', "Authorization: Negotiate $option{token}" if defined $option{token};
    push @command, '--negotiate', '-u', ':' if $option{user};
    push @command, @{$option{options} || []};
    my ($status, $text) = run(@command, "$scheme://$host:$option{port}" . ($option{path} || '/'));
    return {status => 0, headers => {}, body => $text, error => $status} if $status;
    return parse($text);
}

1;
