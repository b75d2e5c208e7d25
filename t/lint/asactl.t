#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# asactl's tables of verbs, options, settings and exit codes, and its documents, say the same.
use strict;
use warnings;
use Test::More;
use ASA::Lint qw(files text rule);

# The C string literals in a text, joined.
sub literal { my ($code) = @_; return join '', $code =~ /"((?:[^"\\]|\\.)*)"/g }

# --- the tables ---
my (@verbs, %verb);
for my $row (split /^    \{(?=\.name = ")/m, text('asactl/verbs.c')) {
    $row =~ /^\.name = "([^"]+)"/ or next;
    my %row = (name => $1);
    $row{$_} = $row =~ /\.$_ =\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/ ? literal($1) : '' for qw(synopsis line help options);
    push @verbs, \%row;
    $verb{$row{name}} = \%row;
}
ok(@verbs > 1, 'the table of verbs is read');

my %global;    # name => whether it takes a value
{
    my ($table) = text('asactl/options.c') =~ /asactl_globals\[\] = \{(.*?)\{NULL/s;
    $global{$1} = $2 ne 'NULL' while $table =~ /\{"([\w-]+)", (NULL|"[^"]+")/g;
}
ok(keys %global > 10, 'the table of global options is read');

my %key;    # [section, name, default] by section and name
{
    my ($table) = text('asactl/settings.c') =~ /known_keys\[\] = \{(.*?)\n\};/s;
    while ($table =~ /\{"(\w+)",\s*"([\w-]+)",\s*(NULL|"[^"]*")/g) {
        my ($section, $name, $default) = ($1, $2, $3);
        $key{"$section $name"} = {section => $section, name => $name, default => $default eq 'NULL' ? undef : literal($default)};
    }
}
ok(keys %key > 10, 'the table of settings is read');

my %code = do { my $n = 0; map { $n++ => $_ } text('asactl/help.c') =~ /\{ASACTL_\w+, "([^"]+)"\}/g };
my @constants = text('asactl/exit_code.h') =~ /^    ASACTL_\w+ = (\d+)/mg;
is_deeply([sort keys %code], [sort @constants], 'help explains every exit code');

sub names_of { my ($options) = @_; return map { s/=$//r } split ' ', $options }

# --- the table itself ---
rule('a synopsis shows every option of its verb, with a value where it takes one', map {
    my $row = $_;
    map { my ($name, $valued) = /^([\w-]+)(=?)$/ ? ($1, $2) : ($_, '');
        $row->{synopsis} =~ /--\Q$name\E(?![\w-])( \[?[A-Z\d])?/ && (!$valued || $1) ? () : "$row->{name}: --$name" } split ' ', $row->{options};
} @verbs);
rule('and none that it does not have', map {
    my $row = $_;
    my %own = map { $_ => 1 } names_of($row->{options});
    map { $own{$_} ? () : "$row->{name}: --$_" } $row->{synopsis} =~ /--([\w-]+)/g;
} @verbs);
rule('every help ends in an example', grep { $verb{$_}{help} !~ /\\n    \S.*\\n$/ } sort keys %verb);
rule('every setting is an option of the command line', grep {
    my $option = ($key{$_}{section} eq 'ssh' ? 'ssh-' : '') . $key{$_}{name};
    !$global{$option};
} sort keys %key);

# --- man/asactl.8 ---
{
    my %section = text('man/asactl.8') =~ /^\.Sh ([A-Z ]+)\n(.*?)(?=^\.Sh |\z)/msg;
    my %item = map { /^\.It Ic ([^\n]*)/ ? ($1 => $_) : () } split /^(?=\.It )/m, $section{VERBS} || '';
    my %heads;
    for my $head (keys %item) {
        (my $name = $head) =~ s/ (?:[A-Z][a-z]|<).*//;
        $heads{$name} = $head;
    }
    rule('man/asactl.8 has an item for every verb', grep { !defined $heads{$_} } sort keys %verb);
    rule('and no other', grep { !$verb{$_} } sort keys %heads);
    rule('with the options that it has', map {
        my $name = $_;
        my %shown = map { $_ => 1 } $heads{$name} =~ /\bFl -([\w-]+)/g;
        my %own = map { $_ => 1 } names_of($verb{$name}{options});
        map { "$name: --$_" } grep { !$shown{$_} || !$own{$_} } sort keys %{{%shown, %own}};
    } grep { defined $heads{$_} } sort keys %verb);
    my %shown = map { /\bFl -([\w-]+)( Ar)?/ ? ($1 => $2 ? 1 : 0) : () } grep { /^\.It/ } split /\n/, $section{OPTIONS} || '';
    is_deeply(\%shown, {map { $_ => $global{$_} ? 1 : 0 } keys %global}, 'and every global option, with its value');
    my %told = ($section{'EXIT STATUS'} || '') =~ /^\.It (\d+)\n([^\n]+)\.\n/mg;
    is_deeply({map { $_ => lcfirst $told{$_} } keys %told}, \%code, 'and every exit code, in the words of the help');
}

# --- the checks of doctor and their list in the manual page ---
{
    my %need = map { @$_ } map { [/\{(ASACTL_DOCTOR_\w+), "([^"]+)"/] } grep { /ASACTL_DOCTOR_\w+, "/ } split /\n/, text('asactl/doctor_checks.c');
    my $table = text('asactl/doctor_table.c');
    my %short = $table =~ /^#define (\w+)\s+(ASACTL_DOCTOR_\w+)$/mg;
    my ($rows) = $table =~ /asactl_doctor_checks\[\] = \{\n(.*)\n    \{\.name = NULL\}/s;
    my (@order, %row);
    for (split /^(?=    \{")/m, $rows) {
        my ($name, $asks, $needs, $remedy) = /\{("[\w-]+"),\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*([A-Z |0]+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+),/ or next;
        $name = literal($name);
        my %has = map { $short{$_} || '' => 1 } $needs =~ /([A-Z]+)/g;
        my @needs = map { $need{$_} } grep { $has{$_} } map { /\{(ASACTL_DOCTOR_\w+), "/ ? $1 : () } split /\n/, text('asactl/doctor_checks.c');
        push @order, $name;
        $row{$name} = join ' ', literal($asks), 'Needs ' . (@needs ? join(', ', @needs) : 'nothing') . '.', literal($remedy);
    }
    ok(@order > 30, 'the table of checks is read');
    is(scalar(@order), scalar(keys %row), 'no check stands there twice');
    my ($section) = text('man/asactl.8') =~ /^\.Sh CHECKS\n(.*?)(?=^\.Sh )/ms;
    my (@told, %told);
    for (split /^(?=\.It )/m, $section || '') {
        my ($name, $text) = /^\.It Ic ([\w-]+)\n(.*)/s or next;
        push @told, $name;
        $told{$name} = join ' ', split ' ', $text =~ s/^\.El\n//mr;
    }
    is_deeply(\@told, \@order, 'man/asactl.8 lists the checks of doctor in their order');
    rule('with what each asks, needs and advises', grep { ($told{$_} || '') ne $row{$_} } @order);
    # A suite plants a fault and sees that check, and no other, say so.
    my %planted = map { $_ => 1 } map { /\b(?:warn|FAIL) ([\w-]+)/g } grep { /sick|diagnose/ }
        map { split /\n/, text($_) } files(qr{^t/lab/\d\d-asactl-doctor.*\.t$});
    rule('a lab suite plants a fault for every check', grep { !$planted{$_} } @order);
}

# --- asactl.conf, its sample and its page ---
sub line_of { my ($row) = @_; return defined $row->{default} ? qr/^    $row->{name} = \Q$row->{default}\E$/m : qr/^    #$row->{name} = \S/m }
{
    my %section = text('conf/asactl.conf') =~ /^\[(\w+)\]\n(.*?)(?=^\[|\z)/msg;
    rule('conf/asactl.conf shows every key with its default', grep { ($section{$key{$_}{section}} || '') !~ line_of($key{$_}) } sort keys %key);
    rule('and none that is not known', map {
        my $name = $_;
        map { $key{"$name $_"} ? () : "[$name] $_" } $section{$name} =~ /^    #?([\w-]+) = /mg;
    } grep { $_ ne 'arrays' } sort keys %section);
    my %page = text('man/asactl.conf.5') =~ /^\.Sh THE SECTION \[(\w+)\]\n(.*?)(?=^\.Sh |\z)/msg;
    my %item;
    for my $name (keys %page) {
        /^\.It Ic ([\w-]+) / and $item{"$name $1"} = $_ for split /^(?=\.It )/m, $page{$name};
    }
    rule('man/asactl.conf.5 has an item for every key', grep { !$item{$_} } sort keys %key);
    rule('with its default', grep { $item{$_} && $item{$_} !~ (defined $key{$_}{default} ? qr/^Default: \Q$key{$_}{default}\E\.$/m : qr/^Default: /m) } sort keys %key);
    rule('and no other', grep { !$key{$_} && $_ ne 'arrays server' } sort keys %item);
}

# --- the completion ---
{
    my $text = text('conf/bash-completion/asactl');
    my ($list) = $text =~ /^_asactl_verbs='\n(.*?)'$/ms;
    is_deeply([split /\n/, $list || ''], [map { "$_->{name}:$_->{options}" } @verbs], 'the completion knows every verb and its options');
    my ($globals) = $text =~ /^_asactl_globals='(.*?)'$/m;
    is_deeply([sort split ' ', $globals || ''], [sort map { $global{$_} ? "$_=" : $_ } keys %global], 'and every global option');
    # What bash makes of it.
    my $root = defined $ARGV[0] ? $ARGV[0] : '.';
    my $try = sub {
        my $words = join ' ', map { "'$_'" } @_;
        return `bash -c 'source "\$1"; shift; COMP_WORDS=("\$@"); COMP_CWORD=\$((\$# - 1)); _asactl; echo "\${COMPREPLY[*]}"' bash '$root/conf/bash-completion/asactl' $words 2>&1`;
    };
    is($try->('asactl', 'he'), "help\n", 'bash completes a verb');
    is($try->('asactl', '--realm', 'X', 'help', 'exit'), "exit-codes\n", 'behind an option with its value');
    is($try->('asactl', 'help', '--verb'), "--verbose\n", 'an option');
    is($try->('asactl', '--ldap', '=', 's'), "starttls\n", 'and a value');
}
done_testing();
