"""Several nodes on one cluster, from outside: what one takes in the others answer, petitioners' details
too; what is forgotten at one is forgotten at all.  Usage: nodes_test.py HUIYIN"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "acceptance"))
from driver import Server  # noqa: E402

PRINCIPALS = [("officer-1", "--role", "officer", "--station", "station-1"), ("auditor-1", "--role", "auditor"),
              ("coordinator-1", "--role", "coordinator"), ("admin-1", "--role", "admin"),
              ("dep-1", "--role", "deputy", "--congress", "430000-14")]
SECRET = {"person": "person-1", "name": "王某", "phone": "13700000000"}


class NodesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = Server(cls.binary, principals=PRINCIPALS)
        cls.addClassCleanup(cls.first.close)
        cls.second = Server(cls.binary, beside=cls.first)
        cls.addClassCleanup(cls.second.close)
        cls.first.wait_until_ready(time.monotonic() + 60)  # the group has shared out the partitions anew

    def collect(self, server, **more):
        answer = server.client("officer-1").post("/v1/cases", {
            "kind": "matter", "title": "路灯不亮", "channel": "phone", "station": "station-1",
            "petitioner": SECRET, **more})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json

    def opened(self, server, collected):
        answer = server.client("coordinator-1").get(
            f"/v1/cases/{collected['case']}?petitioner=true&at_least={collected['position']}")
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["petitioner"]

    def test_details_open_at_every_node_until_they_are_forgotten(self):
        at_first, at_second = self.collect(self.first), self.collect(self.second)
        for server in (self.first, self.second):
            for collected in (at_first, at_second):
                self.assertEqual(self.opened(server, collected)["name"], "王某")
        third = Server(self.binary, beside=self.first)  # from nothing
        try:
            self.assertEqual(self.opened(third, at_first)["name"], "王某")
            forgotten = third.client("admin-1").post("/v1/persons/person-1/forget")
            self.assertEqual(forgotten.json, {"forgotten": True}, forgotten.text)
            for server in (self.first, self.second, third):
                deadline = time.monotonic() + 10
                while self.opened(server, at_first) != {"forgotten": True}:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
                self.assertEqual(self.opened(server, at_second), {"forgotten": True})
            # Somebody who comes again is a new person to the keys.
            self.assertEqual(self.opened(self.second, self.collect(third))["name"], "王某")
            # It leaves the group in peace; killed, its partitions would wait for the session's end.
            self.assertEqual(third.stop(timeout_s=30), 0)
        finally:
            third.close()

    def register(self, server, id_, **more):
        return server.client("coordinator-1").post("/v1/regions", {"id": id_, "name": "某地", "kind": "park", **more}, key=id_)

    def test_any_node_writes_the_registry_and_all_read_it(self):
        nodes = (self.first, self.second)
        # In turns, each takes the partition from the other; then both at once, and every command is done once.
        for i in range(6):
            made = self.register(nodes[i % 2], f"turn-{i}")
            self.assertEqual(made.status, 201, made.text)
        failed = []

        def write(server, name):
            for i in range(25):
                for _ in range(20):  # 503: unknown; the same key tells
                    answer = self.register(server, f"{name}-{i}")
                    if answer.status != 503:
                        break
                if answer.status != 201:
                    failed.append((name, i, answer.status, answer.text))
        writers = [threading.Thread(target=write, args=(server, name)) for server, name in zip(nodes, "ab")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual(failed, [])
        last = self.register(self.first, "last").json["position"]
        seen = []
        for server in nodes:
            page = server.client("coordinator-1").get(f"/v1/regions?limit=500&at_least={last}")
            self.assertEqual(page.status, 200, page.text)
            seen.append({one["id"]: one["version"] for one in page.json["items"]})
        self.assertEqual(seen[0], seen[1])
        wanted = {f"turn-{i}" for i in range(6)} | {f"{n}-{i}" for n in "ab" for i in range(25)} | {"last"}
        self.assertEqual(set(seen[0]) & wanted, wanted)
        self.assertEqual(set(seen[0].values()), {1})
        events = self.first.client("auditor-1").get("/v1/registry/events?limit=500").json["items"]
        self.assertEqual([int(event["sequence"]) for event in events], list(range(1, len(events) + 1)))
        # Killed with the partition in its hands; the other goes on, and it comes back with all of it.
        third = Server(self.binary, beside=self.first)
        try:
            self.assertEqual(self.register(third, "before").status, 201)
            third.stop(signal.SIGKILL)
            self.assertEqual(self.register(self.second, "after").status, 201)
            third.start()
            self.assertEqual(third.client("coordinator-1").get("/v1/regions/before").status, 200)
            self.assertEqual(third.client("coordinator-1").get("/v1/regions/after").status, 200)
            self.assertEqual(third.stop(timeout_s=30), 0)
        finally:
            third.close()

    def test_cases_are_decided_with_the_registry_of_the_cluster(self):
        coordinator = self.first.client("coordinator-1")
        for kind, body in (("regions", {"id": "430000", "name": "湖南省", "kind": "province"}),
                           ("deputies", {"id": "dep-registered", "name": "某代表（示例）", "region": "430000"})):
            self.assertIn(coordinator.post(f"/v1/{kind}", body).status, (201, 409))
        case = self.collect(self.second, occasion="reception")["case"]
        for command, body in (("accept", {}), ("analyse", {"category": "市政"})):
            self.assertEqual(coordinator.post(f"/v1/cases/{case}/{command}", body).status, 200)
        refused = coordinator.post(f"/v1/cases/{case}/hand-off", {"lead": "dep-registered"})
        self.assertEqual((refused.status, refused.json["rule"]), (409, "S4-14"), refused.text)

    @staticmethod
    def figures(server):
        lines = server.client(None).get("/metrics").text.splitlines()
        return {name: int(value) for name, value in (line.split() for line in lines if line.startswith("huiyin_"))
                if value.isdecimal()}

    def test_counters_outlive_a_rebalance_and_gauges_do_not(self):
        for _ in range(12):
            self.collect(self.first)
        nodes = (self.first, self.second)
        before = [self.figures(server) for server in nodes]
        self.assertGreater(sum(figures["huiyin_cached_states"] for figures in before), 0)
        for _ in range(2):  # each time all partitions are given back and shared out anew
            third = Server(self.binary, beside=self.first)
            try:
                self.assertEqual(third.stop(timeout_s=30), 0)
            finally:
                third.close()
        for server in nodes:
            server.wait_until_ready(time.monotonic() + 60)
        after = [self.figures(server) for server in nodes]
        for old, new in zip(before, after):
            for name in ("huiyin_events_total", "huiyin_batches_total", "huiyin_engine_commands_total",
                         'huiyin_commands_total{outcome="accepted"}', "huiyin_committed_seconds_count"):
                self.assertGreaterEqual(new[name], old[name], name)
        # Whoever has just begun has no state in memory yet.
        self.assertEqual([figures["huiyin_cached_states"] for figures in after], [0, 0])

    def test_a_deleted_mirror_is_fetched_again(self):
        collected = self.collect(self.first)
        at = f"?at_least={collected['position']}"
        self.assertEqual(self.second.client("auditor-1").get(f"/v1/cases/{collected['case']}{at}").status, 200)
        self.assertEqual(self.second.stop(timeout_s=30), 0)
        shutil.rmtree(pathlib.Path(self.second.folder) / "log")
        self.second.start()
        for path in (f"/v1/cases/{collected['case']}", f"/v1/cases/{collected['case']}/history"):
            answer = self.second.client("auditor-1").get(path + at)
            self.assertEqual(answer.status, 200, answer.text)
        later = self.collect(self.second)
        for server in (self.first, self.second):
            self.assertEqual(self.opened(server, later)["name"], "王某")

    def test_another_master_key_is_refused_in_words(self):
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.dict(os.environ, HUIYIN_MASTER_KEY="22" * 32):
            with self.assertRaisesRegex(AssertionError, "master key is not the one that the cluster's keys"):
                Server(self.binary, data=folder, beside=self.first)

    def test_the_same_key_at_another_gateway_is_the_same_command(self):
        body = {"kind": "matter", "title": "井盖"}
        answers = [server.client("dep-1").post("/v1/cases", body, key="once")
                   for server in (self.first, self.second, self.first)]
        self.assertEqual([answer.status for answer in answers], [201, 201, 201])
        self.assertEqual(answers[0].json, answers[1].json)
        self.assertEqual(answers[0].json, answers[2].json)
        other = self.second.client("dep-1").post("/v1/cases", {**body, "title": "别的"},
                                                 key="once")
        self.assertEqual(other.status, 422)

    @unittest.skipUnless(shutil.which("kcat"), "kcat is not installed")
    def test_what_cannot_be_read_becomes_a_dead_letter_and_holds_nothing_up(self):
        servers = (pathlib.Path(os.environ["HUIYIN_KAFKA_CLUSTER"]) / "bootstrap").read_text(encoding="utf-8").strip()
        for partition in range(4):
            subprocess.run(["kcat", "-P", "-b", servers, "-t", self.first.prefix + ".commands", "-p", str(partition),
                            "-k", "no-case"], input=f'{{"garbage": {partition}}}', text=True, check=True, timeout=30)
        for _ in range(8):  # every partition goes on
            self.collect(self.second)
        letters = subprocess.run(
            ["kcat", "-C", "-e", "-q", "-b", servers, "-t", self.first.prefix + ".deadletter", "-f", "%s|%h\\n",
             "-X", "isolation.level=read_committed"], text=True, check=True, capture_output=True, timeout=60).stdout
        self.assertEqual(sorted(line.split("|")[0] for line in letters.splitlines()),
                         [f'{{"garbage": {partition}}}' for partition in range(4)], letters)
        self.assertIn("reason=/command: this field must be there", letters)
        self.assertIn(f"topic={self.first.prefix}.commands,partition=", letters)

    def test_both_answer_the_same(self):
        collected = self.collect(self.second)
        paths = ["/v1/cases/" + collected["case"], f"/v1/cases/{collected['case']}/history", "/v1/cases?limit=500"]
        for path in paths:
            at = ("&" if "?" in path else "?") + "at_least=" + collected["position"]
            answers = [server.client("auditor-1").get(path + at).json for server in (self.first, self.second)]
            self.assertEqual(answers[0], answers[1], path)


if __name__ == "__main__":
    NodesTest.binary = sys.argv.pop(1)
    unittest.main(verbosity=2)
