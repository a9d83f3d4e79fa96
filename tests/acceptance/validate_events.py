"""Validates events against the JSON Schemas that `huiyin schema` writes, with python3-jsonschema.

usage: validate_events.py SCHEMA_DIRECTORY EVENTS.ndjson ("-": standard input)

Each line is one structured CloudEvent. Its attributes are held against huiyin.envelope, its data
against the schema of its type. The schemas are open, since readers ignore what they do not know;
here every object with properties is closed first, so that a field nobody declared is found.
Exit code: 0 all valid, 1 not, 77 without the validator.
"""

import datetime
import json
import pathlib
import re
import sys

try:
    from jsonschema import Draft202012Validator, FormatChecker
except ImportError:
    print("SKIP: python3-jsonschema 4 is not installed")
    sys.exit(77)

SHOWN = 20
DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)")

formats = FormatChecker(formats=())


@formats.checks("date", raises=ValueError)
def is_date(value):
    if not isinstance(value, str):
        return True
    return re.fullmatch(r"\d{4}-\d\d-\d\d", value) and datetime.date.fromisoformat(value)


@formats.checks("date-time", raises=ValueError)
def is_date_time(value):
    if not isinstance(value, str):
        return True
    match = DATE_TIME.fullmatch(value)
    return match and datetime.date.fromisoformat(match.group(1))


def closed(schema):
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        out["additionalProperties"] = False
    return out


def load_validators(directory):
    validators = {}
    for file in sorted(pathlib.Path(directory).glob("*.json")):
        schema = json.loads(file.read_text("utf-8"))
        if "$schema" not in schema:
            continue
        Draft202012Validator.check_schema(schema)
        validators[schema["title"]] = Draft202012Validator(closed(schema), format_checker=formats)
    return validators


def refuse_doubled(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a member is given twice")
    return dict(pairs)


def complaints(validators, line):
    try:
        event = json.loads(line.decode("utf-8"), object_pairs_hook=refuse_doubled)
    except ValueError as error:
        yield f"not JSON: {error}"
        return
    for error in validators["huiyin.envelope"].iter_errors(event):
        yield f"{error.json_path}: {error.message}"
    kind = event.get("type") if isinstance(event, dict) else None
    if kind not in validators:
        yield f"no schema for the type {kind!r}"
        return
    for error in validators[kind].iter_errors(event.get("data")):
        yield f"{kind} {error.json_path.replace('$', '$.data', 1)}: {error.message}"


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    validators = load_validators(sys.argv[1])
    if "huiyin.envelope" not in validators:
        print(f"{sys.argv[1]} has no schema huiyin.envelope")
        return 1
    source = sys.stdin.buffer if sys.argv[2] == "-" else open(sys.argv[2], "rb")
    events = 0
    wrong = 0
    with source:
        for number, line in enumerate(source, 1):
            if not line.strip():
                continue
            events += 1
            found = list(complaints(validators, line))
            wrong += bool(found)
            if wrong <= SHOWN:
                for text in found:
                    print(f"line {number}: {text}")
    print(f"{events} events, {wrong} invalid, {len(validators) - 1} types")
    return 0 if events > 0 and wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
