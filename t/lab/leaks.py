# SPDX-License-Identifier: Apache-2.0
"""Looks for passwords and keys in traces and files, in every form in which they could have got there.

Usage: leaks.py watch OUT <PIPE         notes the arguments and environment of every process until the pipe ends
       leaks.py passwords TRACE         the random passwords that a traced asactl has made, one a line
       leaks.py files SECRETS <LIST     which of the files on stdin (NUL between them) hold a secret
       leaks.py traces SECRETS TRACE…   what traced processes gave away: by execve, or by a write to anything but a
                                        pipe, or a key table's own temporary file (keys only, never a password)
       leaks.py created TRACE…          files that traced processes made, with their first mode
       leaks.py replaced TRACE…         for each key table that was replaced, the calls that did it, in their order
SECRETS is a folder: passwords/* hold one password each, keytabs/* are key tables.
Traces come from: strace -f -qq -v -xx -yy -s 65536 -e trace=…
"""
import base64
import os
import pathlib
import re
import select
import struct
import sys

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
RANDOM = 120          # characters of a random password, a random byte each
PART = 18             # characters of a password that are enough to know it by
FRESH = b"/.asa.keytab.new>"


# --- secrets and their forms ---

def encoded(name, plain):
    """As itself, in hexadecimal digits, and in base64 wherever it may begin in there."""
    yield f"{name}, plain", plain
    yield f"{name}, hex", plain.hex().encode()
    yield f"{name}, HEX", plain.hex().upper().encode()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + plain)
        # Without what depends on the bytes before and behind.
        text = text[(0, 2, 3)[shift]:-4]
        yield f"{name}, base64", text
        yield f"{name}, base64url", text.translate(bytes.maketrans(b"+/", b"-_"))


def password_forms(name, password):
    text = password.decode()
    parts = {text[:PART], text[len(text) // 2:][:PART], text[-PART:]}
    for part in parts:
        yield from encoded(f"{name} in UTF-8", part.encode())
        yield from encoded(f"{name} in UTF-16", part.encode("utf-16-le"))


def keys_of(table):
    """The bytes of each key of a key table (MIT's format 2)."""
    at = 2
    while at + 4 <= len(table):
        size, = struct.unpack_from(">i", table, at)
        spot = at + 4
        if size > 0:
            names, = struct.unpack_from(">H", table, spot)
            spot += 2
            for _ in range(names + 1):
                spot += 2 + struct.unpack_from(">H", table, spot)[0]
            spot += 4 + 4 + 1 + 2
            length, = struct.unpack_from(">H", table, spot)
            yield table[spot + 2:spot + 2 + length]
        at += 4 + abs(size)


def forms(folder):
    """(name, bytes) of everything to look for."""
    found = {}
    for file in sorted(pathlib.Path(folder, "passwords").iterdir()):
        found.update((form, name) for name, form in password_forms("password " + file.name, file.read_bytes()))
    for file in sorted(pathlib.Path(folder, "keytabs").iterdir()):
        for key in keys_of(file.read_bytes()):
            found.update((form, name) for name, form in encoded("key of " + file.name, key))
    return found


def seeker(found):
    return re.compile(b"|".join(re.escape(form) for form in found))


# --- traces ---

def calls(traces):
    """(process, name of the call, its arguments and result) with every byte as it was."""
    begun = {}
    for trace in traces:
        for line in pathlib.Path(trace).read_bytes().splitlines():
            process, text = line.split(None, 1)
            key = trace, process
            if text.endswith(b"<unfinished ...>"):
                begun[key] = text[:-len(b"<unfinished ...>")]
                continue
            resumed = re.match(rb"<\.\.\. \w+ resumed>", text)
            if resumed:
                text = begun.pop(key, b"") + text[resumed.end():]
            name, bracket, rest = text.partition(b"(")
            if bracket:
                yield key, name.decode(), plain(rest)


def plain(text):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda hexed: bytes.fromhex(hexed[1].decode()), text)


def argument_file(rest):
    """What the file descriptor stands for that is the first argument."""
    found = re.match(rb"(\d+)<(.*?)>, ", rest, re.S)
    return (int(found[1]), found[2]) if found else (-1, b"")


def is_allowed(name, rest, of_password):
    if name in ("getrandom", "read") or of_password:
        return name in ("getrandom", "read")
    number, file = argument_file(rest)
    through = file.startswith((b"pipe:", b"UNIX", b"socket:"))
    return name == "write" and ((through and number != 2) or rest.partition(b", ")[0].endswith(FRESH))


def traces(folder, *names):
    found = forms(folder)
    seek = seeker(found)
    for _, name, rest in calls(names):
        for hit in seek.finditer(rest):
            what = found[hit[0]]
            if not is_allowed(name, rest, what.startswith("password")):
                print(f"{name} {rest.partition(b', ')[0][:60].decode(errors='replace')}: {what}")


def passwords(trace):
    for _, name, rest in calls([trace]):
        if name == "getrandom" and rest.endswith(b") = %d" % RANDOM):
            print(bytes(ALPHABET[byte & 63] for byte in rest[1:1 + RANDOM]).decode())


def created(*names):
    """The temporary file of each key table counts as one."""
    made = set()
    for _, name, rest in calls(names):
        if name == "openat" and b"O_CREAT" in rest and b") = -1" not in rest:
            opened = re.search(rb"(0[0-7]*)\) = \d+<(.*)>$", rest, re.S)
            made.add(f"{opened[2].decode()} {opened[1].decode()}" if opened else repr(rest))
        elif name in ("creat", "memfd_create", "shmget", "mknod", "mknodat"):
            made.add(f"{name} {rest!r}")
    print("\n".join(sorted(made)))


def replaced(*names):
    """Only calls that succeeded; those of one process belong together."""
    steps = {}
    for process, name, rest in calls(names):
        row = steps.setdefault(process, [])
        first = rest.partition(b", ")[0]
        if b") = -1" in rest:
            continue
        if name == "openat" and rest.endswith(FRESH):
            flags = re.search(rb"O_WRONLY[|A-Z_]*, 0\d*", rest)[0].decode()
            row.append("\nopenat " + flags)
        elif row and name == "write" and first.endswith(FRESH):
            row.append("write")
        elif row and name in ("fchown", "fchmod") and first.endswith(FRESH):
            row.append(f"{name} {rest.partition(b', ')[2].partition(b')')[0].decode()}")
        elif row and name == "fsync":
            row.append("fsync file" if FRESH in rest else "fsync folder")
        elif row and name.startswith("rename"):
            row.append("rename")
        elif row and name in ("chmod", "chown", "fchmodat", "fchownat", "linkat", "ftruncate"):
            row.append(name)
    for row in steps.values():
        print("; ".join(row).replace("; \n", "\n").lstrip(), end="\n" if row else "")


# --- files and processes ---

def files(folder):
    found = forms(folder)
    seek = seeker(found)
    for name in filter(None, sys.stdin.buffer.read().split(b"\0")):
        try:
            content = pathlib.Path(os.fsdecode(name)).read_bytes()
        except OSError:
            continue
        for what in sorted({found[hit[0]] for hit in seek.finditer(content)}):
            print(f"{os.fsdecode(name)}: {what}")


def watch(out):
    seen = set()
    with open(out, "wb", buffering=0) as notes:
        while not select.select([sys.stdin], [], [], 0.01)[0]:
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                for part in ("cmdline", "environ"):
                    try:
                        text = (process / part).read_bytes()
                    except OSError:
                        continue
                    if text not in seen:
                        seen.add(text)
                        notes.write(text + b"\n")


VERBS = {verb.__name__: verb for verb in (watch, passwords, files, traces, created, replaced)}
VERBS[sys.argv[1]](*sys.argv[2:])
