"""The registry from outside: regions, organs, congresses, deputies, stations, groups and what they do, over
HTTP and from CSV files; duties counted beside a count of our own.  Usage: registry_test.py HUIYIN"""
import csv
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from driver import Server

PRINCIPALS = [
    ("coordinator-1", "--role", "coordinator"),
    ("officer-1", "--role", "officer", "--station", "station-1"),
    ("dep-1", "--role", "deputy"),
    ("citizens-desk", "--role", "citizen"),
    ("auditor-1", "--role", "auditor"),
    ("integrator-1", "--role", "integrator"),
]
REGIONS = [("430000", "湖南省", "province", ""), ("431000", "郴州市", "city", "430000"),
           ("431002", "北湖区", "county", "431000"), ("431002001", "人民路街道", "township", "431002"),
           ("431002002", "骆仙街道", "township", "431002"), ("park-1", "湘南国际物流园", "park", "431002")]


class RegistryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.binary, principals=PRINCIPALS)
        cls.addClassCleanup(cls.server.close)
        for name, *_ in PRINCIPALS:
            setattr(cls, name.replace("-", "_"), cls.server.client(name))
        for code, name, kind, parent in REGIONS:
            cls.make("regions", {"id": code, "name": name, "kind": kind, **({"parent": parent} if parent else {})},
                     occurred_at="2020-01-01T00:00:00+08:00")

    @classmethod
    def make(cls, kind, body, **more):
        answer = cls.coordinator_1.post(f"/v1/{kind}", {**body, **more})
        assert answer.status == 201, f"{kind} {body}: {answer.status} {answer.text}"
        return answer.json

    @classmethod
    def do(cls, kind, subject, command, body=None, who=None, expect=200):
        answer = (who or cls.coordinator_1).post(f"/v1/{kind}/{subject}/{command}", body)
        assert answer.status == expect, f"{command} on {subject}: {answer.status} {answer.text}"
        return answer.json

    def station(self, subject, name="人民路街道人大代表联络站", region="431002001", **more):
        return self.make("stations", {"id": subject, "name": name, "tier": "township", "region": region, **more})

    def congress(self, subject, level="county", region="431002"):
        self.make("congresses", {"id": subject, "name": "北湖区人民代表大会", "level": level, "region": region},
                  occurred_at="2021-10-01T00:00:00+08:00")
        self.do("congresses", subject, "open-term", {"term": 6, "from": "2021-11-01", "to": "2026-10-31",
                                                     "occurred_at": "2021-11-01T00:00:00+08:00"})

    def test_an_organ_keeps_the_names_of_its_time(self):
        self.make("organs", {"id": "work-committee", "name": "选举任免联络工作委员会", "kind": "deputy-work",
                             "region": "430000"}, occurred_at="2018-02-01T00:00:00+08:00")
        self.do("organs", "work-committee", "rename", {"name": "代表工作委员会", "occurred_at": "2024-01-01T00:00:00+08:00"})
        organ = self.coordinator_1.get("/v1/organs/work-committee").json
        self.assertEqual(organ["names"], [{"name": "选举任免联络工作委员会", "from": "2018-02-01"},
                                          {"name": "代表工作委员会", "from": "2024-01-01"}])
        history = self.auditor_1.get("/v1/organs/work-committee/history").json["items"]
        self.assertEqual([event["type"] for event in history],
                         ["huiyin.organ.registered.v1", "huiyin.organ.renamed.v1"])

    def test_a_station_is_named_after_its_place(self):
        wrong = self.coordinator_1.post("/v1/stations", {"id": "wrong-name", "name": "某某联络站", "tier": "township",
                                                        "region": "431002001"})
        self.assertEqual((wrong.status, wrong.json["rule"]), (409, "S2-3"))
        self.assertIn("人民路街道人大代表联络站", wrong.json["detail"])
        self.station("whole-name", name="北湖区人民路街道人大代表联络站")
        self.make("stations", {"id": "point-1", "name": "盈丰国际代表联络点", "tier": "village", "form": "point",
                               "region": "431002001"})
        small = self.coordinator_1.post("/v1/stations", {
            "id": "too-small", "name": "骆仙街道人大代表联络站", "tier": "village", "region": "431002002", "area_m2": 12})
        self.assertEqual((small.status, small.json["rule"]), (409, "S2-21"))

    def test_what_is_named_must_be_there(self):
        lost = self.coordinator_1.post("/v1/stations", {"id": "lost", "name": "x", "tier": "village",
                                                       "region": "999999"})
        self.assertEqual((lost.status, lost.json["rule"]), (409, "unknown-reference"))
        self.assertIn("region 999999", lost.json["detail"])
        self.assertEqual(self.coordinator_1.get("/v1/stations/lost").status, 404)

    def test_only_who_may_and_only_once(self):
        body = {"id": "region-x", "name": "新区", "kind": "park", "parent": "431002"}
        refused = self.dep_1.post("/v1/regions", body)
        self.assertEqual(refused.status, 403, refused.text)
        first = self.coordinator_1.post("/v1/regions", body, key="once")
        again = self.coordinator_1.post("/v1/regions", body, key="once")
        self.assertEqual((first.status, again.status, first.json), (201, 201, again.json))
        self.assertTrue(first.json["position"].startswith("r:"))
        other = self.coordinator_1.post("/v1/regions", body, key="another")
        self.assertEqual(other.status, 409)
        stale = self.coordinator_1.post("/v1/regions/region-x/rename", {"name": "y"}, **{"If-Match": '"7"'})
        self.assertEqual(stale.status, 412)

    def test_bad_bodies_are_named_by_pointer(self):
        for body, pointer in [({"id": "b", "name": "x"}, "/kind"), ({"id": "b", "name": "x", "kind": "planet"}, "/kind"),
                              ({"id": "b", "name": "x", "kind": "park", "size": 3}, "/size"),
                              ({"id": "a b", "name": "x", "kind": "park"}, "/id")]:
            answer = self.coordinator_1.post("/v1/regions", body)
            self.assertEqual((answer.status, answer.json.get("pointer")), (400, pointer), answer.text)

    def test_mandates_enrolment_and_the_public_card(self):
        self.congress("hn-congress", level="provincial", region="430000")
        self.congress("bh-congress")
        self.station("station-card")
        profile = {"region": "431002001", "unit": "某单位", "position": "某职务", "contact": "0735-0000000"}
        for subject, congress in [("card-upper", "hn-congress"), ("card-county", "bh-congress")]:
            self.make("deputies", {"id": subject, "name": "代表" + subject, **profile},
                      occurred_at="2021-11-02T00:00:00+08:00")
            begun = {"congress": congress, "term": 6, "electing_unit": "第一选区", "occurred_at": "2021-11-03T00:00:00+08:00"}
            self.do("deputies", subject, "begin-mandate", begun)
            self.assertEqual(self.coordinator_1.post(f"/v1/deputies/{subject}/begin-mandate", begun).json["rule"],
                             "already-done")
            self.do("deputies", subject, "enrol", {"station": "station-card"})
        nowhere = self.coordinator_1.post("/v1/deputies/card-upper/begin-mandate", {"congress": "hn-congress", "term": 7})
        self.assertEqual(nowhere.json["rule"], "unknown-term")
        # County deputies show their card (S4-8), those of upper levels what they agree to.
        self.assertEqual(self.citizens_desk.get("/v1/deputies/card-county").json["contact"], profile["contact"])
        self.assertNotIn("contact", self.citizens_desk.get("/v1/deputies/card-upper").json)
        self.do("deputies", "card-upper", "disclose", {"fields": ["contact"]})
        card = self.citizens_desk.get("/v1/deputies/card-upper").json
        self.assertEqual((card["contact"], card.get("unit")), (profile["contact"], None))
        self.assertEqual(self.coordinator_1.get("/v1/deputies/card-upper").json["unit"], profile["unit"])
        self.assertEqual(self.citizens_desk.get("/v1/deputies/card-upper/history").status, 403)
        listed = self.citizens_desk.get("/v1/deputies?station=station-card&level=provincial").json
        self.assertEqual([item["id"] for item in listed["items"]], ["card-upper"])
        # A former deputy stays (S3-45), without the mandate's duties.
        self.do("deputies", "card-county", "end-mandate", {"congress": "bh-congress", "term": 6, "reason": "调离"})
        former = self.coordinator_1.get("/v1/deputies/card-county").json
        self.assertEqual(former["mandates"][0]["reason"], "调离")

    def test_a_reception_from_its_plan_to_the_file(self):
        self.congress("file-congress")
        self.station("station-file")
        self.make("deputies", {"id": "dep-1", "name": "驻站代表", "region": "431002001"}, occurred_at="2024-01-01T00:00:00+08:00")
        self.do("deputies", "dep-1", "begin-mandate", {"congress": "file-congress", "term": 6,
                                                     "occurred_at": "2024-01-02T00:00:00+08:00"})
        plan = {"id": "reception-1", "form": "reception", "organiser": "station-file", "station": "station-file",
                "region": "431002001", "date": "2024-03-15", "invited": ["dep-1"]}
        answer = self.officer_1.post("/v1/activities", {**plan, "occurred_at": "2024-03-01T00:00:00+08:00"})
        self.assertEqual(answer.status, 201, answer.text)
        held = {"attended": ["dep-1"], "visits": 3, "persons": 5, "matters": 2, "cases": ["case-17"],
                "occurred_at": "2024-03-15T12:00:00+08:00"}
        silent = self.officer_1.post("/v1/activities/reception-1/hold", held)
        self.assertEqual((silent.status, silent.json["rule"]), (409, "S2-25"))
        self.do("activities", "reception-1", "announce", {"channels": ["wechat", "board"],
                                                         "occurred_at": "2024-03-10T00:00:00+08:00"}, self.officer_1)
        early = self.officer_1.post("/v1/activities/reception-1/hold", {**held, "occurred_at": "2024-03-11T00:00:00+08:00"})
        self.assertEqual((early.status, early.json["rule"]), (409, "dates"))
        self.do("activities", "reception-1", "hold", held, self.officer_1)
        march = self.coordinator_1.get("/v1/duties/monthly-reception?on=2024-03-31&missing=false").json
        self.assertIn("dep-1", [item["subject"] for item in march["items"]])
        april = self.coordinator_1.get("/v1/duties/monthly-reception?on=2024-04-30").json
        self.assertIn("dep-1", [item["subject"] for item in april["items"]])
        file = self.dep_1.get("/v1/deputies/dep-1/file?from=2024-01-01&to=2024-03-31").json
        lines = {(line["part"], line["form"]): line for line in file["activities"]}
        self.assertEqual({k: lines[("attended", "reception")][k] for k in ("times", "visits", "persons", "matters")},
                         {"times": 1, "visits": 3, "persons": 5, "matters": 2})
        self.assertEqual(lines[("attended", "reception")]["activities"], ["reception-1"])
        self.assertIn({"duty": "monthly-reception", "period": "2024-03", "done": 1, "minimum": 1}, file["duties"])
        self.assertEqual(self.citizens_desk.get("/v1/deputies/dep-1/file").status, 403)
        behind = self.coordinator_1.get("/v1/activities?case=case-17").json["items"]
        self.assertEqual([item["id"] for item in behind], ["reception-1"])
        # What was entered of somebody who was not there is disputed and put right; the figures follow.
        self.do("activities", "reception-1", "correct",
                {"held": {"attended": [], "visits": 3, "persons": 5, "matters": 2}, "reason": "本人未参加"}, self.dep_1)
        file = self.dep_1.get("/v1/deputies/dep-1/file?from=2024-01-01&to=2024-03-31").json
        self.assertNotIn(("attended", "reception"), {(line["part"], line["form"]) for line in file["activities"]})
        march = self.coordinator_1.get("/v1/duties/monthly-reception?on=2024-03-31").json
        self.assertIn("dep-1", [item["subject"] for item in march["items"]])

    def test_cases_know_who_is_registered(self):
        self.congress("case-congress")
        self.make("deputies", {"id": "registered-only", "name": "代表", "region": "431002001"},
                  occurred_at="2022-01-01T00:00:00+08:00")
        suggestion = {"kind": "suggestion", "title": "关于停车的建议", "congress": "case-congress-6", "region": "431002",
                      "deputies": [{"deputy": "registered-only", "congress": "case-congress-6"}]}
        refused = self.coordinator_1.post("/v1/cases", {**suggestion, "behalf": "registered-only"})
        self.assertEqual((refused.status, refused.json.get("rule")), (409, "S4-17"), refused.text)
        self.do("deputies", "registered-only", "begin-mandate", {"congress": "case-congress", "term": 6})
        self.auditor_1.get("/v1/deputies/registered-only")  # in the views from here on
        taken = self.coordinator_1.post("/v1/cases", {**suggestion, "behalf": "registered-only"})
        self.assertEqual(taken.status, 201, taken.text)
        matter = self.officer_1.post("/v1/cases", {"kind": "matter", "title": "路灯不亮", "station": "station-1"})
        self.assertEqual(matter.status, 201, matter.text)
        case = matter.json["case"]
        self.officer_1.do(case, "transfer", {"deputy": "dep-1"})
        self.coordinator_1.do(case, "accept")
        self.coordinator_1.do(case, "analyse", {"category": "城乡建设"})
        handed = self.coordinator_1.post(f"/v1/cases/{case}/hand-off", {"lead": "registered-only"})
        self.assertEqual((handed.status, handed.json["rule"]), (409, "S4-14"), handed.text)

    def test_a_closed_station_counts_until_it_closed(self):
        self.station("station-old", occurred_at="2022-01-01T00:00:00+08:00")
        self.station("station-new", occurred_at="2022-01-01T00:00:00+08:00")
        self.do("stations", "station-old", "end", {"into": "station-new", "reason": "合并", "occurred_at": "2025-01-01T00:00:00+08:00"})
        ids = lambda day: {s["id"] for s in self.coordinator_1.get(f"/v1/stations?on={day}&limit=500").json["items"]}
        self.assertIn("station-old", ids("2024-12-31"))
        self.assertNotIn("station-old", ids("2025-01-01"))
        self.assertEqual(self.coordinator_1.post("/v1/stations/station-old/rename", {"name": "x"}).status, 409)

    def test_a_checklist_gives_a_rate(self):
        self.station("station-check")
        met = ["premises", "equipment", "rules", "ledger", "funds"]
        self.do("stations", "station-check", "assess", {"checklist": "seven-haves", "met": met})
        found = self.coordinator_1.get("/v1/stations/station-check").json["assessments"]
        self.assertEqual((sorted(found[0]["met"]), found[0]["items"]), (sorted(met), 7))
        wrong = self.coordinator_1.post("/v1/stations/station-check/assess", {"checklist": "seven-haves", "met": ["sauna"]})
        self.assertEqual(wrong.json["rule"], "unknown-item")

    def test_it_survives_a_kill(self):
        made = [self.make("regions", {"id": f"kill-{i}", "name": f"园区{i}", "kind": "park", "parent": "431002"})
                for i in range(20)]
        before = self.coordinator_1.get("/v1/regions/kill-19").json
        self.server.stop(signal.SIGKILL)
        self.server.start()
        self.assertEqual(self.coordinator_1.get("/v1/regions/kill-19").json, before)
        again = self.coordinator_1.post("/v1/regions/kill-19/rename", {"name": "改名"})
        self.assertEqual((again.status, again.json["version"]), (200, 2), again.text)
        self.assertEqual(len(made), 20)


    def test_z_what_was_made_is_valid_and_described(self):
        """Last: the events that the other tests made, against the schemas, by an outside validator."""
        schemas = os.path.join(self.server.folder, "schemas")
        self.assertEqual(self.server.cli("schema", schemas).returncode, 0)
        lines, after = [], "r:0"
        while True:
            page = self.integrator_1.get(f"/v1/registry/events?limit=500&after={after}").json
            if not page["items"]:
                break
            lines += [json.dumps(event, ensure_ascii=False) for event in page["items"]]
            after = page["next"]
        self.assertEqual([int(json.loads(line)["sequence"]) for line in lines], list(range(1, len(lines) + 1)))
        validator = pathlib.Path(__file__).with_name("validate_events.py")
        done = subprocess.run([sys.executable, str(validator), schemas, "-"], input="\n".join(lines), text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.citizens_desk.get("/v1/registry/events").status, 403)
        paths = self.coordinator_1.get("/openapi.json").json["paths"]
        self.assertIn("post", paths["/v1/stations/{id}/assess"])
        self.assertEqual(set(paths["/v1/deputies"]), {"get", "post"})
        operations = [one["operationId"] for path in paths.values() for one in path.values()]
        self.assertEqual(len(operations), len(set(operations)))
        metrics = self.coordinator_1.get("/metrics").text
        self.assertIn(f"huiyin_registry_events {len(lines)}\n", metrics)


class ImportTest(unittest.TestCase):
    """A district from CSV files, its duties beside a count made here."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="huiyin-registry-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.random = random.Random(20240305)

    def cli(self, *arguments):
        done = subprocess.run([self.binary, "--data", str(self.folder / "data"), "--json", *map(str, arguments)],
                              text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def write(self, name, header, rows):
        path = self.folder / f"{name}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(header)
            out.writerows(rows)
        return path

    def load(self, kind, header, rows, **expected):
        path = self.write(kind, header, rows)
        summary = self.cli("registry", "import", kind, path)
        for name, count in expected.items():
            self.assertEqual(summary[name], count, (kind, summary))
        return path

    def test_a_district(self):
        since = "2021-11-01"
        # The city after its districts: rows may stand in any order.
        regions = [(f"43100{d}", f"{d}区", "county", "431000", since) for d in (2, 3, 4)]
        regions += [(f"43100{d}00{t}", f"{d}区{t}街道", "township", f"43100{d}", since) for d in (2, 3, 4) for t in range(1, 6)]
        regions += [("431000", "郴州市", "city", "", since)]
        self.load("region", ["id", "name", "kind", "parent", "occurred_at"], regions, subjects=len(regions), rejected=0)
        self.load("congress", ["id", "name", "level", "region", "term", "from", "to", "occurred_at"],
                  [(f"c-{d}", f"{d}区人大", "county", f"43100{d}", 6, since, "2026-10-31", since) for d in (2, 3, 4)]
                  + [("c-city", "市人大", "city", "431000", 6, since, "2026-10-31", since)], subjects=4, rejected=0)
        towns = [code for code, _, kind, *_ in regions if kind == "township"]
        name_of = {code: name for code, name, *_ in regions}
        self.load("station", ["id", "name", "tier", "region", "occurred_at"],
                  [(f"s-{code}", name_of[code] + "人大代表联络站", "township", code, since) for code in towns],
                  subjects=len(towns), rejected=0)
        deputies = []
        for n in range(600):
            town = self.random.choice(towns)
            congress = "c-city" if n % 5 == 0 else f"c-{town[5]}"
            deputies.append((f"d-{n:04}", f"代表{n}", town, congress, 6, f"s-{town}", since))
        bad = [("d-bad", "代表", "no-such-place", "c-2", 6, "", since), ("d-0001", "again", towns[0], "", "", "", since)]
        header = ["id", "name", "region", "congress", "term", "stations", "occurred_at"]
        path = self.write("deputy", header, deputies + bad)
        rejects = self.folder / "rejects.csv"
        summary = self.cli("registry", "import", "deputy", path, "--rejects", rejects)
        self.assertEqual((summary["subjects"], summary["already_there"], summary["rejected"]), (600, 1, 1), summary)
        self.assertEqual(summary["reasons"], {"unknown-reference": 1})
        with rejects.open(encoding="utf-8", newline="") as file:
            self.assertEqual([row["id"] for row in csv.DictReader(file)], ["d-bad"])
        again = self.cli("registry", "import", "deputy", path)
        self.assertEqual((again["subjects"], again["commands"], again["already_there"]), (0, 0, 601), again)

        held = []
        for n in range(1500):
            town = self.random.choice(towns)
            there = [d[0] for d in deputies if d[2] == town]
            day = datetime.date(2024, 2, 1) + datetime.timedelta(days=self.random.randrange(60))
            attended = self.random.sample(there, min(len(there), self.random.randrange(1, 3)))
            form = self.random.choice(["reception", "reception", "visit"])
            held.append((f"a-{n}", form, f"s-{town}", f"s-{town}", day.isoformat(), "wechat", ";".join(attended), 3, "true"))
        self.load("activity", ["id", "form", "organiser", "station", "date", "channels", "attended", "persons", "held"],
                  held, subjects=1500, rejected=0)

        county = {d[0]: d for d in deputies if d[3] != "c-city"}
        for month, on in (("2024-02", "2024-02-29"), ("2024-03", "2024-03-31")):
            did = {who for a in held if a[1] == "reception" and a[4].startswith(month) for who in a[6].split(";")}
            for region in ("431000", "431002", "431003001"):
                gauge = {g["duty"]: g for g in self.cli("duties", "--on", on, "--region", region)["items"]}["monthly-reception"]
                owed = {who for who, d in county.items() if d[2].startswith(region.rstrip("0") if region == "431000" else region)}
                self.assertEqual((gauge["subjects"], gauge["done"], gauge["period"]),
                                 (len(owed), len(owed & did), month), (region, gauge))
            missing = self.cli("duties", "--on", on, "--missing", "monthly-reception", "--limit", "100000")
            self.assertEqual({item["subject"] for item in missing["items"]}, set(county) - did)
        # In the middle of a month, what is later in it has not happened yet.
        did = {who for a in held if a[1] == "reception" and "2024-03-01" <= a[4] <= "2024-03-10" for who in a[6].split(";")}
        gauge = {g["duty"]: g for g in self.cli("duties", "--on", "2024-03-10")["items"]}["monthly-reception"]
        self.assertEqual(gauge["done"], len(did & set(county)))
        # The log alone is enough: for a rebuild, and elsewhere from a backup.
        self.assertTrue(self.cli("verify")["ok"])
        rebuilt = self.cli("rebuild")["registry"]
        self.assertEqual(rebuilt["old_views"], "equal")
        self.cli("backup", self.folder / "backup")
        fresh = self.folder / "fresh"
        done = subprocess.run([self.binary, "--data", str(fresh), "restore", str(self.folder / "backup")],
                              text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        there, here = (json.loads(subprocess.run(
            [self.binary, "--data", str(data), "--json", "verify"], text=True, capture_output=True,
            timeout=120, check=True).stdout)["registry"] for data in (fresh, self.folder / "data"))
        self.assertEqual(there, here)
        unknown = subprocess.run([self.binary, "--data", str(self.folder / "data"), "registry", "import", "station",
                                  str(self.write("odd", ["id", "nmae"], []))], text=True, capture_output=True, timeout=60)
        self.assertEqual(unknown.returncode, 1)
        self.assertIn('unknown column "nmae"', unknown.stderr)


if __name__ == "__main__":
    RegistryTest.binary = ImportTest.binary = os.path.abspath(sys.argv.pop(1))
    unittest.main()
