#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Clients of Exchange as they are on the wire: Outlook over RPC and over MAPI, with Kerberos and mutual authentication.
#
# Use: client.py HOST ADDRESS CA CONTROL CASE…; ADDRESS and CONTROL are ADDRESS:PORT, tickets come from KRB5CCNAME.
# Prints what it saw; its exit code is 1, with a sentence, where something is not as it must be. No call waits longer
# than DEADLINE seconds.
import base64
import hashlib
import os
import re
import select
import socket
import ssl
import struct
import sys
import threading

import gssapi

import rts

DEADLINE = 60
SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")


class Wrong(Exception):
    pass


def expect(true, text):
    if not true:
        raise Wrong(text)


class Target:
    def __init__(self, host, address, ca, control):
        self.host = host
        self.address = tuple(address.rsplit(":", 1))
        self.control = tuple(control.rsplit(":", 1))
        self.tls = ssl.create_default_context(cafile=ca)
        self.credential = None  # of KRB5CCNAME
        self.service = gssapi.Name(f"HTTP@{host}", gssapi.NameType.hostbased_service)

    def open_gate(self, name):
        with socket.create_connection(self.control, DEADLINE) as control:
            control.sendall(f"GET /{name} HTTP/1.0\r\n\r\n".encode())
            expect(control.recv(100).startswith(b"HTTP/1.0 204"), "the gate does not open")


class Connection:
    """One TLS connection; requests on it come one after the other."""

    def __init__(self, target):
        self.target = target
        plain = socket.create_connection(target.address, DEADLINE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = target.tls.wrap_socket(plain, server_hostname=target.host)
        self.file = self.socket.makefile("rb")
        self.context = None
        self.credential = target.credential
        self.bindings = None

    def bind(self):
        """Binds tokens to the server's certificate (RFC 5929, of a signature with SHA-256)."""
        digest = hashlib.sha256(self.socket.getpeercert(True)).digest()
        self.bindings = gssapi.raw.ChannelBindings(application_data=b"tls-server-end-point:" + digest)

    def token(self):
        self.context = gssapi.SecurityContext(name=self.target.service, creds=self.credential, mech=SPNEGO, usage="initiate",
                                              channel_bindings=self.bindings, flags=gssapi.RequirementFlag.mutual_authentication)
        return base64.b64encode(self.context.step()).decode()

    def send(self, method, path, headers=(), body=b"", length=None, sign_in=True):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.target.host}",
                 f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if sign_in:
            lines.append(f"Authorization: Negotiate {self.token()}")
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode() + body)

    def head(self):
        """(status, headers) of the answer; verifies the final token of a sign-in."""
        status = int(self.file.readline().split(b" ")[1])
        while status == 100:
            while self.file.readline().strip():
                pass
            status = int(self.file.readline().split(b" ")[1])
        headers = {}
        while (line := self.file.readline().decode("latin-1").strip()):
            name, _, value = line.partition(":")
            headers.setdefault(name.lower(), []).append(value.strip())
        if self.context is not None:
            challenges = headers.get("www-authenticate", [])
            expect(len(challenges) == 1, f"{len(challenges)} WWW-Authenticate lines: {challenges}")
            if status != 401:
                self.context.step(base64.b64decode(challenges[0].split(" ")[1]))
                expect(self.context.complete, "the server does not prove itself")
            self.context = None
        return status, headers

    def body(self, headers):
        if "transfer-encoding" in headers:
            return b"".join(self.chunks())
        return self.file.read(int(headers.get("content-length", ["0"])[0]))

    def chunks(self):
        while (size := int(self.file.readline(), 16)) > 0:
            yield self.file.read(size)
            self.file.readline()
        self.file.readline()

    def pdu(self):
        header = self.file.read(rts.HEADER.size)
        expect(len(header) == rts.HEADER.size, "the OUT channel has ended")
        return rts.read(header + self.file.read(rts.length_of(header) - len(header)))

    def close(self):
        self.file.close()
        self.socket.close()


RPC = [("Accept", "application/rpc"), ("User-Agent", "MSRPC"), ("Cache-Control", "no-cache"), ("Pragma", "No-cache")]
RPC_PATH = "/rpc/rpcproxy.dll?6f1d2b7e-0000-4000-8000-00000000000a@corp.tailspintoys.com:6001"


def prove_in(target, path):
    """The IN channel as Outlook opens it: an empty request that is challenged, then the channel on the same connection."""
    channel = Connection(target)
    channel.send("RPC_IN_DATA", path, RPC, sign_in=False)
    status, headers = channel.head()
    expect(status == 401 and "close" not in headers.get("connection", []), f"the empty request: {status} {headers}")
    channel.body(headers)
    return channel


class Pair:
    """An RPC connection: both channels, open."""

    def __init__(self, target, path=RPC_PATH):
        self.connection, association = os.urandom(16), os.urandom(16)
        self.out = Connection(target)
        first = rts.conn_a1(self.connection, os.urandom(16))
        self.out.send("RPC_OUT_DATA", path, RPC, first)
        status, headers = self.out.head()
        expect((status, headers["content-length"]) == (200, ["1073741824"]), f"OUT: {status} {headers}")
        expect(self.out.pdu()[0] == rts.RTS, "no CONN/A3")
        self.into = prove_in(target, path)
        self.open_in(path, association)
        self.opened_again = 0
        while self.in_has_ended():
            # As every client does when a connection that it kept is closed: another one.
            self.opened_again += 1
            self.into.close()
            self.into = Connection(target)
            self.open_in(path, association)
        expect(self.out.pdu()[0] == rts.RTS, "no CONN/C2")

    def open_in(self, path, association):
        self.into.send("RPC_IN_DATA", path, RPC, length=1 << 30)
        self.into.socket.sendall(rts.conn_b1(self.connection, os.urandom(16), association))

    def in_has_ended(self):
        """Waits until the OUT channel says something; True if the IN channel is closed instead."""
        while True:
            ready, _, _ = select.select([self.out.socket, self.into.socket], [], [], DEADLINE)
            expect(ready, "neither channel says anything")
            if self.out.socket in ready:
                return False
            self.into.socket.settimeout(0)
            try:
                text = self.into.socket.recv(1 << 16)
                expect(not text, f"the IN channel is answered {text[:80]}")
                return True
            except ssl.SSLWantReadError:
                pass    # a session ticket of TLS
            except OSError:
                return True
            finally:
                self.into.socket.settimeout(DEADLINE)

    def call(self, number, stub):
        """Sends a request and reads its answer."""
        self.into.socket.sendall(rts.pdu(rts.REQUEST, struct.pack("<IHH", len(stub), 0, 1) + stub, number))
        kind, call, body = self.out.pdu()
        expect((kind, call, body[8:]) == (rts.RESPONSE, number, stub), f"answer {kind} {call} to call {number}")

    def close(self):
        self.into.close()
        self.out.close()


# --- cases ---

def rpc_refused(target):
    """1 GiB announced and nothing sent: refused at once."""
    channel = Connection(target)
    channel.send("RPC_IN_DATA", RPC_PATH, RPC, length=1 << 30, sign_in=False)
    status, headers = channel.head()
    print(status, *headers.get("www-authenticate", []))


def rpc_pair(target, calls="20"):
    """Every PDU that goes in comes out before the next one goes in."""
    pair = Pair(target)
    for number in range(1, int(calls) + 1):
        pair.call(number, os.urandom(20 + number % 4000))
    pair.close()
    print(pair.connection.hex()[:8], calls)


def rpc_answered_early(target):
    """The back end answers an IN channel after its first PDU: what the client is told, while it goes on."""
    path = RPC_PATH.replace("?", "?refuse=early&")
    channel = prove_in(target, RPC_PATH)
    channel.send("RPC_IN_DATA", path, RPC, length=1 << 30)
    while not select.select([channel.socket], [], [], 0.05)[0]:
        channel.socket.sendall(rts.conn_b1(os.urandom(16), os.urandom(16), os.urandom(16)))
    print(channel.head()[0])


def rpc_until(target, file):
    """A pair that works from when FILE.open is there until FILE.stop is."""
    pair = Pair(target)
    pair.call(1, b"first")
    open(file + ".open", "w").close()
    number = 1
    while not os.path.exists(file + ".stop"):
        number += 1
        pair.call(number, os.urandom(200))
    pair.close()
    print("every call was answered")


def rpc_pairs(target, pairs="20"):
    """Many at once."""
    open_pairs, wrong = [], []

    def one():
        try:
            pair = Pair(target)
            open_pairs.append(pair)
            pair.call(1, b"first")
        except (Wrong, OSError, ValueError) as error:
            wrong.append(str(error))

    threads = [threading.Thread(target=one) for _ in range(int(pairs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(not wrong, f"{len(wrong)} of {pairs} failed: {wrong[:3]}")
    for number, pair in enumerate(open_pairs):
        pair.call(2, b"all are open")
    print(len(open_pairs))
    for pair in open_pairs:
        pair.close()


def mapi_headers(kind, cookies=()):
    return [("Content-Type", "application/mapi-http"), ("X-RequestType", kind), ("X-ClientInfo", "{0}"), ("X-RequestId", "{0}:1"),
            ("Cookie", "; ".join(cookies))]


def cookies_of(headers, before=()):
    kept = dict(cookie.split("=", 1) for cookie in before)
    kept.update(cookie.split(";")[0].split("=", 1) for cookie in headers.get("set-cookie", []))
    return [f"{name}={value}" for name, value in kept.items()]


def mapi_call(connection, kind, cookies=(), body=b"rop"):
    connection.send("POST", "/mapi/emsmdb/?MailboxId=a", mapi_headers(kind, cookies), body)
    status, headers = connection.head()
    answer = connection.body(headers)
    expect(status == 200 and answer.startswith(b"PROCESSING\r\n"), f"{kind}: {status} {answer[:80]}")
    return cookies_of(headers, cookies), answer


def mapi(target, gate="mapi"):
    """A session: each part of a notification arrives before its back end writes the next."""
    data, events = Connection(target), Connection(target)
    cookies, _ = mapi_call(data, "Connect")
    cookies, answer = mapi_call(data, "Execute", cookies, b"x" * 70000)
    expect(answer.endswith(b"x" * 70000), "another answer")
    events.send("POST", f"/mapi/emsmdb/?{gate}", mapi_headers("NotificationWait", cookies))
    status, headers = events.head()
    parts = []
    for part in events.chunks():
        parts.append(part.split(b"\r\n")[0].decode())
        target.open_gate(gate)
    # The other connection works meanwhile, with newer cookies.
    cookies, _ = mapi_call(data, "Execute", cookies)
    mapi_call(data, "Disconnect", cookies)
    print(status, *parts)


def page(target, path, how=""):
    """One page, of a server that proves itself; how: bound, or nobody, who brings no ticket."""
    connection = Connection(target)
    if how == "bound":
        connection.bind()
    connection.send("GET", path, sign_in=how != "nobody")
    status, headers = connection.head()
    print(status, *re.findall("<h1>.*</h1>", connection.body(headers).decode()))


def refused_by_back_end(target, path="/mapi/?refuse=401"):
    connection = Connection(target)
    connection.send("POST", path, body=b"x")
    status, headers = connection.head()
    print(status, connection.body(headers).decode().strip())


def token_of(target, length):
    """A token of this many characters, which is none."""
    connection = Connection(target)
    connection.send("GET", "/owa/", [("Authorization", "Negotiate " + "A" * int(length))], sign_in=False)
    print(connection.head()[0])


def expects_100(target):
    """As .NET asks with Expect: the body is sent when 100 comes."""
    connection = Connection(target)
    connection.send("POST", "/EWS/Exchange.asmx", [("Expect", "100-continue"), ("Content-Type", "text/xml")], length=100000)
    expect(connection.file.readline().startswith(b"HTTP/1.1 100"), "no 100")
    while connection.file.readline().strip():
        pass
    connection.socket.sendall(b"y" * 100000)
    status, headers = connection.head()
    print(status, *re.findall(r"<Bytes>(\d+)", connection.body(headers).decode()))


def ews_stream(target, gate="ews"):
    connection = Connection(target)
    connection.send("POST", f"/EWS/Exchange.asmx?{gate}", [("Content-Type", "text/xml")], b"<GetStreamingEvents/>")
    status, headers = connection.head()
    found = []
    for part in connection.chunks():
        found += re.findall(rb"<Notification>(\d)", part)
        target.open_gate(gate)
    print(status, *(number.decode() for number in found))


CASES = {case.__name__.replace("_", "-"): case
         for case in (rpc_refused, rpc_answered_early, rpc_pair, rpc_until, rpc_pairs, mapi, page, refused_by_back_end, token_of, expects_100,
                      ews_stream)}

if __name__ == "__main__":
    try:
        CASES[sys.argv[5]](Target(*sys.argv[1:5]), *sys.argv[6:])
    except (Wrong, OSError, ValueError, gssapi.exceptions.GSSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
