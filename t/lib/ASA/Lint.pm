# SPDX-License-Identifier: Apache-2.0
# What the linters share: the files of the tree under test, and one test point for each rule.
package ASA::Lint;

use strict;
use warnings;
use Exporter 'import';
use File::Find ();
use Test::More;

our @EXPORT_OK = qw(root text files sources rule);

my $root;
my @all;
my %text;

# The tree to judge: the first argument, or the current folder.
sub root {
    $root ||= defined $ARGV[0] ? $ARGV[0] : '.';
    return $root;
}

# Made by autoreconf, configure or git; not ours to judge.
my $generated = qr{^(?:\.git|m4|build-aux|autom4te\.cache|\.lab|\.cache|aclocal\.m4|configure~?|config\.h\.in~?|Makefile\.in)(?:/|$)};

# All files of the project that match, as paths below the root.
sub files {
    my ($pattern) = @_;
    unless (@all) {
        File::Find::find({no_chdir => 1, wanted => sub {
            return if $File::Find::name eq root();
            my $path = substr $File::Find::name, length(root()) + 1;
            $File::Find::prune = 1, return if $path =~ $generated;
            push @all, $path if -f $File::Find::name && !-l $File::Find::name;
        }}, root());
        @all = sort @all;
    }
    return grep { $_ =~ $pattern } @all;
}

# C, Perl, shell, configuration and build text: everything that people write.
sub sources {
    return grep { !m{^t/(?:fuzz|unit)/corpus/|^t/lab/.*\.(?:bin|hex)$} }
        files(qr{\.(?:c|h|pm|pl|t|sh|py|in|conf|am|ac|mk|5|8|shtml|html)$|^scripts/|^t/TEST$|^\.ci/run$|^\.clang-format$});
}

sub text {
    my ($path) = @_;
    return $text{$path} if defined $text{$path};
    open my $in, '<:raw', root() . "/$path" or die "$path: $!\n";
    local $/;
    my $content = <$in>;
    return $text{$path} = defined $content ? $content : '';
}

# One point: passes when no breach is given; shows the breaches otherwise.
sub rule {
    my ($name, @breaches) = @_;
    ok(!@breaches, $name) or diag(join "\n", @breaches > 20 ? (@breaches[0 .. 19], '…') : @breaches);
}

1;
