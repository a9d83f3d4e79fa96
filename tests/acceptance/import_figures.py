#!/usr/bin/env python3
"""Imports the published casework and compares what the program answers with figures that are
computed here from the CSV by other means.

usage: import_figures.py HUIYIN [DATA]      DATA: a folder to keep; else a temporary one
"""
import calendar
import collections
import csv
import datetime
import json
import lzma
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CSV = ROOT.parent / "shared" / "data" / "nyc-council-casework.csv.xz"
DAY = "2019-12-31"
# The program is tried with the repository's configuration, wherever it was built.
os.environ.setdefault("HUIYIN_CONFIG_DIR", str(ROOT / "config"))


def three_months_after(day):
    year, month = day.year + (day.month + 2) // 12, (day.month + 2) % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class Expected:
    """What the file says, first row of each key."""

    def __init__(self):
        self.rows = self.repeated = self.closed = self.overdue = 0
        self.open_by = collections.Counter()
        self.overdue_by = collections.Counter()
        self.collected_in = collections.Counter()
        self.closed_in = collections.Counter()
        self.sample = None
        seen = set()
        end = datetime.date.fromisoformat(DAY)
        with lzma.open(CSV, "rt", encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                self.rows += 1
                if row["unique_key"] in seen:
                    self.repeated += 1
                    continue
                seen.add(row["unique_key"])
                self.take(row, end)
        self.cases = len(seen)

    def take(self, row, end):
        opened = datetime.date.fromisoformat(row["opendate"])
        closed = datetime.date.fromisoformat(row["closedate"]) if row["closedate"] else None
        self.collected_in[str(opened.year)] += 1
        if closed:
            self.closed += 1
            self.closed_in[str(closed.year)] += 1
            if self.sample is None and (closed - opened).days > 100:
                self.sample = row
        if opened <= end and (closed is None or closed > end):
            self.open_by[row["account"]] += 1
            if three_months_after(opened) < end:
                self.overdue += 1
                self.overdue_by[row["account"]] += 1


class Checks:
    def __init__(self, program, data):
        self.program, self.data, self.failures = program, data, 0

    def ask(self, *arguments):
        command = [self.program, *arguments, "--data", self.data, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}{done.stdout}")
        return json.loads(done.stdout)

    def equal(self, what, found, expected):
        if found == expected:
            print(f"ok   {what}: {found if not isinstance(found, dict) else len(found)}")
        else:
            self.failures += 1
            print(f"FAIL {what}: {found}, the file says {expected}")


def figures_by(page, measure):
    out = {}
    for row in page["items"]:
        for figure in row["figures"]:
            if figure["measure"] == measure and figure["value"]:
                out[row["group"]] = figure["value"]
    return out


def check(checks, file):
    rejects = pathlib.Path(checks.data).parent / "rejects.csv"
    summary = checks.ask("import", "nyc-casework", str(CSV), "--rejects", str(rejects), "--settle")
    print(f"     import took {summary['seconds']:.1f} s")
    if summary["already_there"] == 0:
        checks.equal("cases made", summary["cases"], file.cases)
        checks.equal("commands", summary["commands"], 2 * file.cases + file.closed)
    checks.equal("rows", summary["rows"], file.rows)
    checks.equal("rejected", summary["rejected"]["reasons"], {"repeated-key": file.repeated})
    with open(rejects, encoding="utf-8", newline="") as text:
        checks.equal("rejects file", sum(1 for _ in csv.DictReader(text)), file.repeated)

    checks.equal("cases", checks.ask("list", "--count")["total"], file.cases)
    checks.equal("open now", checks.ask("list", "--open", "--count")["total"],
                 file.cases - file.closed)
    overdue = checks.ask("overdue", "--as-of", DAY, "--missed", "--count")
    checks.equal(f"overdue on {DAY}", overdue["total"], file.overdue)
    load = checks.ask("load", "--by", "station", "--as-of", DAY)["items"]
    checks.equal("open by station", {r["holder"]: r["open"] for r in load if r["open"]},
                 dict(file.open_by))
    checks.equal("overdue by station", {r["holder"]: r["overdue"] for r in load if r["overdue"]},
                 dict(file.overdue_by))
    account, count = file.open_by.most_common(1)[0]
    checks.equal(f"open of {account}",
                 checks.ask("list", "--open", "--station", account, "--as-of", DAY, "--count")
                 ["total"], count)
    years = checks.ask("stats", "--by", "year")
    checks.equal("collected by year", figures_by(years, "collected"), dict(file.collected_in))
    checks.equal("closed by year", figures_by(years, "closed"), dict(file.closed_in))
    history = json.dumps(checks.ask("history", file.sample["unique_key"]))
    for word in ("case.collected", "case.handed-off", "case.deadline-missed", "case.closed"):
        checks.equal(f"history has {word}", word in history, True)

    again = checks.ask("import", "nyc-casework", str(CSV))
    checks.equal("a second run adds", (again["commands"], again["events"], again["cases"]),
                 (0, 0, 0))
    checks.equal("and finds", again["already_there"], 2 * file.cases + file.closed)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if not CSV.exists():
        print(f"SKIP: {CSV.name} is not there")
        sys.exit(77)
    file = Expected()
    with tempfile.TemporaryDirectory() as folder:
        data = sys.argv[2] if len(sys.argv) > 2 else str(pathlib.Path(folder) / "data")
        checks = Checks(sys.argv[1], data)
        check(checks, file)
    sys.exit(1 if checks.failures else 0)


if __name__ == "__main__":
    main()
