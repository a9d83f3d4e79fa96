"""Every sample event fits its schema, and the validator notices when one does not.

usage: schemas_catch_errors.py WRITE_SAMPLES VALIDATE_EVENTS
"""

import copy
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile


def load_script(path):
    spec = importlib.util.spec_from_file_location("validate_events", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def broken_events(event):
    """(what is wrong, the words that must say so, the event)"""
    def changed(path, value, remove=False):
        out = copy.deepcopy(event)
        place = out
        for step in path[:-1]:
            place = place[step]
        if remove:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        return out

    yield "a missing field", "'stage' is a required", changed(["data", "stage"], None, remove=True)
    yield "an undeclared field", "'extra'", changed(["data", "extra"], 1)
    yield "an undeclared inner field", "'extra'", changed(["data", "clocks", 0, "extra"], 1)
    yield "an undeclared attribute", "'extra'", changed(["extra"], "x")
    yield "a wrong type", "$.data.lane", changed(["data", "lane"], "1")
    yield "a negative number", "$.data.lane", changed(["data", "lane"], -1)
    yield "a word that is none", "$.data.to", changed(["data", "to"], "everybody")
    yield "an empty identifier", "$.data.class", changed(["data", "class"], "")
    yield "a text too long", "$.data.number", changed(["data", "number"], "号" * 201)
    yield "an impossible date", "$.data.commitment", changed(["data", "commitment"], "2023-02-29")
    yield "a time without a zone", "$.data.occurred_at", changed(
        ["data", "occurred_at"], "2024-02-05T09:00:00")
    yield "data that is no object", "$.data", changed(["data"], [])
    yield "no data", "'data' is a required", changed(["data"], None, remove=True)
    yield "no id", "'id' is a required", changed(["id"], None, remove=True)
    yield "a sequence of zero", "$.sequence", changed(["sequence"], "0")
    yield "a sequence as a number", "$.sequence", changed(["sequence"], 7)
    yield "an unknown type", "no schema", changed(["type"], "huiyin.case.replied.v2")
    yield "another type's data", "huiyin.case.signed.v1", changed(["type"], "huiyin.case.signed.v1")


def main():
    write_samples, script = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([write_samples, directory], check=True)
        schemas = pathlib.Path(directory) / "schemas"
        samples = pathlib.Path(directory) / "events.ndjson"
        broken = pathlib.Path(directory) / "broken.ndjson"

        def exit_code(file):
            return subprocess.run([sys.executable, script, schemas, file], check=False).returncode

        code = exit_code(samples)
        if code != 0:
            return code
        events = [json.loads(line) for line in samples.read_text("utf-8").splitlines()]
        types = {event["type"] for event in events}
        assert len(types) + 1 == len(list(schemas.iterdir())), "a type has no sample"
        broken.write_text("")
        assert exit_code(broken) == 1, "no events at all are taken for valid ones"
        replied = next(event for event in events if event["type"] == "huiyin.case.replied.v1" and
                       event["data"].get("clocks"))
        validator = load_script(script)
        validators = validator.load_validators(schemas)
        failures = 0
        for name, words, event in broken_events(replied):
            line = json.dumps(event, ensure_ascii=False)
            found = list(validator.complaints(validators, line.encode("utf-8")))
            if not any(words in text for text in found):
                print(f"not caught: {name}: {found}")
                failures += 1
        broken.write_text(samples.read_text("utf-8") + line + "\n", "utf-8")
        if exit_code(broken) != 1:
            print("not caught: one broken event after many good ones")
            failures += 1
        return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
