"""The commands that need a cluster, from outside: topics create|check, log copy there and back.
Usage: kafka_test.py HUIYIN_BINARY, with a broker's folder in HUIYIN_KAFKA_CLUSTER."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = sys.argv.pop(1)
os.environ["HUIYIN_CONFIG_DIR"] = str(pathlib.Path(__file__).resolve().parents[2] / "config")
BOOTSTRAP = pathlib.Path(os.environ.get("HUIYIN_KAFKA_CLUSTER", "none")) / "bootstrap"


class Cluster(unittest.TestCase):
    number = 0

    def setUp(self):
        Cluster.number += 1
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="huiyin-kafka-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.prefix = f"acceptance-{os.getpid()}-{Cluster.number}"
        self.settings(partitions=3)

    def settings(self, **keys):
        lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        lines += ["[kafka]", f'bootstrap = "{BOOTSTRAP.read_text()}"', f'prefix = "{self.prefix}"']
        (self.folder / "huiyin.toml").write_text("\n".join(lines) + "\n")

    def command(self, *arguments):
        return [BINARY, "--config", str(self.folder / "huiyin.toml"), *[str(a) for a in arguments]]

    def run_huiyin(self, *arguments):
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120)

    def ask(self, *arguments):
        done = self.run_huiyin("--json", *arguments)
        self.assertEqual(done.returncode, 0, (arguments, done.stdout, done.stderr))
        return json.loads(done.stdout)

    def refused(self, *arguments):
        done = self.run_huiyin("--json", *arguments)
        self.assertEqual(done.returncode, 1, (arguments, done.stdout, done.stderr))
        return json.loads(done.stdout)

    def ask_locally(self, data, *arguments):
        done = subprocess.run([BINARY, "--data", str(data), "--json", *[str(a) for a in arguments]], capture_output=True,
                              text=True, timeout=120)
        self.assertEqual(done.returncode, 0, (arguments, done.stdout, done.stderr))
        return json.loads(done.stdout)

    def generate(self, name, cases):
        data = self.folder / name
        self.ask("--data", data, "generate", "--cases", cases)
        return data

    def test_topics(self):
        before = self.refused("topics", "check")
        self.assertFalse(before["ok"])
        self.assertEqual(len(before["differences"]), 10)
        lines = self.run_huiyin("topics", "check").stdout.splitlines()
        self.assertEqual(lines[1], f"{self.prefix}.events: there is no such topic")
        made = self.ask("topics", "create")
        self.assertEqual(len(made["created"]), 10)
        self.assertEqual(self.ask("topics", "create"), {"ok": True, "created": [], "differences": []})
        self.assertTrue(self.ask("topics", "check")["ok"])
        self.settings(partitions=4)
        differences = self.refused("topics", "check")["differences"]
        self.assertEqual({d["setting"] for d in differences}, {"partitions"})
        self.assertEqual(len(differences), 7)
        self.assertEqual(differences[0]["is"], "3")

    def test_there_is_no_cluster(self):
        (self.folder / "huiyin.toml").write_text("port = 8420\n")
        self.assertEqual(self.refused("topics", "check")["code"], "bad-settings")
        (self.folder / "huiyin.toml").write_text('[kafka]\nbootstrap = "a:1"\nbotstrap = "b"\n')
        wrong = self.refused("topics", "check")
        self.assertIn("huiyin.toml:3: kafka.botstrap: there is no such setting", wrong["detail"])

    def test_log_copy_there_and_back(self):
        self.settings(partitions=12)
        first = self.generate("first", 300)
        rows = self.folder / "regions.csv"
        rows.write_text("id,name,kind\n430000,湖南省,province\n431000,郴州市,city\n", encoding="utf-8")
        self.ask_locally(first, "registry", "import", "region", rows)
        self.assertIn("topics create", self.refused("log", "copy", first, "kafka:")["detail"])
        self.ask("topics", "create")
        copied = self.ask("log", "copy", first, "kafka:")
        events = copied["events"]
        self.assertGreater(events, 1000)
        self.assertEqual(copied["registry_events"], 2)
        back = self.folder / "back"
        self.assertEqual(self.ask("log", "copy", "kafka:", back), copied)
        # Nothing to add means that all of it was compared, event for event, and ends alike.
        for source, target in ((first, back), (back, first), ("kafka:", first), (back, "kafka:")):
            self.assertEqual(self.ask("log", "copy", source, target), {"events": 0, "registry_events": 0})
        # The views that are made of the copy are those of the original.
        self.ask("--data", back, "rebuild")
        self.assertEqual(self.ask("--data", back, "verify"), self.ask("--data", first, "verify"))
        for question in (["list", "--limit", 500], ["stats", "--by", "kind"], ["overdue"]):
            self.assertEqual(self.ask("--data", back, *question), self.ask("--data", first, *question))
        # Another log is refused, wherever it differs.
        other = self.folder / "other"
        self.ask("--data", other, "generate", "--cases", 100, "--seed", 9)
        for target in ("kafka:", back):
            self.assertEqual(self.refused("log", "copy", other, target)["code"], "not-empty")
        self.assertEqual(self.refused("log", "copy", back, other)["code"], "not-empty")

    def test_an_interrupted_copy_goes_on(self):
        self.settings(partitions=12)
        first = self.generate("first", 3000)
        self.ask("topics", "create")
        copying = subprocess.Popen(self.command("log", "copy", first, "kafka:"),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.4)
        copying.send_signal(signal.SIGKILL)
        copying.wait()
        rest = self.ask("log", "copy", first, "kafka:")["events"]
        verified = self.ask("--data", first, "verify")["events"]
        self.assertLessEqual(rest, verified)
        back = self.folder / "back"
        self.assertEqual(self.ask("log", "copy", "kafka:", back)["events"], verified)
        self.assertEqual(self.ask("log", "copy", first, back)["events"], 0)


if __name__ == "__main__":
    if not BOOTSTRAP.exists():
        print("SKIP: there is no broker: ./dev kafka start, HUIYIN_KAFKA_CLUSTER=build/kafka/default")
        sys.exit(77)
    unittest.main(verbosity=2)
