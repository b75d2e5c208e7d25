#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Writes a log for SECONDS and rotates it meanwhile in every way that is known; prints how many requests it wrote.
#
# Use: writer.pl FOLDER TEMPLATE SECONDS SEED; TEMPLATE is a log whose last line's user is called NAME.  Each request is
# of a user of its own.  The log is rotated only between two lines, as a writer that is told to reopen does it; copying
# and truncating (logrotate's copytruncate) would lose lines otherwise.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use Time::HiRes qw(time);
use lib "$FindBin::Bin/../lib";
use ASA::Process;

my ($folder, $template, $seconds, $seed) = @ARGV;
srand $seed;
open my $in, '<:raw', $template or die "$template: $!";
my @head = <$in>;
my $line = pop @head;
my ($count, $rolled, $out) = (0, 0, undef);
my $live = "$folder/Mapi/live.log";

sub begin {
    open $out, '>>:raw', $live or die "$live: $!";
    $out->autoflush(1);
    print $out @head if -z $live;
}

sub shift_names {
    for my $ending ('', '.gz') {
        for my $n (reverse 1 .. 40) {
            my $next = $n + 1;
            rename "$live.$n$ending", "$live.$next$ending" if -e "$live.$n$ending";
        }
    }
}

sub pack_away {
    my ($file) = @_;
    system('gzip', $file) == 0 or die "gzip: $?";
}

my @ways = (
    sub { shift_names(); rename $live, "$live.1" or die $!; begin(); },
    sub { shift_names(); rename $live, "$live.1" or die $!; begin(); pack_away("$live.1"); },
    sub { shift_names(); copy($live, "$live.1") or die $!; truncate $live, 0 or die $!; print $out @head; },
    sub { shift_names(); copy($live, "$live.1") or die $!; truncate $live, 0 or die $!; print $out @head; pack_away("$live.1"); },
    # The next hour.
    sub { $rolled++; $live = "$folder/Mapi/live-$rolled.log"; begin(); },
    # What rsync does with a log that has grown.
    sub { copy($live, "$folder/Mapi/.part") or die $!; rename "$folder/Mapi/.part", $live or die $!; close $out; begin(); },
    # The folder is away for a while, and written to meanwhile.
    sub { rename "$folder/Mapi", "$folder.away" or die $!; write_some(); rename "$folder.away", "$folder/Mapi" or die $!; },
);

sub write_some {
    for (1 .. 1 + rand 20) {
        my $text = $line;
        $count++;
        $text =~ s/NAME/user$count/g;
        # In two pieces at times, as a reader may meet it.
        my $cut = rand() < 0.1 ? int(rand length $text) : length $text;
        syswrite $out, substr $text, 0, $cut;
        ASA::Process::pause_briefly() if $cut < length $text;
        syswrite $out, substr $text, $cut if $cut < length $text;
    }
}

mkdir "$folder/Mapi" or die $! if !-d "$folder/Mapi";
begin();
my $end = time + $seconds;
while (time < $end) {
    write_some();
    ASA::Process::pause_briefly() for 1 .. rand 5;
    $ways[rand @ways]->() if rand() < 0.1;
}
print "$count\n";
