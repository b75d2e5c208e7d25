#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A back end that behaves like Exchange towards a proxy in front of it, on real sockets, and writes down what it was sent.
#
# Use: server.py [OPTION…] ADDRESS PORT CONTROL-PORT JOURNAL [CERTIFICATE KEY]
#
# Without options the user is who X-Remote-User says. With --key-table and --service, each request must bring a Negotiate
# token for one of these services, and the journal says of each: "sign-in" with what its ticket held, "refused" with why, or
# "challenge" where none came; health checks and autodiscover.json stay open. JOURNAL.replay is the replay cache. --channel-bindings as the module's
# directive. With --persist a connection keeps its user as IIS does with authPersistNonNTLM, and the journal says "persisted"
# of each request that is served so.
#
# JOURNAL gets a line of JSON for each event, in order. A request that breaks a rule of its protocol is answered with 400
# and written down as "violation". An answer that waits for something waits for a gate: GET /NAME on CONTROL-PORT opens
# gate NAME once. Faults are asked for in the query, or for the next request by GET /fault/FAULT on CONTROL-PORT:
# refuse=401, a challenge of the back end's own, also after a good token; refuse=early, an answer before the end of the body,
# and a connection that ends; refuse=half, half an answer; refuse=close, a connection that ends without one; proof=none, proof=garbage, proof=stale:
# no final token, one that is none, the one of the request before.
import argparse
import asyncio
import hashlib
import json
import os
import resource
import ssl

from http11 import Answer, Violation, read_request, HEAD_LIMIT
from mapi import Mapi
from others import Others
from rpc import Rpc


# A body that a refusal leaves unread up to this many bytes leaves the connection good for another request.
REFUSED_BODY = 64 * 1024


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
    def __init__(self, journal, acceptor=None, persist=False):
        self.journal = journal
        self.gates = Gates()
        self.acceptor = acceptor
        self.persist = persist
        self.users = {}     # of connections that keep theirs
        self.faults = []    # of the next requests
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
            self.users.pop(number, None)
            writer.close()

    async def request(self, request, writer, number):
        """Serves it; True if the connection is good for another one."""
        answer = Answer(writer)
        faults = request.query
        if self.faults and not self.open_to_all(request.path):
            faults += "&" + self.faults.pop(0)
        user = self.user(request, answer, number, faults)
        self.journal.write("request", connection=number, method=request.method, target=request.target, user=user or "",
                           length=request.announced, chunked=request.chunked, headers=told(request.headers))
        if user is None:
            return await self.challenge(request, answer)
        if request.headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "refuse=" in faults:
            return await self.refuse(request, answer, faults)
        try:
            await self.place(request.path)(request, answer, user)
        except Violation as violation:
            self.journal.write("violation", connection=number, text=str(violation))
            if not answer.begun:
                await answer.whole("400 Bad Request", f"{violation}\n".encode(), [("Connection", "close")])
            return False
        return await request.some() == b""

    def open_to_all(self, path):
        return path.lower().endswith("/healthcheck.htm") or path.lower() == "/autodiscover/autodiscover.json"

    def user(self, request, answer, number, faults):
        """Who the request is from; None if that is to be proved yet. Gives the answer the back end's own proof."""
        if self.acceptor is None or self.open_to_all(request.path):
            return request.headers.get("x-remote-user", "")
        authorization = request.headers.get("authorization")
        if authorization is None:
            user = self.users.get(number)
            self.journal.write("challenge" if user is None else "persisted", connection=number, target=request.target, user=user)
            return user
        self.users.pop(number, None)
        try:
            ticket = self.acceptor.accept(authorization)
        except self.acceptor.Refused as refused:
            self.journal.write("refused", connection=number, target=request.target, tokens=self.acceptor.tokens, why=str(refused))
            return None
        self.journal.write("sign-in", connection=number, target=request.target, tokens=self.acceptor.tokens, **ticket.facts())
        if proof := self.acceptor.proof(ticket, faults):
            answer.always.append(("WWW-Authenticate", f"Negotiate {proof}"))
        request.ticket = ticket
        if self.persist:
            self.users[number] = ticket.user
            answer.always.append(("Persistent-Auth", "true"))
        return ticket.user

    async def challenge(self, request, answer):
        """401 at once. A body that is short is read; after a long one, the connection ends when the client has seen it."""
        short = request.announced <= REFUSED_BODY and not request.chunked and "expect" not in request.headers
        if short:
            await request.all()
        await answer.whole("401 Unauthorized", b"You do not have permission to view this page.\n",
                           [("WWW-Authenticate", "Negotiate"), *([] if short else [("Connection", "close")])])
        left = REFUSED_BODY * 256
        while not short and left > 0 and (data := await request.reader.read(REFUSED_BODY)):
            left -= len(data)
        return short

    async def refuse(self, request, answer, faults):
        if "refuse=401" in faults:
            answer.always.clear()
            await answer.whole("401 Unauthorized", b"the back end's own page\n",
                               [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")])
            return request.announced == 0
        if "refuse=early" in faults:
            await request.some()
            await answer.whole("503 RPC Error: 6ba", b"", [("Connection", "close")])
        if "refuse=half" in faults:
            await answer.head("200 OK", length=2000)
            await answer.write(b"x" * 1000)
        return False

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
            name = line[1].decode("latin-1").lstrip("/")
            if name.startswith("fault/"):
                self.faults.append(name.removeprefix("fault/"))
            else:
                self.gates.open(name)
        writer.write(b"HTTP/1.0 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()


def told(headers):
    """The headers as the journal has them: a token by its hash, which is enough to see whether it came before."""
    if "authorization" not in headers:
        return headers
    scheme, _, token = headers["authorization"].partition(" ")
    return {**headers, "authorization": f"{scheme} {hashlib.sha256(token.encode()).hexdigest()[:16]}"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("control", type=int)
    parser.add_argument("journal")
    parser.add_argument("certificate", nargs="?")
    parser.add_argument("key", nargs="?")
    parser.add_argument("--key-table")
    parser.add_argument("--service", action="append", default=[])
    parser.add_argument("--channel-bindings", choices=("off", "accept", "require"), default="off")
    parser.add_argument("--persist", action="store_true")
    return parser.parse_args()


async def main(given):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    acceptor = tls = None
    if given.key_table:
        # Only a back end that demands Negotiate needs Kerberos.
        from acceptor import Acceptor
        acceptor = Acceptor(given.key_table, given.service, f"{given.journal}.replay", given.channel_bindings, given.certificate)
    server = Server(Journal(given.journal), acceptor, given.persist)
    if given.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(given.certificate, given.key)
    await asyncio.start_server(server.control, given.address, given.control)
    listener = await asyncio.start_server(server.connection, given.address, given.port, ssl=tls, limit=HEAD_LIMIT, backlog=1024)
    server.journal.write("ready", pid=os.getpid())
    await listener.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(arguments()))
