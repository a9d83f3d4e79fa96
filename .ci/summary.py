"""Counts the tests of one run and prints, as the last line, `N passed, N failed, N skipped`.

usage: summary.py DIRECTORY, which holds ctest.xml (ctest --output-junit) and gtest/*.xml (one file
per GoogleTest program). A GoogleTest program counts by its tests, any other entry as one test. A
program that fails without a failed test of its own (a crash, a time-out) counts as one failure.
Exit code: 0 when nothing failed and something ran.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def gtest_counts(file, failures, skips):
    passed = 0
    failed = 0
    for case in ElementTree.parse(file).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            failed += 1
            failures.append(name)
        elif skipped is not None:
            # The message is "file:line\nreason".
            reason = (skipped.get("message") or "").split("\n", 1)[-1].strip()
            skips.append((name, reason or "no reason given"))
        elif case.get("status") == "run":
            passed += 1
    return passed, failed


def script_skip_reason(case):
    for line in (case.findtext("system-out") or "").splitlines():
        if "SKIP:" in line:
            return line.split("SKIP:", 1)[1].strip()
    return "no reason given"


def main():
    results = pathlib.Path(sys.argv[1])
    gtest = {file.stem: file for file in (results / "gtest").glob("*.xml")}
    passed = 0
    failed = 0
    failures = []
    skips = []
    entries = ElementTree.parse(results / "ctest.xml").getroot() if (
        results / "ctest.xml").exists() else []
    for case in entries:
        if case.tag != "testcase":
            continue
        name = case.get("name")
        program_failed = case.get("status") == "fail"
        if name in gtest:
            ok, bad = gtest_counts(gtest[name], failures, skips)
            passed += ok
            failed += bad
            if program_failed and bad == 0:
                failed += 1
                failures.append(f"{name} (crashed or timed out)")
        elif program_failed:
            failed += 1
            failures.append(name)
        elif case.find("skipped") is not None:
            skips.append((name, script_skip_reason(case)))
        else:
            passed += 1
    for name in failures:
        print(f"failed: {name}")
    for name, reason in skips:
        print(f"skipped: {name}: {reason}")
    print(f"{passed} passed, {failed} failed, {len(skips)} skipped")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
