# SPDX-License-Identifier: Apache-2.0
# A private httpd for the suites that restart, reconfigure or starve one: own root, own port, own logs.
package ASA::Server;

use strict;
use warnings;
use ASA::ErrorLog;
use ASA::Process qw(spawn stop wait_for free_port port_answers run spew slurp work_path);

my $count = 0;

# Named: mpm (ASA_MPM unless said), conf (text), name, prefix (a command that runs httpd), single (one process). In conf, @ROOT@, @REALM@, @PORT@ and @PORT1@ … stand for
# the server's root, the realm's folder, the first port and more free ones.
sub new {
    my ($class, %option) = @_;
    my $name = ($option{name} || 'server') . '-' . $$ . '-' . ++$count;
    my $root = work_path('servers', $name);
    mkdir work_path('servers');
    mkdir $_ or die "$_: $!\n" for $root, "$root/htdocs", "$root/logs";
    my $self = bless {%option, root => $root, port => free_port()}, $class;
    $self->{mpm} ||= $ENV{ASA_MPM} || 'event';
    spew("$root/htdocs/index.html", "signed in\n");
    $self->write_conf(defined $option{conf} ? $option{conf} : '');
    $self->{log} = ASA::ErrorLog->new("$root/logs/error_log");
    return $self;
}

# The first port, or the one that conf called @PORTn@.
sub port {
    my ($self, $number) = @_;
    return $number ? $self->{ports}{$number} ||= free_port() : $self->{port};
}
sub root { return $_[0]{root} }
sub log  { return $_[0]{log} }

sub expand {
    my ($self, $text) = @_;
    my %value = (ROOT => $self->{root}, PORT => $self->{port}, REALM => work_path('realm'));
    $text =~ s/\@PORT(\d)\@/$self->port($1)/ge;
    $text =~ s/\@(\w+)\@/exists $value{$1} ? $value{$1} : die "no value for $1\n"/ge;
    return $text;
}

sub write_conf {
    my ($self, $conf) = @_;
    my $load = slurp(work_path("load-$self->{mpm}.conf"));
    my $top = $self->expand(<<'END');
ServerRoot "@ROOT@"
PidFile "@ROOT@/httpd.pid"
DefaultRuntimeDir "@ROOT@"
Listen 127.0.0.1:@PORT@
ServerName mail.corp.tailspintoys.com
DocumentRoot "@ROOT@/htdocs"
ErrorLog "@ROOT@/logs/error_log"
TypesConfig /dev/null
SSLSessionCache "shmcb:@ROOT@/logs/tls(65536)"
LogLevel info
ServerLimit 8
GracefulShutdownTimeout 5
<IfModule !prefork.c>
    StartServers 2
    ThreadsPerChild 16
    MinSpareThreads 16
    MaxSpareThreads 128
    MaxRequestWorkers 128
</IfModule>
<IfModule prefork.c>
    StartServers 8
    MinSpareServers 2
    MaxSpareServers 8
    MaxRequestWorkers 8
</IfModule>
LimitRequestFieldSize 65536
<Directory />
    AllowOverride None
    Require all granted
</Directory>
END
    spew("$self->{root}/httpd.conf", $load . $top . $self->expand($conf));
    return $self;
}

sub command {
    my ($self, @arguments) = @_;
    return ($self->wrapper, work_path('bin', 'httpd'), '-d', $self->{root}, '-f', "$self->{root}/httpd.conf", @arguments);
}

# With the option wrap, the folder of that name below the root is a file system of 64 KiB, in namespaces of its own:
# the outer one may mount, the inner one hides that httpd runs as its root.
sub wrapper {
    my ($self) = @_;
    return @{$self->{prefix} || []} unless $self->{wrap};
    my $folder = "$self->{root}/$self->{wrap}";
    mkdir $folder;
    return ('unshare', '-Urm', 'sh', '-c', 'mount -t tmpfs -o size=64k,mode=777 none "$1" && shift && exec unshare -U --map-user=65534 --map-group=65534 "$@"',
        'sh', $folder);
}

# (status, text) of a configuration test.
sub configtest { my ($self) = @_; return run($self->command('-t')) }

sub start {
    my ($self) = @_;
    my $console = "$self->{root}/logs/console";
    $self->{pid} = spawn($console, $self->command($self->{single} ? '-X' : ('-D', 'FOREGROUND')));
    my $up = eval {
        wait_for(sub {
            die "httpd ended\n" if waitpid($self->{pid}, 1) == $self->{pid};
            -s "$self->{root}/httpd.pid" && port_answers($self->{port});
        }, 30, 'httpd');
    };
    return $self if $up;
    my $log = -e "$self->{root}/logs/error_log" ? slurp("$self->{root}/logs/error_log") : '';
    die $@ . slurp($console) . $log;
}

# Gracefully (WINCH): httpd's event MPM may crash when it is ended by TERM while a connection closes. A tracer in
# front of httpd takes TERM only.
sub stop_now {
    my ($self) = @_;
    stop(delete $self->{pid}, $self->{prefix} ? 'TERM' : 'WINCH') if $self->{pid};
    return $self;
}

sub graceful {
    my ($self) = @_;
    kill USR1 => $self->{pid};
    return $self;
}

# The worker processes.
sub children {
    my ($self) = @_;
    my $path = "/proc/$self->{pid}/task/$self->{pid}/children";
    return split ' ', slurp($path);
}

sub DESTROY { local ($?, $@); $_[0]->stop_now }

1;
