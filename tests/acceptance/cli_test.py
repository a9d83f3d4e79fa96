"""The command line against its own promises: exit codes, one JSON document, questions of other times,
verify that finds damage, backup and restore. Usage: cli_test.py HUIYIN_BINARY"""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

BINARY = sys.argv.pop(1)
os.environ["HUIYIN_CONFIG_DIR"] = str(pathlib.Path(__file__).resolve().parents[2] / "config")


def run(*arguments, data=None, stdin=None):
    command = [BINARY]
    if data is not None:
        command += ["--data", str(data)]
    return subprocess.run(
        command + [str(a) for a in arguments], capture_output=True, text=True, input=stdin, timeout=120
    )


def ask(*arguments, data=None):
    done = run("--json", *arguments, data=data)
    assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


class WithoutData(unittest.TestCase):
    def test_usage(self):
        self.assertEqual(run().returncode, 2)
        self.assertEqual(run("no-such-command").returncode, 2)
        self.assertEqual(run("list", "--kind", "nonsense").returncode, 2)
        self.assertEqual(run("list", "--limit", "0").returncode, 2)
        wrong = run("--json", "list", "--as-of", "yesterday")
        self.assertEqual(wrong.returncode, 2)
        self.assertEqual(json.loads(wrong.stdout)["code"], "wrong-usage")

    def test_help_has_examples(self):
        root = run("--help").stdout
        for command in ("serve", "demo", "import", "list", "history", "verify", "backup"):
            self.assertIn(command, root)
        self.assertIn("Examples", run("list", "--help").stdout)
        self.assertEqual(run("help", "list").stdout, run("list", "--help").stdout)

    def test_no_data(self):
        with tempfile.TemporaryDirectory() as folder:
            missing = run("--json", "list", data=pathlib.Path(folder) / "none")
            self.assertEqual(missing.returncode, 1)
            self.assertEqual(json.loads(missing.stdout)["code"], "cannot-open")

    def test_definitions(self):
        checked = ask("process", "check")
        self.assertTrue(checked["ok"])
        self.assertIn("suggestion@1", checked["processes"])
        self.assertIn("stateDiagram-v2", run("process", "draw", "suggestion").stdout)
        self.assertEqual(run("process", "draw", "nothing").returncode, 1)

    def test_profiles(self):
        checked = ask("--profile", "zhejiang", "process", "check")
        self.assertEqual(checked["profile"], "zhejiang")
        self.assertIn("zhejiang/suggestion@1", checked["processes"])
        drawn = run("--profile", "zhejiang", "process", "draw", "suggestion").stdout
        self.assertIn("title: zhejiang/suggestion@1", drawn)
        missing = run("--profile", "zhejang", "process", "check")
        self.assertEqual(missing.returncode, 1)
        self.assertIn('did you mean "zhejiang"?', missing.stderr)
        self.assertEqual(run("--profile", "zhejiang", "generate").returncode, 2)

    def test_any_two_profiles_are_compared(self):
        names = [p for p in ask("process", "check")["processes"] if p.endswith("suggestion@1")]
        self.assertEqual(len(names), 8)
        for before in names:
            for after in names:
                rules = ask("process", "diff", before, after)["rules"]
                self.assertEqual(rules == [], before == after, (before, after))
        rules = ask("process", "diff", "suggestion", "henan/suggestion")["rules"]
        self.assertIn(
            {
                "rule": "clock.rating.after",
                "before": "{ working_days = 20 }",
                "after": "{ working_days = 10 }",
            },
            rules,
        )

    def test_schema(self):
        with tempfile.TemporaryDirectory() as folder:
            written = ask("schema", folder)["schemas"]
            self.assertGreater(len(written), 40)
            for path in written:
                self.assertIn("$schema", json.loads(pathlib.Path(path).read_text()))

    def test_completion(self):
        script = run("completion", "bash").stdout
        self.assertIn("--as-of", script)
        checked = subprocess.run(["bash", "-n"], input=script, text=True)
        self.assertEqual(checked.returncode, 0)
        self.assertIn("-a settle-import", run("completion", "fish").stdout)

    def test_token(self):
        with tempfile.TemporaryDirectory() as folder:
            added = ask("token", "add", "auditor", "--role", "auditor", data=folder)
            self.assertTrue(added["token"].startswith("hy_"))
            file = pathlib.Path(folder) / "principals.toml"
            self.assertNotIn(added["token"], file.read_text())
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            self.assertEqual(run("token", "add", "x", "--role", "king", data=folder).returncode, 2)
            self.assertEqual(run("token", "add", "x", "--role", "organ", data=folder).returncode, 2)


class Demo(unittest.TestCase):
    def test_what_it_prints_works(self):
        server = subprocess.Popen(
            [BINARY, "--json", "demo", "--port", "18420"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            demo = json.loads(server.stdout.readline())
            self.assertEqual(len(demo["try"]), 5)
            for command in demo["try"]:
                done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                if command.startswith("curl"):
                    self.assertNotIn("code", json.loads(done.stdout), command)
            began = time.monotonic()
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(timeout=30), 0)
            self.assertLess(time.monotonic() - began, 10)  # five seconds, on a machine with time
            self.assertFalse(pathlib.Path(demo["data"]).exists())
        finally:
            server.kill()
            server.wait()
            server.stdout.close()


class WithSamples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="huiyin-cli-test-"))
        cls.data = cls.folder / "data"
        loaded = ask("demo", "--once", data=cls.data)
        assert loaded["cases"] > 50 and len(loaded["try"]) == 5, loaded

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_questions(self):
        page = ask("list", "--limit", 500, "--count", data=self.data)
        self.assertEqual(page["total"], len(page["items"]))
        self.assertGreater(len(ask("overdue", data=self.data)["items"]), 0)
        self.assertGreater(len(ask("load", "--by", "station", data=self.data)["items"]), 0)
        by_kind = ask("stats", "--by", "kind", data=self.data)["items"]
        collected = sum(f["value"] for row in by_kind for f in row["figures"] if f["measure"] == "collected")
        self.assertEqual(collected, page["total"])
        for command in (["list"], ["overdue"], ["load"], ["stats"], ["history", page["items"][0]["case"]]):
            self.assertEqual(run(*command, data=self.data).returncode, 0)
        self.assertNotIn("\x1b[", run("list", data=self.data).stdout)

    def test_paging(self):
        whole = [row["case"] for row in ask("list", "--limit", 500, data=self.data)["items"]]
        paged, cursor = [], []
        while True:
            page = ask("list", "--limit", 7, *cursor, data=self.data)
            paged += [row["case"] for row in page["items"]]
            if "next" not in page:
                break
            cursor = ["--cursor", page["next"]]
        self.assertEqual(paged, whole)

    def test_text(self):
        found = ask("list", "--q", "排水", data=self.data)["items"]
        self.assertIn("sample-m01", [row["case"] for row in found])

    def test_case_and_history(self):
        one = ask("case", "sample-m01", "--texts", data=self.data)
        self.assertEqual(one["case"], "sample-m01")
        self.assertIn("排水", one["texts"]["body"])
        self.assertNotIn("petitioner", one)
        history = ask("history", "sample-m01", data=self.data)
        self.assertEqual([e["version"] for e in history["events"]], list(range(1, one["version"] + 1)))
        self.assertEqual(history["gaps"], [])
        self.assertEqual(run("case", "no-such-case", data=self.data).returncode, 1)

    def test_other_times(self):
        second = ask("history", "sample-m01", data=self.data)["events"][1]["occurred_at"]
        then = ask("case", "sample-m01", "--as-of", second, data=self.data)
        self.assertEqual(then["version"], 2)
        listed = ask("list", "--as-of", second, "--limit", 500, data=self.data)["items"]
        versions = {row["case"]: row["version"] for row in listed}
        self.assertEqual(versions["sample-m01"], 2)
        for row in listed[:10]:
            past = ask("case", row["case"], "--as-of", second, data=self.data)
            self.assertEqual((past["version"], past["stage"]), (row["version"], row["stage"]))
        self.assertEqual(ask("list", "--as-of", "1990-01-01", "--count", data=self.data)["total"], 0)
        replayed = self.folder / "then"
        ask("replay", "--until", second, "--into", replayed, data=self.data)
        again = ask("list", "--limit", 500, data=replayed)["items"]
        self.assertEqual(again, listed)
        refused = run("--json", "settle-import", data=replayed)
        self.assertEqual((refused.returncode, json.loads(refused.stdout)["code"]), (1, "replay"))

    def test_export(self):
        total = ask("list", "--count", data=self.data)["total"]
        cases = run("export", "cases", data=self.data).stdout.splitlines()
        self.assertEqual(len({json.loads(line)["case"] for line in cases}), total)
        csv = run("export", "cases", "--format", "csv", data=self.data).stdout.splitlines()
        self.assertEqual(len(csv), total + 1)
        events = [json.loads(line) for line in run("export", "events", data=self.data).stdout.splitlines()]
        self.assertEqual(len(events), ask("verify", data=self.data)["events"])
        self.assertTrue(all(e["specversion"] == "1.0" for e in events))

    def test_verify_rebuild_backup_restore(self):
        verified = ask("verify", data=self.data)
        self.assertTrue(verified["ok"])
        self.assertEqual(ask("rebuild", data=self.data)["old_views"], "equal")
        self.assertTrue(ask("verify", data=self.data)["ok"])
        backup, restored = self.folder / "backup", self.folder / "restored"
        self.assertEqual(ask("backup", backup, data=self.data)["events"], verified["events"])
        self.assertEqual(ask("restore", backup, data=restored)["cases"], verified["cases"])
        self.assertEqual(
            ask("list", "--limit", 500, data=restored), ask("list", "--limit", 500, data=self.data)
        )
        self.assertEqual(run("restore", backup, data=restored).returncode, 1)
        self.assertEqual(run("backup", backup, data=self.data).returncode, 2)

    def test_serve_waits_for_its_cluster(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = self.folder / "cluster.toml"
        config.write_text(f'data = "cluster-data"\nport = {port}\n[kafka]\nbootstrap = "127.0.0.1:1"\n')
        server = subprocess.Popen([BINARY, "--config", config, "serve"], stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)
                    self.fail("ready without a cluster")
                except urllib.error.HTTPError as answer:
                    self.assertEqual(answer.code, 503)
                    self.assertIn("no broker answers", answer.read().decode())
                    break
                except OSError:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.1)
            self.assertIsNone(server.poll())
            server.terminate()
            self.assertEqual(server.wait(20), 0)
        finally:
            server.kill()
            server.wait()

    def test_forget(self):
        self.assertEqual(run("forget", "nobody", data=self.data).returncode, 1)
        self.assertEqual(ask("forget", "citizen-sample-02", data=self.data), {"forgotten": True})
        self.assertEqual(run("forget", "citizen-sample-02", data=self.data).returncode, 1)
        self.assertTrue(ask("verify", data=self.data)["ok"])

    def test_process_diff(self):
        source = pathlib.Path(os.environ["HUIYIN_CONFIG_DIR"]) / "processes" / "hunan" / "matter.toml"
        same = ask("process", "diff", "matter@1", source, data=self.data)
        self.assertEqual(same["differences"], [])
        self.assertGreater(same["cases"], 20)
        draft = self.folder / "matter.toml"
        text = source.read_text()
        changed = re.sub(r"(after *= *\{ *working_days *= *)(\d+)", lambda m: m[1] + str(int(m[2]) + 3), text)
        self.assertNotEqual(changed, text)
        draft.write_text(changed)
        found = ask("process", "diff", "matter@1", draft, data=self.data)["differences"]
        self.assertTrue(any(d["what"].endswith("due later") for d in found), found)

    def test_a_profile_of_its_own_is_configuration_alone(self):
        config = self.folder / "config"
        shutil.copytree(os.environ["HUIYIN_CONFIG_DIR"], config)
        overlay = config / "processes" / "guizhou" / "suggestion.toml"
        overlay.parent.mkdir()
        overlay.write_text(
            'base = "suggestion@1"\nversion = 1\n[clock.accept]\nafter = { every = "05-31" }\n'
        )
        (config / "imports" / "two.toml").write_text(
            'id = "two"\nprocess = "suggestion"\nactor = "import:two"\nzone = "Asia/Shanghai"\n'
            '[input]\ndates = ["%Y-%m-%d"]\n[key]\ncolumns = ["id"]\nprefix = "two-"\n'
            '[[command]]\ncommand = "collect"\nat = "day"\n'
            '[command.body]\nkind = "suggestion"\ntitle = "{title}"\n'
            'congress = "520000-14"\n'
            'deputies = [{ deputy = "d1", part = "lead", congress = "520000-14" }]\n'
        )
        rows = self.folder / "two.csv"
        rows.write_text("id,day,title\n1,2025-02-10,Repair the bridge\n")
        # Data of a deployment that had no profile until now.
        data = self.folder / "changed"
        shutil.copytree(self.data, data)
        settings = self.folder / "guizhou.toml"
        settings.write_text('data = "changed"\nconfig = "config"\nprofile = "guizhou"\n')
        done = run("--config", settings, "--json", "import", "two", rows)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        fresh = ask("--config", settings, "case", "two-1")
        self.assertEqual(fresh["process"], "guizhou/suggestion@1")
        self.assertEqual(fresh["clocks"][0]["due"], "2025-05-31T15:59:59.999Z")
        # What was there opens, and keeps its rules.
        old = ask("--config", settings, "case", "sample-s01")
        self.assertEqual(old, ask("case", "sample-s01", data=self.data))
        self.assertEqual(old["process"], "suggestion@1")
        self.assertTrue(ask("--config", settings, "verify")["ok"])
        compared = ask("--config", settings, "process", "diff", "suggestion@1", "suggestion")
        self.assertGreater(compared["cases"], 10)
        self.assertIn("clock.accept.after", [r["rule"] for r in compared["rules"]])
        self.assertTrue(any("clock accept: due" in d["what"] for d in compared["differences"]))

    def test_verify_finds_damage(self):
        damaged = self.folder / "damaged"
        shutil.copytree(self.data, damaged)
        tables = sorted((damaged / "log").glob("*.sst")) or sorted((damaged / "log").glob("*.log"))
        target = max(tables, key=lambda path: path.stat().st_size)
        content = bytearray(target.read_bytes())
        content[len(content) // 3] ^= 0x20
        target.write_bytes(content)
        found = run("--json", "verify", data=damaged)
        self.assertEqual(found.returncode, 1, found.stdout)
        json.loads(found.stdout)


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    unittest.main(verbosity=1)
