#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Fetches URLs with requests-kerberos, which takes no answer from a server that does not prove itself.
#
# Use: mutual_required.py CA late|early URL [BYTES]; late: the ticket follows a 401. BYTES is the length of a POST's body.
# Prints the status, "verified" if the final token was checked, and the first line of the answer; or the exception.
import sys

import requests
from requests_kerberos import REQUIRED, HTTPKerberosAuth


def fetch(authority, when, url, length="0"):
    session = requests.Session()
    # Proxies and certificate authorities of the machine are not the lab's.
    session.trust_env = False
    session.verify = authority
    auth = HTTPKerberosAuth(mutual_authentication=REQUIRED, force_preemptive=when == "early")
    body = b"x" * int(length)
    answer = session.request("POST" if body else "GET", url, data=body or None, auth=auth, timeout=20)
    # Of an answer that it could not verify, it keeps the body from us and leaves auth_done unset.
    print(answer.status_code, "verified" if auth.auth_done else "unverified", *answer.text.splitlines()[:1])


if __name__ == "__main__":
    try:
        fetch(*sys.argv[1:])
    except Exception as error:
        print(type(error).__name__)
