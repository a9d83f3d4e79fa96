"""QR codes of stations and deputies, and the page that they open, as a citizen meets them: the code is read by an
independent decoder, its link followed, the form sent.  Usage: qr_test.py HUIYIN"""
import datetime
import html.parser
import http.client
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

from driver import Server

PRINCIPALS = [
    ("coordinator-1", "--role", "coordinator"),
    ("officer-1", "--role", "officer", "--station", "station-1"),
    ("auditor-1", "--role", "auditor"),
    ("citizens-desk", "--role", "citizen"),
]
INTAKE = '[http]\npublic_intake = "citizens-desk"\n'


def china_today():
    """The server's day: the zone of the shipped configuration."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


class FormFields(html.parser.HTMLParser):
    """The form's action and hidden fields, and the text of the page."""

    def __init__(self, text):
        super().__init__()
        self.action, self.hidden, self.names, self.text, self.tags = None, {}, set(), "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        if tag == "form":
            self.action = found["action"]
        if tag in ("input", "textarea"):
            self.names.add(found["name"])
            if found.get("type") == "hidden":
                self.hidden[found["name"]] = found["value"]

    def handle_data(self, data):
        self.text += data


def visit(port, path, form=None, headers=None):
    """As a browser would: no token. Status, headers, text."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})} if form is not None else {}
        body = urllib.parse.urlencode(form) if isinstance(form, dict) else form
        asking.request("GET" if form is None else "POST", path, body, sent)
        response = asking.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    finally:
        asking.close()


class QrTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.binary, principals=PRINCIPALS, settings=INTAKE)
        cls.addClassCleanup(cls.server.close)
        for name, *_ in PRINCIPALS:
            setattr(cls, name.replace("-", "_"), cls.server.client(name))
        cls.do("regions", {"id": "431002", "name": "北湖区", "kind": "county"})
        cls.do("regions", {"id": "431002001", "name": "人民路街道", "kind": "township", "parent": "431002"})
        cls.do("stations", {"id": "station-1", "name": "人民路街道人大代表联络站", "tier": "township",
                            "region": "431002001", "address": "升平路1号<script>alert(1)</script>"})
        cls.do("congresses", {"id": "county-congress", "name": "北湖区人民代表大会", "level": "county", "region": "431002"})
        cls.do("congresses", {"id": "province-congress", "name": "湖南省人民代表大会", "level": "provincial", "region": "431002"})
        for congress in ("county-congress", "province-congress"):
            cls.do(f"congresses/{congress}/open-term", {"term": 6, "from": "2021-11-01", "to": "2099-10-31"})
        for deputy, congress in (("near", "county-congress"), ("far", "province-congress")):
            cls.do("deputies", {"id": deputy, "name": "某" + deputy, "region": "431002", "unit": "某某厂",
                                "position": "工人", "contact": "0735-1234567"})
            cls.do(f"deputies/{deputy}/begin-mandate", {"congress": congress, "term": 6, "electing_unit": "第一选区"})

    @classmethod
    def do(cls, path, body):
        answer = cls.coordinator_1.post("/v1/" + path, body)
        assert answer.status in (200, 201), f"{path}: {answer.text}"

    def page(self, path):
        status, headers, text = visit(self.server.port, path)
        self.assertEqual(status, 200, text)
        self.assertTrue(headers["content-type"].startswith("text/html"))
        self.assertIn("default-src 'none'", headers["content-security-policy"])
        return FormFields(text.decode())

    def send(self, form, **fields):
        return visit(self.server.port, form.action, {**form.hidden, **fields})

    def receipt(self, answer):
        status, _, text = answer
        self.assertEqual(status, 201, text.decode())
        return text.decode().split("<output>")[1].split("</output>")[0]

    def decoded(self, png):
        if shutil.which("zbarimg") is None:
            self.skipTest("zbarimg is not installed (Debian package zbar-tools): the code is not read back")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "code.png"
            file.write_bytes(png)
            return subprocess.run(["zbarimg", "--quiet", "--raw", file], check=True, text=True, capture_output=True,
                                  timeout=60).stdout.strip()

    def code(self, path):
        asking = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        asking.request("GET", path, headers={"Authorization": "Bearer " + self.server.tokens["officer-1"]})
        response = asking.getresponse()
        body = response.read()
        asking.close()
        return response.status, response.getheader("Content-Type"), body

    def follow(self, path):
        """From the picture to the page that it opens."""
        status, kind, png = self.code(path)
        self.assertEqual((status, kind), (200, "image/png"), png)
        link = urllib.parse.urlsplit(self.decoded(png))
        self.assertEqual((link.scheme, link.netloc), ("http", f"127.0.0.1:{self.server.port}"))
        return self.page(link.path + "?" + link.query)

    def test_a_stations_code_leads_to_an_intake_at_that_station(self):  # S2-5
        form = self.follow("/v1/stations/station-1/qr?format=png")
        self.assertIn("人民路街道人大代表联络站", form.text)
        self.assertNotIn("script", form.tags)
        self.assertEqual(form.hidden["station"], "station-1")
        fields = {"title": "路灯不亮", "body": "第一行\r\n第二行 <b>&", "place": "升平路", "name": "张某",
                  "phone": "13900000001"}
        case = self.receipt(self.send(form, **fields))
        self.assertEqual(self.receipt(self.send(form, **fields)), case)  # sent twice, taken once
        other = self.send(form, **{**fields, "title": "别的"})
        self.assertEqual(other[0], 422)
        seen = self.officer_1.get(f"/v1/cases/{case}?petitioner=true&texts=true").json
        self.assertEqual((seen["kind"], seen["channel"], seen["station"], seen["region"], seen["stage"]),
                         ("matter", "qr", "station-1", "431002001", "collected"))
        self.assertEqual((seen["petitioner"]["name"], seen["petitioner"]["phone"]), ("张某", "13900000001"))
        self.assertEqual(seen["texts"]["body"], "第一行\n第二行 <b>&")
        history = self.auditor_1.get(f"/v1/cases/{case}/history")
        self.assertEqual(history.json["events"][0]["role"], "citizen")
        self.assertNotIn("13900000001", history.text)  # sealed, as everywhere
        self.assertEqual(self.citizens_desk.get(f"/v1/receipts/{case}").json["stage"], "collected")

    def test_a_deputys_code_makes_them_the_one_chosen(self):  # S2-5
        form = self.follow("/v1/deputies/near/qr?format=png")
        self.assertIn("某near", form.text)
        case = self.receipt(self.send(form, title="噪声扰民"))
        seen = self.coordinator_1.get(f"/v1/cases/{case}?petitioner=true").json
        self.assertEqual((seen["chosen_deputy"], seen["channel"]), ("near", "qr"))
        self.assertNotIn("petitioner", seen)  # neither name nor phone: anonymous

    def test_the_page_shows_of_a_deputy_what_their_card_shows(self):  # S4-8
        self.assertIn("0735-1234567", self.page("/intake?deputy=near").text)
        before = self.page("/intake?deputy=far").text
        self.assertIn("某far", before)
        for hidden in ("0735-1234567", "某某厂", "工人"):
            self.assertNotIn(hidden, before)
        self.do("deputies/far/disclose", {"fields": ["contact"]})
        after = self.page("/intake?deputy=far").text
        self.assertIn("0735-1234567", after)
        self.assertNotIn("某某厂", after)

    def test_a_stations_page_shows_what_hangs_on_its_wall(self):  # S2-4, S1-14, S4-13
        self.do("stations/station-1/describe", {"duties": "听取意见<b>", "procedure": "收集、受理、分析、交办、督办、反馈"})
        for deputy in ("near", "far"):
            self.do(f"deputies/{deputy}/enrol", {"station": "station-1"})
        day = (china_today() + datetime.timedelta(days=5)).isoformat()
        self.do("activities", {"id": "next", "form": "reception", "organiser": "station-1", "station": "station-1",
                               "title": "接待日", "date": day, "invited": ["near"]})
        self.assertNotIn(day, self.page("/station?id=station-1").text)  # not announced yet
        self.do("activities/next/announce", {"channels": ["notice"]})
        case = self.officer_1.post("/v1/cases", {"kind": "matter", "title": "路灯不亮", "channel": "in-person",
                                                 "station": "station-1", "occasion": "reception"}).json["case"]
        for command, body in (("accept", {}), ("analyse", {"category": "市政"}), ("hand-off", {"lead": "organ-1"})):
            answer = self.coordinator_1.post(f"/v1/cases/{case}/{command}", body)
            self.assertEqual(answer.status, 200, answer.text)
        page = self.page("/station?id=station-1")
        for text in ("听取意见<b>", "收集、受理", day + " 接待日，某near", "某far", "某near，某某厂，工人，0735-1234567"):
            self.assertIn(text, page.text)
        self.assertNotIn("路灯不亮", page.text)
        self.assertNotIn("某far，某某厂", page.text)  # of an upper level: shows nothing yet
        for who, command, body in (("coordinator_1", "reply", {"lane": 1, "class": "A", "text": "已修好", "behalf": "organ-1"}),
                                   ("coordinator_1", "publish", {"where": "站内公告栏"})):
            answer = getattr(self, who).post(f"/v1/cases/{case}/{command}", body)
            self.assertEqual(answer.status, 200, answer.text)
        self.assertIn("路灯不亮", self.page("/station?id=station-1").text)
        self.assertNotIn("script", page.tags)
        self.assertEqual(visit(self.server.port, "/station?id=none")[0], 404)

    def test_what_is_wrong_is_said_and_takes_nothing(self):
        form = self.page("/intake?station=station-1")
        self.assertEqual(form.hidden["via"], "web")
        good = {**form.hidden, "title": "x"}
        urlencoded = urllib.parse.urlencode
        for status, sent, headers in ((400, {**good, "title": " "}, None), (400, {**good, "key": "1"}, None),
                                      (400, {**good, "deputy": "near"}, None), (400, {**good, "unknown": "1"}, None),
                                      (400, {**good, "title": "长" * 201}, None), (400, "title=%FF&x", None),
                                      (400, urlencoded(good) + "&place=%00", None),
                                      (404, {**good, "station": "none"}, None),
                                      (413, {**good, "body": "长" * 20_000}, None),
                                      (415, "{}", {"Content-Type": "application/json"})):
            answer = visit(self.server.port, "/intake", sent, headers)
            self.assertEqual(answer[0], status, (sent if len(str(sent)) < 300 else status, answer[2].decode()))
        for status, path in ((400, "/intake"), (400, "/intake?station=a&deputy=b"), (404, "/intake?station=none"),
                             (404, "/intake?deputy=station-1")):
            self.assertEqual(visit(self.server.port, path)[0], status, path)
        for status, path in ((404, "/v1/stations/none/qr"), (404, "/v1/deputies/station-1/qr"),
                             (400, "/v1/stations/station-1/qr?format=gif")):
            self.assertEqual(self.code(path)[0], status, path)
        self.assertEqual(visit(self.server.port, "/v1/stations/station-1/qr")[0], 401)

    def test_the_code_on_the_command_line(self):
        folder = pathlib.Path(self.server.folder)
        failed = self.server.cli("--config", self.server.config, "registry", "qr", "station-1")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("public_url", failed.stderr)
        public = folder / "public.toml"
        public.write_text('data = "."\n[http]\npublic_url = "https://huiyin.example/"\n', encoding="utf-8")

        def qr(*words):
            return subprocess.run([self.binary, "--config", public, "registry", "qr", *words], capture_output=True,
                                  timeout=60)
        picture = qr("station-1", "--out", folder / "code.png")
        self.assertEqual(picture.returncode, 0, picture.stderr)
        drawn = qr("near")
        self.assertTrue(drawn.stdout.startswith(b"<svg "), drawn)
        self.assertEqual(qr("431002").returncode, 1)
        self.assertEqual(self.decoded((folder / "code.png").read_bytes()),
                         "https://huiyin.example/intake?station=station-1&via=qr")


class ClosedTest(unittest.TestCase):
    def test_it_is_off_unless_the_settings_open_it(self):
        server = Server(self.binary, principals=PRINCIPALS)
        self.addCleanup(server.close)
        for form in (None, {"title": "x"}):
            self.assertEqual(visit(server.port, "/intake?station=station-1", form)[0], 404)

    def test_it_needs_a_citizens_principal(self):
        with self.assertRaisesRegex(AssertionError, "http.public_intake: no principal officer-1 holds the role citizen"):
            Server(self.binary, principals=PRINCIPALS, settings='[http]\npublic_intake = "officer-1"\n')

    def test_only_so_many_a_minute(self):
        server = Server(self.binary, principals=PRINCIPALS, settings=INTAKE + "intake_per_minute = 2\n")
        self.addCleanup(server.close)
        desk = server.client("coordinator-1")
        for kind, body in (("regions", {"id": "431002001", "name": "人民路街道", "kind": "township"}),
                           ("stations", {"id": "station-1", "name": "人民路街道人大代表联络站", "tier": "township",
                                         "region": "431002001"})):
            answer = desk.post("/v1/" + kind, body)
            self.assertEqual(answer.status, 201, answer.text)
        answers = []
        for number in range(3):
            form = FormFields(visit(server.port, "/intake?station=station-1")[2].decode())
            answers.append(visit(server.port, "/intake", {**form.hidden, "title": f"第{number}件"}))
        self.assertEqual([answer[0] for answer in answers], [201, 201, 429])
        self.assertEqual(answers[2][1]["retry-after"], "60")


if __name__ == "__main__":
    QrTest.binary = ClosedTest.binary = sys.argv.pop(1)
    unittest.main(verbosity=2)
