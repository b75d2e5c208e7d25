#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# asa-health and asa-status: what is loaded and what was done, for people and for programs, and never a secret.
use strict;
use warnings;
use lib 't/lib';
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Test::More;
use ASA::Forge qw(forge_base64 random_key);
use ASA::Http qw(fetch);
use ASA::Keytab qw(keytab_write);
use ASA::Process qw(wait_for slurp spew);
use ASA::Realm qw(asa_key asa_keytab own_keytab);
use ASA::Server;
use ASA::Suite qw(header finish error_log);
use ASA::Tls qw(certificate end_point_bindings);

error_log();
umask 0077;
my $server = ASA::Server->new(name => 'status', conf => <<'END');
AsaCredential "@ROOT@/asa.keytab" "@REALM@/own.keytab"
AsaDomain CORP.TAILSPINTOYS.COM TAILSPIN
<Location "/">
    Require all granted
</Location>
<Location "/ews">
    AuthType Negotiate
    AsaProtocol Ews
    Require valid-user
</Location>
<Location "/mapi">
    AuthType Negotiate
    AsaProtocol Mapi
    Require valid-user
</Location>
<Location "/status">
    SetHandler asa-status
</Location>
<Location "/health">
    SetHandler asa-health
</Location>
AliasMatch "^/(ews|mapi)" "@ROOT@/htdocs/index.html"
END
my $keytab = $server->root . '/asa.keytab';
my @entries = asa_keytab();
keytab_write($keytab, @entries);
$server->start;
my $port = $server->port;
my @secrets = map { $_->{key} } @entries, own_keytab();
my @shown;

sub forged { my $token = forge_base64(key => asa_key(2), kvno => 2, @_); push @secrets, $token; return $token }

# The report as data; its text is kept, to be searched for secrets at the end.
sub report {
    my (%option) = @_;
    my $response = fetch($port, path => '/status?json', %option);
    push @shown, $response->{body};
    is($response->{status}, 200, 'asa-status answers') unless $option{quiet};
    return JSON::PP->new->decode($response->{body});
}
sub protocol { my ($report, $name) = @_; return (grep { $_->{protocol} eq $name } @{$report->{protocols}})[0] || {} }

# --- forms ---
{
    my $json = fetch($port, path => '/status?json');
    like(header($json, 'content-type'), qr{^application/json}, '?json gives JSON');
    $json = fetch($port, path => '/status', headers => [[Accept => 'application/json']]);
    like(header($json, 'content-type'), qr{^application/json}, 'Accept: application/json gives JSON');
    ok(eval { JSON::PP->new->decode($json->{body}) }, 'which parses');
    my $text = fetch($port, path => '/status', headers => [[Accept => 'text/html,*/*;q=0.8']]);
    like(header($text, 'content-type'), qr{^text/plain}, 'a person gets text');
    push @shown, $text->{body};
    like($text->{body}, qr/EXCH2016ASA\$/, 'with the account');
    like($text->{body}, qr/\b$_\b/i, "and $_") for 'latest', 'previous', 'aes256-cts-hmac-sha1-96';
    is(fetch($port, path => '/status', method => 'POST', body => 'x')->{status}, 405, 'POST is not possible');
    is(header(fetch($port, path => '/status?json', method => 'HEAD'), 'content-type') =~ m{json} ? 1 : 0, 1, 'HEAD is');
    like(header($text, 'cache-control') || '', qr/no-(?:store|cache)/, 'and is not cached');
    my $health = fetch($port, path => '/health');
    is($health->{status}, 200, 'asa-health: 200');
}

# --- keys ---
{
    my $report = report();
    my ($credential) = @{$report->{credentials}};
    my %slot = map { ("$_->{slot} $_->{kvno} $_->{enctype}" => $_) } @{$credential->{keys}};
    for my $wanted ('latest 2 aes256-cts-hmac-sha1-96', 'latest 2 aes128-cts-hmac-sha1-96', 'previous 1 aes256-cts-hmac-sha1-96', 'own 1 aes256-cts-hmac-sha1-96') {
        ok($slot{$wanted}, "a key is listed: $wanted") or diag(join "\n", sort keys %slot);
    }
    like($slot{'latest 2 aes256-cts-hmac-sha1-96'}{time}, qr/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'with its time');
    is($credential->{defect}, undef, 'no defect');
    my @children = sort { $a <=> $b } $server->children;
    my @pids = sort { $a <=> $b } map { $_->{pid} } @{report(quiet => 1)->{workers}};
    is_deeply(\@pids, \@children, 'every worker process is listed');
    my %id = map { ("$_->{account} $_->{realm} $_->{kvno} $_->{id}" => 1) } @{$credential->{keys}};
    like($_->{id}, qr/^[0-9a-f]{8}$/, "a key has an id ($_->{enctype})") for grep { $_->{enctype} =~ /^aes/ } @{$credential->{keys}};
    for my $worker (@{$report->{workers}}) {
        my ($one) = @{$worker->{credentials}};
        my %held = map { ("$_->{account} $_->{realm} $_->{kvno} $_->{id}" => 1) } @{$one->{keys}};
        is_deeply(\%held, \%id, "process $worker->{pid} lists the keys that it holds, each once");
        is($one->{more}, 0, 'and holds no other');
        is($one->{keys}[0]{kvno}, 2, 'the latest first');
    }
}

# --- counts and refusals ---
{
    my $before = report();
    fetch($port, path => '/ews/', token => forged()) for 1 .. 5;
    fetch($port, path => '/ews/', token => forge_base64(key => asa_key(1), kvno => 1)) for 1 .. 3;
    fetch($port, path => '/ews/', token => forged(spn => 'http/other.corp.tailspintoys.com')) for 1 .. 2;
    fetch($port, path => '/mapi/');
    my $after = report();
    my $more = sub { my ($name, $kind, $key) = @_; return (protocol($after, $name)->{$kind}{$key} || 0) - (protocol($before, $name)->{$kind}{$key} || 0) };
    is($more->('Ews', 'signed_in', 'latest'), 5, 'sign-ins with the latest key are counted');
    is($more->('Ews', 'signed_in', 'previous'), 3, 'and with the previous');
    is($more->('Ews', 'refused', 'WrongPrincipal'), 2, 'and refusals by reason');
    is($more->('Mapi', 'refused', 'NoCredentials'), 1, 'by protocol');
    my ($newest) = grep { $_->{reason} eq 'WrongPrincipal' } @{$after->{refusals}};
    is($newest->{client}, '127.0.0.1', 'the last refusals name the client');
    like($newest->{text}, qr{http/other\.corp}, 'and the ticket');
    like($newest->{remedy}, qr/AsaServicePrincipals/, 'and the remedy');
    is($newest->{protocol}, 'Ews', 'and the protocol');
}

# --- hostile text in a refusal stays inside its JSON string ---
{
    fetch($port, path => '/ews/', token => forged(spn => qq{http/"<script>\x07\xff}));
    my $report = eval { report() };
    ok($report, 'a hostile name in a ticket leaves the JSON well-formed');
    my $text = fetch($port, path => '/status')->{body};
    unlike($text, qr/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/, 'and the text without control characters');
    push @shown, $text;
}

# --- a defect is shown, health stays; a new key is shown with its generation ---
{
    my $generation = report()->{credentials}[0]{generation};
    spew($keytab, 'torn');
    ok(eval { wait_for(sub { report(quiet => 1)->{credentials}[0]{defect} }, 60, 'the defect') }, 'a key table that is torn shows as a defect');
    like(report()->{credentials}[0]{defect} || '', qr/\Q$keytab\E/, 'by its name');
    is(fetch($port, path => '/health')->{status}, 200, 'while asa-health says 200 with the last good keys');
    my $key = random_key(18);
    push @secrets, $key;
    keytab_write($keytab, {%{$entries[0]}, kvno => 3, key => $key, etype => 18}, @entries);
    ok(eval { wait_for(sub {
        my $report = report(quiet => 1);
        my @workers = @{$report->{workers}};
        @workers == grep { my ($one) = @{$_->{credentials}}; $one && $one->{held} =~ /kvno 3/ && $one->{generation} > 1 } @workers;
    }, 60, 'the new key in every worker') }, 'every worker shows the new key with a new generation');
    my $after = report();
    my ($new) = map { $_->{id} } grep { $_->{kvno} == 3 } @{$after->{credentials}[0]{keys}};
    is(scalar(grep { my ($one) = @{$_->{credentials}}; grep { $_->{kvno} == 3 && $_->{id} eq $new } @{$one->{keys}} } @{$after->{workers}}),
        scalar @{$after->{workers}}, 'and lists it by its id');
    is(report()->{credentials}[0]{defect}, undef, 'the defect is gone');
}

# --- what is served: every virtual host and place, with what it inherits ---
(my $key_file = certificate('rsa-sha256')) =~ s/pem$/key/;
my $served = ASA::Server->new(name => 'served', conf => <<"END");
Listen 127.0.0.1:\@PORT2\@
AsaCredential "\@REALM\@/own.keytab"
RequestReadTimeout header=30-60,MinRate=100
<Location "/status">
    SetHandler asa-status
</Location>
<Macro Site \$name \$port \$tls>
    <VirtualHost *:\$port>
        ServerName \$name
        ServerAlias autodiscover.\$name *.mail.\$name
        SSLEngine \$tls
        SSLCertificateFile "@{[certificate('rsa-sha256')]}"
        SSLCertificateKeyFile "$key_file"
        AsaHttpProxyLog "\@ROOT\@/logs/httpproxy"
        LimitRequestFieldSize 12345
        AsaRequireTLS on
        <IfModule reqtimeout_module>
            RequestReadTimeout handshake=7 Body=0
        </IfModule>
        AsaBackendAuth pass
        <Location "/">
            AuthType Negotiate
            Require valid-user
        </Location>
        <LocationMatch "(?i)^/ews/">
            AsaProtocol Ews
        </LocationMatch>
        <LocationMatch "(?i)^/(?:oab|rpc(?:withcert)?)/x\\.(?:htm)\$">
            AuthType None
            AsaProtocol Oab
        </LocationMatch>
        <Location "/mapi/">
            AsaServicePrincipals http/other.corp.tailspintoys.com
            AsaChannelBindings require
            AsaBackendAuth delegate HTTP/exchange.corp.tailspintoys.com
            AsaProtocol Mapi
        </Location>
        <Location "/mapi/basic">
            AuthType Basic
            AuthName x
            AsaRequireTLS off
        </Location>
        <LocationMatch "^(?!/secret)">
            AsaChannelBindings off
        </LocationMatch>
        <Location "/status">
            AuthType None
            Require all granted
        </Location>
        <Directory "/srv/www">
            AuthType Negotiate
        </Directory>
        <Directory "/srv/www/open">
            AsaServicePrincipals any
        </Directory>
        <Directory "/srv/other">
            Options None
        </Directory>
    </VirtualHost>
</Macro>
Use Site mail.corp.tailspintoys.com \@PORT\@ off
Use Site tls.corp.tailspintoys.com \@PORT2\@ on
<VirtualHost *:\@PORT\@>
    ServerName a<b>
    ServerAlias last.corp.tailspintoys.com
    AsaChannelBindingCertificate "@{[certificate('rsa-sha512')]}"
</VirtualHost>
<VirtualHost 127.0.0.9:\@PORT\@>
    ServerName alone.corp.tailspintoys.com
    RemoteIPProxyProtocol On
</VirtualHost>
END
sub served_report {
    my $response = fetch($served->port, path => '/status', headers => [[Accept => 'application/json']]);
    push @shown, $response->{body};
    return JSON::PP->new->decode($response->{body});
}
sub place_of { my ($server, $path) = @_; return (grep { $_->{path} eq $path } @{$server->{places}})[0] || {} }
{
    $served->start;
    my $report = served_report();
    like($report->{httpd}, qr{^Apache/2\.4\.\d+ \([^()]+\)$}, 'the version of httpd');
    is($report->{user}, scalar getpwuid($<), 'whom it runs as');
    like($report->{time}, qr/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'and its clock');
    my %server = map { ($_->{name} => $_) } @{$report->{servers}};
    is_deeply([map { $_->{name} } @{$report->{servers}}], ['mail.corp.tailspintoys.com', 'tls.corp.tailspintoys.com', $report->{servers}[2]{name}, 'alone.corp.tailspintoys.com'],
        'every virtual host is listed, and not the main server, which no request reaches');
    my $mail = $server{'mail.corp.tailspintoys.com'};
    my $tls = $server{'tls.corp.tailspintoys.com'};
    my $last = $report->{servers}[2];
    is_deeply([map { $_->{port} } $mail, $tls, $last], [$served->port, $served->port(2), $served->port], 'each with its port');
    is_deeply([map { $_->{tls} ? 1 : 0 } $mail, $tls, $last], [0, 1, 0], 'and whether it speaks TLS');
    is_deeply($mail->{aliases}, ['autodiscover.mail.corp.tailspintoys.com', '*.mail.mail.corp.tailspintoys.com'], 'and every ServerAlias');
    is_deeply([map { $_->{credential} } $mail, $tls, $last], [0, 0, 0], 'and the credential of the main server');
    is_deeply([map { $_->{field_size} } $mail, $tls, $last], [12345, 12345, 12345], 'LimitRequestFieldSize, as httpd applies it: of the first host of the address');
    is_deeply([map { fetch($served->port, path => '/status', host => 'last.corp.tailspintoys.com', headers => [[Big => 'x' x $_]])->{status} } 12000, 20000],
        [200, 400], 'and so it does');
    is($server{'alone.corp.tailspintoys.com'}{field_size}, 65536, 'an address of its own has its own limit, the one of the main server');
    is($server{'alone.corp.tailspintoys.com'}{read_timeout}, 'handshake=0 header=30-60,MinRate=100 body=20,MinRate=500', 'and its own time, with the defaults of httpd');
    is($mail->{read_timeout}, 'handshake=7 header=30-60,MinRate=100 body=0', 'RequestReadTimeout, part by part');
    is($last->{read_timeout}, $mail->{read_timeout}, 'of that host, too');
    is($tls->{read_timeout}, 'handshake=7 header=30-60,MinRate=100 body=0', 'and its own where it is the first');
    my %bound = map { ($_ => 'sha' . substr($_, -3) . ':' . unpack('H*', substr(end_point_bindings($_), length 'tls-server-end-point:'))) } 'rsa-sha256', 'rsa-sha512';
    is_deeply([$mail->{bindings}, $mail->{bindings_from}], [[], undef], 'no bindings without TLS');
    is_deeply([$tls->{bindings}, $tls->{bindings_from}], [[$bound{'rsa-sha256'}], 'mod_ssl'], "those of mod_ssl's certificate");
    is_deeply([$last->{bindings}, $last->{bindings_from}], [[$bound{'rsa-sha512'}], 'AsaChannelBindingCertificate'], 'or those of the balancer');
    is_deeply($tls->{principals}, ['any'], 'any, where one place says so');
    is_deeply([$last->{principals}, $last->{places}[0]{path}, $last->{log}], [[], '/status', undef], 'no principals where nothing asks for a ticket');
    is_deeply($mail->{log}, {folder => $served->root . '/logs/httpproxy', writable => JSON::PP::true, error => undef}, 'the log, which it can write');
    is($mail->{more}, 0, 'nothing is left out');
    is(scalar(grep { $_->{path} eq '/status' } @{$mail->{places}}), 1, 'two sections for one path are one place');
    is_deeply([grep { $_->{path} eq '/srv/other/' } @{$mail->{places}}], [], 'folders that say nothing of signing in are left out');
    is_deeply([map { $_->{proxy_protocol} ? 1 : 0 } $mail, $server{'alone.corp.tailspintoys.com'}], [0, 1], 'and whether a balancer must speak the PROXY protocol');
    is(place_of($mail, '/status')->{handler}, 'asa-status', 'the place of a handler of ours');
    my %common = (handler => undef, require_tls => JSON::PP::true, bindings => 'off', back_end => 'pass', protocol => undef);
    my @places = (
        {kind => 'Location', path => '/', negotiate => JSON::PP::true, auth_type => 'Negotiate'},
        {kind => 'LocationMatch', path => '(?i)^/ews/', negotiate => JSON::PP::true, auth_type => 'Negotiate', protocol => 'Ews'},
        {kind => 'LocationMatch', path => '(?i)^/(?:oab|rpc(?:withcert)?)/x\.(?:htm)$', negotiate => JSON::PP::false, auth_type => undef, protocol => 'Oab'},
        {kind => 'Location', path => '/mapi/', negotiate => JSON::PP::true, auth_type => 'Negotiate', protocol => 'Mapi', back_end => 'delegate'},
        {kind => 'Location', path => '/mapi/basic', negotiate => JSON::PP::false, auth_type => 'Basic', protocol => 'Mapi', require_tls => JSON::PP::false, back_end => 'delegate'},
        {kind => 'LocationMatch', path => '^(?!/secret)', negotiate => JSON::PP::true, auth_type => 'Negotiate'},
        {kind => 'Directory', path => '/srv/www/', negotiate => JSON::PP::true, auth_type => 'Negotiate', bindings => 'accept'},
    );
    is_deeply(place_of($mail, $_->{path}), {%common, %$_}, "the place $_->{path}") for @places;
    my $text = fetch($served->port, path => '/status')->{body};
    push @shown, $text;
    like($text, qr{^Serves tls\.corp\.tailspintoys\.com port \d+ with TLS, keys of credential 0$}m, 'a person reads the same');
    like($text, qr{^  LocationMatch  \(\?i\)\^/ews/ +Negotiate  Ews +yes  off      pass$}m, 'with a row for each place');
    SKIP: {
        skip 'root can write everywhere', 2 if $> == 0;
        chmod 0555, $served->root . '/logs/httpproxy/Ews';
        my ($shut) = grep { $_->{name} eq 'mail.corp.tailspintoys.com' } @{served_report()->{servers}};
        is_deeply($shut->{log}, {folder => $served->root . '/logs/httpproxy', writable => JSON::PP::false, error => $served->root . '/logs/httpproxy/Ews: Permission denied'},
            'a folder of a protocol that is closed is seen at once');
        chmod 0755, $served->root . '/logs/httpproxy/Ews';
        ok(served_report()->{servers}[0]{log}{writable}, 'and when it is open again');
    }
    $served->stop_now;
}

# --- a large configuration: the page stays small and says what it leaves out; without mod_reqtimeout there is no time limit ---
{
    my $conf = slurp($served->root . '/httpd.conf');
    $conf =~ s/^LoadModule reqtimeout_module.*\n//m;
    $conf =~ s/^RequestReadTimeout.*\n//m;
    my $name = 'n' x 60;
    spew($served->root . '/httpd.conf', $conf . join '', map {
        my $number = $_;
        "<VirtualHost *:@{[$served->port(2)]}>\n    ServerName $name-$number.corp.tailspintoys.com\n"
            . join('', map { "    ServerAlias $name.$_.$number\n    <Location \"/$name/$_\">\n        AuthType Negotiate\n    </Location>\n" } 1 .. 100) . "</VirtualHost>\n"
    } 1 .. 60);
    # Plain hosts in front of all the others, as where sites are read in the order of the alphabet.
    $conf = slurp($served->root . '/httpd.conf');
    my $many = join ' ', map { "$name-$_.plain" } 1 .. 64;
    my $plain = join '', map { "<VirtualHost 127.0.0.9:@{[$served->port]}>\n    ServerName plain-$_.corp.tailspintoys.com\n    ServerAlias $many\n</VirtualHost>\n" } 1 .. 160;
    $conf =~ s/^(?=Use Site mail)/$plain/m;
    spew($served->root . '/httpd.conf', $conf);
    $served->start;
    my $response = fetch($served->port, path => '/status?json');
    my $report = JSON::PP->new->decode($response->{body});
    my $compact = fetch($served->port, path => '/status', headers => [[Accept => 'application/json']])->{body};
    cmp_ok(length $compact, '<', 640 * 1024 + 4096, 'the page of 60 hosts with 100 names and 100 places each is bounded');
    cmp_ok(length $compact, '>', 500 * 1024, 'and there is room for hundreds of hosts with some names each');
    is($report->{servers}[0]{read_timeout}, undef, 'no RequestReadTimeout without mod_reqtimeout');
    cmp_ok(scalar(grep { $_->{name} =~ /^n/ } @{$report->{servers}}), '>', 10, 'hosts that demand no Kerberos leave the room to those that do');
    my ($first) = grep { $_->{name} eq "$name-1.corp.tailspintoys.com" } @{$report->{servers}};
    is_deeply([map { scalar @$_ } $first->{aliases}, $first->{places}, $first->{principals}], [64, 64, 64], '64 values of each list are shown');
    is($first->{more}, 36 + 37 + 37, 'and the others are counted');
    cmp_ok(scalar @{$report->{servers}}, '<', 64, 'not every server is shown');
    is(@{$report->{servers}} + $report->{servers_more}, 64 + 160, 'and the others are counted');
    $served->stop_now;
}

# --- never a secret ---
push @shown, $server->log->lines, $served->log->lines;
for my $secret (@secrets) {
    my $base64 = encode_base64($secret, '');
    for my $form ($secret, unpack('H*', $secret), uc unpack('H*', $secret), $base64) {
        next if length $form < 8;
        ok(0, 'a secret is shown') if grep { index($_, $form) >= 0 } @shown;
    }
}
ok(@secrets > 8 && @shown > 5, 'no key and no token is in ' . @shown . ' answers and log lines');
$server->stop_now;
$server->log->expect(qr/asa: the key table/);
$served->log->expect(qr/AH0190[69]: tls\.corp\.tailspintoys\.com/);    # the suites' certificates
finish($server->log, $served->log);
