#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Counts logs with the csv module alone, and compares with what asactl log --json and --csv say.

Use: count.py JSON CSV FILE...; prints what differs, one line each, and nothing if nothing does.
It shares no code and no table with the program.
"""
import csv
import io
import json
import re
import sys
from collections import Counter
from datetime import datetime

CLASSES = ("kerberos", "session", "negotiate", "ntlm", "basic", "other", "refused", "none")
REFUSED_401 = {"1326", "2148074274"}
LEG = "2148074254"
BOOK = ("date-time,session-id,seq-number,client-name,organization-info,client-ip,server,protocol,operation,"
        "rpc-status,processing-time,operation-specific,failures,authentication,delegate").split(",")


class Counts:
    def __init__(self):
        self.all = Counter()
        self.by = Counter()
        self.reasons = Counter()
        self.keys = Counter()
        self.legs = {}
        self.bad = Counter()

    def add(self, how, **names):
        self.all[how] += 1
        for dimension, name in names.items():
            self.by[dimension, name.lower() if dimension != "agent" else name, how] += 1


def number(row, name):
    return int(row.get(name) or 0)


def sums_hold(row):
    total, pipeline = number(row, "TotalRequestTime"), number(row, "HttpPipelineLatency")
    streams = sum(number(row, name) for name in (
        "ClientReqStreamLatency", "BackendReqStreamLatency", "BackendProcessingLatency",
        "BackendRespStreamLatency", "ClientRespStreamLatency"))
    overhead = number(row, "HttpProxyOverhead")
    return (total == pipeline + number(row, "ModuleToHandlerSwitchingLatency")
            + number(row, "RequestHandlerLatency") + number(row, "HandlerToModuleSwitchingLatency")
            and overhead == total - streams
            and number(row, "RoutingLatency") == overhead - pipeline
            and number(row, "CoreLatency") == number(row, "RoutingLatency") - number(row, "BackendReqInitLatency"))


def httpproxy_class(row, info):
    if row["IsAuthenticated"].lower() == "true":
        if info.get("AuthPkg") == "Kerberos":
            return "kerberos" if info["Session"] == "false" else "session"
        return {"negotiate": "negotiate", "ntlm": "ntlm", "basic": "basic",
                "kerberos": "kerberos"}.get(row["AuthenticationType"].lower(), "other")
    return "refused" if info.get("AuthReason") not in (None, "NoCredentials") else "none"


def count_httpproxy(counts, names, line):
    fields = next(csv.reader([line]))
    if len(fields) != len(names) or len(line.split(",")) != len(fields):
        counts.bad["broken"] += 1
        return
    row = dict(zip(names, fields))
    if len(names) != 53 and not sums_hold(row):
        counts.bad["forged"] += 1
        return
    info = dict(pair.split("=", 1) for pair in row["GenericInfo"].split(";") if "=" in pair)
    user = row["AuthenticatedUser"] if row["IsAuthenticated"].lower() == "true" else ""
    counts.add(httpproxy_class(row, info), protocol=row["Protocol"], vhost=row.get("UrlHost", ""),
               node=row["ServerHostName"], user=user, client=row["ClientIpAddress"].split(":")[0],
               agent=row["UserAgent"], type=row["AuthenticationType"])
    if "AuthReason" in info:
        counts.reasons[info["AuthReason"]] += 1
    if "AuthPkg" in info:
        counts.keys[info["Etype"], info["Key"]] += 1


def count_iis(counts, names, line):
    row = dict(zip(names, line.split(" ")))
    when = datetime.fromisoformat(row["date"] + " " + row["time"]).timestamp()
    who = row["c-ip"], row["cs(User-Agent)"].lower()
    status = row["sc-status"], row["sc-substatus"], row["sc-win32-status"]
    how = "none"
    if status == ("401", "1", LEG):
        last, still_open = counts.legs.get(who, (0, 0))
        counts.legs[who] = when, still_open + 1 if when - last <= 10 else 1
    elif row["cs-username"] != "-" and row["sc-status"] != "401":
        leg, still_open = counts.legs.get(who, (0, 0))
        how = "negotiate"
        if still_open > 0 and 0 <= when - leg <= 10:
            how = "ntlm"
            counts.legs[who] = leg, still_open - 1
    elif status[0] == "401" and status[2] in REFUSED_401:
        how = "refused"
    user = row["cs-username"] if how in ("ntlm", "negotiate") else ""
    protocol = row["cs-uri-stem"].split("/")[1]
    counts.add(how, protocol=protocol if protocol not in ("RpcHttp", "Eas") else "", vhost="", node=row["s-ip"],
               user=user, client=row["c-ip"], agent=row["cs(User-Agent)"].replace("+", " "))


def count_book(counts, line):
    row = dict(zip(BOOK, next(csv.reader([line]))))
    how = {"Kerberos": "kerberos", "Ntlm": "ntlm", "Negotiate": "negotiate", "": "none"}[row["authentication"]]
    counts.add(how, protocol="AddressBook", vhost="", node=row["server"],
               user=row["client-name"] if how != "none" else "", client=row["client-ip"], agent="",
               type=row["authentication"])


def count_file(counts, path):
    names, iis = None, False
    for line in open(path, "rb").read().decode("utf-8-sig").split("\n")[:-1]:
        line = line.rstrip("\r")
        if line.startswith("#Fields: "):
            line = line[len("#Fields: "):]
            iis = "," not in line
            names = line.split(" " if iis else ",")
        elif line.startswith("#") or line.startswith("DateTime,"):
            continue
        elif names is None:
            count_book(counts, line)
        elif iis:
            count_iis(counts, names, line)
        else:
            count_httpproxy(counts, names, line)


def compare(what, ours, theirs):
    if ours != theirs:
        print(f"{what}: asactl {theirs}, counted {ours}")


def main():
    report = json.load(open(sys.argv[1]))
    table = list(csv.DictReader(io.StringIO(open(sys.argv[2], newline="").read())))
    counts = Counts()
    for path in sys.argv[3:]:
        count_file(counts, path)
    for how in CLASSES:
        compare(how, counts.all[how], report["counts"][how])
    for bad in ("broken", "forged", "foreign"):
        compare(bad, counts.bad[bad], report["sources"][bad]["count"])
    shown = Counter()
    for dimension, rows in report["by"].items():
        for row in rows:
            for how in CLASSES:
                shown[dimension, row["name"].lower() if dimension != "agent" else row["name"], how] += row[how]
    iis = counts.legs or any(name == "192.0.2.1" for _, name, _ in counts.by)
    for key in sorted(set(shown) | set(counts.by)):
        if key[0] != "type" or not iis:    # IIS has no AuthenticationType
            compare(key, counts.by[key], shown[key])
    compare("reasons", dict(counts.reasons), {row["name"]: row["count"] for row in report["reasons"]
                                              if not row["name"].startswith("401.")})
    compare("keys", dict(counts.keys), {(row["etype"], row["key"]): row["count"] for row in report["keys"]})
    # The table says the same as the document.
    for row in table:
        if row["list"] == "all":
            compare("all of CSV", {how: report["counts"][how] for how in CLASSES}, {how: int(row[how]) for how in CLASSES})
    for dimension, rows in report["by"].items():
        of_table = [(row["name"], *(int(row[how]) for how in CLASSES)) for row in table if row["list"] == dimension]
        guarded = [(re.sub(r"(^|[;,])( *[=+@-])", r"\1'\2", row["name"]),
                    *(row[how] for how in CLASSES)) for row in rows]
        compare(f"{dimension} of CSV", guarded, of_table)


main()
