# SPDX-License-Identifier: Apache-2.0
"""Stands between a client and a domain controller, and loses the one request that changes something, or its answer.

Usage: cutter.py cut|silence|gone|request ADDRESS CONTROLLER LDAP-PORT PORT,… LOST-FILE COMMAND…
Everything that comes to ADDRESS is passed on to CONTROLLER, from the LDAP port and the others. Before a byte from the
directory reaches the client, COMMAND is run, which sees the directory by another way: once it prints something else
than at the start, the change has been made, and
  cut      the connection is closed,
  silence  it stays open, and nothing comes any more,
  gone     nothing here answers any more, at no port: this process ends.
With request, COMMAND is run before a byte from the client reaches the directory, and tells whether the change is being
asked for: then the connection is closed, and the byte goes nowhere.
LOST-FILE appears then, and later connections are passed on like before. LOST-FILE.ready, with the number of this process,
appears when all ports are open.
"""
import os
import pathlib
import socket
import subprocess
import sys
import threading

HOW, ADDRESS, CONTROLLER, LDAP_PORT, PORTS, LOST_FILE, *COMMAND = sys.argv[1:]
LOCK = threading.Lock()
LOST = pathlib.Path(LOST_FILE)


def look():
    return subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60).stdout


BEFORE = look()


def is_to_be_lost():
    """True once: for the first bytes after COMMAND has seen the change. Nothing else is passed on meanwhile."""
    with LOCK:
        if LOST.exists() or look() == BEFORE:
            return False
        LOST.touch()
        return True


def pass_on(source, target, watched):
    """Until the source closes, or the answer is lost."""
    try:
        while data := source.recv(65536):
            if watched and is_to_be_lost():
                if HOW == "silence":
                    threading.Event().wait()
                if HOW == "gone":
                    os._exit(0)
                break
            target.sendall(data)
    except OSError:
        pass
    for one in (source, target):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(listener, port):
    while True:
        client, _ = listener.accept()
        server = socket.create_connection((CONTROLLER, port), timeout=60)
        server.settimeout(None)
        watched = port == int(LDAP_PORT)
        request = HOW == "request"
        threading.Thread(target=pass_on, args=(client, server, watched and request), daemon=True).start()
        threading.Thread(target=pass_on, args=(server, client, watched and not request), daemon=True).start()


def main():
    threads = []
    for port in map(int, [LDAP_PORT, *PORTS.split(",")]):
        listener = socket.create_server((ADDRESS, port))
        threads.append(threading.Thread(target=serve, args=(listener, port)))
    for thread in threads:
        thread.start()
    ready = pathlib.Path(LOST_FILE + ".new")
    ready.write_text(str(os.getpid()))
    ready.rename(LOST_FILE + ".ready")


main()
