"""The HTTP interface from outside: lives of suggestions and matters, what views say of them, who may
see what, errors, retries, time travel, feeds, restart.  Usage: http_test.py HUIYIN"""
import datetime
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import unittest
import urllib.parse

from driver import Server

CONGRESS = "430000-14"
PRINCIPALS = [
    ("dep-1", "--role", "deputy", "--congress", CONGRESS),
    ("dep-2", "--role", "deputy", "--congress", CONGRESS),
    ("dep-other", "--role", "deputy", "--congress", "110000-16"),
    ("officer-1", "--role", "officer", "--station", "station-1"),
    ("reviewer-1", "--role", "reviewer"),
    ("coordinator-1", "--role", "coordinator"),
    ("clerk-a", "--role", "organ", "--organ", "organ-a"),
    ("clerk-b", "--role", "organ", "--organ", "organ-b"),
    ("supervisor-1", "--role", "supervisor", "--organ", "committee-1"),
    ("auditor-1", "--role", "auditor"),
    ("integrator-1", "--role", "integrator"),
    ("citizens-desk", "--role", "citizen"),
    ("admin-1", "--role", "admin"),
]


def suggestion(**more):
    return {"kind": "suggestion", "title": "关于疏通升平路排水管道的建议", "body": "每逢大雨，升平路积水严重。",
            "congress": CONGRESS, "region": "431002", "station": "station-1",
            "deputies": [{"deputy": "dep-1", "congress": CONGRESS}], **more}


class HttpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.binary, principals=PRINCIPALS)
        cls.addClassCleanup(cls.server.close)
        for name, *_ in PRINCIPALS:
            setattr(cls, name.replace("-", "_"), cls.server.client(name))

    def collect(self, who, body, **more):
        answer = who.post("/v1/cases", body, **more)
        self.assertEqual(answer.status, 201, answer.text)
        self.assertEqual(answer.headers["location"], "/v1/cases/" + answer.json["case"])
        case = answer.json["case"]
        # The views follow the log: from here on they hold the case.
        self.auditor_1.get(f"/v1/cases/{case}?at_least={answer.json['position']}")
        return case

    def to_hand_off(self, **hand_off):
        case = self.collect(self.dep_1, suggestion())
        for gate in ("pre-review", "first-check", "second-check"):
            self.reviewer_1.do(case, "review", {"gate": gate, "outcome": "passed"})
        self.coordinator_1.do(case, "accept")
        self.coordinator_1.do(case, "analyse", {"category": "城乡建设"})
        self.last = self.coordinator_1.do(case, "hand-off", hand_off or {"lead": "organ-a", "co": ["organ-b"]})
        return case

    def test_a_suggestion_lives_from_collecting_to_the_archive(self):
        case = self.to_hand_off()
        self.clerk_a.do(case, "sign")
        self.clerk_b.do(case, "sign")
        self.clerk_a.do(case, "contact", {"deputies": ["dep-1"], "how": "phone"})
        self.clerk_b.do(case, "give-opinion", {"text": "同意"})
        done = self.clerk_a.do(case, "reply", {"class": "A", "text": "已疏通"})
        self.assertEqual(done["stage"], "replied")
        self.assertEqual(done["events"][0]["type"], "huiyin.case.replied.v1")
        self.dep_1.do(case, "rate", {"result": "dissatisfied"})
        refused = self.coordinator_1.post(f"/v1/cases/{case}/close")
        self.assertEqual((refused.status, refused.json["rule"]), (409, "S3-34"))
        self.assertIn("order-rehandling", refused.json["allowed"])
        self.coordinator_1.do(case, "order-rehandling", {"reason": "代表不满意"})
        self.clerk_a.do(case, "reply", {"class": "B", "text": "列入计划", "commitment": "2099-06-30"})
        self.dep_1.do(case, "rate", {"result": "satisfied"})
        self.coordinator_1.do(case, "publish", {"where": "平台"})
        self.coordinator_1.do(case, "close")
        refused = self.coordinator_1.post(f"/v1/cases/{case}/archive")
        self.assertEqual(refused.status, 409)  # the commitment is open
        self.coordinator_1.do(case, "revisit", {"class": "A", "evidence": "现场核实"})
        last = self.coordinator_1.do(case, "archive")
        self.assertEqual(last["stage"], "archived")
        state = self.auditor_1.get(f"/v1/cases/{case}?at_least={last['position']}&texts=true").json
        self.assertEqual(state["lanes"][0]["class"], "A")
        self.assertEqual(state["lanes"][0]["first_class"], "A")
        self.assertEqual(state["lanes"][0]["round"], 1)
        self.assertEqual(state["texts"]["body"], "每逢大雨，升平路积水严重。")
        self.assertNotIn("clocks", state)

    def test_a_matter_with_a_citizen_ends_only_after_feed_back(self):
        body = {"kind": "matter", "title": "路灯不亮", "channel": "phone", "chosen_deputy": "dep-2",
                "petitioner": {"name": "张某", "phone": "13900000000"}}
        case = self.collect(self.officer_1, body)
        refused = self.officer_1.post(f"/v1/cases/{case}/accept")
        self.assertEqual(refused.json["rule"], "S4-10")
        wrong = self.officer_1.post(f"/v1/cases/{case}/transfer", {"deputy": "dep-1"})
        self.assertEqual(wrong.json["rule"], "S2-5")
        self.officer_1.do(case, "transfer", {"deputy": "dep-2"})
        self.officer_1.do(case, "accept")
        self.officer_1.do(case, "analyse", {"category": "市政"})
        self.coordinator_1.do(case, "hand-off", {"lead": "organ-a"})
        self.clerk_a.do(case, "sign")
        replied = self.clerk_a.do(case, "reply", {"class": "A", "text": "已修好"})
        refused = self.coordinator_1.post(f"/v1/cases/{case}/close")
        self.assertEqual((refused.status, refused.json["rule"]), (409, "S0-31"))
        self.officer_1.do(case, "feed-back", {"how": "phone"})
        self.coordinator_1.do(case, "close")

        # The citizen's details: open to who works with them, nowhere else.
        opened = self.officer_1.get(f"/v1/cases/{case}?petitioner=true&at_least={replied['position']}")
        self.assertEqual(opened.json["petitioner"]["name"], "张某")
        self.assertEqual(self.auditor_1.get(f"/v1/cases/{case}?petitioner=true").status, 403)
        for client, path in ((self.auditor_1, f"/v1/cases/{case}"), (self.auditor_1, f"/v1/cases/{case}/history?states=true"),
                             (self.integrator_1, "/v1/events?limit=500"), (self.auditor_1, "/v1/cases"),
                             (self.server.client(None), "/metrics")):
            text = client.get(path).text
            self.assertNotIn("13900000000", text, path)
            self.assertNotIn("张某", text, path)
        with open(self.server.log.name, encoding="utf-8") as log:
            self.assertNotIn("13900000000", log.read())

    def test_a_deputy_never_handles(self):
        case = self.collect(self.dep_1, {"kind": "matter", "title": "噪声"})
        self.officer_1.do(case, "accept")
        self.coordinator_1.do(case, "analyse", {"category": "环保"})
        for handler in ("dep-1", "officer-1"):
            refused = self.coordinator_1.post(f"/v1/cases/{case}/hand-off", {"lead": handler})
            self.assertEqual((refused.status, refused.json["rule"]), (409, "S4-14"))

    def test_a_proposer_holds_a_mandate(self):
        body = suggestion(deputies=[{"deputy": "dep-other", "congress": CONGRESS}])
        refused = self.coordinator_1.post("/v1/cases", body)
        self.assertEqual((refused.status, refused.json["rule"]), (409, "S4-17"))

    def test_conversion_brings_the_reply_back(self):
        matter = self.collect(self.dep_1, {"kind": "matter", "title": "内陆港建设", "petitioner": {"anonymous": True}})
        self.coordinator_1.do(matter, "accept")
        self.coordinator_1.do(matter, "analyse", {"category": "经济"})
        target = "converted-" + matter
        draft = {k: v for k, v in suggestion(title="关于加大内陆港建设支持的建议").items()}
        self.dep_1.do(matter, "convert", {"into": target, "draft": draft})
        self.until(lambda: self.auditor_1.get(f"/v1/cases/{matter}").json["target"].get("confirmed"))
        for gate in ("pre-review", "first-check", "second-check"):
            self.reviewer_1.do(target, "review", {"gate": gate, "outcome": "passed"})
        self.coordinator_1.do(target, "accept")
        self.coordinator_1.do(target, "analyse", {"category": "经济"})
        self.coordinator_1.do(target, "hand-off", {"lead": "organ-a"})
        self.clerk_a.do(target, "sign")
        self.clerk_a.do(target, "reply", {"class": "A", "text": "已落实"})
        self.until(lambda: self.auditor_1.get(f"/v1/cases/{matter}").json["stage"] == "replied")
        self.until(lambda: "outbox" not in self.auditor_1.get(f"/v1/cases/{target}").json)
        self.coordinator_1.do(matter, "feed-back", {"how": "publication"})
        self.coordinator_1.do(matter, "close")

    def test_a_merged_suggestion_is_rated_published_and_closed(self):
        def analysed():
            case = self.collect(self.dep_1, suggestion())
            for gate in ("pre-review", "first-check", "second-check"):
                self.reviewer_1.do(case, "review", {"gate": gate, "outcome": "passed"})
            self.coordinator_1.do(case, "accept")
            self.coordinator_1.do(case, "analyse", {"category": "城乡建设"})
            return case

        def stage(case):
            return self.auditor_1.get(f"/v1/cases/{case}").json["stage"]

        source, target = analysed(), analysed()
        self.coordinator_1.do(source, "merge", {"into": target})
        self.until(lambda: self.auditor_1.get(f"/v1/cases/{source}").json["target"].get("confirmed"))
        self.coordinator_1.do(target, "hand-off", {"lead": "organ-a"})
        self.clerk_a.do(target, "sign")
        self.clerk_a.do(target, "reply", {"class": "A", "text": "已疏通"})
        self.until(lambda: stage(source) == "replied")
        self.dep_1.do(target, "rate", {"result": "satisfied"})
        self.coordinator_1.do(target, "publish", {"where": "平台"})
        for case in (target, source):  # the source has its reply, and its rating, over there
            self.coordinator_1.do(case, "close")
            self.assertEqual(self.coordinator_1.do(case, "archive")["stage"], "archived")

    def test_a_citizen_asks_by_receipt_and_is_forgotten(self):
        body = {"kind": "matter", "title": "井盖松动", "channel": "web", "chosen_deputy": "dep-2",
                "petitioner": {"person": "person/1", "name": "李某", "phone": "13800000000"}}
        own_id = self.citizens_desk.post("/v1/cases", {**body, "case": "m-1"})
        self.assertEqual(own_id.status, 400, own_id.text)  # a receipt that others could guess
        case = self.collect(self.citizens_desk, body)
        receipt = self.citizens_desk.get(f"/v1/receipts/{case}")
        self.assertEqual((receipt.status, receipt.json["stage"]), (200, "collected"), receipt.text)
        self.assertNotIn("李某", receipt.text)
        self.assertEqual(self.citizens_desk.get("/v1/receipts/no-such").status, 404)
        self.assertEqual(self.citizens_desk.get(f"/v1/cases/{case}").status, 404)
        self.assertEqual(self.auditor_1.get(f"/v1/receipts/{case}").status, 403)
        motion = self.collect(self.dep_1, suggestion())
        self.assertEqual(self.citizens_desk.get(f"/v1/receipts/{motion}").status, 404)

        opened = f"/v1/cases/{case}?petitioner=true"
        self.assertEqual(self.coordinator_1.get(opened).json["petitioner"]["name"], "李某")
        path = "/v1/persons/person%2F1/forget"
        self.assertEqual(self.coordinator_1.post(path).status, 403)
        self.assertEqual(self.server.cli("forget", "person/1").returncode, 1)  # the server has it
        self.assertEqual(self.admin_1.post(path).json, {"forgotten": True})
        self.assertEqual(self.coordinator_1.get(opened).json["petitioner"], {"forgotten": True})
        self.assertEqual(self.admin_1.post(path).status, 404)

    def test_a_refused_merge_is_undone(self):
        case = self.collect(self.dep_1, {"kind": "matter", "title": "井盖"})
        self.coordinator_1.do(case, "accept")
        self.coordinator_1.do(case, "analyse", {"category": "市政"})
        self.coordinator_1.do(case, "merge", {"into": "no-such-case"})
        self.until(lambda: self.auditor_1.get(f"/v1/cases/{case}").json["stage"] == "analysed")

    def until(self, condition, seconds=10):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if condition():
                    return
            except (KeyError, TypeError):
                pass  # the views do not hold it yet
            time.sleep(0.05)
        self.fail("did not come about within %d s" % seconds)

    def test_visibility_denies_by_default(self):
        case = self.to_hand_off(lead="organ-a")
        at = "?at_least=" + self.last["position"]
        for client in (self.dep_1, self.clerk_a, self.officer_1, self.coordinator_1, self.auditor_1, self.reviewer_1):
            self.assertEqual(client.get(f"/v1/cases/{case}{at}").status, 200, client.name)
        for client in (self.dep_2, self.clerk_b, self.integrator_1, self.supervisor_1):
            self.assertEqual(client.get(f"/v1/cases/{case}{at}").status, 404, client.name)
            listed = client.get("/v1/cases?limit=500")
            if listed.status == 200:
                self.assertNotIn(case, [row["case"] for row in listed.json["items"]], client.name)
        self.coordinator_1.do(case, "assign-supervisor", {"organ": "committee-1"})
        self.until(lambda: self.supervisor_1.get(f"/v1/cases/{case}").status == 200)
        self.assertEqual(self.auditor_1.post(f"/v1/cases/{case}/annotate", {"text": "x"}).status, 403)
        self.assertEqual(self.auditor_1.get("/v1/events").status, 200)
        self.assertEqual(self.dep_1.get("/v1/events").status, 403)
        nobody = self.server.client(None)
        self.assertEqual(nobody.get("/v1/cases").status, 401)
        self.assertEqual(nobody.get("/healthz").status, 200)

    def test_lists_filter_page_and_search(self):
        cases = [self.collect(self.dep_1, {"kind": "matter", "title": f"翠竹小区停车难 {i}", "region": "430104",
                                           "category": "停车"}) for i in range(7)]
        position = self.coordinator_1.do(cases[-1], "annotate", {"text": "x"})["position"]
        query = "/v1/cases?category=" + urllib.parse.quote("停车") + "&region=430100&limit=3&at_least=" + position
        first = self.auditor_1.get(query).json
        self.assertEqual((len(first["items"]), first["total"]), (3, 7))
        seen, cursor = [row["case"] for row in first["items"]], first["next"]
        while cursor:
            page = self.auditor_1.get(query + "&cursor=" + urllib.parse.quote(cursor)).json
            seen += [row["case"] for row in page["items"]]
            cursor = page.get("next")
        self.assertEqual(sorted(seen), sorted(cases))
        found = self.auditor_1.get("/v1/cases?q=" + urllib.parse.quote("竹小区停")).json
        self.assertEqual(sorted(row["case"] for row in found["items"]), sorted(cases))
        self.assertEqual(self.auditor_1.get("/v1/cases?q=" + urllib.parse.quote("竹停小区")).json["total"], 0)
        self.assertEqual(self.auditor_1.get("/v1/cases?colour=red").status, 400)
        self.assertEqual(self.auditor_1.get("/v1/cases?limit=501").status, 400)

    def test_overdue_fires_by_the_cases_own_time(self):
        then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=40)
        stamp = then.strftime("%Y-%m-%dT%H:%M:%SZ")
        case = self.collect(self.dep_1, suggestion(occurred_at=stamp, title="逾期的建议"))
        self.until(lambda: any(clock.get("missed") for clock in
                               self.auditor_1.get(f"/v1/cases/{case}").json.get("clocks", [])))
        items = self.auditor_1.get("/v1/overdue?clock=accept&limit=500").json["items"]
        row = [item for item in items if item["case"] == case][0]
        self.assertTrue(row["missed"])
        self.assertGreater(row["days_over"], 20)
        self.assertGreater(row["days_over"], row["working_days_over"])
        listed = self.auditor_1.get("/v1/cases?overdue=true&limit=500").json["items"]
        self.assertIn(case, [item["case"] for item in listed])

        # As of ten days in, nothing had been missed.
        early = (then + datetime.timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        state = self.auditor_1.get(f"/v1/cases/{case}?as_of={early}").json
        self.assertNotIn("missed", state["clocks"][0])
        before = (then - datetime.timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.assertEqual(self.auditor_1.get(f"/v1/cases/{case}?as_of={before}").status, 404)
        self.assertEqual(self.auditor_1.get(f"/v1/cases/{case}?known_at={early}").status, 404)

    def test_load_and_stats_answer(self):
        self.to_hand_off(lead="organ-a")
        position = self.last["position"]
        rows = {row["holder"]: row for row in self.auditor_1.get("/v1/load?by=organ&at_least=" + position).json["items"]}
        self.assertGreaterEqual(rows["organ-a"]["open"], 1)
        stats = self.auditor_1.get("/v1/stats?by=year").json["items"]
        figures = {figure["measure"]: figure for row in stats for figure in row["figures"]}
        self.assertGreaterEqual(figures["handed_off" if "handed_off" in figures else "handed-off"]["value"], 1)
        self.assertTrue(all(figure["unit"] and figure["comparator"] == "=" for figure in figures.values()))
        self.assertEqual(self.auditor_1.get("/v1/load?by=nothing").status, 400)

    def test_keys_versions_and_errors(self):
        body = suggestion(title="幂等")
        one = self.dep_1.post("/v1/cases", body, key="k-1")
        two = self.dep_1.post("/v1/cases", body, key="k-1")
        self.assertEqual((one.status, one.text), (two.status, two.text))
        other = self.dep_1.post("/v1/cases", suggestion(title="别的"), key="k-1")
        self.assertEqual((other.status, other.json["code"]), (422, "conflict"))
        case = one.json["case"]
        self.assertEqual(one.headers["etag"], '"1"')
        stale = self.dep_1.post(f"/v1/cases/{case}/annotate", {"text": "x"}, **{"If-Match": '"7"'})
        self.assertEqual((stale.status, stale.json["code"]), (412, "stale-version"))
        self.dep_1.do(case, "annotate", {"text": "x"}, **{"If-Match": '"1"'})

        def bad(body, code, pointer, status=400):
            answer = self.dep_1.post("/v1/cases", body)
            self.assertEqual((answer.status, answer.json["code"], answer.json["pointer"]), (status, code, pointer))
            self.assertEqual(answer.headers["content-type"], "application/problem+json")

        bad(b'{"kind":', "malformed-json", "")
        bad({"kind": "suggestion"}, "missing-field", "/title")
        bad(suggestion(colour="red"), "unknown-field", "/colour")
        bad(suggestion(sources=["a"]), "unknown-field", "/sources")
        bad(suggestion(title=7), "wrong-type", "/title")
        bad(suggestion(title="长" * 501), "too-long", "/title")
        bad(suggestion(deputies=[{"deputy": "a"}] * 65), "too-many", "/deputies")
        bad(suggestion(kind="wish"), "invalid-value", "/kind")
        bad(b'{"kind":"suggestion","title":"\xff"}', "invalid-utf8", "/title")
        bad(suggestion(deputies=[{"deputy": "dep-1", "congress": 3}]), "wrong-type", "/deputies/0/congress")
        bad({"kind": "matter", "title": "x", "petitioner": {"nome": "x"}}, "unknown-field", "/petitioner/nome")
        self.assertEqual(self.dep_1.post("/v1/cases/none/annotate", {"text": "x"}).status, 404)
        self.assertEqual(self.dep_1.post(f"/v1/cases/{case}/settle", {}).status, 404)
        self.assertEqual(self.dep_1.post(f"/v1/cases/{case}/dance", {}).status, 404)
        self.assertEqual(self.dep_1.post("/v1/cases", suggestion(body="大" * 30000)).status, 413)

    def test_events_feed_and_stream(self):
        case = self.collect(self.dep_1, {"kind": "matter", "title": "流"})
        cursor, events = "", []
        while True:
            page = self.integrator_1.get(f"/v1/events?limit=500&after={cursor}").json
            if not page["events"]:
                break
            events += page["events"]
            cursor = page["next"]
        self.assertIn(case, [event["subject"] for event in events])
        sequences = {}
        for event in events:
            self.assertEqual(event["specversion"], "1.0")
            sequences.setdefault(event["subject"], []).append(int(event["subjectversion"]))
        for versions in sequences.values():
            self.assertEqual(versions, list(range(1, len(versions) + 1)))
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=10) as stream:
            stream.sendall(f"GET /v1/events/stream?after={cursor} HTTP/1.1\r\nHost: x\r\n"
                           f"Authorization: Bearer {self.server.tokens['integrator-1']}\r\n\r\n".encode())
            self.collect(self.dep_1, {"kind": "matter", "title": "流二"})
            text = b""
            while b"\n\n" not in text.split(b"\r\n\r\n", 1)[-1]:
                text += stream.recv(4096)
            self.assertIn(b"event: huiyin.case.collected.v1", text)

    def test_history_shows_states_and_corrections(self):
        case = self.collect(self.dep_1, {"kind": "matter", "title": "错字"})
        self.coordinator_1.do(case, "correct", {"of": 1, "fields": {"title": "正字"}, "reason": "笔误"})
        history = self.auditor_1.get(f"/v1/cases/{case}/history?states=true").json
        self.assertEqual([event["version"] for event in history["events"]], [1, 2])
        self.assertEqual(history["events"][0]["corrected_by"], [2])
        self.assertEqual(history["events"][0]["state"]["title"], "错字")
        self.assertEqual(history["events"][1]["state"]["title"], "正字")
        self.assertEqual(history["gaps"], [])

    def test_a_meeting_hands_off_many_cases(self):
        cases = []
        for _ in range(3):
            case = self.collect(self.dep_1, suggestion())
            for gate in ("pre-review", "first-check", "second-check"):
                self.reviewer_1.do(case, "review", {"gate": gate, "outcome": "passed"})
            self.coordinator_1.do(case, "accept")
            self.coordinator_1.do(case, "analyse", {"category": "城乡建设"})
            cases.append(case)
        unready = self.collect(self.dep_1, suggestion())
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        body = {"occurred_at": now, "cases": [{"case": case, "lead": "organ-a"} for case in cases[:2]]
                + [{"case": unready, "lead": "organ-a"}, {"case": cases[2], "lead": "dep-1"}, {"case": "nobody", "lead": "organ-a"}]}
        answer = self.coordinator_1.post("/v1/meetings/spring/hand-off", body)
        self.assertEqual((answer.status, answer.json["cases"], answer.json["handed_off"]), (200, 5, 2), answer.text)
        self.assertEqual([one["status"] for one in answer.json["results"]], [200, 200, 409, 409, 404])
        self.assertEqual(answer.json["results"][3]["answer"]["rule"], "S4-14")
        # One start for all clocks, and a repeat does nothing twice.
        states = [self.auditor_1.get(f"/v1/cases/{case}").json for case in cases[:2]]
        dues = [{clock["clock"]: clock["due"] for clock in state["clocks"]} for state in states]
        self.assertEqual(dues[0], dues[1])
        again = self.coordinator_1.post("/v1/meetings/spring/hand-off", body)
        self.assertEqual(again.json["results"][:2], answer.json["results"][:2])
        self.assertEqual([self.auditor_1.get(f"/v1/cases/{case}").json["version"] for case in cases[:2]],
                         [state["version"] for state in states])
        # What was refused is mended and sent again, under the same meeting.
        mended = self.coordinator_1.post("/v1/meetings/spring/hand-off", {"occurred_at": now, "cases": [{"case": cases[2], "lead": "organ-b"}]})
        self.assertEqual(mended.json["handed_off"], 1, mended.text)
        for wrong, pointer in [({"cases": []}, "/cases"), ({"cases": [{"lead": "x"}]}, "/cases/0/case"),
                               ({"cases": [{"case": "c", "lied": "x"}]}, "/cases/0/lied")]:
            refused = self.coordinator_1.post("/v1/meetings/spring/hand-off", wrong)
            self.assertEqual((refused.status, refused.json["pointer"]), (400, pointer), refused.text)
        self.assertEqual(self.dep_1.post("/v1/meetings/x/hand-off", body).json["handed_off"], 0)

    def test_every_open_command_is_listed(self):
        case = self.collect(self.dep_1, suggestion())
        opened = self.reviewer_1.get(f"/v1/cases/{case}?allowed=true").json["allowed"]
        self.assertIn("review", opened["reviewer"])
        paths = self.auditor_1.get("/openapi.json").json["paths"]
        self.assertIn("/v1/cases/{id}/hand-off", paths)
        self.assertIn("get", paths["/v1/cases"])

    def test_y_all_events_are_valid(self):
        """Last but one: what the other tests made, against the schemas, by an outside validator."""
        schemas = os.path.join(self.server.folder, "schemas")
        self.assertEqual(self.server.cli("schema", schemas).returncode, 0)
        lines, cursor = [], ""
        while True:
            page = self.integrator_1.get(f"/v1/events?limit=500&after={cursor}").json
            if not page["events"]:
                break
            lines += [json.dumps(event, ensure_ascii=False) for event in page["events"]]
            cursor = page["next"]
        validator = pathlib.Path(__file__).with_name("validate_events.py")
        done = subprocess.run([sys.executable, validator, schemas, "-"], input="\n".join(lines), text=True,
                              capture_output=True, timeout=120)
        if done.returncode == 77:
            self.skipTest(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_z_restart_keeps_everything(self):
        case = self.to_hand_off()
        before = self.auditor_1.get(f"/v1/cases/{case}?at_least={self.last['position']}").json
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.assertEqual(self.auditor_1.get(f"/v1/cases/{case}").json, before)
        checked = self.server.cli("verify")
        self.assertNotEqual(checked.returncode, 2, checked.stderr)


if __name__ == "__main__":
    HttpTest.binary = sys.argv.pop(1)
    unittest.main(verbosity=2)
