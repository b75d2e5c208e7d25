# SPDX-License-Identifier: Apache-2.0
# /mapi/emsmdb/ (MS-OXCMAPIHTTP): a session of one user, kept by two cookies; answers that begin at once and end when there is something.
import secrets

from http11 import Violation

TYPES = ("Connect", "Execute", "NotificationWait", "Disconnect", "PING")


class Mapi:
    def __init__(self, journal, gates):
        self.journal = journal
        self.gates = gates
        self.sessions = {}  # context => [user, sequence]

    async def serve(self, request, answer, user):
        body = await request.all()
        kind = request.headers.get("x-requesttype", "")
        if request.method != "POST" or kind not in TYPES:
            raise Violation(f"{request.method} with X-RequestType {kind!r}")
        if request.headers.get("content-type") != "application/mapi-http":
            raise Violation("Content-Type is not application/mapi-http")
        for name in ("x-requestid", "x-clientinfo"):
            if name not in request.headers:
                raise Violation(f"{name} is missing")
        cookies = [] if kind == "PING" else self._cookies(request, kind, user)
        self.journal.write("mapi", type=kind, user=user, bytes=len(body))
        await answer.head("200 OK", [("Content-Type", "application/mapi-http"), ("X-RequestType", kind), ("X-ResponseCode", "0"),
                                     ("X-RequestId", request.headers["x-requestid"]), ("X-PendingPeriod", "15000"), *cookies])
        await answer.write(b"PROCESSING\r\n")
        if kind == "NotificationWait":
            # Written once for each time that the gate is opened: who opens it has seen what came before.
            for _ in range(3):
                await self.gates.passed(request.query)
                self.journal.write("pending", user=user, gate=request.query)
                await answer.write(b"PENDING\r\n")
            await self.gates.passed(request.query)
        await answer.write(b"DONE\r\nX-ResponseCode: 0\r\nX-ElapsedTime: 1\r\n\r\n" + (body if kind == "Execute" else b"\0" * 8))
        await answer.end()

    def _cookies(self, request, kind, user):
        """A session is bound to its user, and its sequence cookie is good once."""
        sent = dict(part.strip().split("=", 1) for part in request.headers.get("cookie", "").split(";") if "=" in part)
        if kind == "Connect":
            context = secrets.token_hex(8)
            self.sessions[context] = [user, ""]
        else:
            context = sent.get("MapiContext", "")
            if context not in self.sessions:
                raise Violation("no session of this context cookie")
            owner, sequence = self.sessions[context]
            if owner != user:
                raise Violation(f"{user} with the session of {owner}")
            if kind != "NotificationWait" and sent.get("MapiSequence") != sequence:
                raise Violation("the sequence cookie is not the newest")
        if kind == "Disconnect":
            del self.sessions[context]
            return []
        if kind == "NotificationWait":
            return []
        self.sessions[context][1] = secrets.token_hex(4)
        return [("Set-Cookie", f"MapiContext={context}; path=/mapi/emsmdb; secure; HttpOnly"),
                ("Set-Cookie", f"MapiSequence={self.sessions[context][1]}; path=/mapi/emsmdb; secure; HttpOnly")]
