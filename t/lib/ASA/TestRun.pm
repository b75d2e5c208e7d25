# SPDX-License-Identifier: Apache-2.0
# The Apache::Test driver of this project: brings its own realm, and keeps each suite's TAP in a file with a deadline.
package ASA::TestRun;

use strict;
use warnings;
use parent 'Apache::TestRun';
use POSIX ();
use Time::HiRes qw(time);
use ASA::Process qw(wait_for work_path);
use ASA::Realm ();
use ASA::Tls ();

# A suite that takes longer than this hangs.
my $DEADLINE = 480;

sub pre_configure {
    my ($self) = @_;
    ASA::Realm::start();
    ASA::Tls::make_certificates();
    $self->SUPER::pre_configure();
}

# Core files would be taken for crashes of the server even when a suite provoked them.
sub set_ulimit { }

# Apache::Test would let Test::Harness print; scripts/check counts from files instead.
sub run_tests {
    my ($self) = @_;
    mkdir work_path('results');
    my $failed = 0;
    $failed += $self->run_suite($_) for $self->suites;
    $self->{asa_failed} = $failed;
}

# The files named on the command line, else all.
sub suites {
    my ($self) = @_;
    my @named = @{$self->{tests} || []};
    return @named ? @named : sort glob 't/*.t';
}

sub run_suite {
    my ($self, $file) = @_;
    my ($name) = $file =~ m{([^/]+)\.t$};
    my $begin = time;
    my $pid = fork;
    die "fork: $!\n" unless defined $pid;
    exec_suite($file, work_path('results', "$name.tap")) if $pid == 0;
    my $ended = eval { wait_for(sub { waitpid($pid, POSIX::WNOHANG()) == $pid }, $DEADLINE, $name) };
    my $status = $?;
    unless ($ended) {
        kill KILL => -$pid;
        waitpid $pid, 0;
        note($name, "not ok 9999 - $name did not end within $DEADLINE s\n");
    }
    note($name, "not ok 9999 - $name ended with status $status\n") if $ended && $status;
    printf "%s %.1f\n", $name, time - $begin;
    return $status ? 1 : 0;
}

sub note {
    my ($name, $line) = @_;
    ASA::Process::append(work_path('results', "$name.tap"), $line);
}

sub exec_suite {
    my ($file, $out) = @_;
    setpgrp;
    open STDIN,  '<', '/dev/null';
    open STDOUT, '>', $out or POSIX::_exit(127);
    open STDERR, '>&', \*STDOUT;
    exec $^X, '-It/lib', $file or POSIX::_exit(127);
}

sub stop {
    my ($self) = @_;
    $self->SUPER::stop();
    ASA::Realm::halt();
    Apache::TestRun::exit_shell($self->{asa_failed} ? 1 : 0);
}

1;
