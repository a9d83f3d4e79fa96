"""What include roots cannot forbid: ways around them, and third-party headers in our headers.

usage: include_rules.py SOURCE_DIRECTORY. A third-party header in a public header (below include/) of
events, projections or engine is paid for by every file above (Asio two seconds, RocksDB one); cereal in
events is the one exception. Headers beside the .cpp files never leave their folder. Relative includes would reach another layer behind CMake's back.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
STANDARD = re.compile(r"[a-z_0-9]+")


def complaint(layer, file, quoted, angled):
    if quoted and ".." in pathlib.PurePath(quoted).parts:
        return f'"{quoted}" is relative'
    public = file.suffix == ".hpp" and "include" in file.parts
    if angled and public and layer != "connectors":
        cereal = layer == "events" and angled.startswith("cereal/")
        if not cereal and not STANDARD.fullmatch(angled):
            return f"<{angled}> belongs out of public headers"
    return None


def main():
    root = pathlib.Path(sys.argv[1])
    complaints = []
    files = 0
    for layer in ["events", "projections", "engine", "connectors"]:
        for file in sorted((root / layer).rglob("*.[ch]pp")):
            files += 1
            for quoted, angled in INCLUDE.findall(file.read_text(encoding="utf-8")):
                problem = complaint(layer, file, quoted, angled)
                if problem:
                    complaints.append(f"{file.relative_to(root)}: {problem}")
    print(*complaints, sep="\n")
    print(f"{files} files read")
    return 1 if complaints or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
