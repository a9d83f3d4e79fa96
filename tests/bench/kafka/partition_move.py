#!/usr/bin/env python3
"""How long a partition decides nothing while it moves from one instance to another, as clients see it.

    partition_move.py HUIYIN BOOTSTRAP DIR [CASES [ROUNDS]]

A generated province is copied into the cluster; two instances share its 12 partitions. One client per partition gives
one command after the other to a case of that partition, at the first instance. The second one is stopped (SIGTERM),
started again on its data folder, killed (SIGKILL), started again; each ROUNDS times. A gap is the longest time between
two answers around that moment. Then it is started once more without its data, and the time until it is ready is taken.
What DIR holds already (province, prefix of the topics, instance-1) is used as it is, so that a long preparation serves
several runs on one cluster.
"""
import concurrent.futures
import contextlib
import datetime
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
os.environ.setdefault("HUIYIN_CONFIG_DIR", str(ROOT / "config"))
os.environ["HUIYIN_MASTER_KEY"] = "11" * 32

PARTITIONS = 12
READY_S = 3_600
QUIET_S = 4        # of commands before a change, so that gaps are told from the usual
SETTLED_S = 60     # a gap longer than that fails the run


def fail(what):
    sys.exit(f"partition_move: {what}")


class Instance:
    def __init__(self, number, folder, bootstrap, prefix, binary):
        self.binary, self.data = binary, folder / f"instance-{number}"
        self.port = 29600 + number
        self.log = folder / f"instance-{number}.log"
        self.config = folder / f"instance-{number}.toml"
        self.config.write_text(
            f'data = "{self.data}"\nprincipals = "{folder}/principals.toml"\nport = {self.port}\n'
            f'partitions = {PARTITIONS}\n[kafka]\nbootstrap = "{bootstrap}"\nprefix = "{prefix}"\n', encoding="utf-8")
        self.process = None

    def start(self):
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([self.binary, "--config", self.config, "serve"], stdout=log, stderr=log)

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(30)

    def ask(self, path, body=None, token=None, timeout=15):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)) as asking:
            headers = {"Content-Type": "application/json", "Idempotency-Key": f"{path}-{time.monotonic_ns()}"}
            if token:
                headers["Authorization"] = "Bearer " + token
            asking.request("GET" if body is None else "POST", path,
                           None if body is None else json.dumps(body).encode(), headers)
            response = asking.getresponse()
            return response.status, response.read()

    def lag(self):
        """How many events its views lack; nothing while it is not ready."""
        with contextlib.suppress(OSError):
            if self.ask("/readyz")[0] == 200:
                return int(re.search(rb"^huiyin_views_lag_events (\d+)$", self.ask("/metrics")[1], re.M)[1])
        return None

    def wait(self, lag=1_000):
        """Seconds until it is ready and its views are near the log's end."""
        begun = time.monotonic()
        while (behind := self.lag()) is None or behind > lag:
            if self.process.poll() is not None:
                fail(self.log.read_text(encoding="utf-8")[-2000:])
            if time.monotonic() - begun > READY_S:
                fail("an instance does not become ready")
            time.sleep(0.1)
        return time.monotonic() - begun

    def decides(self):
        """The partitions that it decides; none while it takes any over."""
        with contextlib.suppress(OSError):
            text = self.ask("/metrics")[1].decode()
            owned, taking = (sum(map(int, re.findall(rf"^huiyin_engine_{name} (\d+)$", text, re.M)))
                             for name in ("partitions", "partitions_taking"))
            if owned and not taking:
                return {partition for partition, _ in self.take_overs()[-owned:]}
        return set()

    def take_overs(self):
        """Partition and milliseconds of each take-over until now."""
        return [(int(partition), int(ms)) for partition, ms in
                re.findall(r"partition taken over partition=(\d+) detail=(\d+) ms",
                           self.log.read_text(encoding="utf-8"))]


class Client(threading.Thread):
    """One command after the other to one case; when each was answered."""

    def __init__(self, instance, token, case):
        super().__init__(daemon=True)
        self.instance, self.token, self.case = instance, token, case
        self.answered, self.problem = [], None
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            try:
                status, text = self.instance.ask(f"/v1/cases/{self.case}/annotate", {"text": "移动"}, self.token)
                if status == 200:
                    self.answered.append(time.monotonic())
                elif status not in (429, 503, 504):
                    self.problem = f"{status} {text}"
                    return
            except OSError as error:
                self.problem = str(error)
                return
            time.sleep(0.02)

    def gap(self, since):
        """The longest time without an answer that ends after `since`."""
        times = self.answered
        return max((b - a for a, b in zip(times, times[1:]) if b > since), default=SETTLED_S)


def cases_of_partitions(instance, token):
    """One retained case of each partition."""
    found, cursor = {}, ""
    while len(found) < PARTITIONS:
        status, text = instance.ask("/v1/cases?open=true&limit=100" + (f"&cursor={cursor}" if cursor else ""), token=token)
        if status != 200:
            fail(f"list: {status} {text}")
        page = json.loads(text)
        for item in page["items"]:
            history = json.loads(instance.ask(f"/v1/cases/{item['case']}/history?limit=1", token=token)[1])
            found.setdefault(int(history["events"][0]["position"].split(":")[0]), item["case"])
        cursor = page.get("next", "")
        if not cursor:
            break
    if len(found) < PARTITIONS:
        fail("some partition has no open case: take more cases")
    return [found[partition] for partition in range(PARTITIONS)]


def shared(instances):
    """Waits until they share the partitions, each deciding its own; which those of the last one are."""
    deadline = time.monotonic() + READY_S
    while True:
        own = [instance.decides() for instance in instances]
        if all(own) and sum(map(len, own)) == PARTITIONS:
            return own[-1]
        if time.monotonic() > deadline:
            fail("the instances do not share the partitions")
        time.sleep(0.1)


def watched(what, clients, instances, moved, change):
    """Does `change` while the clients go on; prints the gaps of the partitions that it moves, and of the others."""
    time.sleep(QUIET_S)
    before = [len(instance.take_overs()) for instance in instances]
    since = time.monotonic()
    moved = change() or moved
    deadline = time.monotonic() + SETTLED_S
    while any(client.answered[-1] < since + 1 for client in clients) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(2)
    for client in clients:
        if client.problem:
            fail(client.problem)
    taken = [ms for instance, old in zip(instances, before) for _, ms in instance.take_overs()[old:]]

    def said(partitions):
        gaps = [clients[partition].gap(since) for partition in partitions]
        return f"{min(gaps):5.2f} to {max(gaps):5.2f} s"
    print(f"  {what:40} moved: {said(moved)}   others: {said(set(range(PARTITIONS)) - moved)}"
          f"   take-overs {min(taken)} to {max(taken)} ms each", flush=True)
    return moved


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    binary, bootstrap, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    cases = int(sys.argv[4]) if len(sys.argv) > 4 else 20_000
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 2
    folder.mkdir(parents=True, exist_ok=True)
    prepared = (folder / "prefix").exists()
    prefix = (folder / "prefix").read_text(encoding="utf-8").strip() if prepared else f"move-{os.getpid()}"
    if not (folder / "province").exists():
        # Up to yesterday, so that there are no deadlines of months to catch up with.
        yesterday = datetime.date.today() - datetime.timedelta(days=1)
        subprocess.run([binary, "--data", folder / "province", "generate", "--cases", str(cases), "--until",
                        yesterday.isoformat()], check=True, stdout=subprocess.DEVNULL)
    token = subprocess.run([binary, "--data", folder, "token", "add", f"mover-{os.getpid()}", "--role", "coordinator",
                            "--role", "auditor"], check=True, text=True, capture_output=True).stdout.split()[0]
    first, second = instances = [Instance(number, folder, bootstrap, prefix, binary) for number in (1, 2)]
    if not prepared:
        subprocess.run([binary, "--config", first.config, "topics", "create"], check=True, stdout=subprocess.DEVNULL)
        begun = time.monotonic()
        copied = json.loads(subprocess.run([binary, "--json", "--config", first.config, "log", "copy",
                                            folder / "province", "kafka:"], check=True, text=True,
                                           capture_output=True).stdout)
        (folder / "prefix").write_text(prefix, encoding="utf-8")
        print(f"  copied {copied['events']} events in {time.monotonic() - begun:.0f} s", flush=True)
    clients = []
    try:
        reused = first.data.exists()
        what = "with its mirror" if reused else "without data"
        first.start()
        print(f"  an instance {what}, alone: ready after {first.wait():.1f} s", flush=True)
        # The other one gets the same mirror; it is the gaps that are measured here.
        first.end(signal.SIGTERM)
        shutil.rmtree(second.data, ignore_errors=True)
        shutil.copytree(first.data, second.data)
        for instance in instances:
            instance.start()
        with concurrent.futures.ThreadPoolExecutor() as waiting:
            list(waiting.map(Instance.wait, instances))
        clients = [Client(first, token, case) for case in cases_of_partitions(first, token)]
        for client in clients:
            client.start()
        moved = shared(instances)

        def start():
            second.start()
            return shared(instances)
        for _ in range(rounds):
            watched("stopped (SIGTERM)", clients, instances, moved, lambda: second.end(signal.SIGTERM))
            moved = watched("back with its mirror", clients, instances, moved, start)
            watched("killed; session time-out 10 s", clients, instances, moved, lambda: second.end(signal.SIGKILL))
            moved = watched("back with its mirror", clients, instances, moved, start)
        if reused:  # to make a mirror takes long, and was not wanted
            return
        second.end(signal.SIGTERM)
        shutil.rmtree(second.data)
        begun = time.monotonic()
        watched("back without data", clients, instances, moved, start)
        print(f"  it shared the partitions, all views made, after {time.monotonic() - begun - QUIET_S - 2:.0f} s", flush=True)
    finally:
        for client in clients:
            client.stopping.set()
        for client in clients:
            client.join()
        for instance in instances:
            if instance.process and instance.process.poll() is None:
                instance.end(signal.SIGKILL)


if __name__ == "__main__":
    main()
