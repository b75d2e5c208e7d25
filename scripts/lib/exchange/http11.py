# SPDX-License-Identifier: Apache-2.0
# HTTP/1.1 as the back end speaks it: one request after the other on a connection, bodies as they arrive, answers as they are made.
import asyncio

HEAD_LIMIT = 256 * 1024


class Violation(Exception):
    """The peer broke a rule of the protocol; the text says which."""


class Request:
    """A request head, and its body as a stream. Header names are in lower case; a name given twice is a violation."""

    def __init__(self, line, headers, reader):
        self.method, self.target, self.version = line
        self.path, _, self.query = self.target.partition("?")
        self.headers = headers
        self.reader = reader
        self.ticket = None      # that it was signed in with, where the back end demands one
        self.left = 0
        self.chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        if "content-length" in headers:
            if self.chunked or not headers["content-length"].isdigit():
                raise Violation("the length of the body is not clear")
            self.left = int(headers["content-length"])
        self.announced = self.left

    async def some(self, limit=65536):
        """What of the body is there, at most limit bytes; b"" at its end."""
        if self.chunked and self.left == 0:
            await self._next_chunk()
        if self.left == 0:
            return b""
        data = await self.reader.read(min(limit, self.left))
        if not data:
            raise ConnectionError("the client left in the middle of a body")
        self.left -= len(data)
        if self.chunked and self.left == 0:
            await self.reader.readexactly(2)
        return data

    async def _next_chunk(self):
        size = int((await self.reader.readline()).split(b";")[0], 16)
        self.left = size
        if size == 0:
            self.chunked = False
            while (await self.reader.readline()).strip():
                pass

    async def exactly(self, count):
        data = b""
        while len(data) < count:
            more = await self.some(count - len(data))
            if not more:
                raise Violation("the body ends early")
            data += more
        return data

    async def all(self, limit=64 * 1024 * 1024):
        data = b""
        while more := await self.some():
            data += more
            if len(data) > limit:
                raise Violation("the body is too long")
        return data


async def read_request(reader):
    """The next request of a connection; None where the client has left."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise Violation("half a head") from end
        return None
    lines = head.decode("latin-1").split("\r\n")[:-2]
    line = lines[0].split(" ")
    if len(line) != 3 or not line[2].startswith("HTTP/1."):
        raise Violation(f"no request line: {lines[0]!r}")
    headers = {}
    for text in lines[1:]:
        name, colon, value = text.partition(":")
        name = name.lower()
        if not colon or name != name.strip():
            raise Violation(f"no header line: {text!r}")
        if name in headers and name not in ("cookie", "pragma", "via", "accept"):
            raise Violation(f"{name} is given twice")
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return Request(line, headers, reader)


class Answer:
    """An answer, from its head on. Whatever is written is on the wire when the call returns."""

    def __init__(self, writer):
        self.writer = writer
        self.always = []    # headers of whatever is answered
        self.begun = self.chunked = False
        self.body_forbidden = False

    async def head(self, status, headers=(), length=None):
        """length: of the body; None: chunked."""
        self.begun = True
        lines = [f"HTTP/1.1 {status}"]
        lines += [f"{name}: {value}" for name, value in [*headers, *self.always]]
        self.chunked = length is None
        lines.append("Transfer-Encoding: chunked" if self.chunked else f"Content-Length: {length}")
        await self._send("\r\n".join(lines + ["", ""]).encode("latin-1"))

    async def write(self, data):
        if self.body_forbidden or not data:
            return
        await self._send(b"%x\r\n%s\r\n" % (len(data), data) if self.chunked else data)

    async def end(self):
        if self.chunked:
            await self._send(b"0\r\n\r\n")

    async def whole(self, status, body=b"", headers=()):
        await self.head(status, headers, len(body))
        await self.write(body)

    async def _send(self, data):
        self.writer.write(data)
        await self.writer.drain()
