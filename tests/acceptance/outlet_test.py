"""Matters passed on to the hotline 12345 and its results, from outside: files, and HTTP to a hotline that fails, answers
late, twice and never; nothing is lost or doubled, also over kill -9.  Usage: outlet_test.py HUIYIN"""
import contextlib
import csv
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

from driver import Server

PRINCIPALS = [
    ("coordinator-1", "--role", "coordinator"),
    ("officer-1", "--role", "officer", "--station", "station-1"),
    ("dep-1", "--role", "deputy"),
    ("outlet-12345", "--role", "integrator", "--role", "coordinator"),
    ("reader-12345", "--role", "integrator", "--role", "auditor"),
    ("importer-1", "--role", "importer"),
]
SHIPPED = pathlib.Path(os.environ.get("HUIYIN_CONFIG_DIR", pathlib.Path(__file__).resolve().parents[2] / "config"),
                       "outlets", "12345.toml").read_text(encoding="utf-8")


class Hotline(http.server.ThreadingHTTPServer):
    """The other side. `troubles` are what it does to the next requests, instead of answering well."""
    daemon_threads = True

    def __init__(self, context=None):
        super().__init__(("127.0.0.1", 0), Handler)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.lock = threading.Lock()
        self.orders = {}     # Idempotency-Key to order
        self.posts = 0
        self.results = []
        self.troubles = []   # of POST
        self.get_troubles = []
        self.refused = set()  # sourceNo that it never takes
        self.api_keys = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # clients that go away are part of it

    def close(self):
        self.shutdown()
        self.server_close()

    def finish(self, case, status, reply):
        with self.lock:
            order = next(o for o in self.orders.values() if o["sourceNo"] == case)
            self.results.append({"orderNo": order["orderNo"], "sourceNo": case, "status": status, "reply": reply,
                                 "finishTime": time.strftime("%Y-%m-%d")})


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body, **headers):
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": len(data), "Content-Type": "application/json"}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        line = self.server
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with line.lock:
            line.posts += 1
            line.api_keys.add(self.headers["X-Api-Key"])
            trouble = line.troubles.pop(0) if line.troubles else None
            if order["sourceNo"] in line.refused:
                return self.answer(400, {"error": "areaCode"})
            if trouble in (429, 500, 503):
                return self.answer(trouble, {}, Retry_After=1)
            key = self.headers["Idempotency-Key"]
            taken = line.orders.setdefault(key, {**order, "orderNo": f"HN-{len(line.orders) + 1}"})
        if trouble == "late":
            time.sleep(2.5)  # the bridge has given up by then
        if trouble == "gone":
            return self.connection.close()
        if trouble == "garbage":
            return self.answer(200, "?")
        self.answer(200, {"code": 0, "data": {"orderNo": taken["orderNo"]}})

    def do_GET(self):
        line = self.server
        after = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("after", ["0"])[0]
        with line.lock:
            trouble = line.get_troubles.pop(0) if line.get_troubles else None
            if trouble:
                return self.answer(trouble, {})
            begin = int(after)
            items = line.results[begin:begin + 2]
            # The newest one is said twice: links are as they are.
            again = line.results[begin - 1:begin] if begin else []
        self.answer(200, {"data": {"items": again + items, "next": str(begin + len(items))}})


class OutletTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self.binary, principals=PRINCIPALS)
        self.addCleanup(self.server.close)
        self.coordinator = self.server.client("coordinator-1")
        self.officer = self.server.client("officer-1")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="huiyin-outlet-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.bridges = []
        self.addCleanup(lambda: [b.kill() for b in self.bridges if b.poll() is None] and None)
        self.write(SHIPPED)
        self.environment = {**os.environ, "HUIYIN_OUTLET_TOKEN": self.server.tokens["outlet-12345"],
                            "HOTLINE_API_KEY": "api-key-1"}

    # ---- The configuration: the shipped one, and what a test changes of it

    def write(self, text, **changes):
        text = text.replace("http://127.0.0.1:8420", f"http://127.0.0.1:{self.server.port}")
        for old, new in changes.get("replace", []):
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        self.file = self.folder / "12345.toml"
        self.file.write_text(text, encoding="utf-8")

    def as_csv(self):
        self.write(SHIPPED, replace=[('[payload]\nformat = "json"', '[payload]\nformat = "csv"'),
                                     ('[results]\nformat      = "json"\nlist        = "data.items"',
                                      '[results]\nformat      = "csv"')])

    def over_http(self, hotline, scheme="http", more=""):
        at = f"{scheme}://127.0.0.1:{hotline.server_address[1]}"
        self.write(SHIPPED + f"""
[http]
send            = "{at}/orders"
external_id     = "data.orderNo"
results         = "{at}/results?after={{cursor}}"
next            = "data.next"
headers         = {{ "X-Api-Key" = {{ env = "HOTLINE_API_KEY" }} }}
every_seconds   = 1
timeout_seconds = 1
{more}""")

    def outlet(self, command, *words, token=None, code=0, json_out=True):
        environment = {**self.environment, **({"HUIYIN_OUTLET_TOKEN": self.server.tokens[token]} if token else {})}
        done = subprocess.run([self.binary, "--data", self.folder, *(["--json"] if json_out else []), "outlet", command,
                               self.file, *map(str, words)], text=True, capture_output=True, timeout=60, env=environment)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout) if json_out else done

    def bridge(self):
        log = open(self.folder / "bridge.log", "a", encoding="utf-8")
        self.bridges.append(subprocess.Popen([self.binary, "--data", self.folder, "outlet", "run", self.file],
                                             stdout=log, stderr=log, env=self.environment))
        log.close()
        return self.bridges[-1]

    def bridge_log(self):
        return (self.folder / "bridge.log").read_text(encoding="utf-8")

    # ---- Cases

    def matter(self, title="路灯不亮", category="市政", **more):
        answer = self.officer.post("/v1/cases", {"kind": "matter", "title": title, "body": "夜里, \"看不见\"\n路",
                                                 "channel": "phone", "place": "升平路", "occasion": "reception", **more})
        self.assertEqual(answer.status, 201, answer.text)
        case = answer.json["case"]
        self.officer.do(case, "transfer", {"deputy": "dep-1"})
        self.officer.do(case, "accept")
        self.officer.do(case, "analyse", {"category": category})
        return case

    def passed_on(self, **more):
        case = self.matter(**more)
        self.officer.do(case, "pass-on", {"outlet": "hotline-12345", "in_scope": True})
        return case

    def state(self, case):
        return self.coordinator.get("/v1/cases/" + case).json

    def until(self, holds, seconds=40):
        deadline = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), deadline, self.bridge_log() if self.bridges else "")
            time.sleep(0.1)

    def take_backs(self, case):
        history = self.server.client("reader-12345").get(f"/v1/cases/{case}/history").json["events"]
        return [event["data"] for event in history if event["type"] == "huiyin.case.outlet-answered.v1"]

    def closes_only_after_feed_back(self, case):  # S0-31
        refused = self.coordinator.post(f"/v1/cases/{case}/close")
        self.assertEqual((refused.status, refused.json["rule"]), (409, "S0-31"))
        self.officer.do(case, "feed-back", {"how": "phone"})
        self.coordinator.do(case, "close")

    # ---- Files

    def test_out_by_file_and_back_by_file_and_the_citizen_is_told_last(self):  # S0-29, S3-49
        self.as_csv()
        secret = {"name": "张某", "phone": "13900000002"}
        first, second = self.passed_on(petitioner=secret), self.passed_on(title="垃圾", category="别的", petitioner=secret)
        by_hand = self.matter()
        self.officer.do(by_hand, "pass-on", {"outlet": "hotline-12345", "in_scope": True, "external_id": "HN-77"})
        elsewhere = self.matter()
        self.officer.do(elsewhere, "pass-on", {"outlet": "research", "in_scope": True})
        out = self.folder / "to-12345.csv"
        self.assertEqual(self.outlet("export", "--out", out), {"written": 2, "left": {}})
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["sourceNo"]: row["appealType"] for row in rows}, {first: "01", second: "99"})
        self.assertEqual({row["content"] for row in rows}, {"夜里, \"看不见\"\n路"})
        self.assertEqual({row["deputy"] for row in rows}, {"dep-1"})
        self.assertRegex(rows[0]["submitTime"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        for never in ("张某", "13900000002"):
            self.assertNotIn(never, out.read_text(encoding="utf-8"))
        # Again: nothing is written twice, and no file of old name is overwritten.
        again = self.folder / "again.csv"
        self.assertEqual(self.outlet("export", "--out", again)["written"], 0)
        self.assertFalse(again.exists())
        third = self.passed_on(title="井盖")
        self.assertIn("is there already", self.outlet("export", "--out", out, code=1)["detail"])
        self.assertEqual(self.outlet("export", "--out", again)["written"], 1)
        self.assertIn(third, again.read_text(encoding="utf-8"))

        back = self.folder / "from-12345.csv"
        today = time.strftime("%Y-%m-%d")

        def results(*rows):
            with open(back, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["orderNo", "sourceNo", "status", "reply", "finishTime"])
                writer.writerows(rows)
        results(["HN-1", first, "已办结", "已修好，\n谢谢", today], ["HN-2", second, "不属于受理范围", "请走其他渠道", ""],
                ["HN-77", "", "无法办理", "没有条件", today], ["HN-3", third, "办理中", "", ""],
                ["HN-9", "none", "已办结", "x", today], ["HN-1", first, "不知道", "x", today],
                ["HN-1", first, "已办结", "x", "昨天"], ["", "", "已办结", "x", ""], ["too", "short"])
        rejects = self.folder / "rejects.csv"
        self.assertEqual(self.outlet("import", back, "--rejects", rejects), {
            "rows": 9, "taken": 3, "already_there": 0, "not_yet": 1, "rejected": 5,
            "reasons": {"bad-date": 1, "bad-row": 1, "no-key": 1, "unknown-case": 1, "unknown-word": 1}})
        with open(rejects, encoding="utf-8", newline="") as file:
            refused = list(csv.DictReader(file))
        self.assertEqual([row["row"] for row in refused], ["5", "6", "7", "8", "9"])
        self.assertEqual(refused[0]["raw"], f"HN-9,none,已办结,x,{today}")
        self.assertEqual([self.state(case)["stage"] for case in (first, second, by_hand, third)],
                         ["replied", "passed-on", "passed-on", "passed-on"])
        self.assertEqual(self.take_backs(first)[0]["text"], "已修好，\n谢谢")
        self.assertEqual(self.take_backs(by_hand)[0]["result"], "not-done")
        self.assertEqual(self.outlet("import", back)["already_there"], 3)
        # Also where the ledger was lost: the feed tells what came back, and what was not.
        shutil.rmtree(self.folder / "outlets")
        summary = self.outlet("import", back)
        self.assertEqual((summary["taken"], summary["already_there"]), (0, 3))
        # Out of scope: another way is looked for. Done: the citizen is told, then it closes.
        self.officer.do(second, "analyse", {"category": "环保"})
        self.closes_only_after_feed_back(first)

    def test_an_export_that_breaks_off_is_finished_and_not_doubled(self):
        first = self.passed_on()
        lost = self.folder / "not-there" / "a.json"
        self.outlet("export", "--out", lost, code=1)  # begun in the ledger, then the disk says no
        second = self.passed_on()
        lost.parent.mkdir()
        self.assertEqual(self.outlet("export", "--out", self.folder / "b.json")["written"], 2)
        self.assertEqual([order["sourceNo"] for order in json.loads(lost.read_text())], [first])
        self.assertEqual([order["sourceNo"] for order in json.loads((self.folder / "b.json").read_text())], [second])
        self.assertEqual(self.outlet("status"), {"passed_on": 2, "unsent": 0, "answered": 0})

    # ---- Scope

    def test_what_the_hotline_does_not_take_is_not_passed_on(self):  # S0-30
        case = self.matter(category="涉法涉诉/诉讼")
        body = {"outlet": "hotline-12345", "in_scope": True}
        refused = self.officer.post(f"/v1/cases/{case}/pass-on", body)
        self.assertEqual((refused.status, refused.json["rule"]), (409, "S0-30"))
        self.assertIn("须通过诉讼", refused.json["detail"])
        unsure = self.officer.post(f"/v1/cases/{case}/pass-on", {**body, "in_scope": False})
        self.assertEqual((unsure.status, unsure.json["rule"]), (409, "S0-30"))
        self.officer.do(case, "pass-on", {"outlet": "research", "in_scope": True})  # another outlet, another scope
        other = self.matter(category="涉法涉诉咨询")  # begins alike and is another word
        self.officer.do(other, "pass-on", body)

    # ---- Petitioners

    def test_a_petitioners_details_leave_only_where_all_allow_it(self):
        case = self.passed_on(petitioner={"name": "张某", "phone": "13900000002"})
        field = ('remark      = "{note}"', 'remark = "{note}"\ncaller = "{petitioner.name} {petitioner.phone}"')
        self.write(SHIPPED, replace=[field])
        wrong = self.outlet("check", code=1)
        self.assertIn("petitioner's details leave only with payload.petitioner = true", wrong["mistakes"][0])
        self.write(SHIPPED, replace=[field, ('format = "json"', 'format = "json"\npetitioner = true')])
        out = self.folder / "out.json"
        left = self.outlet("export", "--out", out, token="reader-12345")
        self.assertEqual(left["written"], 0)
        self.assertIn("petitioner", left["left"][case])
        self.assertEqual(self.outlet("export", "--out", out)["written"], 1)
        self.assertEqual(json.loads(out.read_text())[0]["caller"], "张某 13900000002")

    # ---- HTTP

    def test_over_http_with_a_hotline_that_fails(self):
        hotline = Hotline()
        self.addCleanup(hotline.close)
        self.over_http(hotline)
        hotline.troubles = [500, "late", "gone", "garbage"]
        secret = {"name": "张某", "phone": "13900000002"}
        cases = [self.passed_on(title=f"第{n}件", petitioner=secret) for n in range(3)]
        hotline.refused.add(cases[1])
        bridge = self.bridge()
        self.until(lambda: len(hotline.orders) == 2 and not hotline.troubles)
        self.until(lambda: "tried again in an hour" in self.bridge_log())
        self.assertEqual(sorted(order["sourceNo"] for order in hotline.orders.values()), sorted([cases[0], cases[2]]))
        self.assertGreater(hotline.posts, len(hotline.orders))  # and each is one order
        self.assertEqual(hotline.api_keys, {"api-key-1"})
        self.assertNotIn("13900000002", json.dumps(list(hotline.orders.values())))
        # Its results: one of them twice, and its list does not answer at first.
        hotline.get_troubles = [500, 503]
        hotline.finish(cases[0], "办理中", "")
        hotline.finish(cases[0], "已办结", "已修好")
        hotline.finish(cases[2], "无法办理", "没有条件")
        self.until(lambda: self.state(cases[0])["stage"] == "replied" and self.take_backs(cases[2]))
        time.sleep(2.5)  # further rounds change nothing
        self.assertEqual([len(self.take_backs(case)) for case in cases], [1, 0, 1])
        number = next(o["orderNo"] for o in hotline.orders.values() if o["sourceNo"] == cases[0])
        self.assertEqual(self.take_backs(cases[0])[0]["external_id"], number)
        # Mended, and started again: the refused one goes out.
        hotline.refused.clear()
        bridge.send_signal(signal.SIGTERM)
        self.assertEqual(bridge.wait(10), 0)
        self.bridge()
        self.until(lambda: len(hotline.orders) == 3)
        for word in ("张某", "13900000002", "已修好", "api-key-1", self.server.tokens["outlet-12345"]):
            self.assertNotIn(word, self.bridge_log())
        self.closes_only_after_feed_back(cases[0])

    def test_nothing_is_lost_or_doubled_over_kill_9(self):
        seed = int(os.environ.get("HUIYIN_SEED", time.time_ns() % 1_000_000))
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        hotline = Hotline()
        self.addCleanup(hotline.close)
        self.over_http(hotline)
        cases = []
        for _ in range(6):
            bridge = self.bridge()
            for _ in range(3):
                cases.append(self.passed_on(petitioner={"anonymous": True}))
                hotline.troubles += chance.choice([[], [], [500], [429], ["gone"], ["late"]])
                with contextlib.suppress(StopIteration):
                    hotline.finish(chance.choice(cases), "已办结", "好了")  # if it has an order by now
                time.sleep(chance.random() * 0.4)
            if chance.random() < 0.3:  # the server itself, too
                self.server.stop(signal.SIGKILL)
                self.server.start()
                self.over_http(hotline)
            bridge.kill()
            bridge.wait()
        hotline.troubles = []
        self.bridge()
        self.until(lambda: {order["sourceNo"] for order in hotline.orders.values()} == set(cases))
        with hotline.lock:
            finished = {result["sourceNo"] for result in hotline.results}
        for case in set(cases) - finished:
            hotline.finish(case, "已办结", "好了")
        self.until(lambda: all(self.state(case)["stage"] == "replied" for case in cases))
        self.assertEqual(len(hotline.orders), len(cases))  # one key each
        self.assertEqual([len(self.take_backs(case)) for case in cases], [1] * len(cases))

    def test_two_at_once_are_refused(self):
        hotline = Hotline()
        self.addCleanup(hotline.close)
        self.over_http(hotline)
        self.bridge()
        self.until(lambda: "carrying" in self.bridge_log())
        self.assertIn("another process works with this outlet",
                      self.outlet("export", "--out", self.folder / "x.json", code=1)["detail"])

    @unittest.skipUnless(shutil.which("openssl"), "the program openssl is not installed")
    def test_over_https_the_certificate_is_checked(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hotline",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem", "-out",
                        self.folder / "cert.pem"], check=True, capture_output=True, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        hotline = Hotline(context)
        self.addCleanup(hotline.close)
        self.passed_on()
        self.over_http(hotline, "https")
        bridge = self.bridge()
        self.until(lambda: "certificate" in self.bridge_log())
        self.assertEqual(hotline.posts, 0)
        bridge.kill()
        bridge.wait()
        self.over_http(hotline, "https", 'ca_file = "cert.pem"')
        self.bridge()
        self.until(lambda: len(hotline.orders) == 1)

    # ---- The configuration's mistakes

    def test_every_mistake_is_named_with_its_line(self):
        self.write(SHIPPED, replace=[('outlet = "hotline-12345"', 'outlet = "hotline"'),
                                     ('"{place}"', '"{plaice}"'), ('map = "appeal"', 'map = "appeals"'),
                                     ('"已办结"         = "done"', '"已办结"         = "finished"'),
                                     ('url   = "http://', 'url   = "http://example.org/')])
        lines = self.file.read_text(encoding="utf-8").splitlines()
        mistakes = self.outlet("check", code=1)["mistakes"]
        for part, words in (('"hotline"', "there is no"), ("{plaice}", "there is no {plaice}"),
                            ("appeals", "no [map.appeals]"), ('"finished"', "must be one of"),
                            ("http://example.org", "must begin with https://")):
            line = 1 + next(i for i, text in enumerate(lines) if part in text)
            self.assertTrue(any(f"12345.toml:{line}: " in one and words in one for one in mistakes), (part, mistakes))
        self.assertEqual(len(mistakes), 5)
        self.write(SHIPPED)
        self.assertEqual(self.outlet("check"), {"ok": True, "outlets": ["12345"]})

    def test_a_server_does_not_start_with_a_wrong_outlet(self):
        config = self.folder / "config"
        shutil.copytree(os.environ["HUIYIN_CONFIG_DIR"], config)
        (config / "outlets" / "12345.toml").write_text(SHIPPED + "\nunknown = 1\n", encoding="utf-8")
        done = subprocess.run([self.binary, "--data", self.folder / "data", "serve", "--port", "0"], text=True,
                              capture_output=True, timeout=60, env={**os.environ, "HUIYIN_CONFIG_DIR": str(config)})
        self.assertEqual(done.returncode, 1)
        self.assertIn("12345.toml:", done.stderr)


if __name__ == "__main__":
    OutletTest.binary = sys.argv.pop(1)
    unittest.main(verbosity=2)
