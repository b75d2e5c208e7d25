#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Documents and code say the same: directives and defaults, reasons, and that no test is left out of the build.
use strict;
use warnings;
use Test::More;
use ASA::Lint qw(files text rule);

sub has { my ($path) = @_; return scalar files(qr{^\Q$path\E$}) }

for my $path (qw(mod_asa_auth/directives.c core/reason.c conf/reference.conf man/mod_asa_auth.5 README.md Makefile.am)) {
    ok(has($path), "$path is there") or do { done_testing(); exit 1 };
}

# --- the table of directives: name => default, from the last words of each row's text ---
my %default;
{
    my $code = text('mod_asa_auth/directives.c');
    while ($code =~ /AP_INIT_\w+\(\s*"(Asa\w+)"\s*,(.*?)\)\s*,\s*(?=AP_INIT|\{)/sg) {
        my ($name, $row) = ($1, $2);
        my $words = join '', $row =~ /"((?:[^"\\]|\\.)*)"/g;
        $default{$name} = $words =~ /default (\S+)$/ ? $1 : '';
    }
}
ok(keys %default >= 9, 'the table of directives is read');
rule('every directive states its default', grep { $default{$_} eq '' } sort keys %default);

# A default that a configuration line can express.
sub line_of { my ($name) = @_; return $default{$name} =~ /^(?:none|mod_ssl's)$/ ? undef : "$name $default{$name}" }

sub strangers {
    my ($path, @names) = @_;
    my %seen = map { $_ => 1 } @names;
    return map { "$path: $_ is no directive" } grep { !$default{$_} } sort keys %seen;
}

# --- conf/reference.conf: each once as a line, commented or not, with its default ---
{
    my $text = text('conf/reference.conf');
    my @missing = grep { my $line = line_of($_); defined $line ? $text !~ /^\s*#?\s*\Q$line\E\s*$/m : $text !~ /^\s*#?\s*$_\b/m } sort keys %default;
    rule('conf/reference.conf shows every directive with its default', @missing);
    my @wrong = strangers('conf/reference.conf', $text =~ /\b(Asa[A-Z]\w+)/g);
    rule('and nothing that is no directive', @wrong);
}

# --- the manual page: one item for each, naming the default ---
{
    my $text = text('man/mod_asa_auth.5');
    my %item;
    my @parts = split /^(?=\.(?:It|SS|TP|Ss|B|BI)\b)/m, $text;
    for my $part (@parts) {
        my ($head, $rest) = split /\n/, $part, 2;
        $head .= ' ' . (split /\n/, $rest || '')[0] if $head =~ /^\.TP/ && $rest;
        $item{$1} .= $part if $head =~ /\b(Asa[A-Z]\w+)/;
    }
    rule('man/mod_asa_auth.5 has an item for every directive', grep { !$item{$_} } sort keys %default);
    rule('and names its default', grep { $item{$_} && $item{$_} !~ /default.{0,40}?\Q$default{$_}\E/is } sort keys %default);
    rule('and nothing that is no directive', strangers('man/mod_asa_auth.5', $text =~ /\b(Asa[A-Z]\w+)/g));
}

# --- README.md: a row for each ---
{
    my $text = text('README.md');
    my %row = map { /^\|\s*`?(Asa\w+)`?\s*\|(.*)$/ ? ($1 => $2) : () } split /\n/, $text;
    rule('README.md has a row for every directive', grep { !defined $row{$_} } sort keys %default);
    rule('with its default', grep { defined $row{$_} && $row{$_} !~ /\Q$default{$_}\E/ } sort keys %default);
    rule('and none that is no directive', strangers('README.md', keys %row));
}

# --- README.md: no command that no suite runs ---
{
    my @chapters = map { /^(.+)\n(?:.*\n)*? *```sh\b/ ? $1 : () } split /^## /m, text('README.md');
    my $suites = join '', map { text($_) } files(qr{^t/lab/.*\.t$});
    ok(@chapters > 3, 'chapters of README.md with commands are found');
    rule('a suite types the commands of every chapter of README.md',
        grep { $suites !~ /(?:follow|readme)_chapter '?\Q$_\E'? / } @chapters);
}

# --- reasons ---
{
    my @reasons = text('core/reason.c') =~ /\{\s*"([A-Z]\w+)"\s*,\s*ASA_FAULT/g;
    ok(@reasons >= 17, 'the table of reasons is read');
    my $page = text('man/mod_asa_auth.5');
    rule('man/mod_asa_auth.5 explains every reason', grep { $page !~ /\b$_\b/ } @reasons);
    my $suites = join '', map { text($_) } files(qr{^t/(?:\d.*\.t|unit/.*\.c)$});
    rule('every reason stands in a test', grep { $suites !~ /\b$_\b/ } grep { $_ ne 'SessionInvalid' } @reasons);
}

# --- every test is built, every source too ---
{
    my $make = join '', map { text($_) } files(qr{(?:^Makefile\.am|\.mk)$});
    my @tests = map { m{^(t/(?:unit|fuzz)/\w+_(?:test|fuzz))\.c$} ? $1 : () } files(qr{^t/(?:unit|fuzz)/});
    ok(@tests > 0, 'there are unit tests');
    rule('every unit test and fuzz target is in the build', grep { $make !~ /^\s+\Q$_\E(?:\s|$)/m } @tests);
    rule('every source is in the build', grep { $make !~ /(?:^|\s)\Q$_\E(?:\s|$)/m } files(qr{^(?:core|mod_asa_auth|asactl)/.*\.[ch]$}));
    my %built = map { $_ => 1 } $make =~ /(?:^|\s)((?:core|mod_asa_auth|asactl|t)\/[\w\/]+\.[ch])(?=\s|$)/mg;
    rule('and what is in the build exists', grep { !has($_) } sort keys %built);
    my @empty = grep { my ($name) = m{/(\w+)_fuzz}; !files(qr{^t/fuzz/corpus/$name/}) } grep { m{_fuzz$} } @tests;
    rule('every fuzz target has a corpus', @empty);
    rule('every suite file is a suite', grep { !/^t\/\d\d-[\w-]+\.t$/ } files(qr{^t/[^/]+\.t$}));
}
done_testing();
