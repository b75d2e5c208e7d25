# SPDX-License-Identifier: Apache-2.0
# /rpc/rpcproxy.dll: virtual connections of an IN and an OUT channel (MS-RPCH section 3.2), behind which every request is answered by its echo.
import asyncio
import struct

import rts
from http11 import Violation

ECHO_LIMIT = 16
CHANNEL = range(128 * 1024, (1 << 31) + 1)
LENGTH = 1 << 30


class Connection:
    """A virtual connection: the OUT channel's writer side, and who owns it."""

    def __init__(self):
        self.owner = None
        self.out = asyncio.Queue()
        self.both = asyncio.Event()


class Rpc:
    def __init__(self, journal):
        self.journal = journal
        self.connections = {}

    async def serve(self, request, answer, user):
        if request.headers.get("accept", "").lower() != "application/rpc":
            raise Violation("Accept is not application/rpc")
        if request.chunked or "content-length" not in request.headers:
            raise Violation("a channel has a Content-Length")
        if request.announced <= ECHO_LIMIT:
            await request.all()
            await answer.whole("200 Success", b"", [("Content-Type", "application/rpc")])
        elif request.method == "RPC_OUT_DATA":
            await self._out(request, answer, user)
        elif request.method == "RPC_IN_DATA":
            await self._in(request, answer, user)
        else:
            raise Violation(f"{request.method} is no method of RPC over HTTP")

    def _connection(self, body, user, fits):
        """Of the first PDU of a channel; both channels are one user's."""
        found = rts.commands(body)
        if [command for command, _ in found] != fits:
            raise Violation(f"another first PDU: {found}")
        connection = self.connections.setdefault(found[1][1], Connection())
        if connection.owner not in (None, user):
            raise Violation(f"a channel of {user} for the connection of {connection.owner}")
        connection.owner = user
        return connection, found[1][1].hex()[:8]

    async def _pdu(self, request):
        header = await request.exactly(rts.HEADER.size)
        try:
            length = rts.length_of(header)
        except ValueError as error:
            raise Violation(str(error)) from error
        return rts.read(header + await request.exactly(length - len(header)))

    async def _out(self, request, answer, user):
        if request.announced not in (76, 120):
            raise Violation(f"an OUT channel of {request.announced} bytes")
        kind, _, body = await self._pdu(request)
        if kind != rts.RTS:
            raise Violation("no RTS PDU at the begin")
        connection, name = self._connection(body, user, [rts.VERSION, rts.COOKIE, rts.COOKIE, rts.RECEIVE_WINDOW])
        self.journal.write("out", connection=name, user=user)
        await answer.head("200 Success", [("Content-Type", "application/rpc")], LENGTH)
        await answer.write(rts.conn_a3())
        await connection.both.wait()
        await answer.write(rts.conn_c2())
        while (data := await connection.out.get()) is not None:
            await answer.write(data)
        self.journal.write("out-end", connection=name, user=user)
        raise ConnectionError("the channel has ended before its length")

    async def _in(self, request, answer, user):
        if request.announced not in CHANNEL:
            raise Violation(f"an IN channel of {request.announced} bytes")
        kind, _, body = await self._pdu(request)
        if kind != rts.RTS:
            raise Violation("no RTS PDU at the begin")
        connection, name = self._connection(
            body, user, [rts.VERSION, rts.COOKIE, rts.COOKIE, rts.LIFETIME, rts.KEEPALIVE, rts.ASSOCIATION])
        self.journal.write("in", connection=name, user=user)
        connection.both.set()
        try:
            while True:
                kind, call, body = await self._pdu(request)
                if kind == rts.RTS:
                    continue  # a ping, an acknowledgement
                if kind != rts.REQUEST:
                    raise Violation(f"a PDU of type {kind}")
                await connection.out.put(rts.pdu(rts.RESPONSE, struct.pack("<IHBB", len(body) - 8, 0, 0, 0) + body[8:], call))
        finally:
            self.journal.write("in-end", connection=name, user=user)
            await connection.out.put(None)
