# SPDX-License-Identifier: Apache-2.0
# What every module suite shares: the ports of its virtual hosts, sign-in and refusal assertions, and the log gates.
package ASA::Suite;

use strict;
use warnings;
use Exporter 'import';
use Apache::Test ();
use Apache::TestRequest ();
use Test::More;
use ASA::ErrorLog;
use ASA::Http qw(fetch negotiate);
use ASA::HttpProxyLog qw(log_files await_record faults generic);
use ASA::Process qw(work_path);
use ASA::Realm ();

our @EXPORT_OK = qw(port error_log signed_in refused record_of log_folder finish header);

ASA::Realm::environment();

my $log;
my %folders;    # "folder/protocol" seen by record_of: their files are checked at the end

sub port { my ($vhost) = @_; return Apache::Test::vars($vhost ? "${vhost}_port" : 'port') || vhost_port($vhost) }

sub vhost_port {
    my ($vhost) = @_;
    my $known = Apache::Test::config()->{vhosts}{$vhost} or die "no virtual host is called $vhost\n";
    return $known->{port};
}

# The main server's error log, read from where the suite began.
sub error_log {
    $log ||= ASA::ErrorLog->new(Apache::Test::vars('t_logs') . '/error_log');
    return $log;
}

sub log_folder { return work_path('httpproxy', @_) }

sub header {
    my ($response, $name) = @_;
    my $values = $response->{headers}{lc $name} or return;
    return join ', ', @$values;
}

# The HttpProxy record of a response, by the id that came back with it.
sub record_of {
    my ($response, $protocol, $folder) = @_;
    $folder ||= log_folder();
    my $id = header($response, 'request-id');
    return unless defined $id;
    $id =~ s{,.*}{};
    $folders{"$folder/$protocol"} = [$folder, $protocol];
    return eval { await_record($folder, $protocol, $id) } || do { diag($@); undef };
}

# 200 as this user, with a final token, one challenge header, and a record that proves Kerberos.
sub signed_in {
    my ($response, $user, $what, $protocol) = @_;
    subtest $what => sub {
        is($response->{status}, 200, 'status');
        is(header($response, 'x-user'), $user, 'user');
        is(scalar @{$response->{headers}{'www-authenticate'} || []}, 1, 'one WWW-Authenticate');
        my $record = record_of($response, $protocol || 'Ews');
        is($record->{AuthenticationType}, 'Negotiate', 'AuthenticationType');
        is($record->{IsAuthenticated}, 'true', 'IsAuthenticated');
        is($record->{AuthenticatedUser}, $user, 'AuthenticatedUser');
        is($record->{ErrorCode}, '', 'ErrorCode');
        is(generic($record)->{AuthPkg}, 'Kerberos', 'AuthPkg');
        is($record->{HttpStatus}, 200, 'HttpStatus');
    };
}

# Refused with this reason: status, challenge, ErrorCode and AuthReason, and nobody is named.
sub refused {
    my ($response, $reason, $what, %option) = @_;
    subtest "$what: $reason" => sub {
        my $status = $option{status} || 401;
        is($response->{status}, $status, 'status');
        if ($status == 401) {
            my $challenge = exists $option{challenge} ? $option{challenge} : 1;
            is(defined negotiate($response) ? 1 : 0, $challenge, 'Negotiate is offered');
        }
        my $record = record_of($response, $option{protocol} || 'Ews');
        is($record->{ErrorCode}, $reason, 'ErrorCode');
        is(generic($record)->{AuthReason}, $reason, 'AuthReason');
        is($record->{IsAuthenticated}, 'false', 'IsAuthenticated');
        is($record->{AuthenticatedUser}, '', 'AuthenticatedUser');
        is($record->{HttpStatus}, $status, 'HttpStatus');
    };
}

# The end of every suite: HttpProxy files are sound, the error log holds only what was declared.
sub finish {
    my (@logs) = @_;
    for my $place (sort keys %folders) {
        my @fault = faults(log_files(@{$folders{$place}}));
        ok(!@fault, "every line of $place is sound") or diag(join "\n", @fault[0 .. ($#fault > 9 ? 9 : $#fault)]);
    }
    for my $each (error_log(), @logs) {
        my @trouble = $each->trouble;
        ok(!@trouble, 'the error log holds no undeclared warning or error') or diag(join "\n", @trouble);
        my @unused = $each->unused;
        ok(!@unused, 'every declared error came') or diag("never came: @unused");
    }
    done_testing();
}

1;
