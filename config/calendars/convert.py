#!/usr/bin/env python3
"""Turns the year files of NateScarlet/holiday-cn (MIT) into our calendar TOML.

usage: convert.py FOLDER VERSION > cn.toml
  FOLDER   holds 2007.json, 2008.json, …; a year without days is left out (not published yet)
  VERSION  the new version of the calendar; raise it whenever a day changes
"""

import json
import pathlib
import sys

HEAD = """\
# Days off and make-up working days (调休) of mainland China, as the State Council's yearly notices
# give them. Every other day follows the week: Monday to Friday are worked.
#
# Facts taken from NateScarlet/holiday-cn (MIT, see LICENSE.holiday-cn) by convert.py; each year names
# the notices (papers) that it rests on. A year's notice may also move days of its neighbours.
# The notice for the next year appears each November: add the year and raise the version.

id = "cn"
version = "{version}"
name = "中国大陆法定节假日与调休"
source = "NateScarlet/holiday-cn, MIT licence"
weekend = ["saturday", "sunday"]
"""


def main(folder, version):
    print(HEAD.format(version=version), end="")
    for path in sorted(pathlib.Path(folder).glob("[0-9][0-9][0-9][0-9].json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if not data["days"]:
            continue
        festivals = {}
        for day in sorted(data["days"], key=lambda day: day["date"]):
            kind = "off" if day["isOffDay"] else "work"
            festivals.setdefault(day["name"], {"off": [], "work": []})[kind].append(day["date"])
        print(f"\n[[year]]\nyear = {data['year']}")
        print("papers = [" + ", ".join(json.dumps(paper) for paper in data["papers"]) + "]")
        print("days = [")
        for name, kinds in festivals.items():
            lists = [f"{kind} = [{', '.join(dates)}]" for kind, dates in kinds.items() if dates]
            print(f"  {{ name = {json.dumps(name, ensure_ascii=False)}, {', '.join(lists)} }},")
        print("]")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
