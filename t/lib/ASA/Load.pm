# SPDX-License-Identifier: Apache-2.0
# Signs in again and again from several processes while a suite does something to the server, and counts what failed.
package ASA::Load;

use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(time);
use ASA::Http;
use ASA::Process qw(slurp spew append work_path wait_for);

my $count = 0;

# Named: port, clients (processes), requests (of each; 0 = until stop), tokens (a sub that makes n base64 tokens),
# path, reuse (requests on one connection). Starts at once.
sub start {
    my ($class, %option) = @_;
    my $self = bless {clients => 4, requests => 0, reuse => 5, path => '/', %option}, $class;
    $self->{folder} = work_path('tmp', "load-$$-" . ++$count);
    mkdir $self->{folder} or die "$self->{folder}: $!\n";
    $self->{pids} = [map { $self->start_client($_) } 1 .. $self->{clients}];
    return $self;
}

sub start_client {
    my ($self, $number) = @_;
    my $pid = fork;
    die "fork: $!\n" unless defined $pid;
    return $pid if $pid;
    my $fine = eval { $self->client($number); 1 };
    append("$self->{folder}/$number.failed", "client: $@") unless $fine;
    POSIX::_exit(0);
}

sub stopped { my ($self) = @_; return -e "$self->{folder}/stop" }

# One client: batches of tokens, so that making them does not sit between the requests.
sub client {
    my ($self, $number) = @_;
    my $done = 0;
    until ($self->stopped || $self->{requests} && $done >= $self->{requests}) {
        my $batch = 100;
        $batch = $self->{requests} - $done if $self->{requests} && $self->{requests} - $done < $batch;
        my ($client, $used);
        for my $token ($self->{tokens}->($batch)) {
            ($client, $used) = (ASA::Http->connect($self->{port}), 0) unless $client && $used < $self->{reuse};
            my $response = $self->ask($client, $token, $used);
            $used++;
            $done++;
            undef $client if !$response->{status} || lc(($response->{headers}{connection} || [''])->[0]) eq 'close';
            last if $self->stopped;
        }
        spew("$self->{folder}/$number.done", $done);
        $self->{on_batch}->($number) if $self->{on_batch};
    }
}

# A server that stops gracefully may close an idle connection under our feet, and RFC 9112 section 9.3.1 says try
# again; a connection that was never used has no such excuse.
sub ask {
    my ($self, $client, $token, $used) = @_;
    my $response = eval { $client->request(path => $self->{path}, token => $token) } || {status => 0, headers => {}, error => $@};
    $response = ASA::Http->connect($self->{port})->request(path => $self->{path}, token => $token) if $used && !$response->{status};
    if ($response->{status} != 200) {
        my $reason = ($response->{headers}{'x-reason'} || ['-'])->[0];
        append("$self->{folder}/failed", sprintf "%s status %s %s %s\n", time, $response->{status}, $reason, $response->{error} || '');
    }
    return $response;
}

# How many requests were answered so far.
sub done {
    my ($self) = @_;
    my $sum = 0;
    $sum += slurp($_) || 0 for glob "$self->{folder}/*.done";
    return $sum;
}

sub failures {
    my ($self) = @_;
    return map { split /\n/, slurp($_) } glob "$self->{folder}/*failed";
}

# Lets the clients finish the batch they are in (or all their requests) and waits for them.
sub finish {
    my ($self, $seconds) = @_;
    spew("$self->{folder}/stop", '') unless $self->{requests};
    for my $pid (@{$self->{pids}}) {
        eval { wait_for(sub { waitpid($pid, POSIX::WNOHANG()) != 0 }, $seconds || 120, 'the load'); 1 }
            or do { kill KILL => $pid; append("$self->{folder}/failed", "a client hung\n") };
    }
    return $self->done;
}

1;
