#!/usr/bin/env python3
"""Breaks a cluster at random while commands flow, and looks afterwards whether anything was lost or
done twice.  Three brokers, three instances with all roles, and a gateway, each with a data folder of
its own. The third instance reaches the brokers through a proxy, which can be cut.

usage: cluster_faults.py HUIYIN CHECKER [--rounds N] [--seed N] [--only FAULT]

Rounds are 44, with HUIYIN_LONG=1 200. A loader gives commands to instances at random, repeats each
with its Idempotency-Key until it has an answer, and writes down outside what was acknowledged. The
checker reads the topic of events alone. At the end every instance verifies its views against a
rebuild, and all have one fingerprint.
"""
import argparse
import collections
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

from tcp_proxy import Proxy

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CLUSTER = ROOT / "tests" / "kafka" / "kafka_cluster.py"
sys.path.insert(0, str(CLUSTER.parent))
import wire  # noqa: E402

os.environ.setdefault("HUIYIN_CONFIG_DIR", str(ROOT / "config"))

PARTITIONS = 6
INSTANCES = 3
LOADERS = 6
SESSION_S = 6      # of the group of engines: how long a silent one keeps its partitions
COMMAND_S = 150    # a command that has no answer after that is a failure of the test
MASTER_KEY = "11" * 32
PORT, PROXY_PORT = 29792, 29820


class Kafka:
    def __init__(self, folder):
        self.folder = folder / "kafka"

    def call(self, *words, check=True):
        done = subprocess.run([sys.executable, CLUSTER, *map(str, words), "--dir", self.folder], text=True,
                              capture_output=True, timeout=300)
        assert done.returncode == 0 or not check, f"{words}: {done.stdout}{done.stderr}"

    def start(self, *more):
        """On the same ports as before, as long as nobody else has taken them."""
        self.call("start", "--brokers", "3", "--minutes", "120", "--port", PORT, "--behind", PROXY_PORT,
                  "--set", "transaction.state.log.num.partitions=6", "--set", "offsets.topic.num.partitions=3", *more)
        self.brokers = json.loads((self.folder / "cluster.json").read_text(encoding="utf-8"))["brokers"]
        return (self.folder / "bootstrap").read_text(encoding="utf-8").strip()

    def ask(self, question, *arguments):
        """The answer of the first broker that has one."""
        for broker in self.brokers:
            with contextlib.suppress(OSError):
                if (answer := question(broker["port"], *arguments)) is not None:
                    return answer
        raise AssertionError(f"no broker answers {question.__name__} {arguments}")

    def broker(self, number, action):
        self.call("broker", number, action)

    def stop(self):
        self.call("stop", "--delete", check=False)


class Instance:
    """A `huiyin serve`; dies and comes back on the same folder and port."""

    def __init__(self, number, folder, binary, bootstrap, skew_s=0, roles=("gateway", "engine", "query")):
        self.number, self.binary = number, binary
        self.folder = folder / f"instance-{number}"
        self.folder.mkdir()
        self.config = self.folder / "huiyin.toml"
        self.port = 29500 + number
        self.skew_s = skew_s
        self.process = None
        self.paused = False
        self.config.write_text(
            f'data = "data"\nprincipals = "{folder}/principals.toml"\nport = {self.port}\n'
            f'partitions = {PARTITIONS}\n'
            f'[kafka]\nbootstrap = "{bootstrap}"\nprefix = "faults"\nroles = {json.dumps(roles)}\n'
            f'[kafka.properties]\n"session.timeout.ms" = {SESSION_S * 1000}\n', encoding="utf-8")

    def start(self):
        environment = {**os.environ, "HUIYIN_MASTER_KEY": MASTER_KEY}
        if self.skew_s:  # this instance's clock is wrong
            environment["HUIYIN_TEST_CLOCK_OFFSET_S"] = str(self.skew_s)
        log = open(self.folder / "log", "a", encoding="utf-8")
        self.process = subprocess.Popen([self.binary, "--config", self.config, "serve"], stdout=log, stderr=log,
                                        env=environment)
        log.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"instance {self.number} did not stop in 30 s") from None

    def pause(self, yes):
        self.process.send_signal(signal.SIGSTOP if yes else signal.SIGCONT)
        self.paused = yes

    def ready(self):
        try:
            asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            asking.request("GET", "/readyz")
            return asking.getresponse().status == 200
        except OSError:
            return False
        finally:
            asking.close()

    def ended_by_itself(self):
        return self.process is not None and self.process.poll() is not None


class Loader(threading.Thread):
    """Gives commands one after the other; each until it is answered for good."""

    def __init__(self, number, seed, ports, token, record):
        super().__init__(daemon=True)
        self.random = random.Random(seed * 1000 + number)
        self.number, self.ports, self.token, self.record = number, ports, token, record
        self.stopping = threading.Event()
        self.done = self.refused = self.repeats = 0
        self.slowest_s = 0.0
        self.problem = None
        self.cases = []
        self.asking_port = None  # that it waits for now

    def run(self):
        try:
            while not self.stopping.is_set():
                self.one()
        except Exception as error:  # told by the main thread
            self.problem = error

    def one(self):
        key = f"{self.number}-{self.random.getrandbits(64):x}"
        if not self.cases or self.random.random() < 0.2:
            path, body = "/v1/cases", {"kind": "matter", "title": "故障测试 " + key}
        else:
            path = f"/v1/cases/{self.random.choice(self.cases)}/annotate"
            body = {"text": "备注 " + key}
        begun = time.monotonic()
        while True:
            status, answer = self.ask(path, body, key)
            if status in (200, 201):
                break
            if status in (400, 401, 403, 404, 409, 412, 413, 415, 422):
                raise AssertionError(f"{path}: {status} {answer}")
            if time.monotonic() - begun > COMMAND_S:
                raise AssertionError(f"{path}: no answer in {COMMAND_S} s, last {status} {answer}")
            self.repeats += 1
            time.sleep(0.05 + self.random.random() * 0.2)
        self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
        self.done += 1
        self.record(answer["position"] + " " + " ".join(event["id"] for event in answer["events"]))
        if path == "/v1/cases":
            self.cases.append(answer["case"])

    def ask(self, path, body, key):
        port = self.asking_port = self.random.choice(self.ports)
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
        try:
            asking.request("POST", path, json.dumps(body, ensure_ascii=False).encode(), {
                "Authorization": "Bearer " + self.token, "Content-Type": "application/json",
                "Idempotency-Key": key})
            response = asking.getresponse()
            text = response.read()
            return response.status, json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return 0, str(error)
        finally:
            self.asking_port = None
            asking.close()


class Trial:
    def __init__(self, arguments):
        self.binary, self.checker = arguments.huiyin, arguments.checker
        self.random = random.Random(arguments.seed)
        self.arguments = arguments
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="huiyin-faults-"))
        self.kafka = Kafka(self.folder)
        self.instances, self.loaders = [], []
        self.gateway = self.proxy = None
        self.acknowledged = open(self.folder / "acknowledged", "a", encoding="utf-8")
        self.lock = threading.Lock()
        self.seen = collections.Counter()

    def record(self, line):
        with self.lock:
            self.acknowledged.write(line + "\n")
            self.acknowledged.flush()

    def begin(self):
        bootstrap = self.bootstrap = self.kafka.start("--fresh")
        self.proxy = Proxy({broker["advertised"]: broker["behind"] for broker in self.kafka.brokers})
        through_proxy = ",".join(f"127.0.0.1:{port}" for port in self.proxy.ways)
        token = subprocess.run(
            [self.binary, "--data", self.folder, "token", "add", "loader", "--role", "deputy", "--role", "coordinator"],
            check=True, text=True, capture_output=True, timeout=60).stdout.split()[0]
        for number in range(1, INSTANCES + 1):
            # The third one's clock is an hour fast.
            skew, servers = (3600, through_proxy) if number == 3 else (0, bootstrap)
            self.instances.append(Instance(number, self.folder, self.binary, servers, skew))
        self.gateway = Instance(4, self.folder, self.binary, bootstrap, roles=["gateway"])
        subprocess.run([self.binary, "--config", self.instances[0].config, "topics", "create",
                        "--partitions", str(PARTITIONS)], check=True, timeout=120, stdout=subprocess.DEVNULL)
        for instance in self.all():
            instance.start()
        self.wait_ready()
        for number in range(LOADERS):
            self.loaders.append(Loader(number, self.arguments.seed, [i.port for i in self.all()], token, self.record))
            self.loaders[-1].start()

    def all(self):
        return [*self.instances, self.gateway]

    def wait_ready(self, seconds=120):
        deadline = time.monotonic() + seconds
        while not all(instance.ready() for instance in self.all()):
            for instance in self.all():
                if instance.ended_by_itself():
                    tail = (instance.folder / "log").read_text(encoding="utf-8")[-2000:]
                    raise AssertionError(f"instance {instance.number} ended by itself:\n{tail}")
            if time.monotonic() > deadline:
                raise AssertionError("the instances are not ready again: " +
                                     str([instance.ready() for instance in self.all()]))
            time.sleep(0.1)

    # --- what is done to it ---------------------------------------------------------------------

    def engine_killed(self):
        victim = self.random.choice(self.instances)
        victim.kill()
        self.rest(0.2, 2)
        victim.start()

    def zombie(self):
        victim = self.random.choice(self.instances)
        victim.pause(True)
        time.sleep(SESSION_S + 2 + self.random.random() * 2)
        victim.pause(False)

    def short_pause(self):
        victim = self.random.choice(self.instances)
        victim.pause(True)
        self.rest(0.2, SESSION_S - 2)
        victim.pause(False)

    def broker_killed(self):
        self.kill_and_restart(self.random.randrange(1, 4))

    def all_brokers_down(self):
        for number in (1, 2, 3):
            self.kafka.broker(number, "kill")
        time.sleep(60 if os.environ.get("HUIYIN_LONG") else 12)
        self.kafka.start()

    def broker_paused(self):
        number = self.random.randrange(1, 4)
        self.kafka.broker(number, "pause")
        self.rest(2, 6)
        self.kafka.broker(number, "resume")

    def rolling_restart(self):
        for instance in self.instances:
            code = instance.stop()
            assert code == 0, f"instance {instance.number} stopped with {code}"
            instance.start()
            self.wait_ready()

    def two_engines_killed(self):
        for victim in self.random.sample(self.instances, 2):
            victim.kill()
            self.rest(0, 0.5)
            victim.start()

    def network_cut(self):
        self.proxy.cut()
        self.rest(SESSION_S + 2, SESSION_S + 6)
        self.proxy.heal()

    def kill_and_restart(self, number):
        self.kafka.broker(number, "kill")
        self.rest(1, 4)
        self.kafka.broker(number, "start")

    def leader_killed(self):
        self.kill_and_restart(self.kafka.ask(wire.leader_of, "faults.events", self.random.randrange(PARTITIONS)))

    def coordinator_killed(self):
        transactional_id = f"faults.local.{self.random.randrange(PARTITIONS)}"
        self.kill_and_restart(self.kafka.ask(wire.coordinator_of, wire.TRANSACTION, transactional_id))

    def gateway_killed(self):
        deadline = time.monotonic() + COMMAND_S
        while not any(loader.asking_port == self.gateway.port for loader in self.loaders):  # a command is in flight
            self.look_at_loaders()
            assert time.monotonic() < deadline, "nobody asks the gateway"
            time.sleep(0.001)
        self.gateway.kill()
        self.rest(0.2, 2)
        self.gateway.start()

    FAULTS = {"engine_killed": 8, "zombie": 3, "short_pause": 3, "broker_killed": 4, "broker_paused": 2,
              "two_engines_killed": 3, "rolling_restart": 1, "all_brokers_down": 1, "network_cut": 4,
              "leader_killed": 3, "coordinator_killed": 3, "gateway_killed": 3}

    def rest(self, least, most):
        time.sleep(least + self.random.random() * (most - least))

    # --- rounds and what they left --------------------------------------------------------------

    def plan(self):
        if self.arguments.only:
            return [self.arguments.only] * self.arguments.rounds
        names = list(self.FAULTS)  # each once, the rest by weight
        more = self.random.choices(names, self.FAULTS.values(), k=max(0, self.arguments.rounds - len(names)))
        rounds = names + more
        self.random.shuffle(rounds)
        return rounds[: self.arguments.rounds]

    def rounds(self):
        for number, fault in enumerate(self.plan(), 1):
            before = sum(loader.done for loader in self.loaders)
            getattr(self, fault)()
            self.seen[fault] += 1
            self.wait_ready()
            # It works again: every loader gets an answer.
            goals = [loader.done + 2 for loader in self.loaders]
            deadline = time.monotonic() + COMMAND_S
            while any(loader.done < goal for loader, goal in zip(self.loaders, goals)):
                self.look_at_loaders()
                assert time.monotonic() < deadline, f"no progress after {fault}"
                time.sleep(0.05)
            print(f"round {number}: {fault}, {sum(loader.done for loader in self.loaders) - before} acknowledged",
                  flush=True)

    def look_at_loaders(self):
        for loader in self.loaders:
            if loader.problem:
                raise AssertionError(f"loader {loader.number}: {loader.problem}")

    def end(self):
        for loader in self.loaders:
            loader.stopping.set()
        for loader in self.loaders:
            loader.join(COMMAND_S + 20)
        self.look_at_loaders()
        self.acknowledged.flush()
        checked = subprocess.run([self.checker, self.bootstrap, "faults", self.folder / "acknowledged"], text=True,
                                 capture_output=True, timeout=300)
        print(checked.stdout.strip(), checked.stderr.strip(), flush=True)
        assert checked.returncode == 0, "the checker found problems"
        self.compare_nodes()
        print(f"{sum(loader.done for loader in self.loaders)} commands acknowledged, "
              f"{sum(loader.repeats for loader in self.loaders)} repeats, slowest "
              f"{max(loader.slowest_s for loader in self.loaders):.1f} s; {dict(self.seen)}")

    def compare_nodes(self):
        """All stand at the same place, and there have the same views, live as rebuilt."""
        deadline = time.monotonic() + 60
        while True:
            positions = [self.positions(instance) for instance in self.instances]
            if positions[0] and all(position == positions[0] for position in positions):
                break
            assert time.monotonic() < deadline, f"the views do not come together: {positions}"
            time.sleep(0.2)
        for instance in self.all():
            assert instance.stop() == 0
        views = []
        for instance in self.instances:
            done = subprocess.run([self.binary, "--data", instance.folder / "data", "verify", "--json"], text=True,
                                  capture_output=True, timeout=300)
            assert done.returncode == 0, f"instance {instance.number}: {done.stdout} {done.stderr}"
            views.append(json.loads(done.stdout)["fingerprints"])
        assert all(view == views[0] for view in views), f"the nodes differ: {views}"

    @staticmethod
    def positions(instance):
        asking = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=10)
        asking.request("GET", "/metrics")
        lines = asking.getresponse().read().decode().splitlines()
        asking.close()
        found = {name: sorted(line for line in lines if line.startswith(name + "{"))
                 for name in ("huiyin_log_end", "huiyin_views_applied")}
        ends = [line.split()[-1] for line in found["huiyin_log_end"]]
        applied = [line.split()[-1] for line in found["huiyin_views_applied"]]
        return applied if applied == ends else None

    def close(self, keep):
        for instance in self.all():
            if instance is not None and instance.process is not None and instance.process.poll() is None:
                if instance.paused:
                    instance.pause(False)
                instance.kill()
        if self.proxy is not None:
            self.proxy.close()
        self.kafka.stop()
        if keep:
            print(f"kept: {self.folder}")
        else:
            subprocess.run(["rm", "-rf", self.folder], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("huiyin")
    parser.add_argument("checker")
    parser.add_argument("--rounds", type=int, default=200 if os.environ.get("HUIYIN_LONG") else 44)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=Trial.FAULTS)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.rounds} rounds", flush=True)
    trial = Trial(arguments)
    ok = False
    try:
        trial.begin()
        trial.rounds()
        trial.end()
        ok = True
    finally:
        trial.close(keep=not ok)


if __name__ == "__main__":
    main()
