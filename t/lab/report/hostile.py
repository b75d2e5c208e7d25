# SPDX-License-Identifier: Apache-2.0
"""Writes logs whose texts attack who shows them, and honest ones beside them.

Usage: hostile.py FOLDER QUIET-FILE
Of each class of sign-in there are some, with keys, reasons, IIS statuses, and lines that are broken and forged.  The quiet
file is of an account whose older key was used once, nine days before its end, and RC4 never.
"""
import os
import sys

HEAD = """DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,UrlHost,UrlStem,\
ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,\
ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,\
BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,ResponseBytes,TargetOutstandingRequests,\
AuthModulePerfContext,HttpPipelineLatency,CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,\
AccountForestLatencyBreakup,TotalAccountForestLatency,ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,\
SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,ModuleToHandlerSwitchingLatency,\
ClientReqStreamLatency,BackendReqInitLatency,BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,\
BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,HandlerCompletionLatency,RequestHandlerLatency,\
HandlerToModuleSwitchingLatency,ProxyTime,CoreLatency,RoutingLatency,HttpProxyOverhead,TotalRequestTime,\
RouteRefresherLatency,UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,DatabaseGuid,UserADObjectGuid,\
PartitionEndpointLookupLatency,RoutingStatus"""
COLUMNS = HEAD.split(",")
HOSTILE = [
    b"<script>document.title='owned'</script>", b"</title></style></svg><img src=http://leak.example/a onerror=document.title=1>",
    b"' onmouseover='document.title=1' x='", b"\xe2\x80\xaegpj.exe\xe2\x80\xac", b"\x1b]0;owned\x07\x1b[2J", b"\xff\xfe\xc0\xaf",
    b"<!--<svg onload=document.title=1>", b"javascript:document.title=1", b"&lt;b&gt;&#60;i&#62;", b"{{7*7}}${7*7}<%=7*7%>",
    b"<link rel=stylesheet href=http://leak.example/b><base href=http://leak.example/>", b"<meta http-equiv=refresh content=0>",
    b"--></details></table><iframe src=http://leak.example/c></iframe>", "Zoë Ŝ😀".encode(), b"%s%n%d", b"X" * 300,
]


def line(minute, info=b"", **values):
    fields = dict.fromkeys(COLUMNS, b"")
    when = b"2026-11-%02dT%02d:%02d:00.000Z" % (12 + minute // 1440, minute // 60 % 24, minute % 60)
    fields.update(DateTime=when, RequestId=b"%08x-0000-4000-8000-000000000000" % minute, MajorVersion=b"15", MinorVersion=b"1",
                  UrlHost=b"mail.example", IsAuthenticated=b"false", HttpStatus=b"200", Method=b"GET", TotalRequestTime=b"5",
                  HttpPipelineLatency=b"5", HttpProxyOverhead=b"5", CoreLatency=b"0", ServerHostName=b"CAS-1",
                  GenericInfo=info, Protocol=b"Ews", ClientIpAddress=b"10.0.0.%d" % (minute % 7))
    fields.update(values)
    return b",".join(fields[column] for column in COLUMNS) + b"\r\n"


def signed_in(minute, user, scheme, info=b"", **values):
    return line(minute, info, IsAuthenticated=b"true", AuthenticatedUser=user, AuthenticationType=scheme, **values)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    lines = []
    for number, text in enumerate(HOSTILE):
        minute = number * 300
        lines.append(signed_in(minute, text, b"NTLM", UserAgent=text, ClientIpAddress=text, ServerHostName=text, UrlHost=text))
        lines.append(signed_in(minute + 1, text, text, Protocol=text))
        lines.append(line(minute + 2, HttpStatus=b"401", ErrorCode=text, AuthenticationType=b"Negotiate", UserAgent=text))
        for etype, key in ((b"aes256-cts-hmac-sha1-96", b"latest"), (b"rc4-hmac", b"latest"), (text, text), (b"aes256", b"previous")):
            proof = b"AuthPkg=Kerberos;Spn=http/mail.example;Kvno=2;Etype=%s;Key=%s;Bound=false;Session=connection;" % (
                etype.replace(b";", b""), key.replace(b";", b""))
            lines.append(signed_in(minute + 3, b"TAILSPIN\\wendy", b"Negotiate", proof))
        lines.append(signed_in(minute + 4, b"TAILSPIN\\paula", b"Basic"))
        lines.append(signed_in(minute + 5, b"TAILSPIN\\sven", b"Negotiate"))
        lines.append(line(minute + 6, b"AuthReason=NtlmOffered;", HttpStatus=b"401", ErrorCode=b"NtlmOffered"))
    lines.append(line(7000, UserAgent=b"<script>" * 131072))
    lines.append(line(7001, HttpPipelineLatency=b"9"))
    lines.append(b"</table><script>document.title=1</script>\r\n")
    # What is wrong with a line is told with the name of its file.
    for name in ("HttpProxy_2026111200-1.LOG", "<img src=x onerror=document.title=1>.LOG"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(HEAD.encode() + b"\r\n" + b"".join(lines))
    with open(os.path.join(folder, "u_ex261113.log"), "wb") as file:
        file.write(b"#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query "
                   b"s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n")
        for second in range(20, 30):
            file.write(b"2026-11-13 11:22:%d 10.1.1.1 GET /ews/<b>x</b> - 443 - 10.0.0.9 <script>x</script> 401 1 2148074254 1\n" % second)
    with open(sys.argv[2], "wb") as file:
        file.write(HEAD.encode() + b"\r\n")
        for day in range(10):
            proof = b"AuthPkg=Kerberos;Spn=http/mail.example;Kvno=2;Etype=aes256;Key=%s;Bound=false;Session=false;" % (b"latest" if day else b"previous")
            file.write(signed_in(day * 1440, b"TAILSPIN\\wendy", b"Negotiate", proof))


main()
