# SPDX-License-Identifier: Apache-2.0
"""Answers as no status page does: what asks must not wait, read or believe for ever.

Usage: pages.py PORT READY-FILE
/forbidden answers 403, /garbage JSON that is cut off, /other JSON of another program, /endless a body without an end,
/trickle a body of one byte now and then.  READY-FILE holds the process id when it listens.
"""
import http.server
import os
import sys
import threading

PORT, READY = int(sys.argv[1]), sys.argv[2]
NEVER = threading.Event()


class Page(http.server.BaseHTTPRequestHandler):
    """One answer for each path."""

    def do_GET(self):
        """The path says which."""
        self.send_response(403 if self.path == "/forbidden" else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            if self.path == "/garbage":
                self.wfile.write(b'{"module": "mod_asa_auth", "workers": [{"pid": 1')
            elif self.path == "/other":
                self.wfile.write(b'{"module": "mod_status", "workers": []}')
            while self.path == "/endless":
                self.wfile.write(b" " * 65536)
            while self.path == "/trickle":
                self.wfile.write(b" ")
                NEVER.wait(0.2)
        except OSError:
            pass  # whoever asked has had enough

    def log_message(self, *_):
        """Nothing."""


SERVER = http.server.ThreadingHTTPServer(("", PORT), Page)
SERVER.daemon_threads = True
with open(READY + ".new", "w", encoding="utf-8") as file:
    file.write(str(os.getpid()))
os.rename(READY + ".new", READY)
SERVER.serve_forever()
