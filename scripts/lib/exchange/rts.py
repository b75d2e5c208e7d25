# SPDX-License-Identifier: Apache-2.0
# RPC over HTTP v2 (MS-RPCH): PDUs with their common header (C706 section 12.6.1), and the RTS commands of a connection's begin.
import struct

RTS, REQUEST, RESPONSE = 20, 0, 2
HEADER = struct.Struct("<BBBB4sHHI")    # version, minor, type, flags, data representation, length, auth length, call
LITTLE_ENDIAN = b"\x10\0\0\0"

# MS-RPCH section 2.2.3.5: command => length of its body.
RECEIVE_WINDOW, ACK, TIMEOUT, COOKIE, LIFETIME, KEEPALIVE, VERSION, ASSOCIATION = 0, 1, 2, 3, 4, 5, 6, 12
LENGTH = {RECEIVE_WINDOW: 4, ACK: 24, TIMEOUT: 4, COOKIE: 16, LIFETIME: 4, KEEPALIVE: 4, VERSION: 4, ASSOCIATION: 16}


def pdu(kind, body, call=0, flags=3):
    return HEADER.pack(5, 0, kind, flags, LITTLE_ENDIAN, HEADER.size + len(body), 0, call) + body


def rts(*commands, flags=0):
    """commands: (command, bytes)"""
    body = struct.pack("<HH", flags, len(commands))
    for command, value in commands:
        assert len(value) == LENGTH[command]
        body += struct.pack("<I", command) + value
    return pdu(RTS, body)


def number(value):
    return struct.pack("<I", value)


def conn_a1(connection, channel):
    """Client, OUT channel, first PDU (section 2.2.4.2): 76 bytes."""
    return rts((VERSION, number(1)), (COOKIE, connection), (COOKIE, channel), (RECEIVE_WINDOW, number(262144)))


def conn_b1(connection, channel, association):
    """Client, IN channel, first PDU (section 2.2.4.5): 104 bytes."""
    return rts((VERSION, number(1)), (COOKIE, connection), (COOKIE, channel), (LIFETIME, number(1 << 30)),
               (KEEPALIVE, number(300000)), (ASSOCIATION, association))


def conn_a3():
    """Proxy, OUT channel, first PDU (section 2.2.4.4)."""
    return rts((TIMEOUT, number(120000)))


def conn_c2():
    """Proxy, OUT channel, second PDU, when both channels are there (section 2.2.4.9)."""
    return rts((VERSION, number(1)), (RECEIVE_WINDOW, number(65536)), (TIMEOUT, number(120000)))


def length_of(header):
    """Of the whole PDU, of which this is the common header; raises ValueError for what is none."""
    version, minor, kind, _, representation, length, auth, _ = HEADER.unpack(header)
    if (version, minor, representation) != (5, 0, LITTLE_ENDIAN) or length < HEADER.size or auth > length:
        raise ValueError(f"no PDU: {header.hex()}")
    return length


def read(data):
    """(kind, call, body) of a whole PDU."""
    _, _, kind, _, _, _, _, call = HEADER.unpack_from(data)
    return kind, call, data[HEADER.size:]


def commands(body):
    """[(command, bytes)] of an RTS PDU's body."""
    count, = struct.unpack_from("<H", body, 2)
    found, at = [], 4
    for _ in range(count):
        command, = struct.unpack_from("<I", body, at)
        if command not in LENGTH or at + 4 + LENGTH[command] > len(body):
            raise ValueError(f"RTS command {command}")
        found.append((command, body[at + 4:at + 4 + LENGTH[command]]))
        at += 4 + LENGTH[command]
    if at != len(body):
        raise ValueError("bytes behind the RTS commands")
    return found
