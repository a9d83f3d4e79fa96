"""Livelihood projects, market days, meetings, leaders, scores, and what duties come to, over HTTP and the command line.
Usage: supervision_test.py HUIYIN"""
import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

from driver import Server

PRINCIPALS = [("coordinator-1", "--role", "coordinator"), ("officer-1", "--role", "officer"),
              ("county-1", "--role", "coordinator", "--region", "430304"),
              ("organ-clerk", "--role", "organ", "--organ", "builders"), ("integrator-1", "--role", "integrator")]


def china_today():
    """The server's day: the zone of the shipped configuration."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


class SupervisionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # The shipped configuration, but that every yearly duty is warned of from the year's first day.
        config = pathlib.Path(tempfile.mkdtemp(prefix="huiyin-config-"))
        cls.addClassCleanup(shutil.rmtree, config, True)
        shutil.copytree(os.environ["HUIYIN_CONFIG_DIR"], config / "config")
        duties = config / "config" / "registry" / "duties.toml"
        text = duties.read_text(encoding="utf-8")
        assert "warn_days = 60" in text
        duties.write_text(text.replace("warn_days = 60", "warn_days = 366"), encoding="utf-8")
        os.environ["HUIYIN_CONFIG_DIR"] = str(config / "config")
        cls.server = Server(cls.binary, principals=PRINCIPALS)
        cls.addClassCleanup(cls.server.close)
        for name, *_ in PRINCIPALS:
            setattr(cls, name.replace("-", "_"), cls.server.client(name))
        cls.make("regions", {"id": "430000", "name": "湖南省", "kind": "province"})
        cls.make("regions", {"id": "430304", "name": "示例镇", "kind": "township", "parent": "430000"})
        cls.make("organs", {"id": "sc", "name": "省人大常委会（示例）", "kind": "standing-committee", "region": "430000"})
        cls.make("organs", {"id": "builders", "name": "住建部门（示例）", "kind": "government", "region": "430000"})
        for id_, level in (("national", "national"), ("hunan", "provincial")):
            cls.make("congresses", {"id": id_, "name": id_, "level": level, "region": "430000"})
            cls.do("congresses", id_, "open-term", {"term": 14, "from": "2023-01-01", "to": "2027-12-31",
                                                    "occurred_at": "2023-01-01T00:00:00+08:00"})
        for i in range(20):
            cls.make("deputies", {"id": f"dep-{i:02}", "name": f"代表{i}（示例）", "region": "430000", "grass_roots": i >= 10},
                     at="2023-01-02")
            cls.do("deputies", f"dep-{i:02}", "begin-mandate", {"congress": "national" if i < 4 else "hunan", "term": 14,
                                                               "occurred_at": "2023-01-02T00:00:00+08:00"})

    @classmethod
    def make(cls, kind, body, at="2022-01-01", expect=201):
        answer = cls.coordinator_1.post(f"/v1/{kind}", {"occurred_at": f"{at}T00:00:00+08:00", **body})
        assert answer.status == expect, f"{kind} {body}: {answer.status} {answer.text}"
        return answer.json

    @classmethod
    def do(cls, kind, subject, command, body=None, who=None, expect=200):
        answer = (who or cls.coordinator_1).post(f"/v1/{kind}/{subject}/{command}", body or {})
        assert answer.status == expect, f"{command} on {subject}: {answer.status} {answer.text}"
        return answer.json

    def hold(self, id_, form, organiser, date, held=None, **plan):
        self.make("activities", {"id": id_, "form": form, "organiser": organiser, "date": date, **plan}, at=date)
        if form == "reception":
            self.do("activities", id_, "announce", {"channels": ["notice"], "occurred_at": f"{date}T01:00:00+08:00"})
        return self.do("activities", id_, "hold", {**(held or {}), "occurred_at": f"{date}T10:00:00+08:00"})

    def gauge(self, duty, on):
        return self.coordinator_1.get(f"/v1/duties/{duty}?on={on}").json["gauge"]

    def test_a_livelihood_project_goes_through_its_four_stages(self):
        self.make("projects", {"id": "lamps", "name": "路灯改造（示例）", "region": "430304", "congress": "hunan",
                               "organ": "builders", "budget_yuan": 500000})
        early = self.do("projects", "lamps", "appraise", {"satisfied": 3}, expect=409)
        self.assertEqual(early["rule"], "wrong-stage")
        self.do("projects", "lamps", "vote", {"adopted": True, "votes_for": 52, "votes_against": 3, "abstained": 1})
        self.do("projects", "lamps", "vote", {"adopted": True, "votes_for": 52}, expect=409)
        self.assertEqual(self.do("projects", "lamps", "progress", {"percent": 120}, who=self.organ_clerk, expect=409)["rule"],
                         "figures")
        self.do("projects", "lamps", "progress", {"percent": 40, "spent_yuan": 180000}, who=self.organ_clerk)
        self.do("projects", "lamps", "complete", {"spent_yuan": 470000}, who=self.organ_clerk)
        self.assertEqual(self.do("projects", "lamps", "appraise", {"satisfied": 50, "basically": 5, "dissatisfied": 1})["stage"],
                         "appraised")
        project = self.coordinator_1.get("/v1/projects/lamps").json
        self.assertEqual((project["percent"], project["spent_yuan"], project["vote"]["votes_for"]), (100, 470000, 52))
        self.make("projects", {"id": "fountain", "name": "喷泉（示例）", "region": "430304", "congress": "hunan"})
        self.do("projects", "fountain", "vote", {"adopted": False, "votes_for": 12, "votes_against": 40})
        self.do("projects", "fountain", "progress", {"percent": 1}, expect=409)
        self.do("projects", "fountain", "vote", {"adopted": True, "votes_for": 1}, who=self.organ_clerk, expect=403)

    def test_market_days_are_periods_of_their_own(self):
        for id_, calendar, days in (("m-solar", "gregorian", [3, 8, 13, 18, 23, 28]), ("m-lunar", "lunar", [1, 15])):
            self.make("stations", {"id": id_, "name": f"{id_}集市联络站", "tier": "village", "form": "market",
                                   "region": "430304"}, at="2024-01-01")
            self.do("stations", id_, "set-market-days", {"calendar": calendar, "days": days})
        self.do("stations", "m-solar", "set-market-days", {"calendar": "gregorian", "days": [0]}, expect=409)
        self.hold("mk-1", "reception", "m-solar", "2024-02-13", station="m-solar")
        self.hold("mk-2", "reception", "m-lunar", "2024-02-10", station="m-lunar")  # the first of the first lunar month
        # On the 14th, both have held the last of their market days; by the 18th one has not; by the 24th neither.
        for on, done in (("2024-02-14", 2), ("2024-02-18", 1), ("2024-02-24", 0)):
            gauge = self.gauge("market-day-reception", on)
            self.assertEqual((gauge["done"], gauge["subjects"]), (done, 2), on)

    def test_deputies_are_invited_to_each_meeting(self):
        self.hold("meet-1", "standing-committee-meeting", "sc", "2024-03-20",
                  invited=[f"dep-{i:02}" for i in range(3)] + [f"dep-{i:02}" for i in range(4, 19)])
        for duty in ("national-deputies-at-meetings", "provincial-deputies-at-meetings"):
            self.assertEqual(self.gauge(duty, "2024-03-31")["done"], 1)
            self.assertEqual(self.gauge(duty, "2024-03-19")["subjects"], 0)  # there was none yet
        self.hold("meet-2", "standing-committee-meeting", "sc", "2024-05-20", invited=["dep-00", "dep-05"])
        self.assertEqual(self.gauge("national-deputies-at-meetings", "2024-05-31")["done"], 0)
        self.assertEqual(self.gauge("national-deputies-at-meetings", "2024-05-19")["done"], 1)

    def test_the_committee_of_a_field_is_found(self):
        for id_, sectors in (("c-water", ["水利", "环境"]), ("c-finance", ["财政"])):
            self.make("organs", {"id": id_, "name": f"{id_}（示例）", "kind": "special-committee", "region": "430000",
                                 "sectors": sectors})
        found = self.coordinator_1.get("/v1/organs?kind=special-committee&sector=%E6%B0%B4%E5%88%A9").json["items"]
        self.assertEqual([one["id"] for one in found], ["c-water"])

    def test_excellent_suggestions_of_a_year(self):
        self.make("organs", {"id": "work", "name": "代表工作机构（示例）", "kind": "deputy-work", "region": "430000"})
        self.hold("excellent-2024", "excellent-suggestions", "work", "2024-12-20", {"cases": ["case-a", "case-b"]})
        found = self.coordinator_1.get("/v1/activities?case=case-a").json["items"]
        self.assertEqual([(one["id"], one["form"]) for one in found], [("excellent-2024", "excellent-suggestions")])
        self.assertEqual(self.gauge("excellent-suggestions", "2024-12-31")["done"], 1)

    def test_leaders_hold_posts_for_a_time(self):
        self.do("organs", "sc", "staff", {"person": "chair", "name": "主任（示例）", "post": "head",
                                          "occurred_at": "2023-01-10T00:00:00+08:00"})
        self.do("organs", "sc", "staff", {"person": "chair", "post": "head"}, expect=409)
        self.do("organs", "sc", "unstaff", {"person": "chair", "post": "head", "occurred_at": "2024-01-10T00:00:00+08:00"})
        staff = self.coordinator_1.get("/v1/organs/sc").json["staff"]
        self.assertEqual((staff[0]["from"], staff[0]["to"]), ("2023-01-10", "2024-01-10"))

    def test_a_leaders_research_has_a_symposium(self):
        self.make("activities", {"id": "lr-1", "form": "leaders-research", "organiser": "sc", "date": "2024-04-01"})
        self.assertEqual(self.do("activities", "lr-1", "hold", {"outputs": [{"kind": "report"}]}, expect=409)["rule"], "output")
        self.do("activities", "lr-1", "hold", {"outputs": [{"kind": "report"}, {"kind": "symposium"}]})

    def test_files_have_scores(self):
        self.make("stations", {"id": "s-1", "name": "示例镇人大代表联络站", "tier": "township", "region": "430304"})
        for n in range(3):
            self.hold(f"f-{n}", "reception", "s-1", f"2024-06-0{n + 1}", {"attended": ["dep-15"], "visits": 4, "solved": 1})
        file = self.coordinator_1.get("/v1/deputies/dep-15/file?from=2024-06-01&to=2024-06-30").json
        scores = {one["score"]: (one["counted"], one["points"]) for one in file["scores"]}
        self.assertEqual((scores["receptions"], scores["deeds"]), ((3, 6), (3, 15)))
        self.assertEqual(file["points"], 21)
        done = self.server.cli("--json", "files", "--congress", "hunan", "--term", "14", "--from", "2024-06-01", "--to",
                               "2024-06-30", check=True)
        files = {one["deputy"]: one for one in json.loads(done.stdout)["items"]}
        self.assertEqual(len(files), 16)
        self.assertEqual((files["dep-15"]["points"], files["dep-16"]["points"]), (21, 0))

    def test_who_has_a_region_works_within_it(self):
        self.make("regions", {"id": "430399", "name": "别处", "kind": "township", "parent": "430000"})
        body = {"name": "别处人大代表联络站", "tier": "township", "region": "430399"}
        refused = self.county_1.post("/v1/stations", {"id": "there", **body})
        self.assertEqual((refused.status, refused.json["rule"]), (403, "S4-27"), refused.text)
        self.make("stations", {"id": "there", **body})
        self.do("stations", "there", "describe", {"duties": "联系群众"}, who=self.county_1, expect=403)
        self.make("stations", {"id": "point-here", "name": "示例联络点", "tier": "village", "form": "point", "region": "430304"})
        self.do("stations", "point-here", "describe", {"duties": "联系群众"}, who=self.county_1)

    def test_stations_that_are_missing_doubled_or_unused(self):
        self.make("regions", {"id": "430305", "name": "重站镇", "kind": "township", "parent": "430000"})
        for id_ in ("twice-a", "twice-b"):
            self.make("stations", {"id": id_, "name": "重站镇人大代表联络站", "tier": "township", "region": "430305"})
        self.hold("use-1", "reception", "twice-a", "2024-08-02", station="twice-a")
        path = "/v1/station-check?region=430305&from=2024-08-01&to=2024-08-31"
        check = self.coordinator_1.get(path).json
        self.assertEqual((check["stations"], check["townships"], check["activities"]), (2, 1, 1))
        self.assertEqual(check["without"], ["430305"])
        self.assertEqual(check["doubled"], [{"region": "430305", "stations": ["twice-a", "twice-b"]}])
        self.assertEqual([one["station"] for one in check["unused"]], ["twice-b"])
        items = ["premises", "equipment", "public-information", "rules", "ledger", "funds", "person-in-charge"]
        self.do("stations", "twice-a", "assess", {"checklist": "seven-haves", "met": items})
        self.do("stations", "twice-b", "end", {"into": "twice-a"})
        check = self.coordinator_1.get(path.replace("2024-08-31", china_today().isoformat())).json
        self.assertEqual((check["without"], check["doubled"], check["five_levels"]), ([], [], []))
        for level in ("city", "county", "township"):
            self.make("congresses", {"id": level, "name": level, "level": level, "region": "430305"})
            self.do("congresses", level, "open-term", {"term": 1, "from": "2023-01-01", "to": "2027-12-31",
                                                       "occurred_at": "2023-01-01T00:00:00+08:00"})
            self.make("deputies", {"id": f"of-{level}", "name": level, "region": "430305"})
            self.do("deputies", f"of-{level}", "begin-mandate", {"congress": level, "term": 1})
        for deputy in ("of-city", "of-county", "of-township", "dep-00", "dep-19"):
            self.do("deputies", deputy, "enrol", {"station": "twice-a"})
        self.assertEqual(self.coordinator_1.get("/v1/station-check?region=430305").json["five_levels"], ["twice-a"])
        # Who is told of what they do there: of county and township deputies the county, of others the city too (S2-16).
        self.make("organs", {"id": "town-presidium", "name": "重站镇人大主席团（示例）", "kind": "presidium", "region": "430305"})
        self.assertEqual(self.coordinator_1.get("/v1/deputies/of-township/file").json["reported_to"], ["town-presidium"])
        self.assertEqual(self.coordinator_1.get("/v1/deputies/of-city/file").json["reported_to"], [])

    def test_receptions_are_planned_by_a_rule(self):
        self.make("stations", {"id": "sched", "name": "示例定期联络点", "tier": "village", "form": "point", "region": "430304"})

        def plan(body, expect=200):
            answer = self.coordinator_1.post("/v1/stations/sched/schedule", body)
            self.assertEqual(answer.status, expect, answer.text)
            return answer.json
        # The 15th of odd months of 2025: that of March is a Saturday, of November too; the calendar knows the holidays.
        year = {"rule": "odd-month-15", "from": "2025-01-01", "to": "2025-12-31", "deputies": ["dep-00", "dep-01"]}
        done = plan(year)
        days = [one["date"] for one in done["results"]]
        self.assertEqual(days, ["2025-01-15", "2025-03-17", "2025-05-15", "2025-07-15", "2025-09-15", "2025-11-17"])
        self.assertEqual((done["planned"], plan(year)["planned"]), (6, 6))  # a repeat gets the same answers
        first = self.coordinator_1.get("/v1/activities/sched.2025-01-15").json
        self.assertEqual((first["stage"], first["invited"], first["prescribed"]), ("planned", ["dep-00"], True))
        # The national holiday of 2025 goes from the 1st to the 8th of October; the 11th, a Saturday, is worked.
        done = plan({"rule": "weekly", "weekday": "wednesday", "from": "2025-10-01", "to": "2025-10-15", "channels": ["notice"]})
        self.assertEqual([one["date"] for one in done["results"]], ["2025-10-09", "2025-10-15"])
        self.assertEqual(self.coordinator_1.get("/v1/activities/sched.2025-10-09").json["stage"], "announced")
        kept = plan({"rule": "monthly", "day": 31, "from": "2025-02-01", "to": "2025-03-31", "on_days_off": "keep"})
        self.assertEqual([one["date"] for one in kept["results"]], ["2025-02-28", "2025-03-31"])
        self.assertIn("market", plan({"rule": "market-day", "from": "2025-01-01", "to": "2025-01-31"}, expect=400)["detail"])
        self.do("stations", "sched", "set-market-days", {"calendar": "gregorian", "days": [4, 9]})
        market = plan({"rule": "market-day", "from": "2025-01-01", "to": "2025-01-31"})
        self.assertEqual([one["date"] for one in market["results"]], ["2025-01-04", "2025-01-09"])
        for wrong in ({"rule": "weekly"}, {"rule": "weekly", "from": "2025-02-01", "to": "2025-01-01", "weekday": "monday"},
                      {"rule": "monthly", "from": "2025-01-01", "to": "2025-02-01"}, {"rule": "lunar"}):
            self.assertEqual(self.coordinator_1.post("/v1/stations/sched/schedule", wrong).status, 400)
        self.assertEqual(self.coordinator_1.post("/v1/stations/none/schedule", year).status, 404)

    def test_reports_that_are_owed(self):
        self.make("organs", {"id": "office", "name": "省人大常委会办公厅（示例）", "kind": "office", "region": "430000", "superior": "sc"})
        self.make("organs", {"id": "committee-x", "name": "某专门委员会（示例）", "kind": "special-committee", "region": "430000"})
        self.hold("owe-1", "research", "committee-x", "2024-09-02")
        self.hold("owe-2", "symposium", "sc", "2024-09-03")
        path = "/v1/owed-reports?from=2024-09-01&to=2024-09-12"
        owed = {one["activity"]: one for one in self.coordinator_1.get(path).json["items"]}
        self.assertEqual((owed["owe-1"]["reporter"], owed["owe-1"]["due"]), ("committee-x", "2024-09-12"))
        self.assertEqual(owed["owe-2"]["reporter"], "office")  # no committee took part (S0-11)
        self.do("activities", "owe-2", "report", {"text": "报告（示例）", "reporter": "office"})
        self.assertEqual([one["activity"] for one in self.coordinator_1.get(path).json["items"]], ["owe-1"])

    def test_who_is_missing_is_said_before_the_year_ends(self):
        year = china_today().year
        self.hold("year-1", "research", "sc", f"{year}-01-02", invited=["dep-10", "dep-11"])
        self.server.stop()
        self.server.start()  # it looks when it starts, and then every few minutes
        subject = f"invited-once-a-year.{year}"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and "warned" not in (self.coordinator_1.get(f"/v1/duty-periods/{subject}").json or {}):
            time.sleep(0.1)
        state = self.coordinator_1.get(f"/v1/duty-periods/{subject}").json
        self.assertEqual((state["done"], state["subjects"], state["stage"]), (2, 10, "active"))
        history = self.coordinator_1.get(f"/v1/duty-periods/{subject}/history").json["items"]
        self.assertEqual([event["type"] for event in history], ["huiyin.duty.opened.v1", "huiyin.duty.warned.v1"])
        self.assertEqual(history[1]["data"]["missing"], [f"dep-{i}" for i in range(12, 20)])
        self.assertEqual(history[1]["role"], "timer")
        # Once, also over another start; and nobody else writes it.
        self.server.stop()
        self.server.start()
        time.sleep(1)
        self.assertEqual(len(self.coordinator_1.get(f"/v1/duty-periods/{subject}/history").json["items"]), 2)
        self.do("duty-periods", subject, "close", {"done": 1, "subjects": 1}, expect=403)


if __name__ == "__main__":
    SupervisionTest.binary = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
