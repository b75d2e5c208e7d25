#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Many clients at once, each step when it is told to: channels and notifications that are held, and a download that stops.
#
# Use: crowd.py HOST ADDRESS CA CONTROL NAME CACHE…; as client.py, with a ticket cache for each user, who take turns.
# Every line of standard input is a step with its arguments; every step answers with one line. NAME is in the URL of
# every channel.
import concurrent.futures
import hashlib
import os
import resource
import sys
import time

import gssapi

import rts
from client import Connection, Pair, Target, Wrong, cookies_of, expect, mapi_call, mapi_headers
from others import OAB_SIZE, oab_bytes

AT_ONCE = 16    # that are being opened
OAB = "/OAB/7f3b/data.lzx"


def user_target(arguments, cache):
    target = Target(*arguments)
    target.credential = gssapi.Credentials(usage="initiate", store={b"ccache": cache.encode()})
    return target


class Crowd:
    def __init__(self, arguments, name, caches):
        self.users = [user_target(arguments, cache) for cache in caches]
        self.name = name
        self.path = f"/rpc/rpcproxy.dll?{name}@corp.tailspintoys.com:6001"
        self.pairs, self.waits = [], []
        self.number = 0
        self.began = time.monotonic()
        self.sessions = {}
        self.download = None

    def user(self, number):
        return self.users[number % len(self.users)]

    def open(self, pairs, waits="0"):
        """Pairs of channels, and notifications, each with a connection of its own."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            made = pool.map(lambda number: Pair(self.user(number), self.path), range(int(pairs)))
            self.pairs += list(made)
            for user in self.users if int(waits) else []:
                connection = Connection(user)
                self.sessions[user] = mapi_call(connection, "Connect")[0]
                connection.close()
            self.waits += list(pool.map(self.wait, range(int(waits))))
        again = sum(pair.opened_again for pair in self.pairs)
        return f"{len(self.pairs)} pairs, {len(self.waits)} notifications" + (f", {again} channels opened again" if again else "")

    def wait(self, number):
        user, gate = self.user(number), f"{self.name}-{number}"
        connection = Connection(user)
        connection.send("POST", f"/mapi/emsmdb/?{gate}", mapi_headers("NotificationWait", self.sessions[user]))
        status, headers = connection.head()
        expect(status == 200, f"notification {number}: {status} {headers}")
        parts = connection.chunks()
        expect(next(parts) == b"PROCESSING\r\n", f"notification {number} does not begin")
        return connection, gate, parts

    def call(self):
        """A request in every pair's IN channel, its answer from the OUT channel, one after the other."""
        self.number += 1
        for pair in self.pairs:
            pair.call(self.number, os.urandom(20 + self.number % 4000))
        return f"{len(self.pairs)} answers"

    def pour(self, mebibytes):
        """So much into the first pair's IN channel, in PDUs that the back end reads and drops; then a call."""
        part = rts.pdu(rts.RTS, b"\0" * (64000 - rts.HEADER.size))
        sent = 0
        while sent < int(mebibytes) << 20:
            self.pairs[0].into.socket.sendall(part)
            sent += len(part)
        self.number += 1
        self.pairs[0].call(self.number, b"all of it has arrived")
        return f"{sent >> 20} MiB"

    def notify(self):
        """Opens the gate of every notification for its next part, and goes on when that part is there."""
        seen = [set(), set(), set(), set()]
        for of_round in seen:
            for connection, gate, parts in self.waits:
                connection.target.open_gate(gate)
                of_round.add(next(parts).split(b"\r\n")[0].decode())
        for _, _, parts in self.waits:
            expect(next(parts, None) is None, "something behind the end")
        for connection, _, _ in self.waits:
            connection.close()
        count, self.waits = len(self.waits), []
        return " ".join([str(count)] + ["/".join(sorted(names)) for names in seen])

    def lost(self):
        """Every channel of the pairs is broken, and each says so at once, by a reset or an end."""
        broken = 0
        for pair in self.pairs:
            try:
                pair.call(1, b"?")
            except (Wrong, OSError):
                broken += 1
        self.pairs = []
        return f"{broken} are broken"

    def close(self):
        for pair in self.pairs:
            pair.close()
        count, self.pairs = len(self.pairs), []
        return f"{count} pairs lived for {int(time.monotonic() - self.began)} seconds"

    def fetch(self, begin, size):
        """(connection, hash) of a download from begin on, of which size bytes are read."""
        connection = Connection(self.user(0))
        connection.send("GET", OAB, [("Range", f"bytes={begin}-")] if begin else [])
        status, headers = connection.head()
        expect((status, headers["content-length"]) == (206 if begin else 200, [str(OAB_SIZE - begin)]), f"{status} {headers}")
        return connection, self.read(connection, size)

    @staticmethod
    def read(connection, size, digest=None):
        digest = digest or hashlib.sha256()
        while size > 0:
            part = connection.file.read(min(size, 1 << 16))
            expect(part, "the download ends early")
            digest.update(part)
            size -= len(part)
        return digest

    def stop_at(self, mebibytes):
        """A download of which so much is read; it stays open."""
        self.download = *self.fetch(0, int(mebibytes) << 20), int(mebibytes) << 20
        return f"{mebibytes} MiB"

    def leave(self):
        """The client goes away in the middle."""
        self.download[0].close()
        return "gone"

    def resume(self):
        """Another connection brings the rest; both together are the whole."""
        _, digest, at = self.download
        connection, _ = self.fetch(at, 0)
        self.read(connection, OAB_SIZE - at, digest)
        connection.close()
        whole = hashlib.sha256()
        for part in oab_bytes(0, OAB_SIZE):
            whole.update(part)
        return "the same" if digest.digest() == whole.digest() else "another file"

    def ranges(self, count):
        """Ranges on one connection, the last ones first, each compared with the file."""
        connection = Connection(self.user(0))
        size = OAB_SIZE // int(count)
        for begin in range(OAB_SIZE - size, -1, -size):
            connection.send("GET", OAB, [("Range", f"bytes={begin}-{begin + size - 1}")])
            status, headers = connection.head()
            expect((status, headers["content-range"]) == (206, [f"bytes {begin}-{begin + size - 1}/{OAB_SIZE}"]), f"{status} {headers}")
            wanted = hashlib.sha256()
            for part in oab_bytes(begin, begin + size):
                wanted.update(part)
            expect(self.read(connection, size).digest() == wanted.digest(), f"the range at {begin} has other bytes")
        connection.close()
        return f"{count} ranges"


def main(arguments, name, caches):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    crowd = Crowd(arguments, name, caches)
    for line in sys.stdin:
        step, *words = line.split()
        try:
            print(getattr(crowd, step.replace("-", "_"))(*words), flush=True)
        except (Wrong, OSError, ValueError, StopIteration, gssapi.exceptions.GSSError) as error:
            print(f"{type(error).__name__}: {error}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:5], sys.argv[5], sys.argv[6:])
