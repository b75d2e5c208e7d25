#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# An RPC connection over HTTP made by impacket: its channels, its PDUs and its flow control.
#
# Use: impacket_rpc.py URL CALLS negotiate|nobody
# impacket knows Basic and NTLM here and refuses Kerberos, so each channel is given a token of python3-gssapi. It asks for
# 100 on both channels before it goes on. Prints how many bytes came back, or the exception.
import base64
import os
import sys
from urllib.parse import urlparse

import gssapi
from impacket.dcerpc.v5.rpch import RPCProxyClient, RPCProxyClientException
from impacket.dcerpc.v5.rpcrt import MSRPC_RESPONSE, MSRPCRequestHeader, MSRPCRespHeader
from impacket.http import HTTPClientSecurityProvider

SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")


def negotiate(provider, connection, method, path, headers):
    """What impacket asks for each channel: (headers, something of its own)."""
    name = gssapi.Name(f"HTTP@{connection.host}", gssapi.NameType.hostbased_service)
    context = gssapi.SecurityContext(name=name, mech=SPNEGO, usage="initiate")
    return {"Authorization": "Negotiate " + base64.b64encode(context.step()).decode()}, None


def nobody(provider, connection, method, path, headers):
    return {}, None


def call(client, number):
    """One request and its answer, which is the request's echo; the number of its bytes."""
    stub = os.urandom(3000 + number)
    request = MSRPCRequestHeader()
    request["call_id"], request["op_num"], request["ctx_id"] = number, 1, 0
    request["alloc_hint"], request["pduData"] = len(stub), stub
    client.send(request.get_packet())
    answer = MSRPCRespHeader(client.recv())
    if (answer["type"], answer["call_id"], answer["pduData"]) != (MSRPC_RESPONSE, number, stub):
        raise ValueError(f"call {number}: another answer")
    return len(stub)


def main(url, calls, who):
    HTTPClientSecurityProvider.get_auth_headers = {"negotiate": negotiate, "nobody": nobody}[who]
    client = RPCProxyClient("6f1d2b7e-0000-4000-8000-00000000000a@corp.tailspintoys.com", 6001)
    client._rpcProxyUrl = urlparse(url)
    client.connect()
    print(sum(call(client, number) for number in range(1, int(calls) + 1)))
    client.disconnect()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (RPCProxyClientException, OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")
