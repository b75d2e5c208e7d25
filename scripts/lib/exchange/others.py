# SPDX-License-Identifier: Apache-2.0
# Autodiscover, EWS, OAB, ActiveSync, OWA and health checks: as much of each as a proxy can get wrong.
import hashlib
import re

from http11 import Violation

OAB_SIZE = 100 * 1024 * 1024
BLOCK = b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(2048))    # 64 KiB


def oab_bytes(begin, end):
    """A part of the address book, which is the same block over and over."""
    while begin < end:
        at = begin % len(BLOCK)
        part = BLOCK[at:at + min(len(BLOCK) - at, end - begin)]
        yield part
        begin += len(part)


class Others:
    def __init__(self, journal, gates):
        self.journal = journal
        self.gates = gates

    async def autodiscover(self, request, answer, user):
        body = await request.all()
        if request.method == "POST" and b"EMailAddress" not in body:
            raise Violation("a request for nobody's settings")
        can_handle = request.headers.get("x-clientcanhandle", "")
        package = "<AuthPackage>negotiate</AuthPackage>" if can_handle.lower() == "negotiate" else ""
        await answer.whole("200 OK", f"<Autodiscover><User>{user}</User>{package}</Autodiscover>\n".encode(),
                           [("Content-Type", "text/xml; charset=utf-8")])

    async def ews(self, request, answer, user):
        body = await request.all()
        self.journal.write("ews", user=user, bytes=len(body))
        if b"GetStreamingEvents" not in body:
            await answer.whole("200 OK", b"<Envelope><Bytes>%d</Bytes></Envelope>\n" % len(body), [("Content-Type", "text/xml; charset=utf-8")])
            return
        await answer.head("200 OK", [("Content-Type", "text/xml; charset=utf-8")])
        for number in range(3):
            await answer.write(b"<Envelope><Notification>%d</Notification></Envelope>\n" % number)
            await self.gates.passed(request.query)
        await answer.end()

    async def oab(self, request, answer, user):
        await request.all()
        if not request.path.lower().endswith(".lzx"):
            await answer.whole("200 OK", b"<OAB><OAL><Full>data.lzx</Full></OAL></OAB>\n", [("Content-Type", "application/xml")])
            return
        headers = [("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes"), ("ETag", '"oab-1"')]
        begin, end, status = 0, OAB_SIZE, "200 OK"
        if "range" in request.headers:
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers["range"])
            if not asked or int(asked[1]) >= OAB_SIZE:
                await answer.whole("416 Range Not Satisfiable", b"", [("Content-Range", f"bytes */{OAB_SIZE}")])
                return
            begin = int(asked[1])
            end = min(int(asked[2]) + 1, OAB_SIZE) if asked[2] else OAB_SIZE
            status = "206 Partial Content"
            headers.append(("Content-Range", f"bytes {begin}-{end - 1}/{OAB_SIZE}"))
        self.journal.write("oab", user=user, begin=begin, end=end, method=request.method)
        await answer.head(status, headers, end - begin)
        if request.method != "HEAD":
            for part in oab_bytes(begin, end):
                await answer.write(part)

    async def activesync(self, request, answer, user):
        body = await request.all()
        if request.method == "OPTIONS":
            await answer.whole("200 OK", b"", [("MS-ASProtocolVersions", "14.1,16.1"), ("MS-ASProtocolCommands", "Sync,Ping")])
            return
        if request.method != "POST" or request.headers.get("content-type") != "application/vnd.ms-sync.wbxml":
            raise Violation("no WBXML")
        self.journal.write("ping", user=user, bytes=len(body))
        await self.gates.passed(request.query.split("&hold=")[-1])
        await answer.whole("200 OK", b"\x03\x01\x6a\0", [("Content-Type", "application/vnd.ms-sync.wbxml")])

    async def owa(self, request, answer, user):
        await request.all()
        how = "".join(f"<p>{line}</p>\n" for line in (request.ticket.told() if request.ticket else []))
        await answer.whole("200 OK", f"<!DOCTYPE html><title>Mail</title><h1>Mailbox of {user}</h1>\n{how}".encode(),
                           [("Content-Type", "text/html; charset=utf-8")])

    async def healthcheck(self, request, answer, user):
        await request.all()
        await answer.whole("200 OK", b"200 OK<br/>EXCH1\n", [("Content-Type", "text/html")])
