# SPDX-License-Identifier: Apache-2.0
"""Judges the HTML report of asactl log by the document that a browser made of it.

Usage: judge.py elements DOM | numbers DOM JSON | texts DOM TEXT… | asked NETLOG NAME
elements: every element, attribute and address that is not of the report's own kind.  numbers: every number that differs
from the one in the JSON report.  texts: those that no element shows.  Each prints nothing if all is well.
asked: how many requests for this name a browser's log of its network holds.
"""
import html.parser
import json
import sys

OWN = set("""html head meta title style body svg defs pattern rect path circle line text g desc header main section footer nav
h1 h2 h3 p b em span div dl dt dd ul li a figure figcaption table caption thead tbody tr th td data time bdi code details
summary""".split())
ATTRIBUTES = set("""lang charset http-equiv content name class id aria-hidden aria-label aria-labelledby role tabindex href scope
value datetime viewbox preserveaspectratio x y x1 x2 y1 y2 cx cy r width height d patternunits""".split())
EMPTY = {"meta", "rect", "path", "circle", "line"}
CLASSES = {"Kerberos": "kerberos", "Session": "session", "Negotiate (unproven)": "negotiate", "NTLM": "ntlm", "Basic": "basic",
           "Other": "other", "Turned away": "refused", "Not signed in": "none"}
BY = {"By protocol": "protocol", "By virtual host": "vhost", "By node": "node", "By user": "user", "By client address": "client",
      "By User-Agent": "agent", "By AuthenticationType, as it was written": "type"}


class Report(html.parser.HTMLParser):
    """Tables by caption (rows of cells), texts of bdi elements, and what is not the report's own."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.texts, self.foreign, self.values = {}, [], [], []
        self.row, self.cell, self.caption, self.bdi, self.taken = [], None, None, None, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in OWN:
            self.foreign.append("element " + tag)
        for name, value in attrs:
            if name not in ATTRIBUTES or (name == "href" and not value.startswith("#")):
                self.foreign.append(f"attribute {name} of {tag}")
        if tag == "caption":
            self.caption = ""
        elif tag == "tr":
            self.row = []
        elif tag in ("td", "th"):
            self.cell = ["", None]
        elif tag == "bdi":
            self.bdi = ""
        elif tag == "data":
            self.values.append(int(dict(attrs)["value"]))
            if self.cell is not None:
                self.cell[1] = self.values[-1]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag == "caption":
            self.tables[self.caption] = self.table = []
        elif tag in ("td", "th") and self.cell is not None:
            self.row.append(tuple(self.cell))
            self.cell = None
        elif tag == "tr":
            self.table.append(self.row)
        elif tag == "bdi" and self.bdi is not None:
            self.texts.append(self.bdi)
            self.bdi = None
        elif tag == "caption":
            self.caption = None

    def handle_data(self, data):
        if self.bdi is not None:
            self.bdi += data
        if self.cell is not None:
            self.cell[0] += data
        elif self.caption is not None:
            self.caption += data


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def numbers(report, said):
    """What differs, a line each."""
    for caption, rows, key in [(caption, said["by"][by], "name") for caption, by in BY.items()] + \
            [("Requests over time; a stretch without one is left out", said["time"]["stretches"], "begin")]:
        if not rows:
            continue
        table = report.tables[caption]
        titles = [text for text, _ in table[0]]
        if len(table) - 1 != min(len(rows), 400 if key == "begin" else 50):
            yield f"{caption}: {len(table) - 1} rows of {len(rows)}"
        for row, expected in zip(table[1:], rows):
            name = expected["name"] or "not named in the log" if key == "name" else expected["begin"][:16].replace("T", " ")
            if row[0][0] != name:
                yield f"{caption}: {row[0][0]!r}, not {name!r}"
            for title, word in CLASSES.items():
                got = row[titles.index(title)][1] if title in titles else 0
                if got != expected[word]:
                    yield f"{caption}, {name}, {title}: {got}, not {expected[word]}"
    lists = [("Not on Kerberos", "not_on_kerberos", {5: "since_count"}), ("Turned away", "turned_away", {2: "refused"}),
             ("Reasons, refusals first", "reasons", {1: "count"}), ("Statuses in logs of IIS", "statuses", {3: "count"}),
             ("Encryption types and keys in use", "keys", {3: "count"}),
             ("Users of RC4, DES or an older key, the latest first", "old_keys", {3: "weak", 5: "old_key"})]
    for caption, member, columns in lists:
        if not said[member]:
            yield f"the JSON report has no {member}: this test asks for some"
            continue
        for row, expected in zip(report.tables[caption][1:], said[member]):
            for column, word in columns.items():
                if row[column][1] != expected[word]:
                    yield f"{caption}: {row[column]}, not {expected[word]} ({word})"
    read_rows = {row[0][0]: row[1][1] for row in report.tables["What was read"][1:]}
    sources = said["sources"]
    for title, expected in [("Files", sources["files"]), ("Bytes", sources["bytes"]), ("Lines", sources["lines"]),
                            ("Requests counted", sources["counted"]), ("Broken lines", sources["broken"]["count"]),
                            ("Forged lines", sources["forged"]["count"]), ("Foreign lines", sources["foreign"]["count"])]:
        if read_rows[title] != expected:
            yield f"What was read, {title}: {read_rows[title]}, not {expected}"


def asked(log, name):
    """Requests for a name: each begins with its address."""
    with open(log, encoding="utf-8") as file:
        return sum(1 for line in file if '"url":"' in line and name in line.split('"url":"')[1].split('"')[0])


def main():
    what, path, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    if what == "asked":
        print(asked(path, rest[0]))
        return
    report = Report(read(path))
    if what == "elements":
        found = report.foreign
    elif what == "numbers":
        found = numbers(report, json.loads(read(rest[0])))
    else:
        found = [text for text in rest if text not in report.texts]
    for line in found:
        print(line)


main()
