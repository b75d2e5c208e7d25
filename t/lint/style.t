#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# How a file looks: its first lines, its size, its format, and what must not be left in it.
use strict;
use warnings;
use Test::More;
use ASA::Lint qw(root files sources text rule);

my ($file_limit, $function_limit) = (400, 80);
my @sources = sources();
ok(@sources > 0, 'there are sources to judge');

# --- the first lines ---
sub lines_of { my ($path) = @_; return split /\n/, text($path), -1 }

my (@unlicensed, @silent);
for my $path (@sources) {
    my @lines = lines_of($path);
    shift @lines if @lines && $lines[0] =~ /^#!/;
    push @unlicensed, $path unless @lines && $lines[0] =~ m{SPDX-License-Identifier: Apache-2\.0};
    next if $path eq '.clang-format' || $path =~ /\.html$/;
    my $rest = join ' ', map { defined $_ ? $_ : '' } @lines[1 .. 11];
    $rest =~ s{^[\s*#./\\";<!-]+}{};
    push @silent, $path unless $rest =~ /^(?:\S+\s+){3,}?\S*[.:]/;
}
rule('every source begins with its SPDX line', @unlicensed);
rule('every source says its job in one sentence', @silent);

# --- size ---
# A manual page is one page, however much there is to say.
my @long_files = grep { (() = text($_) =~ /\n/g) > $file_limit } grep { !/\.[58]$/ } @sources;
rule("no file has more than $file_limit lines", @long_files);

# A body begins and ends in the first column: C in this style, Perl and shell by their subs.
sub long_functions {
    my ($path) = @_;
    my ($begin, $name, @long) = (0, '');
    my ($number, $previous) = (0, '');
    for my $line (lines_of($path)) {
        $number++;
        if ($path =~ /\.[ch]$/ ? $line =~ /^\{/ : $line =~ /^(?:sub )?[\w:]+ ?(?:\(\))? *[{(]$/) {
            ($begin, $name) = ($number, $path =~ /\.[ch]$/ ? $previous : $line);
        }
        if ($begin && $line =~ /^[})]/) {
            push @long, "$path:$begin: $name" if $number - $begin > $function_limit;
            $begin = 0;
        }
        $previous = $line if $line =~ /\S/;
    }
    return @long;
}
rule("no function has more than $function_limit lines", map { long_functions($_) } grep { !m{\.(?:conf|in|5|am|ac)$} } @sources);

# --- format ---
# The self-test leaves the slow programs out where it has planted nothing for them.
my $without_programs = ($ARGV[1] || '') eq 'without-programs';
my @c = $without_programs ? () : files(qr{\.[ch]$});
my $badly = '';
if (@c) {
    local $ENV{LC_ALL} = 'C.UTF-8';
    my $list = join ' ', map { quotemeta(root() . "/$_") } @c;
    $badly = `clang-format --dry-run -Werror --style=file $list 2>&1`;
    $badly = "clang-format could not run: $!" if $? == -1;
}
rule('clang-format has nothing to change', @c && $? ? grep { /error|could not/ } split /\n/, $badly : ());

my @shell = grep { m{^scripts/|\.sh$|^\.ci/run$} && text($_) =~ /^(?:#!.*sh|.*\n.*\n?# shellcheck shell)|^#!.*bash/ || m{^scripts/lib/.*\.sh$} } @sources;
if (@shell && !$without_programs) {
    my $list = join ' ', map { quotemeta $_ } @shell;
    my $found = `cd \Q${\root()}\E && shellcheck -x -S warning -f gcc $list 2>&1`;
    rule('shellcheck finds nothing in the shell scripts', $? ? split /\n/, $found : ());
}
rule('no line is indented by a tab or ends in blanks', grep { !m{\.(?:am|mk)$|^Makefile} && text($_) =~ /^ *\t|[ \t]+$/m } @sources);

# --- what must not be left ---
# Written in pieces, so that this file does not breach its own rules.
my @marks = map { join '', @$_ } ['TO', 'DO'], ['FIX', 'ME'], ['XX', 'X'], ['HA', 'CK'];
my @places = map { join '', @$_ } ['/wo', 'rk/'], ['DES', 'IGN\.md'], ['\bfa', 'rm-\w'], ['\.\./sha', 'red'], ['/ro', 'ot/'], ['/ho', 'me/\w'];

sub found_in {
    my ($pattern, @paths) = @_;
    my @found;
    for my $path (@paths) {
        my $number = 0;
        for my $line (lines_of($path)) {
            $number++;
            push @found, "$path:$number: $line" if $line =~ $pattern;
        }
    }
    return @found;
}
my @prose = (@sources, files(qr{\.md$}));
my $words = join '|', @marks;
rule('no left-over mark', found_in(qr/\b(?:$words)\b/, @prose));
my $paths = join '|', @places;
rule('no path of a machine and no name of its tools', found_in(qr{(?<![\w.])(?:$paths)}, @prose));
rule('no fixed wait in a test or script',
    found_in(qr/^[^#]*(?:\b(?:u|nano)?sleep\s*\(?\s*[0-9.]|\btime\.sleep\b|\bapr_sleep\b)/, grep { m{^(?:t|scripts)/} && $_ ne 't/lint/style.t' && $_ ne 't/lint/self_test.t' } @sources));
rule('polling has one place', grep { $_ ne 't/lib/ASA/Process.pm' && $_ ne 't/lint/style.t' && text($_) =~ /\bselect\W+undef\W+undef\W+undef/ } @sources);
done_testing();
