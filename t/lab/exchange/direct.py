#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Requests straight to a back end that demands Negotiate, with the user's own ticket or with one by delegation.
#
# Use: direct.py HOST ADDRESS CERTIFICATE CREDENTIAL REQUEST…; ADDRESS is ADDRESS:PORT, CERTIFICATE the back end's own file.
# CREDENTIAL is a cache of the user's ticket, or self=USER@REALM (S4U2Self, then S4U2Proxy), or evidence=CACHE (a user's ticket
# for SERVICE, then S4U2Proxy); for these, KRB5CCNAME is a cache of the account that may delegate, KRB5_KTNAME its key table.
# A REQUEST is PATH[,WORD…]; of the words, bound and foreign bind the token to the back end's or to another certificate, again
# sends the token of the request before, host sends one for another service of the account, nobody sends none, new opens a connection, in is RPC_IN_DATA that announces 1 GiB.
#
# Prints for each request its status (0: no answer; half: the answer ends early) and what the final token is: proven, wrong, or nothing; or, of a KDC that
# gives no ticket, "KDC" and the error code of RFC 4120 section 7.5.9.
import base64
import os
import sys

import gssapi

from acceptor import end_point
from client import SPNEGO, Connection, Target

KERBEROS = gssapi.MechType.kerberos
SERVICE = "http@mail.corp.tailspintoys.com"
PROTOCOL_ERRORS = 0x96C73A00    # where MIT's numbers of the KDC's error codes begin


def initiator(cache):
    return gssapi.Credentials(usage="initiate", store={"ccache": cache})


def service_name(text):
    return gssapi.Name(text, gssapi.NameType.hostbased_service)


def credential_of(text):
    kind, _, who = text.rpartition("=")
    account = os.environ.get("KRB5CCNAME", "")
    if kind == "self":
        return initiator(account).impersonate(gssapi.Name(who, gssapi.NameType.kerberos_principal))
    if kind == "evidence":
        token = gssapi.SecurityContext(name=service_name(SERVICE), creds=initiator(who), usage="initiate").step()
        both = gssapi.Credentials(usage="both", store={"ccache": account, "keytab": os.environ["KRB5_KTNAME"]})
        context = gssapi.SecurityContext(creds=both, usage="accept")
        context.step(token)
        return context.delegated_creds
    return initiator(text)


class Direct:
    def __init__(self, target, certificate, credential, mechanism):
        self.target, self.certificate, self.credential = target, certificate, credential
        self.connection = self.context = self.token = None
        # A credential by delegation is one of Kerberos alone; with SPNEGO, the account's own would be taken.
        self.mechanism = mechanism

    def sign(self, words):
        """The token of a request, as text; None for a request of nobody."""
        if "nobody" in words:
            self.context = None
            return None
        if "again" not in words:
            data = end_point(self.certificate)
            data = data if "bound" in words else data[:-1] + b"?" if "foreign" in words else None
            self.context = gssapi.SecurityContext(
                name=service_name(f"{'host' if 'host' in words else 'HTTP'}@{self.target.host}"), creds=self.credential, mech=self.mechanism, usage="initiate",
                flags=gssapi.RequirementFlag.mutual_authentication,
                channel_bindings=gssapi.raw.ChannelBindings(application_data=data) if data else None)
            self.token = base64.b64encode(self.context.step()).decode()
        return self.token

    def request(self, path, *words):
        token = self.sign(words)
        if self.connection is None or "new" in words:
            self.connection = Connection(self.target)
        channel = "in" in words
        headers = [("Accept", "application/rpc")] if channel else []
        if token is not None:
            headers.append(("Authorization", f"Negotiate {token}"))
        self.connection.send("RPC_IN_DATA" if channel else "GET", path, headers, length=1 << 30 if channel else 0, sign_in=False)
        line = self.connection.file.readline().split(b" ")
        if len(line) < 2:
            self.connection = None
            return "0"
        answer = {}
        while (text := self.connection.file.readline().decode("latin-1").strip()):
            name, _, value = text.partition(": ")
            answer.setdefault(name.lower(), []).append(value)
        length = int(answer["content-length"][0])
        if len(self.connection.file.read(length)) < length:
            self.connection = None
            return "half"
        if "close" in answer.get("connection", []):
            self.connection = None
        return f"{int(line[1])}{self.judge(answer.get('www-authenticate', []))}"

    def judge(self, challenges):
        proofs = [value.partition(" ")[2] for value in challenges if value.startswith("Negotiate ")]
        if not proofs or self.context is None:
            return ""
        try:
            self.context.step(base64.b64decode(proofs[0]))
            return " proven" if self.context.complete else " wrong"
        except gssapi.exceptions.GSSError:
            return " wrong"


def main(host, address, certificate, credential, *requests):
    direct = Direct(Target(host, address, os.environ["CURL_CA_BUNDLE"], address), certificate, credential_of(credential),
                    KERBEROS if "=" in credential else SPNEGO)
    for request in requests:
        print(direct.request(*request.split(",")))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except gssapi.exceptions.GSSError as error:
        code = error.min_code - PROTOCOL_ERRORS
        print(f"KDC {code}" if 0 < code < 128 else f"{type(error).__name__}: {error}")
    except OSError as error:
        print(f"{type(error).__name__}: {error}")
