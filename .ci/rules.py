#!/usr/bin/env python3
"""Writes docs/rules.md: where each of the 191 rules of the source documents is carried.

Usage: .ci/rules.py [--check] [--root DIR]

A rule is carried where its number (S3-34) stands: in events/, projections/, engine/, connectors/, config/ and tests/.
docs/rules.toml names the rules, and says of those that nothing carries why. --check writes nothing; exit 1 when a number
is unknown, when a rule is neither marked nor explained or is both, or when docs/rules.md is not what would be written.
"""

import argparse
import pathlib
import re
import sys
import tomllib

MARKER = re.compile(r"\bS[0-4]-\d+\b")
RANGE = re.compile(r"\b(S[0-4])-(\d+) to \1-(\d+)\b")
ENDINGS = {".cpp", ".hpp", ".toml", ".py"}
# What a place is, by the longest folder that fits.
KINDS = {
    "events": "event",
    "projections": "view",
    "engine": "engine",
    "engine/decide": "decision",
    "connectors": "connector",
    "connectors/generate": "synthetic data",
    "config": "configuration",
    "config/processes": "process",
    "config/samples": "sample",
    "tests": "test",
}
ORDER = list(KINDS.values())
DEFINES = [
    re.compile(r"^\s*(?:struct|class|enum class|namespace) (\w+)(?= [{:]|;)"),
    re.compile(r"^TEST\w*\((\w+), *(\w+)"),
    re.compile(r"^\s*def (\w+)"),
    re.compile(r"^[\w:<>,*& ]*?\b(?!if|for|while|switch|return)(\w+)\(.*"),
    re.compile(r"^(?:inline |static )*const(?:expr)? [\w:<>]+ (\w+)[ ({]"),
]


class Refused(Exception):
    pass


def kind_of(path):
    folders = [f for f in KINDS if path.startswith(f + "/")]
    return KINDS[max(folders, key=len)]


def is_comment(line):
    return line.lstrip().startswith(("//", "#")) and not line.startswith("#include")


def rules_in(line):
    """S3-34, and S0-2 to S0-6."""
    spanned = [f"{document}-{n}" for document, low, high in RANGE.findall(line) for n in range(int(low), int(high) + 1)]
    return sorted(set(MARKER.findall(line) + spanned))


def toml_name(lines, at):
    """The transition, clock, sample, duty or table that a line belongs to."""
    header = next((i for i in range(at, -1, -1) if lines[i].startswith("[")), None)
    if header is None:
        return ""
    name = lines[header].split("]", 1)[0].strip("[ ")
    if lines[header].startswith("[["):
        for line in lines[header + 1 : header + 4]:
            if match := re.match(r'(?:command|id) *= *"([^"]+)"', line):
                return match[1]
    return "" if name in ("case", "command") else name


def code_name(lines, at):
    """The type, test or function that a line belongs to."""
    for i in range(at, -1, -1):
        indented = lines[i][:1].isspace()
        for pattern in DEFINES:
            if (match := pattern.match(lines[i])) and (not indented or pattern in DEFINES[:3:2]):
                return ".".join(match.groups())
    return ""


def places(root):
    """(rule, kind, path, name) of every marker."""
    for folder in sorted({f.split("/")[0] for f in KINDS}):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in ENDINGS or not file.is_file():
                continue
            path = file.relative_to(root).as_posix()
            lines = file.read_text(encoding="utf-8").split("\n")
            for at, line in enumerate(lines):
                rules = rules_in(line)
                if not rules:
                    continue
                # A comment speaks of what follows it.
                if is_comment(line):
                    while at + 1 < len(lines) and (is_comment(lines[at]) or not lines[at].strip()):
                        at += 1
                name = toml_name(lines, at) if file.suffix == ".toml" else code_name(lines, at)
                for rule in rules:
                    yield rule, kind_of(path), path, name


def read_rules(root):
    with open(root / "docs" / "rules.toml", "rb") as file:
        documents = tomllib.load(file)
    return {f"{document}-{number}": rule for document, rules in documents.items() for number, rule in rules.items()}


def carried(root, rules):
    where = {rule: set() for rule in rules}
    wrong = []
    for rule, kind, path, name in places(root):
        if rule in where:
            where[rule].add((ORDER.index(kind), path, name))
        else:
            wrong.append(f"{path}: {rule} is no rule of docs/rules.toml")
    for rule, entry in rules.items():
        reasons = [key for key in ("none", "not_yet") if key in entry]
        first = min(where[rule], default=None)
        if unknown := set(entry) - {"en", "zh", "none", "not_yet", "missing"}:
            wrong.append(f"docs/rules.toml: {rule}: unknown key {min(unknown)}")
        if first and reasons:
            wrong.append(f"docs/rules.toml: {rule} is said to be {reasons[0]}, but {first[1]} carries it")
        if not first and len(reasons) != 1:
            wrong.append(f"docs/rules.toml: nothing carries {rule}: say why, as `none` or as `not_yet`")
        if not first and "missing" in entry:
            wrong.append(f"docs/rules.toml: {rule}: `missing` is for rules that are carried")
    if wrong:
        raise Refused("\n".join(sorted(set(wrong))))
    return where


def cell(entry, spots):
    if not spots:
        return f"none: {entry['none']}" if "none" in entry else f"**not yet**: {entry['not_yet']}"
    groups = {}
    for order, path, name in sorted(spots):
        groups.setdefault(ORDER[order], {}).setdefault(path, []).append(name)
    parts = []
    for kind, files in groups.items():
        links = []
        for path, names in files.items():
            words = ", ".join(f"`{n}`" for n in names if n)
            links.append(f"[{path.rsplit('/', 1)[-1]}](../{path})" + (f" {words}" if words else ""))
        parts.append(f"{kind}: " + "; ".join(links))
    if "missing" in entry:
        parts.append(f"**missing**: {entry['missing']}")
    return " · ".join(parts)


def page(rules, where):
    none = sum("none" in rule for rule in rules.values())
    not_yet = sum("not_yet" in rule for rule in rules.values())
    partly = sum("missing" in rule for rule in rules.values())
    lines = [
        "# The rules, and where they are carried",
        "",
        "Written by `./dev rules` from the rules' numbers in the tree and from [rules.toml](rules.toml); do not edit.",
        "",
        f"{len(rules)} rules: {len(rules) - none - not_yet} are carried ({partly} of them in part), {not_yet} not yet, "
        f"and in {none} software has no part.",
        "*Synthetic data* and *samples* keep the documents' figures and cases; they enforce nothing.",
        "",
    ]
    titles = {
        "S0": "S0 · 联络动态 2023 第9期: two opinions of the province",
        "S1": "S1 · 联络动态 2024 第12期: 湘潭",
        "S2": "S2 · 联络动态 2023 第7期: 郴州, 北湖",
        "S3": "S3 · 联络动态 2023 第3期: 2018 – 2022",
        "S4": "S4 · 人大代表联系群众工作平台建设的指导意见（试行）",
    }
    document = ""
    for rule, entry in rules.items():
        if rule[:2] != document:
            document = rule[:2]
            lines += ["", f"## {titles[document]}", "", "| rule | what | 中文 | where |", "|---|---|---|---|"]
        lines.append(f"| {rule} | {entry['en']} | {entry['zh']} | {cell(entry, where[rule])} |")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when docs/rules.md is stale")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    arguments = parser.parse_args()
    rules = read_rules(arguments.root)
    try:
        text = page(rules, carried(arguments.root, rules))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    file = arguments.root / "docs" / "rules.md"
    if not arguments.check:
        file.write_text(text, encoding="utf-8")
    elif not file.exists() or file.read_text(encoding="utf-8") != text:
        print("docs/rules.md is stale: run ./dev rules", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
