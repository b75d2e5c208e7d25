#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Short visits of several users and of nobody, in processes of their own, every answer checked: by number, or until it is over.
#
# Use: visitors.py HOST ADDRESS CA CONTROL CASE…; as client.py. A visitor is a ticket cache whose name is the user's, or
# "nobody".
import collections
import multiprocessing
import os
import sys

import gssapi

from client import Connection, Target, Wrong

EACH = 3        # processes of each visitor
KEPT = 20       # visits on a connection while it goes on


class Visitor:
    """One after the other, on a connection that is kept."""

    def __init__(self, arguments, cache, number):
        self.target = Target(*arguments)
        self.user = os.path.basename(cache)
        if self.user != "nobody":
            self.target.credential = gssapi.Credentials(usage="initiate", store={b"ccache": cache.encode()})
        self.number = number
        self.visits = 0
        self.connection = None

    def leave(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def visit(self):
        """The status, and what is wrong with the answer, if something is."""
        self.visits += 1
        if self.connection is None:
            self.connection = Connection(self.target)
        signed_in = self.user != "nobody"
        self.connection.send("GET", f"/owa/who?{self.user}-{self.number}-{self.visits}", sign_in=signed_in)
        status, headers = self.connection.head()
        text = self.connection.body(headers).decode()
        if len(text) < int(headers.get("content-length", ["0"])[0]):
            raise ConnectionError("half an answer")
        if "close" in headers.get("connection", []):
            self.leave()
        if signed_in:
            return status, "" if status != 200 or f"\\{self.user}<" in text else f"{self.user} is shown {text[:80]}"
        return status, "" if status == 401 and "Mailbox of" not in text else f"nobody is shown {status} {text[:80]}"


def counted(arguments, cache, number, visits):
    found = collections.Counter()
    try:
        visitor = Visitor(arguments, cache, number)
        for _ in range(visits):
            status, wrong = visitor.visit()
            found[f"{visitor.user} {status}"] += 1
            if wrong:
                found[f"WRONG: {wrong}"] += 1
    except (Wrong, OSError, ValueError, IndexError, gssapi.exceptions.GSSError) as error:
        found[f"WRONG: {cache} {type(error).__name__} {error}"] += 1
    return found


def mixed(arguments, visits, *caches):
    """So many visits of each visitor."""
    with multiprocessing.Pool(EACH * len(caches)) as pool:
        tasks = [(arguments, cache, number, int(visits) // EACH) for cache in caches for number in range(EACH)]
        show(pool.starmap(counted, tasks, 1))


def steadily(arguments, cache, number, file):
    """Until FILE.stop is there. Broken: a connection ended or was reset in the middle, and the visit was made again on
    another one. Late: so did one that began after FILE.mark was there. FILE.refused gets a line for each other status."""
    found = collections.Counter()
    visitor = Visitor(arguments, cache, number)
    while not os.path.exists(file + ".stop"):
        marked = os.path.exists(file + ".mark") and visitor.connection is None
        try:
            status, wrong = visitor.visit()
            found[str(status)] += 1
            if status != 200:
                with open(file + ".refused", "a") as refused:
                    refused.write(f"{status}\n")
            if wrong:
                found[f"WRONG: {wrong}"] += 1
        except TimeoutError:
            found["hung"] += 1
            visitor.leave()
        except (OSError, IndexError, ValueError):
            found["late" if marked else "broken"] += 1
            visitor.leave()
        except (Wrong, gssapi.exceptions.GSSError) as error:
            found[f"WRONG: {type(error).__name__} {error}"] += 1
            visitor.leave()
        if visitor.visits % KEPT == 0:
            visitor.leave()
    return found


def steady(arguments, file, *caches):
    with multiprocessing.Pool(EACH * len(caches)) as pool:
        show(pool.starmap(steadily, [(arguments, cache, number, file) for cache in caches for number in range(EACH)], 1))


def show(found):
    """One line: counts by what happened."""
    total = sum(found, collections.Counter())
    print(", ".join(f"{name}: {total[name]}" for name in sorted(total)))


if __name__ == "__main__":
    {"mixed": mixed, "steady": steady}[sys.argv[5]](sys.argv[1:5], *sys.argv[6:])
