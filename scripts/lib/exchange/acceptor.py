# SPDX-License-Identifier: Apache-2.0
# Negotiate as a back end demands it: each token accepted with the key table of the back end's account, and told what was in it.
import base64
import binascii
import hashlib
import re
import subprocess

import gssapi
from samba.dcerpc import krb5pac
from samba.ndr import ndr_unpack

REPLAY = "Request is a replay"  # SPNEGO gives the minor code a number of its own


class Refused(Exception):
    """A token that signs nobody in; the text says why."""


class Ticket:
    """Who signed in, and how: user is DOMAIN\\name, final the token that proves the back end to the client."""

    def __init__(self, context, service, final):
        self.client = str(context.initiator_name)
        self.service = service
        self.final = final
        self.bound = gssapi.RequirementFlag.channel_bound in context.actual_flags
        self.mutual = gssapi.RequirementFlag.mutual_authentication in context.actual_flags
        self.forwarded = context.delegated_creds is not None
        self.user, self.delegated_by = self.client, []
        self._read_pac(context.initiator_name)

    def _read_pac(self, name):
        """The user's name in the domain's own form, and the accounts through which S4U2Proxy came (MS-PAC sections 2.5 and 2.9)."""
        pac = ndr_unpack(krb5pac.PAC_DATA, next(iter(name.attributes[b"urn:mspac:"].values)))
        for buffer in pac.buffers:
            if buffer.type == krb5pac.PAC_TYPE_LOGON_INFO:
                base = buffer.info.info.info3.base
                self.user = f"{base.logon_domain.string}\\{base.account_name.string}"
            elif buffer.type == krb5pac.PAC_TYPE_CONSTRAINED_DELEGATION:
                self.delegated_by = [service.string for service in buffer.info.info.transited_services]

    def facts(self):
        return {"user": self.user, "client": self.client, "service": self.service, "delegated_by": self.delegated_by,
                "forwarded": self.forwarded, "bound": self.bound, "mutual": self.mutual}

    def told(self):
        """The same in words, for whoever reads the page."""
        lines = [f"{self.client} came with a ticket for {self.service}."]
        lines += [f"It was made by delegation to {service}." for service in self.delegated_by]
        lines += ["It was bound to the certificate of this server."] if self.bound else []
        return lines


class Acceptor:
    """services: the SPNs of the back end's account, in any case. certificate: the PEM file that clients bind to."""

    Refused = Refused

    def __init__(self, key_table, services, replay_cache, bindings="off", certificate=None):
        self.credentials = {"keytab": key_table, "rcache": f"file2:{replay_cache}"}
        self.services = {service.lower() for service in services}
        self.bindings = bindings
        self.binding = gssapi.raw.ChannelBindings(application_data=end_point(certificate)) if bindings != "off" else None
        self.tokens = 0
        self.last = b""

    def accept(self, authorization):
        """The Ticket of an Authorization header; Refused where it signs nobody in."""
        self.tokens += 1
        scheme, _, text = authorization.partition(" ")
        try:
            token = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise Refused(f"no base64: {error}") from error
        if scheme.lower() != "negotiate" or not token:
            raise Refused(f"no token of Negotiate: {scheme}")
        if token.startswith(b"NTLMSSP\0"):
            raise Refused("NTLM")
        service = service_of(token)
        if service.partition("@")[0].lower() not in self.services:
            raise Refused(f"a ticket for {service}, which is not served here")
        try:
            context = gssapi.SecurityContext(creds=gssapi.Credentials(usage="accept", store=self.credentials), usage="accept",
                                             channel_bindings=self.binding)
            final = context.step(token)
            if not context.complete:
                raise Refused("the token is not the last one")
            ticket = Ticket(context, service, final or b"")
        except gssapi.exceptions.BadChannelBindingsError as error:
            raise Refused("the token is bound to another certificate") from error
        except gssapi.exceptions.GSSError as error:
            raise Refused("a replay" if REPLAY in str(error) else str(error)) from error
        if self.bindings == "require" and not ticket.bound:
            raise Refused("the token is not bound to the certificate")
        return ticket

    def proof(self, ticket, faults):
        """The final token that goes out, in base64: the right one, or as a fault wants it."""
        last, self.last = self.last, ticket.final
        fault = re.search(r"\bproof=(none|garbage|stale)\b", faults)
        final = {"none": b"", "garbage": b"\xa1\x40" + bytes(range(64)), "stale": last}[fault[1]] if fault else ticket.final
        return base64.b64encode(final).decode()


def end_point(certificate):
    """tls-server-end-point of a PEM file (RFC 5929 section 4.1): hashed as its signature is, with SHA-256 at least."""
    text = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-text"], check=True, capture_output=True, text=True).stdout
    der = subprocess.run(["openssl", "x509", "-in", certificate, "-outform", "DER"], check=True, capture_output=True).stdout
    wide = re.search(r"Signature Algorithm: .*sha(384|512)", text, re.IGNORECASE)
    return b"tls-server-end-point:" + hashlib.new(f"sha{wide[1] if wide else 256}", der).digest()


def elements(data):
    """The DER elements of data, as (tag, content)."""
    while len(data) > 1:
        tag, length, at = data[0], data[1], 2
        if length & 0x80:
            at += length & 0x7F
            length = int.from_bytes(data[2:at], "big")
        yield tag, data[at:at + length]
        data = data[at + length:]


def within(data, *tags):
    """The content that this path of tags leads to."""
    for tag in tags:
        data = next((content for found, content in elements(data) if found == tag), None)
        if data is None:
            raise Refused("no AP-REQ where one should be")
    return data


def service_of(token):
    """The service and realm that the ticket of a first token names: of Kerberos, bare or within SPNEGO (RFC 4120, 4178, 1964)."""
    inner = within(token, 0x60)
    if inner.startswith(b"\x06\x06\x2b\x06\x01\x05\x05\x02"):
        inner = within(inner, 0xA0, 0x30, 0xA2, 0x04, 0x60)
    # Before the AP-REQ stand the object id of the mechanism, with two octets of DER, and two octets that say what follows.
    ticket = within(inner[len(within(inner, 0x06)) + 4:], 0x6E, 0x30, 0xA3, 0x61, 0x30)
    names = [text.decode("latin-1") for _, text in elements(within(ticket, 0xA2, 0x30, 0xA1, 0x30))]
    return "/".join(names) + "@" + within(ticket, 0xA1, 0x1B).decode("latin-1")
