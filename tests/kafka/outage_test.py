"""What clients and operators see while no broker answers, and that a node stops in time all the same.
It brings its own broker, so that no other test's dies.  Usage: outage_test.py HUIYIN"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "acceptance"))
from driver import Server  # noqa: E402

PRINCIPALS = [("officer-1", "--role", "officer", "--station", "station-1"), ("auditor-1", "--role", "auditor")]
MATTER = {"kind": "matter", "title": "路灯不亮", "channel": "phone", "station": "station-1"}


def kafka(folder, *words):
    return subprocess.run([sys.executable, HERE / "kafka_cluster.py", *words, "--dir", folder], text=True,
                          capture_output=True, timeout=300, check=False)


class OutageTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self.binary, principals=PRINCIPALS)
        self.addCleanup(self.server.close)
        self.addCleanup(kafka, self.cluster, "broker", "1", "resume")
        self.case = self.collect("before")

    def collect(self, key):
        answer = self.server.client("officer-1").post("/v1/cases", MATTER, key=key)
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json

    def readiness(self):
        return self.server.client(None).get("/readyz")

    def wait_for_readiness(self, status, seconds):
        deadline = time.monotonic() + seconds
        while (answer := self.readiness()).status != status:
            self.assertLess(time.monotonic(), deadline, f"not {status} in {seconds} s: {answer.text}")
            time.sleep(0.2)
        return answer

    def test_a_node_says_that_no_broker_answers_and_goes_on_by_itself(self):
        for stop, start in (("pause", "resume"), ("kill", "start")):
            with self.subTest(stop):
                self.assertEqual(self.readiness().status, 200)
                kafka(self.cluster, "broker", "1", stop)
                answer = self.wait_for_readiness(503, 30)
                self.assertRegex(answer.json["detail"], "no broker has answered for [0-9]+ s")
                read = self.server.client("auditor-1").get("/v1/cases/" + self.case["case"])
                self.assertEqual(read.status, 200, read.text)
                kafka(self.cluster, "broker", "1", start)
                self.wait_for_readiness(200, 60)
                self.collect("after " + stop)

    def test_a_node_stops_in_time(self):
        kafka(self.cluster, "broker", "1", "pause")
        client, answers = self.server.client("officer-1"), []

        def ask():
            try:
                answers.append(client.post("/v1/cases", MATTER, key="unknown").status)
            except OSError:
                answers.append(0)  # the connection broke

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(1)
        begun = time.monotonic()
        self.assertEqual(self.server.stop(timeout_s=60), 0)
        self.assertLess(time.monotonic() - begun, 7.5)
        asking.join(60)
        self.assertNotIn(answers, ([200], [201]))
        kafka(self.cluster, "broker", "1", "resume")
        self.server.start()
        # What was acknowledged is there; what was not is done once, by repeating it.
        at = "?at_least=" + self.case["position"]
        self.assertEqual(self.server.client("auditor-1").get(f"/v1/cases/{self.case['case']}{at}").status, 200)
        self.assertEqual(self.collect("unknown"), self.collect("unknown"))


def main():
    OutageTest.binary = sys.argv.pop(1)
    OutageTest.cluster = folder = tempfile.mkdtemp(prefix="huiyin-outage-")
    try:
        started = kafka(folder, "start", "--port", "29892", "--minutes", "20")
        if started.returncode != 0:
            print(started.stderr)
            return started.returncode
        os.environ["HUIYIN_KAFKA_CLUSTER"] = folder
        return not unittest.main(verbosity=2, exit=False).result.wasSuccessful()
    finally:
        kafka(folder, "stop", "--delete")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
