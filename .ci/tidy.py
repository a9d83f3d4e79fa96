"""Runs clang-tidy over every .cpp file of a build and remembers what was clean.

usage: tidy.py BUILD_DIRECTORY JOBS. A file is looked at again when it, a header of ours that it
includes, its compile command, .clang-tidy or clang-tidy itself has changed: all of that is hashed
into a name, and an empty file of that name in BUILD_DIRECTORY/tidy says "clean".
"""

import concurrent.futures
import hashlib
import json
import pathlib
import subprocess
import sys

TIDY = "clang-tidy-19"


def our_headers(build, root):
    """object file -> the files under root that it was compiled from, as ninja recorded them."""
    text = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True, capture_output=True,
                          text=True).stdout
    headers = {}
    current = None
    for line in text.splitlines():
        if line and not line.startswith(" "):
            current = headers.setdefault(line.split(":", 1)[0], [])
        elif line.strip() and current is not None:
            path = (build / line.strip()).resolve()
            if path.is_relative_to(root) and not path.is_relative_to(build):
                current.append(path)
    return headers


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    jobs = int(sys.argv[2])
    root = pathlib.Path.cwd().resolve()
    clean = build / "tidy"
    clean.mkdir(exist_ok=True)
    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    common = version + (root / ".clang-tidy").read_bytes()
    headers = our_headers(build, root)

    work = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        if not file.is_relative_to(root) or file.is_relative_to(build):
            continue
        digest = hashlib.sha256(common + entry["command"].encode())
        for path in [file, *sorted(headers.get(entry.get("output", ""), []))]:
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
        work.setdefault(file, clean / digest.hexdigest())
    todo = [(file, mark) for file, mark in work.items() if not mark.exists()]
    print(f"clang-tidy: {len(todo)} of {len(work)} files to look at", flush=True)

    def check(item):
        file, mark = item
        run = subprocess.run([TIDY, "-p", build, "--quiet", file], capture_output=True, text=True,
                             stdin=subprocess.DEVNULL)
        if run.returncode == 0:
            mark.touch()
            return ""
        return run.stdout if run.stdout.strip() else f"{file}: {run.stderr}"

    complaints = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for output in pool.map(check, todo):
            if output:
                complaints += 1
                print(output, flush=True)
    wanted = set(work.values())
    for mark in clean.iterdir():
        if mark not in wanted:
            mark.unlink()
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
