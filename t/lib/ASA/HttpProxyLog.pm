# SPDX-License-Identifier: Apache-2.0
# Reads HttpProxy logs strictly: head, 74 columns, and the sums that hold on every line of an Exchange log.
package ASA::HttpProxyLog;

use strict;
use warnings;
use Exporter 'import';
use ASA::Process qw(slurp wait_for);

our @EXPORT_OK = qw(@FIELDS log_files read_log await_record faults generic);

our @FIELDS = qw(
    DateTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId Protocol UrlHost
    UrlStem ProtocolAction AuthenticationType IsAuthenticated AuthenticatedUser Organization AnchorMailbox
    UserAgent ClientIpAddress ServerHostName HttpStatus BackEndStatus ErrorCode Method ProxyAction TargetServer
    TargetServerVersion RoutingType RoutingHint BackEndCookie ServerLocatorHost ServerLocatorLatency RequestBytes
    ResponseBytes TargetOutstandingRequests AuthModulePerfContext HttpPipelineLatency
    CalculateTargetBackEndLatency GlsLatencyBreakup TotalGlsLatency AccountForestLatencyBreakup
    TotalAccountForestLatency ResourceForestLatencyBreakup TotalResourceForestLatency ADLatency
    SharedCacheLatencyBreakup TotalSharedCacheLatency ActivityContextLifeTime ModuleToHandlerSwitchingLatency
    ClientReqStreamLatency BackendReqInitLatency BackendReqStreamLatency BackendProcessingLatency
    BackendRespInitLatency BackendRespStreamLatency ClientRespStreamLatency KerberosAuthHeaderLatency
    HandlerCompletionLatency RequestHandlerLatency HandlerToModuleSwitchingLatency ProxyTime CoreLatency
    RoutingLatency HttpProxyOverhead TotalRequestTime RouteRefresherLatency UrlQuery BackEndGenericInfo
    GenericInfo GenericErrors EdgeTraceId DatabaseGuid UserADObjectGuid PartitionEndpointLookupLatency
    RoutingStatus);

my @integers = grep { /Latency$|Time$|Bytes$|Overhead$|Status$|^\w+Version$/ && !/^(?:Date|Target|Routing)/ } @FIELDS;

# Files of one protocol, oldest first.
sub log_files {
    my ($folder, $protocol) = @_;
    my %number = map { $_ => /_(\d{10})-(\d+)\.LOG$/ ? $1 * 100000 + $2 : 0 } glob "$folder/$protocol/HttpProxy_*.LOG";
    return sort { $number{$a} <=> $number{$b} } keys %number;
}

sub head_faults {
    my ($path, @lines) = @_;
    my $row = join ',', @FIELDS;
    my @fault;
    push @fault, "$path: first line is not BOM and column row" unless ($lines[0] || '') eq "\xef\xbb\xbf$row";
    push @fault, "$path: #Software" unless ($lines[1] || '') eq '#Software: Microsoft Exchange Server';
    push @fault, "$path: #Version" unless ($lines[2] || '') =~ /^#Version: \d\d\.\d\d\.\d{4}\.\d{3}$/;
    push @fault, "$path: #Log-type" unless ($lines[3] || '') eq '#Log-type: HttpProxy Logs';
    push @fault, "$path: #Date" unless ($lines[4] || '') =~ /^#Date: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
    push @fault, "$path: #Fields" unless ($lines[5] || '') eq "#Fields: $row";
    return @fault;
}

sub sum { my $total = 0; $total += $_ || 0 for @_; return $total }

# The identities that hold on every real line; an empty column counts as 0.
sub sum_faults {
    my ($r) = @_;
    my @fault;
    my $total = sum(@$r{qw(HttpPipelineLatency ModuleToHandlerSwitchingLatency RequestHandlerLatency HandlerToModuleSwitchingLatency)});
    push @fault, "TotalRequestTime is not $total" unless $r->{TotalRequestTime} eq $total;
    my $streams = sum(@$r{qw(ClientReqStreamLatency BackendReqStreamLatency BackendProcessingLatency BackendRespStreamLatency ClientRespStreamLatency)});
    push @fault, 'HttpProxyOverhead' unless sum($r->{HttpProxyOverhead}) == $total - $streams;
    my $routing = sum($r->{HttpProxyOverhead}) - sum($r->{HttpPipelineLatency});
    push @fault, 'RoutingLatency' unless $r->{RoutingLatency} eq '' || $r->{RoutingLatency} == $routing;
    push @fault, 'CoreLatency' unless sum($r->{CoreLatency}) == $routing - sum($r->{BackendReqInitLatency});
    return @fault;
}

sub line_faults {
    my ($line) = @_;
    my @value = split /,/, $line, -1;
    return @value . ' columns' unless @value == @FIELDS;
    my %r;
    @r{@FIELDS} = @value;
    my @fault = sum_faults(\%r);
    push @fault, "DateTime $r{DateTime}" unless $r{DateTime} =~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
    push @fault, "RequestId $r{RequestId}" unless $r{RequestId} =~ /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    push @fault, "IsAuthenticated $r{IsAuthenticated}" unless $r{IsAuthenticated} =~ /^(?:true|false)$/;
    push @fault, "$_ $r{$_}" for grep { $r{$_} !~ /^\d*$/ } @integers;
    push @fault, 'control character' if $line =~ /[\x00-\x1f\x7f]/;
    push @fault, 'not UTF-8' unless utf8::decode(my $copy = $line);
    return @fault;
}

# All records of the files as hashes; faults() of the same files says whether they may be believed.
sub read_log {
    my (@paths) = @_;
    my @records;
    for my $path (@paths) {
        for my $line (split /\r\n/, slurp($path)) {
            next unless $line =~ /^\d/;
            my %record;
            @record{@FIELDS} = split /,/, $line, -1;
            push @records, \%record;
        }
    }
    return @records;
}

# Everything wrong with the files, as text.
sub faults {
    my (@paths) = @_;
    my @fault;
    for my $path (@paths) {
        my $text = slurp($path);
        push @fault, "$path: last line is not ended" unless $text =~ /\r\n\z/;
        my @lines = split /\r\n/, $text;
        push @fault, head_faults($path, @lines[0 .. 5]);
        # A blank line is left where two processes ended a torn line at the same time.
        for my $line (grep { length } @lines[6 .. $#lines]) {
            push @fault, map { "$path: $_: $line" } line_faults($line);
        }
    }
    return @fault;
}

# The record of the request with this id; it is written after the response has left, so wait for it.
sub await_record {
    my ($folder, $protocol, $request_id) = @_;
    return wait_for(sub {
        (grep { $_->{RequestId} eq $request_id } read_log(log_files($folder, $protocol)))[0];
    }, 10, "the log line of $request_id");
}

# GenericInfo as a hash.
sub generic {
    my ($record) = @_;
    return {map { my ($key, $value) = split /=/, $_, 2; ($key => $value) } split /;/, $record->{GenericInfo}};
}

1;
