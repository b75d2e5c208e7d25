# SPDX-License-Identifier: Apache-2.0
# Real initiator tokens from the suite's realm: one, many, or a conversation that verifies the server.
package ASA::Token;

use strict;
use warnings;
use Exporter 'import';
use IPC::Open2;
use MIME::Base64 qw(encode_base64 decode_base64);
use ASA::Process qw(work_path);
use ASA::Realm ();
use ASA::Spnego qw(mech_types neg_token_init neg_token_resp read_resp ntlm_token);

our @EXPORT_OK = qw(token tokens);

our $SPN = 'HTTP/mail.corp.tailspintoys.com';

# Options: user (wendy), spn, mech (spnego, krb5), bindings (application data bytes), mutual (1), cache.
sub command {
    my (%option) = @_;
    my @command = (work_path('bin', 'token'), '-m', $option{mech} || 'spnego');
    push @command, '-b', unpack 'H*', $option{bindings} if defined $option{bindings};
    push @command, '-u' if defined $option{mutual} && !$option{mutual};
    push @command, '-n', $option{count} if $option{count};
    push @command, '-c' if $option{converse};
    return (@command, $option{spn} || $SPN);
}

sub cache { my (%option) = @_; return ASA::Realm::ccache($option{user} || 'wendy') }

# A list of fresh tokens in base64.
sub tokens {
    my ($count, %option) = @_;
    local $ENV{KRB5CCNAME} = cache(%option);
    open my $out, '-|', command(%option, count => $count) or die "token: $!\n";
    chomp(my @tokens = <$out>);
    close $out;
    die "token: @tokens[-1 .. -1]\n" if $? || @tokens != $count;
    return @tokens;
}

sub token { my ($token) = tokens(1, @_); return $token }

# A context that goes on: $context->{first}, then step() with each answer of the server.
sub converse {
    my ($class, %option) = @_;
    local $ENV{KRB5CCNAME} = cache(%option);
    my $self = bless {}, $class;
    $self->{pid} = open2($self->{from}, $self->{to}, command(%option, converse => 1));
    my ($word, $rest) = $self->answer;
    die "token: $rest\n" unless $word eq 'token';
    $self->{first} = $rest;
    return $self;
}

sub answer {
    my ($self) = @_;
    my $line = readline $self->{from};
    die "the token program ended\n" unless defined $line;
    chomp $line;
    return split / /, $line, 2;
}

# Gives the server's base64 token to the library: ('done' | 'token' | 'error', text).
sub step {
    my ($self, $base64) = @_;
    print { $self->{to} } "step $base64\n";
    $self->{to}->flush;
    return $self->answer;
}

sub mic {
    my ($self, $bytes) = @_;
    print { $self->{to} } 'mic ', unpack('H*', $bytes), "\n";
    $self->{to}->flush;
    my ($word, $hex) = $self->answer;
    die "token: $hex\n" unless $word eq 'mic';
    return pack 'H*', $hex;
}

sub DESTROY {
    my ($self) = @_;
    return unless $self->{pid};
    local $?;
    close $self->{to};
    waitpid $self->{pid}, 0;
}

1;
