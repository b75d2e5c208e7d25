#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A back end that behaves like Exchange towards a proxy in front of it, on real sockets, and writes down what it was sent.
#
# Use: server.py ADDRESS PORT CONTROL-PORT JOURNAL [CERTIFICATE KEY]
#
# JOURNAL gets a line of JSON for each event, in order. A request that breaks a rule of its protocol is answered with 400
# and written down as "violation". An answer that waits for something waits for a gate: GET /NAME on CONTROL-PORT opens
# gate NAME once. ?refuse=401 asks for a challenge of the back end's own, ?refuse=early for an answer before the end of
# the body, and a connection that ends.
import asyncio
import json
import ssl
import sys

from http11 import Answer, Violation, read_request, HEAD_LIMIT
from mapi import Mapi
from others import Others
from rpc import Rpc


class Journal:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8", buffering=1)
        self.count = 0

    def write(self, event, **facts):
        self.count += 1
        self.file.write(json.dumps({"n": self.count, "event": event, **facts}) + "\n")


class Gates:
    """Who waits at a gate goes on when it is opened; an opening is kept for one who comes later."""

    def __init__(self):
        self.gates = {}

    def _gate(self, name):
        return self.gates.setdefault(name, asyncio.Semaphore(0))

    async def passed(self, name):
        await self._gate(name).acquire()

    def open(self, name):
        self._gate(name).release()


class Server:
    def __init__(self, journal):
        self.journal = journal
        self.gates = Gates()
        others = Others(journal, self.gates)
        # As IIS does, paths are taken in any case.
        self.places = {
            "/rpc/": Rpc(journal).serve,
            "/mapi/": Mapi(journal, self.gates).serve,
            "/autodiscover/": others.autodiscover,
            "/ews/": others.ews,
            "/oab/": others.oab,
            "/microsoft-server-activesync": others.activesync,
            "/owa/": others.owa,
            "/ecp/": others.owa,
        }
        self.others = others
        self.connections = 0

    async def connection(self, reader, writer):
        self.connections += 1
        number = self.connections
        try:
            while (request := await read_request(reader)) is not None:
                if not await self.request(request, writer, number):
                    break
        except Violation as violation:
            self.journal.write("violation", connection=number, text=str(violation))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def request(self, request, writer, number):
        """Serves it; True if the connection is good for another one."""
        answer = Answer(writer)
        user = request.headers.get("x-remote-user", "")
        self.journal.write("request", connection=number, method=request.method, target=request.target, user=user,
                           length=request.announced, chunked=request.chunked, headers=request.headers)
        if request.headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            if "refuse=401" in request.query:
                await answer.whole("401 Unauthorized", b"the back end's own page\n",
                                   [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")])
                return request.announced == 0
            if "refuse=early" in request.query:
                await request.some()
                await answer.whole("503 RPC Error: 6ba", b"", [("Connection", "close")])
                return False
            await self.place(request.path)(request, answer, user)
        except Violation as violation:
            self.journal.write("violation", connection=number, text=str(violation))
            if not answer.begun:
                await answer.whole("400 Bad Request", f"{violation}\n".encode(), [("Connection", "close")])
            return False
        return await request.some() == b""

    def place(self, path):
        lower = path.lower()
        if lower.endswith("/healthcheck.htm"):
            return self.others.healthcheck
        for begin, serve in self.places.items():
            if lower.startswith(begin):
                return serve
        raise Violation(f"nothing is published at {path}")

    async def control(self, reader, writer):
        line = (await reader.readline()).split(b" ")
        if len(line) > 1:
            self.gates.open(line[1].decode("latin-1").lstrip("/"))
        writer.write(b"HTTP/1.0 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()


async def main(address, port, control, journal, certificate=None, key=None):
    server = Server(Journal(journal))
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
    await asyncio.start_server(server.control, address, int(control))
    listener = await asyncio.start_server(server.connection, address, int(port), ssl=tls, limit=HEAD_LIMIT, backlog=1024)
    server.journal.write("ready")
    await listener.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
