# SPDX-License-Identifier: Apache-2.0
"""Sends many signed-in requests over a few TLS connections and counts the answers by status.

Usage: load.py HOST ADDRESS PATH CONNECTIONS SECONDS CA-FILE DONE-FILE [LAST-FILE] <TOKENS
Each line of stdin is one Negotiate token, good for one request; they are spread evenly over SECONDS.
DONE-FILE appears when the last answer is in. With LAST-FILE, the last tenth waits until that file is there.
Prints one line for each status or error: the number of requests, then what they came to.
"""
import collections
import pathlib
import socket
import ssl
import sys
import threading
import time

HOST, ADDRESS, PATH, CONNECTIONS, SECONDS, CA_FILE, DONE_FILE = sys.argv[1:8]
LAST_FILE = pathlib.Path(sys.argv[8]) if len(sys.argv) > 8 else None
LAST_DEADLINE = 240
CONTEXT = ssl.create_default_context(cafile=CA_FILE)


def connect():
    plain = socket.create_connection((ADDRESS, 443), timeout=30)
    return CONTEXT.wrap_socket(plain, server_hostname=HOST)


def read_answer(stream):
    """The status of one answer; its body is read and dropped. Answers here have a length."""
    status = stream.readline().split()[1].decode()
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    stream.read(length)
    return status


def visit_all(tokens, results):
    """One connection after the other is used until the server closes it, as clients do."""
    connection = stream = None
    begin = time.monotonic()
    pace = threading.Event()
    for number, token in enumerate(tokens):
        pace.wait(max(0, begin + number * int(SECONDS) / len(tokens) - time.monotonic()))
        if LAST_FILE and number >= 0.9 * len(tokens) and not LAST_FILE.exists():
            connection = None  # the server would close it meanwhile
            while not LAST_FILE.exists() and time.monotonic() < begin + LAST_DEADLINE:
                pace.wait(0.1)
        request = f"GET {PATH} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Negotiate {token}\r\n\r\n"
        try:
            if connection is None:
                connection = connect()
                stream = connection.makefile("rb")
            connection.sendall(request.encode())
            results[read_answer(stream)] += 1
        except (OSError, IndexError, ValueError) as error:
            results[type(error).__name__ + ": " + str(error)] += 1
            connection = None


def main():
    tokens = sys.stdin.read().split()
    count = int(CONNECTIONS)
    results = [collections.Counter() for _ in range(count)]
    threads = [
        threading.Thread(target=visit_all, args=(tokens[i::count], results[i])) for i in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for what, number in sum(results, collections.Counter()).items():
        print(number, what)
    pathlib.Path(DONE_FILE).touch()


main()
