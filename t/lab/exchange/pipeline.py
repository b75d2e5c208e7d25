#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# A client that sends several requests at once on one connection and reads the answers strictly by their heads.
#
# Use: pipeline.py HOST ADDRESS CA REQUEST…, a request being PATH or METHOD PATH BODY; prints the status of each answer, "none"
# where the connection ends instead, or what stands where an answer should begin.
import base64
import socket
import ssl
import sys

import gssapi


def token(host):
    name = gssapi.Name(f"HTTP@{host}", gssapi.NameType.hostbased_service)
    return base64.b64encode(gssapi.SecurityContext(name=name, usage="initiate").step()).decode()


def status_of(stream):
    line = stream.readline()
    if not line.startswith(b"HTTP/1.1 "):
        return f"no answer begins here: {line[:60]!r}" if line else "none"
    headers = {}
    while (text := stream.readline().strip()):
        name, _, value = text.partition(b":")
        headers[name.lower()] = value.strip()
    if headers.get(b"transfer-encoding") == b"chunked":
        while (size := int(stream.readline().split(b";")[0], 16)):
            stream.read(size + 2)
        stream.readline()
    else:
        stream.read(int(headers[b"content-length"]))
    return line.split()[1].decode()


def main(host, address, authority, *requests):
    tls = ssl.create_default_context(cafile=authority)
    connection = tls.wrap_socket(socket.create_connection((address, 443), timeout=50), server_hostname=host)
    for request in requests:
        method, path, body = request.split(" ") if " " in request else ("GET", request, "")
        head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Negotiate {token(host)}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall((head + body).encode())
    stream = connection.makefile("rb")
    for _ in requests:
        print(status_of(stream), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
