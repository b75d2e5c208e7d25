#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Writes curl's configuration for requests of several users in turn, each with a token of its own.
#
# Use: streams.py HOST FOLDER COUNT USER=CACHE|nobody...; the answers go to FOLDER/USER-NUMBER. curl by itself signs in
# once for a connection and sends the streams beside it without credentials, so the tokens are made here.
import base64
import sys

import gssapi

SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")


def token(host, cache):
    credential = gssapi.Credentials(usage="initiate", store={b"ccache": cache.encode()})
    name = gssapi.Name(f"HTTP@{host}", gssapi.NameType.hostbased_service)
    context = gssapi.SecurityContext(name=name, creds=credential, mech=SPNEGO, usage="initiate")
    return base64.b64encode(context.step()).decode()


def main(host, folder, count, *users):
    for number in range(int(count)):
        user, _, cache = users[number % len(users)].partition("=")
        if number > 0:
            print("next")
        if cache:
            print(f'header = "Authorization: Negotiate {token(host, cache)}"')
        print('write-out = "%{http_code} %{http_version} %{num_connects}\\n"', "silent", "http2", sep="\n")
        print(f'output = "{folder}/{user}-{number}"', f'url = "https://{host}/owa/stream/{user}"', sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
