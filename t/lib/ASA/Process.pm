# SPDX-License-Identifier: Apache-2.0
# Starts, awaits and ends the processes of a suite, and only those; finds free ports; waits for sentinels.
package ASA::Process;

use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use POSIX ();
use Time::HiRes ();

our @EXPORT_OK =
    qw(spawn stop wait_for free_port port_answers run slurp spew append pause_briefly work_path);

my %children;    # pid => name, of everything that spawn() started in this process
my $owner = $$;
my %offered;     # ports that free_port() has named

# The private folder of this run; scripts/check makes it and names it in ASA_RUN.
sub work_path {
    my $work = $ENV{ASA_RUN} or die "ASA_RUN is not set: run the suites through scripts/check\n";
    return join '/', $work, @_;
}

sub slurp {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "$path: $!\n";
    local $/;
    my $text = <$in>;
    return defined $text ? $text : '';
}

sub spew {
    my ($path, $text) = @_;
    open my $out, '>:raw', $path or die "$path: $!\n";
    print {$out} $text or die "$path: $!\n";
    close $out or die "$path: $!\n";
}

sub append {
    my ($path, $text) = @_;
    open my $out, '>>:raw', $path or die "$path: $!\n";
    print {$out} $text;
    close $out or die "$path: $!\n";
}

# Starts a program in the background, output into the log file; it is told to end when we end.
sub spawn {
    my ($log, @command) = @_;
    my $pid = fork;
    die "fork: $!\n" unless defined $pid;
    if ($pid == 0) {
        setpgrp;    # httpd's prefork ends its whole process group; that must not be ours
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>>', $log or POSIX::_exit(127);
        open STDERR, '>&', \*STDOUT;
        exec 'setpriv', '--pdeathsig', 'TERM', @command or POSIX::_exit(127);
    }
    $children{$pid} = $command[0];
    return $pid;
}

# Ends one of our processes, by the signal given or TERM: politely, then not; then what is left of its group.
sub stop {
    my ($pid, $signal) = @_;
    return unless delete $children{$pid};
    kill $signal || 'TERM', $pid;
    my $gone = eval { wait_for(sub { waitpid($pid, POSIX::WNOHANG()) != 0 }, 30, "end of $pid") };
    unless ($gone) {
        kill KILL => $pid;
        waitpid $pid, 0;
    }
    kill TERM => -$pid;
}

# The one place that lets time pass while a condition is polled.
sub pause_briefly { select undef, undef, undef, 0.01 }

# Polls a condition until it holds and returns its value; dies at the deadline, naming what it waited for.
sub wait_for {
    my ($condition, $seconds, $what) = @_;
    my $end = Time::HiRes::time() + $seconds;
    while (1) {
        my $value = $condition->();
        return $value if $value;
        die "gave up after $seconds s waiting for $what\n" if Time::HiRes::time() > $end;
        pause_briefly();
    }
}

# A loopback port that nobody listens on now, below the range that outgoing connections are given.
sub free_port {
    for (1 .. 200) {
        my $port = 12_000 + int rand 18_000;
        next if $offered{$port}++;
        return $port if IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 1);
    }
    die "no free port: $!\n";
}

sub port_answers {
    my ($port) = @_;
    return defined IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 1);
}

# Runs a program to its end; returns (exit status, everything it printed).
sub run {
    my (@command) = @_;
    my $pid = open my $out, '-|';
    die "fork: $!\n" unless defined $pid;
    if ($pid == 0) {
        open STDIN,  '<', '/dev/null';
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    local $/;
    my $text = <$out>;
    close $out;
    return ($? >> 8 || $? & 127, defined $text ? $text : '');
}

END {
    if ($$ == $owner) {
        local $?;
        stop($_) for keys %children;
    }
}

1;
