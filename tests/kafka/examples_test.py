"""The examples of docs/examples against a real node and broker, as an integrator would run them.

usage: examples_test.py HUIYIN python|kcat|java      HUIYIN_KAFKA_CLUSTER: the folder of a cluster

Exit code 77 where the example's own tool is not installed.
"""
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "docs" / "examples"
sys.path.insert(0, str(HERE.parent / "acceptance"))
from driver import Server  # noqa: E402

CONGRESS = "430000-14"
PRINCIPALS = [("dep-1", "--role", "deputy", "--congress", CONGRESS), ("reviewer-1", "--role", "reviewer"),
              ("coordinator-1", "--role", "coordinator"), ("integrator-1", "--role", "integrator")]


def skip(reason):
    print("SKIP: " + reason)
    sys.exit(77)


def succeeds(*command):
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


class Example:
    """One language's programs: how they are run, and the consumer's store spoilt."""

    view = None

    def __init__(self, cluster, folder):
        self.cluster, self.folder = cluster, folder

    def run(self, bootstrap, prefix, store):
        return subprocess.run(self.command(bootstrap, prefix, store), cwd=self.folder, capture_output=True, text=True,
                              check=False, timeout=60)

    def read_view(self, *words):
        return subprocess.run([*self.view, *words], check=True, capture_output=True, text=True, timeout=60).stdout


class Python(Example):
    view = (sys.executable, EXAMPLES / "view.py")

    def prepare(self):
        if not succeeds(sys.executable, "-c", "import confluent_kafka"):
            skip("confluent_kafka is not installed: apt-get install python3-confluent-kafka")

    def command(self, bootstrap, prefix, store):
        return [sys.executable, EXAMPLES / "consume.py", bootstrap, "--prefix", prefix, "--store", store, "--once"]

    def forget(self, store, case):
        import sqlite3
        with sqlite3.connect(self.folder / store) as opened:
            assert opened.execute("DELETE FROM subject WHERE id = ?", (case,)).rowcount == 1


class Kcat(Example):
    view = (EXAMPLES / "view.sh",)

    def prepare(self):
        if not shutil.which("kcat"):
            skip("kcat is not installed: apt-get install kcat")

    def command(self, bootstrap, prefix, store):
        return [EXAMPLES / "consume.sh", bootstrap, prefix, store]

    def forget(self, store, case):
        without(self.folder / store, f"case {case} ")


class Java(Example):
    def prepare(self):
        if not shutil.which("javac"):
            skip("there is no Java compiler: apt-get install openjdk-17-jdk-headless")
        # The broker's jars hold the client's.
        self.jars = json.loads((self.cluster / "cluster.json").read_text(encoding="utf-8"))["jars"]
        subprocess.run(["javac", "-cp", self.jars, "-d", self.folder, EXAMPLES / "Consume.java"], check=True,
                       timeout=60)

    def command(self, bootstrap, prefix, store):
        return ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{self.folder}:{self.jars}", "Consume", bootstrap,
                "--prefix", prefix, "--store", store, "--once"]

    def forget(self, store, case):
        without(self.folder / store, f"case\\ {case}=")


def without(file, beginning):
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(beginning)]
    assert len(kept) == len(lines) - 1
    file.write_text("".join(kept), encoding="utf-8")


def suggestion(**more):
    return {"kind": "suggestion", "title": "关于疏通升平路排水管道的建议", "body": "每逢大雨，升平路积水严重。",
            "congress": CONGRESS, "region": "431002", "station": "station-1",
            "deputies": [{"deputy": "dep-1", "congress": CONGRESS}], **more}


class ExamplesTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.bootstrap = (cls.example.cluster / "bootstrap").read_text(encoding="ascii").strip()
        cls.server = Server(cls.binary, principals=PRINCIPALS)
        cls.addClassCleanup(cls.server.close)
        for name, *_ in PRINCIPALS:
            setattr(cls, name.replace("-", "_"), cls.server.client(name))
        settings = pathlib.Path(cls.server.config).read_text(encoding="utf-8")
        cls.prefix = re.search(r'prefix = "(.*)"', settings).group(1)

    def collect(self, **more):
        answer = self.dep_1.post("/v1/cases", suggestion(**more))
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json["case"]

    def collect_late(self):
        """A case whose first deadline has passed, once that has been noticed."""
        then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=60)
        case = self.collect(occurred_at=then.strftime("%Y-%m-%dT%H:%M:%SZ"))
        until = time.monotonic() + 20
        while time.monotonic() < until:
            state = self.coordinator_1.get("/v1/cases/" + case).json
            if any(clock.get("level") for clock in state["clocks"]):
                return case
            time.sleep(0.05)
        raise AssertionError("the deadline was not noticed")

    def accept(self, case):
        for gate in ("pre-review", "first-check", "second-check"):
            self.reviewer_1.do(case, "review", {"gate": gate, "outcome": "passed"})
        self.coordinator_1.do(case, "accept")

    def events(self):
        """What the log holds, asked over HTTP: (type, subject, version)."""
        found, cursor = [], ""
        while True:
            page = self.integrator_1.get(f"/v1/events?limit=500&after={cursor}").json
            if not page["events"]:
                return sorted(found)
            found += [(e["type"], e["subject"], e["subjectversion"]) for e in page["events"]]
            cursor = page["next"]

    def consume(self, store, prefix=None):
        ran = self.example.run(self.bootstrap, prefix or self.prefix, store)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return sorted(tuple(line.split("\t")[1:]) for line in ran.stdout.splitlines())

    def test_reads_all_then_what_is_new(self):
        late = self.collect_late()
        self.accept(late)
        known = self.events()
        self.assertEqual(self.consume("store"), known)
        self.collect()
        self.coordinator_1.do(late, "analyse", {"category": "城乡建设"})
        more = self.consume("store")
        self.assertEqual(len(more), 2)
        self.assertEqual(sorted(known + more), self.events())

    def test_finds_a_version_missing(self):
        case = self.collect()
        self.consume("spoilt")
        self.example.forget("spoilt", case)
        self.accept(case)
        ran = self.example.run(self.bootstrap, self.prefix, "spoilt")
        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertIn(f"{case} has version 2 after 0", ran.stderr)

    def test_finds_an_event_missing(self):
        kcat = shutil.which("kcat")
        if not kcat:
            self.skipTest("kcat is not installed, which makes a log with a hole")
        self.accept(self.collect())
        # The same events in other topics, but for one in the middle.
        prefix = self.prefix + "-hole"
        config = pathlib.Path(self.server.config)
        other = config.with_name("hole.toml")
        other.write_text(config.read_text(encoding="utf-8").replace(self.prefix, prefix), encoding="utf-8")
        subprocess.run([self.binary, "--config", other, "topics", "create"], check=True, capture_output=True,
                       timeout=60)
        read = [kcat, "-b", self.bootstrap, "-C", "-e", "-q", "-J", "-X", "isolation.level=read_committed"]
        lines = subprocess.run([*read, "-t", self.prefix + ".events"], check=True, capture_output=True, text=True,
                               timeout=60).stdout.splitlines()
        records = [json.loads(line) for line in lines]
        of_one = [r for r in records if r["partition"] == max(records, key=lambda r: r["offset"])["partition"]]
        for record in of_one[:1] + of_one[2:3]:
            headers = zip(record["headers"][::2], record["headers"][1::2])
            words = [word for name, value in headers for word in ("-H", f"{name}={value}")]
            subprocess.run([kcat, "-b", self.bootstrap, "-P", "-t", prefix + ".events", "-k", record["key"],
                            "-p", str(record["partition"]), *words],
                           input=record["payload"], text=True, check=True, timeout=60)
        ran = self.example.run(self.bootstrap, prefix, "hole")
        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertRegex(ran.stderr, r":3 follows")

    def test_views(self):
        if not self.example.view:
            self.skipTest("views are read in Python and with kcat")
        late = self.collect_late()
        key = late + ":accept:0::0"
        status, overdue = self.view("status"), self.view("overdue")
        self.assertEqual(overdue[key]["case"], late)
        self.assertTrue(overdue[key]["missed"])
        for case in {subject for _, subject, _ in self.events()}:
            state = self.coordinator_1.get("/v1/cases/" + case).json
            self.assertEqual([status[case][name] for name in ("version", "stage")], [state["version"], state["stage"]])
        self.assertNotIn("升平路", json.dumps(status, ensure_ascii=False))  # neither title nor body
        # One row for each holder and partition; the holder's load is their sum.
        rows = [row for row in self.view("load").values() if (row["by"], row["holder"]) == ("station", "station-1")]
        load = self.coordinator_1.get("/v1/load?by=station").json["items"]
        for name in ("open", "overdue"):
            self.assertEqual([sum(row[name] for row in rows)], [line[name] for line in load])
        self.accept(late)
        self.assertNotIn(key, self.view("overdue"))  # the clock was stopped: a tombstone
        self.assertEqual(self.view("status")[late]["stage"], "accepted")

    def view(self, name):
        if isinstance(self.example, Python):
            lines = self.example.read_view(self.bootstrap, name, "--prefix", self.prefix).splitlines()
            return {line["key"]: line["row"] for line in map(json.loads, lines)}
        lines = self.example.read_view(self.bootstrap, name, self.prefix).splitlines()
        return {key: json.loads(row) for key, row in (line.split("\t") for line in lines)}


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in ("python", "kcat", "java"):
        print(__doc__, file=sys.stderr)
        return 2
    cluster = os.environ.get("HUIYIN_KAFKA_CLUSTER")
    if not cluster:
        skip("HUIYIN_KAFKA_CLUSTER names no cluster")
    with tempfile.TemporaryDirectory(prefix="huiyin-examples-") as folder:
        ExamplesTest.binary = str(pathlib.Path(sys.argv[1]).resolve())
        example = {"python": Python, "kcat": Kcat, "java": Java}[sys.argv[2]]
        ExamplesTest.example = example(pathlib.Path(cluster), pathlib.Path(folder))
        ExamplesTest.example.prepare()
        return 0 if unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
