"""The published figures of 2018 to 2022, of Xiangtan and of Beihu, as lives of cases, people and activities that go
through the engine on their own dates; then the bulletins are asked to print them. What is published and what is made
up for it: bulletins/term.py.  Usage: bulletin_test.py HUIYIN"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "bulletins"))
import term  # noqa: E402
from driver import Server  # noqa: E402

HERE = pathlib.Path(__file__).parent
PRINCIPALS = [("coordinator-1", "--role", "coordinator"), ("auditor-1", "--role", "auditor"),
              ("organ-clerk", "--role", "organ", "--organ", "organ-00"), ("importer-1", "--role", "importer")]
SUGGESTIONS = ["suggestions", "--period", "2018..2022", "--as-of", "2022-12-31", "--set", "congress=c-430000-13", "--set",
               "national_congress=c-100000-13", "--set", "standing_committee=standing-committee", "--set",
               "government=government", "--set", "year=2022"]
# Issues of 2023 and 2024 with their dates; the documents' own are the third, seventh and ninth of 2023 and the
# twelfth of 2024.
PUBLISHED = {(2023, 3): "2023-02-10", (2023, 7): "2023-03-31", (2023, 9): "2023-04-25", (2024, 12): "2024-07-30"}


class BulletinTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = tempfile.mkdtemp(prefix="huiyin-term-")
        cls.addClassCleanup(shutil.rmtree, cls.rows, True)
        term.write(cls.rows)
        cls.server = Server(cls.binary, principals=PRINCIPALS)
        cls.addClassCleanup(cls.server.close)
        cls.server.stop()
        for kind in ("region", "organ", "congress", "station", "deputy", "activity"):
            cls.take("registry", "import", kind, f"{cls.rows}/{kind}.csv")
        for what in ("suggestions", "motions", "matters"):
            cls.take("import", str(HERE / "bulletins" / f"{what}.toml"), f"{cls.rows}/{what}.csv")
        cls.server.start()
        cls.coordinator = cls.server.client("coordinator-1")
        cls.staff_leaders()
        cls.issue_periodical()

    @classmethod
    def take(cls, *arguments):
        done = cls.server.cli("--json", *arguments, check=True)
        summary = json.loads(done.stdout)
        rejected = summary["rejected"]
        assert (rejected["total"] if isinstance(rejected, dict) else rejected) == 0, f"{arguments}: {summary}"

    @classmethod
    def ask(cls, method, path, body=None, expect=(200, 201)):
        answer = cls.coordinator.post(path, body) if method == "POST" else cls.coordinator.get(path)
        assert answer.status in expect, f"{path}: {answer.status} {answer.text}"
        return answer.json

    @classmethod
    def staff_leaders(cls):
        for organ, leaders, prefix in (("standing-committee", term.SUPERVISING, "leader-sc"),
                                       ("government", term.HANDLING, "leader-gov")):
            for i in range(leaders):
                cls.ask("POST", f"/v1/organs/{organ}/staff", {
                    "person": f"{prefix}-{i:02}", "post": "head" if i == 0 else "deputy-head",
                    "occurred_at": "2022-01-01T08:00:00+08:00"})

    @classmethod
    def issue_periodical(cls):
        # The issuing organ was renamed between the ninth issue of 2023 and the twelfth of 2024 (S1-1).
        cls.ask("POST", "/v1/organs/work-committee/rename", {
            "name": "湖南省人大常委会代表工作委员会", "occurred_at": "2024-01-01T08:00:00+08:00"})
        cls.ask("POST", "/v1/periodicals", {
            "id": "liaison-news", "name": "联络动态", "organ": "work-committee", "marking": "内部刊物 注意保存",
            "approval": "湘党简准字〔2000〕第28号", "editor": "示例编辑", "year": 2022, "issues": 24, "total": 674,
            "recipients": ["全国人大常委会办公厅联络局", "省委组织部", "各市州人大常委会"]})
        cls.numbers = {}
        for year, issues in ((2023, 26), (2024, 11)):
            for number in range(1, issues + 1):
                date = PUBLISHED.get((year, number)) or between(year, number)
                cls.ask("POST", "/v1/periodicals/liaison-news/issue", {"title": f"第{number}期（示例）", "date": date})
        for issue in cls.ask("GET", "/v1/periodicals/liaison-news")["issues"]:
            cls.numbers[issue["year"], issue["number"]] = issue["total"]

    def bulletin(self, *arguments, json_=False):
        done = self.server.cli(*(["--json"] if json_ else []), "bulletin", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if json_ else done.stdout

    def says(self, text, *sentences):
        for sentence in sentences:
            self.assertIn(sentence, text)

    def test_the_term_2018_to_2022(self):
        self.says(
            self.bulletin(*SUGGESTIONS),
            "共提交议案17件、建议7287件，其中全团建议24件、重点处理建议136件", "解决率和计划解决率超过80%",
            "B类件1263件，其中1049件跟踪办理落实到位转为A类，115件转为C类，99件仍为B类；不满意件177件，重新办结177件",
            "2022年，12位主任会议成员牵头督办、13位政府领导领办重点处理建议111件", "210名代表评议24家单位",
            "提出全团建议13件，其中2022年6件，14个责任单位协助办理",
            "| 主任会议成员牵头督办覆盖率 | 100.00% | （牵头督办的主任会议成员）12 ÷（主任会议成员）12 |",
            "| 政府领导领办覆盖率 | 100.00% |", "| 省级领导干部代表参加小组活动覆盖率 | 100.00% |",
            "（X4-11）", "（X4-12）", "（X4-13）", "（X4-14）", "（X4-15）", "数据截至2022年12月31日")
        self.says(
            self.bulletin("deputies", "--period", "2018..2022", "--as-of", "2022-12-31", "--region", "430000"),
            "建成代表联络站10425个，14万余名五级人大代表编组进站，全国、省人大代表进站率超过90%",
            "走访联系群众70万余次、100万余人，收集意见建议8.8万余条，帮助解决问题7.2万余件，帮扶物资或资金6.5亿余元",
            "参加活动111人次，收集群众意见360余条", "共邀请348名代表列席；召开代表座谈会17次，收集交办意见建议337条",
            "1624名五级人大代表参与执法检查；线下履职学习1076人次，线上726人次",
            "221位代表提出意见607条，采纳164条，实质性修改94处", "表彰代表履职先进个人46名")

    def test_xiangtan_and_beihu(self):
        self.says(
            self.bulletin("contacts", "--period", "2021-11-01..2024-07-30", "--as-of", "2024-07-30", "--region", "430300"),
            "5000余名五级人大代表进入70个乡镇（街道）人大代表联络站，另有集市联络站6个",
            "联系、接待群众83527次、约14.27万人，收集各类问题9581件，推动解决7000件，落实帮扶物资（资金）3571.79万元",
            "| 推动解决的比例 | 73.06% | （推动解决）7000 ÷（收集各类问题）9581 |")
        self.says(
            self.bulletin("stations", "--period", "2021-11-01..2023-03-31", "--as-of", "2023-03-31", "--region", "431002"),
            "建成区级代表联络站1个、乡镇（街道）代表联络站14个、村（社区）代表联络站109个",
            "500余名五级人大代表，本届以来到联络站接待群众2000余人次，解决群众急难愁盼问题500余个")

    def test_every_figure_has_its_unit_comparator_and_day(self):
        draft = self.bulletin(*SUGGESTIONS, json_=True)
        self.assertEqual(draft["as_of"], "2022-12-31")
        figures = {figure["id"]: figure for figure in draft["figures"]}
        self.assertEqual(len(figures), len(draft["figures"]))
        for figure in draft["figures"]:
            self.assertTrue(figure["unit"] and figure["comparator"] and figure["shown"], figure)
        rate = figures["solved_or_planned"]
        self.assertEqual((rate["of"], rate["among"]), (6148, term.SUGGESTIONS))
        self.assertEqual((figures["led"]["from"], figures["led"]["to"]), ("2022-01-01", "2022-12-31"))
        persons = {f["id"]: f for f in self.bulletin("contacts", "--period", "2021-11-01..2024-07-30", "--region", "430300",
                                                     json_=True)["figures"]}["persons"]
        self.assertEqual((persons["value"], persons["comparator"]), (term.X_PERSONS, "about"))

    def test_a_figure_leads_to_what_it_counts(self):
        ids = self.bulletin(*SUGGESTIONS, "--behind", "b_to_c").split()
        self.assertEqual(len(ids), term.B_TO_C)
        self.assertEqual(len(set(ids)), term.B_TO_C)
        history = self.server.cli("--json", "history", ids[0], check=True).stdout
        self.assertIn("政策环境变化", history)
        receptions = self.bulletin("stations", "--period", "2022", "--region", "431002", "--behind", "received").split()
        self.assertEqual(self.ask("GET", f"/v1/activities/{receptions[0]}")["form"], "reception")

    def test_before_the_look_back_all_of_the_b_class_was_b(self):
        text = self.bulletin(*[a if a != "2022-12-31" else "2022-10-31" for a in SUGGESTIONS])
        self.says(text, "B类件1263件，其中0件跟踪办理落实到位转为A类，0件转为C类，1263件仍为B类")

    def test_the_figures_come_from_the_log_alone(self):
        """One more revisit, as a command in history, and the bulletin says another number."""
        data = tempfile.mkdtemp(prefix="huiyin-one-more-")
        self.addCleanup(shutil.rmtree, data, True)
        still = self.bulletin(*SUGGESTIONS, "--behind", "b_still").split()
        self.server.stop()
        try:
            shutil.copytree(self.server.folder, os.path.join(data, "there"),
                            ignore=shutil.ignore_patterns("principals.toml", "server.log"))
        finally:
            self.server.start()
        other = Server(self.binary, data=os.path.join(data, "there"), principals=PRINCIPALS)
        try:
            answer = other.client("importer-1").post(f"/v1/cases/{still[-1]}/revisit", {
                "lane": 1, "class": "A", "evidence": "补充核实（示例）", "occurred_at": "2022-12-20T09:00:00+08:00"})
            self.assertEqual(answer.status, 200, answer.text)
        finally:
            other.stop()
        done = other.cli("bulletin", *SUGGESTIONS, check=True).stdout
        self.says(done, "1050件跟踪办理落实到位转为A类，115件转为C类，98件仍为B类")

    def test_numbers_leave_no_gap(self):
        self.assertEqual({key: self.numbers[key] for key in [(2023, 3), (2023, 7), (2023, 9)]},
                         {(2023, 3): 677, (2023, 7): 681, (2023, 9): 683})
        self.assertEqual(sorted(self.numbers.values())[:37], list(range(675, 712)))
        early = self.coordinator.post("/v1/periodicals/liaison-news/issue", {"title": "早", "date": "2024-01-01"})
        self.assertEqual((early.status, early.json["rule"]), (409, "S0-1"))
        # The twelfth of 2024 is drafted with its head, and then issued: its number is taken.
        contacts = ["contacts", "--period", "2021-11-01..2024-07-30", "--as-of", "2024-07-30", "--region", "430300",
                    "--periodical", "liaison-news", "--date", "2024-07-30"]
        self.server.stop()
        try:
            done = self.server.cli("bulletin", *contacts, "--issue")
            self.assertEqual(done.returncode, 0, done.stderr)
        finally:
            self.server.start()
        self.says(done.stdout, "# 联络动态", "**第12期（总第712期）**", "湖南省人大常委会代表工作委员会编　　2024年7月30日",
                  "内部刊物 注意保存", "湘党简准字〔2000〕第28号", "送：全国人大常委会办公厅联络局，省委组织部", "责任编辑：示例编辑")
        issues = self.ask("GET", "/v1/periodicals/liaison-news")["issues"]
        self.assertEqual((issues[-1]["year"], issues[-1]["number"], issues[-1]["total"]), (2024, 12, 712))
        history = self.ask("GET", "/v1/periodicals/liaison-news/history")["items"]
        self.says(history[-1]["data"]["text"], "联系、接待群众83527次")

    def test_over_http(self):
        path = "/v1/bulletins/stations?period=2021-11-01..2023-03-31&region=431002"
        draft = self.ask("GET", path)
        self.assertIn("村（社区）代表联络站109个", draft["markdown"])
        page = self.coordinator.get(path + "&format=html&periodical=liaison-news&date=2024-08-01")
        self.assertIn("<table>", page.text)
        self.assertRegex(page.text, r"第1[23]期")
        self.assertEqual(self.coordinator.get("/v1/bulletins/none?period=2024").status, 404)
        missing = self.coordinator.get("/v1/bulletins/stations?period=2024")
        self.assertEqual(missing.status, 400)
        self.assertIn("region", missing.json["detail"])
        self.assertEqual(self.coordinator.get(path.replace("2023-03-31", "soon")).status, 400)
        self.assertEqual(self.coordinator.get(path + "&formt=html").status, 400)
        self.assertEqual(self.server.client("organ-clerk").get(path).status, 403)

    def test_bad_questions_are_told(self):
        for arguments, word in [(["none", "--period", "2024"], "no bulletin"), (["stations", "--region", "x"], "--period"),
                                (["stations", "--period", "2024", "--region", 'x"'], "region"),
                                (["stations", "--period", "2024", "--set", "colour=red", "--region", "x"], "colour")]:
            done = self.server.cli("bulletin", *arguments)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(word, done.stderr)

    def test_html_and_pdf(self):
        folder = tempfile.mkdtemp(prefix="huiyin-bulletin-")
        self.addCleanup(shutil.rmtree, folder, True)
        page = os.path.join(folder, "b.html")
        self.bulletin(*SUGGESTIONS, "--out", page)
        html = pathlib.Path(page).read_text(encoding="utf-8")
        self.says(html, "<td>B类件</td>", "1263件", '<html lang="zh-CN">')
        for program in ("weasyprint", "pdftotext"):
            if shutil.which(program) is None:
                self.skipTest(f"{program} is not installed: no PDF was looked at")
        file = os.path.join(folder, "b.pdf")
        self.bulletin(*SUGGESTIONS, "--out", file)
        text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True,
                              timeout=60).stdout
        self.says(re.sub(r"\s", "", text), "B类件1263件", "其中全团建议24件")

    # ---- supervision over the same cases

    def test_a_campaign_finds_follows_and_closes(self):
        self.ask("POST", "/v1/campaigns", {"id": "look-back-2023", "name": "B类件回头看", "organiser": "standing-committee",
                                           "class": "B", "congress": "c-430000-13"})
        found = self.ask("POST", "/v1/campaigns/look-back-2023/find")
        self.assertEqual(found["selected"], 99)
        self.assertEqual(self.ask("POST", "/v1/campaigns/look-back-2023/find")["selected"], 0)
        cases = self.ask("GET", "/v1/campaigns/look-back-2023")["cases"]
        self.ask("POST", "/v1/campaigns/look-back-2023/sample", {"cases": cases[:5]})
        stranger = self.coordinator.post("/v1/campaigns/look-back-2023/sample", {"cases": ["nobody"]})
        self.assertEqual((stranger.status, stranger.json["rule"]), (409, "not-selected"))
        for case, body in ((cases[0], {"class": "C", "reason": "示例"}), (cases[1], {"class": "B", "reason": "示例", "commitment": "2030-01-01"})):
            self.ask("POST", f"/v1/cases/{case}/revisit", {"lane": 1, "campaign": "look-back-2023", **body})
        progress = self.ask("GET", "/v1/campaigns/look-back-2023/progress")
        self.assertEqual({key: progress[key] for key in ("cases", "revisited", "sampled", "sampled_revisited")},
                         {"cases": 99, "revisited": 2, "sampled": 5, "sampled_revisited": 2})
        self.assertEqual(progress["now"], [{"class": "B", "cases": 1}, {"class": "C", "cases": 1}])
        self.assertNotIn(cases[0], progress["open"])
        self.ask("POST", "/v1/campaigns/look-back-2023/close", {"report": "报告（示例）"})
        self.assertEqual(self.coordinator.post("/v1/campaigns/look-back-2023/find").status, 409)

    def test_promises_stand_in_a_ledger(self):
        page = self.ask("GET", "/v1/commitments?limit=500")
        self.assertEqual(page["items"], sorted(page["items"], key=lambda one: (one.get("due", "9999"), one["case"])))
        self.assertTrue(90 <= page["total"] <= 99, page["total"])
        self.assertEqual({one["due"] for one in page["items"]} - {"2030-01-01"}, {"2024-12-31"})
        self.assertTrue(all(one["overdue"] == (one["days_left"] < 0) for one in page["items"] if "overdue" in one))
        of_one = self.ask("GET", "/v1/commitments?organ=organ-00&limit=500")
        self.assertEqual({one["organ"] for one in of_one["items"]}, {"organ-00"})
        self.assertEqual(self.ask("GET", "/v1/commitments?to=2020-01-01")["total"], 0)

    def test_an_organs_year(self):
        sheet = self.ask("GET", "/v1/organs/organ-00/sheet?year=2018")
        self.assertEqual([line["form"] for line in sheet["scores"]], ["appraisal-meeting"])
        line = sheet["scores"][0]
        points = [80 + k % 20 for k in range(42) if k % 4 == 0]  # organ-00 is the first of the first year's four units
        self.assertEqual((line["scores"], line["by"]), (len(points), len(points)))
        self.assertEqual(line["per_myriad"], round(sum(p * 100 for p in points) / len(points)))
        self.assertTrue(sheet["figures"] and sheet["rates"])
        clerk = self.server.client("organ-clerk")
        self.assertEqual(clerk.get("/v1/organs/organ-00/sheet?year=2022").status, 200)
        self.assertEqual(clerk.get("/v1/organs/organ-01/sheet?year=2022").status, 403)
        self.assertEqual(self.coordinator.get("/v1/organs/organ-00/sheet?year=x").status, 400)


def between(year, number):
    """A day for an issue that is not published, between those that are."""
    days = sorted(date for (y, n), date in PUBLISHED.items() if y == year and n < number)
    return days[-1] if days else f"{year}-01-15"


if __name__ == "__main__":
    BulletinTest.binary = sys.argv.pop(1)
    unittest.main(verbosity=2)
