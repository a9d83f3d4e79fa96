#!/usr/bin/env python3
"""Real Apache Kafka on this machine, for tests and trials: KRaft, loopback only, jars by Maven.

usage: kafka_cluster.py start|stop|status|broker --dir DIR …   (each has --help)

A cluster lives in DIR: cluster.json (brokers, ports, pids), bootstrap (host:port,…), and per broker
N its N/server.properties, N/data and N/log. Several clusters stand side by side in folders and ports
of their own. Each broker is broker and controller in one. Only processes that this script started
are ever ended: a pid counts together with its start time.

  kafka_cluster.py broker --dir DIR 2 kill|stop|start|pause|resume|pid
"""

import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

import wire

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEFAULT_VERSION = "3.9.2"  # as in pom.xml
DEFAULT_PORT = 19092
CLUSTER_ID = "aHVpeWluLWthZmthLTAwMQ"  # all clusters share it: their data never meets
READY_SECONDS = 120
# Kafka 3 logs with log4j 1, Kafka 4 with log4j 2.
LOGGING = {
    "log4j.properties": """log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
""",
    "log4j2.properties": """appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %m (%c)%n
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
"""}


class Refusal(Exception):
    """What went wrong, in words for whoever called."""

    code = 1


class Missing(Refusal):
    """A program is not installed: tests are skipped, people are told what to install."""

    code = 77


# --- jars ------------------------------------------------------------------------------------------

def fetch_jars(version, folder):
    """The class path of that version, fetched once with Maven."""
    done = folder / "complete"
    if not done.exists():
        for program, package in (("java", "openjdk-17-jre-headless"), ("mvn", "maven")):
            if not shutil.which(program):
                raise Missing(f"{program} is missing: apt-get install {package}")
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two clusters may start at once
            if not done.exists():
                run_maven(version, folder)
                done.touch()
    if not shutil.which("java"):
        raise Missing("java is missing: apt-get install openjdk-17-jre-headless")
    return str(folder / "*")


def run_maven(version, folder):
    say(f"fetching Kafka {version} with Maven")
    command = ["mvn", "-B", "-ntp", "-q", "-f", str(HERE / "pom.xml"),
               f"-Dkafka.version={version}", f"-Pkafka-{version.split('.')[0]}",
               "dependency:copy-dependencies", "-DincludeScope=runtime",
               f"-DoutputDirectory={folder}"]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        raise Refusal(f"Maven could not fetch Kafka {version}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")


# --- processes -------------------------------------------------------------------------------------

def start_time(pid):
    """When the kernel started it, in its own ticks; None when it is gone or a zombie."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return None
    fields = stat.rsplit(")", 1)[1].split()
    return None if fields[0] == "Z" else int(fields[19])


def alive(process):
    return process is not None and start_time(process["pid"]) == process["since"]


def send(process, number):
    if alive(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process["pid"], number)


def end(process, seconds=30):
    """SIGTERM, then SIGKILL for what does not go."""
    send(process, signal.SIGCONT)
    send(process, signal.SIGTERM)
    wait_gone(process, seconds)
    send(process, signal.SIGKILL)
    wait_gone(process, 10)


def wait_gone(process, seconds):
    until = time.monotonic() + seconds
    while alive(process) and time.monotonic() < until:
        time.sleep(0.05)


def launch(command, log, **options):
    with open(log, "ab") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                 start_new_session=True, **options)
    return {"pid": child.pid, "since": start_time(child.pid)}


# --- one cluster -----------------------------------------------------------------------------------

class Cluster:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.file = self.folder / "cluster.json"
        self.state = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else None

    def save(self):
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(self.state, indent=1), encoding="utf-8")
        fresh.replace(self.file)
        (self.folder / "bootstrap").write_text(self.bootstrap(), encoding="ascii")

    @property
    def brokers(self):
        return self.state["brokers"] if self.state else []

    def broker(self, number):
        for broker in self.brokers:
            if broker["id"] == number:
                return broker
        raise Refusal(f"there is no broker {number} in {self.folder}")

    def bootstrap(self):
        return ",".join(f"127.0.0.1:{b['port']}" for b in self.brokers)

    def running(self):
        return [b for b in self.brokers if alive(b["process"])]

    # Ports are chosen anew for a whole cluster: another may have taken the old ones since.
    def prepare(self, arguments):
        if self.running():
            raise Refusal(f"a cluster runs in {self.folder} already ({self.bootstrap()})")
        if arguments.fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.state = None
        if self.state and (len(self.brokers) != arguments.brokers
                           or self.state["version"] != arguments.version):
            raise Refusal(
                f"{self.folder} holds the data of {len(self.brokers)} broker(s) of Kafka "
                f"{self.state['version']}: --fresh erases it, another --dir leaves it alone")
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = free_ports(arguments.port, 3 * arguments.brokers)
        self.state = {
            "version": arguments.version, "jars": str(arguments.jars), "heap": arguments.heap,
            "settings": dict(setting.split("=", 1) for setting in arguments.set), "watch": None,
            "brokers": [{"id": i + 1, "port": ports[3 * i], "controller": ports[3 * i + 1],
                         "behind": ports[3 * i + 2],
                         "advertised": arguments.behind + i if arguments.behind else None,
                         "process": None} for i in range(arguments.brokers)]}
        self.save()

    def properties(self, broker):
        count = len(self.brokers)
        copies = min(3, count)
        voters = ",".join(f"{b['id']}@127.0.0.1:{b['controller']}" for b in self.brokers)
        here = f"PLAINTEXT://127.0.0.1:{broker['port']}"
        listeners = f"{here},CONTROLLER://127.0.0.1:{broker['controller']}"
        if broker["advertised"]:
            listeners += f",BEHIND://127.0.0.1:{broker['behind']}"
            here += f",BEHIND://127.0.0.1:{broker['advertised']}"
        settings = {
            "process.roles": "broker,controller",
            "node.id": broker["id"],
            "controller.quorum.voters": voters,
            "listeners": listeners,
            "advertised.listeners": here,
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,BEHIND:PLAINTEXT",
            "log.dirs": self.folder / str(broker["id"]) / "data",
            "auto.create.topics.enable": "false",
            "default.replication.factor": copies,
            "min.insync.replicas": 2 if count >= 3 else 1,
            "unclean.leader.election.enable": "false",
            "offsets.topic.replication.factor": copies,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": 2 if count >= 3 else 1,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 100,
            "group.min.session.timeout.ms": 1000,
            # Dead transactions hold readers up; the usual 10 s between looks is long for a test.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": 2000,
            "offsets.retention.minutes": 5256000,
            # What the defaults size for a server, sized for a corner of a machine.
            "log.cleaner.dedupe.buffer.size": 4194304,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "background.threads": 2,
            "controlled.shutdown.max.retries": 1,
        }
        settings.update(self.state["settings"])
        return "".join(f"{key}={value}\n" for key, value in settings.items())

    def start_broker(self, number):
        broker = self.broker(number)
        if alive(broker["process"]):
            return
        folder = self.folder / str(number)
        folder.mkdir(exist_ok=True)
        properties = folder / "server.properties"
        properties.write_text(self.properties(broker), encoding="utf-8")
        for name, text in LOGGING.items():
            (folder / name).write_text(text, encoding="utf-8")
        java = ["java", "-Djava.net.preferIPv4Stack=true", "-XX:+UseSerialGC",
                f"-Dlog4j.configuration=file:{folder / 'log4j.properties'}",
                f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}",
                "-cp", self.state["jars"]]
        if not (folder / "data" / "meta.properties").exists():
            formatting = subprocess.run(
                [*java, "-Xmx128m", "-XX:TieredStopAtLevel=1", "kafka.tools.StorageTool", "format",
                 "-t", CLUSTER_ID, "-c", str(properties)],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            if formatting.returncode != 0:
                raise Refusal(f"{folder}/data cannot be formatted:\n{formatting.stdout}{formatting.stderr}")
        heap = self.state["heap"]
        broker["process"] = launch(
            [*java, f"-Xms{min(heap, 128)}m", f"-Xmx{heap}m", "kafka.Kafka", str(properties)],
            folder / "log", cwd=folder)
        self.save()

    def wait_ready(self, seconds=READY_SECONDS):
        until = time.monotonic() + seconds
        for broker in self.brokers:
            self.wait_broker(broker, len(self.brokers), until)
        for kind in (wire.GROUP, wire.TRANSACTION):
            while self.ask(wire.coordinator_error, self.brokers[0]["port"], kind) != 0:
                self.check_time(self.brokers[0], until)

    def wait_broker(self, broker, peers, until):
        while self.ask(wire.brokers_known, broker["port"]) != peers:
            if not alive(broker["process"]):
                raise Refusal(f"broker {broker['id']} ended while it started:\n{self.words_of(broker)}")
            self.check_time(broker, until)

    def check_time(self, broker, until):
        if time.monotonic() > until:
            raise Refusal(f"the cluster is not ready; broker {broker['id']} says:\n{self.words_of(broker)}")
        time.sleep(0.1)

    @staticmethod
    def ask(question, *arguments):
        try:
            return question(*arguments)
        except OSError:
            return None

    def words_of(self, broker):
        lines = (self.folder / str(broker["id"]) / "log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(lines.splitlines()[-15:])

    def stop(self):
        if not self.state:
            return
        watch = self.state["watch"]
        if watch and watch["pid"] != os.getpid():
            end(watch, 2)
        # All are told first: the last controller waits for a quorum that will not come back.
        for broker in self.brokers:
            send(broker["process"], signal.SIGCONT)
            send(broker["process"], signal.SIGTERM)
        for broker in self.brokers:
            wait_gone(broker["process"], 8)
            send(broker["process"], signal.SIGKILL)
            wait_gone(broker["process"], 10)
            broker["process"] = None
        self.state["watch"] = None
        self.save()


def free_ports(first, count):
    ports = []
    port = first
    while len(ports) < count:
        if port > 65535:
            raise Refusal(f"there are no {count} free ports from {first} upwards")
        with contextlib.closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                ports.append(port)
        port += 1
    return ports


# --- commands --------------------------------------------------------------------------------------

def say(text):
    print(f"kafka: {text}", file=sys.stderr, flush=True)


def run_start(arguments):
    arguments.jars = fetch_jars(arguments.version, arguments.jars_dir / arguments.version)
    cluster = Cluster(arguments.dir)
    if cluster.state and cluster.state["watch"]:
        end(cluster.state["watch"], 2)  # of a start before this one: its time counts no more
    cluster.prepare(arguments)
    began = time.monotonic()
    try:
        for broker in list(cluster.brokers):
            cluster.start_broker(broker["id"])
        cluster.wait_ready()
    except (Refusal, KeyboardInterrupt):
        cluster.stop()
        raise
    if arguments.minutes:
        cluster.state["watch"] = launch(
            [sys.executable, __file__, "_expire", "--dir", str(cluster.folder), "--minutes",
             str(arguments.minutes)], cluster.folder / "watch.log")
        cluster.save()
    say(f"{len(cluster.brokers)} broker(s) of Kafka {arguments.version} ready after "
        f"{time.monotonic() - began:.1f} s")
    print(cluster.bootstrap())
    return 0


def run_stop(arguments):
    cluster = Cluster(arguments.dir)
    stopped = len(cluster.running())
    cluster.stop()
    if arguments.delete and cluster.state:
        shutil.rmtree(cluster.folder, ignore_errors=True)
    say(f"{stopped} broker(s) stopped" + (", data deleted" if arguments.delete else ""))
    return 0


def run_status(arguments):
    cluster = Cluster(arguments.dir)
    if not cluster.state:
        say(f"there is no cluster in {cluster.folder}")
        return 1
    for broker in cluster.brokers:
        process = broker["process"]
        state = f"runs, pid {process['pid']}" if alive(process) else "stopped"
        print(f"broker {broker['id']}  127.0.0.1:{broker['port']}  {state}")
    print(f"Kafka {cluster.state['version']}, bootstrap {cluster.bootstrap()}, {cluster.folder}")
    return 0 if cluster.running() else 1


def run_broker(arguments):
    cluster = Cluster(arguments.dir)
    broker = cluster.broker(arguments.number)
    process = broker["process"]
    if arguments.action == "start":
        cluster.start_broker(arguments.number)
        cluster.wait_broker(cluster.broker(arguments.number), len(cluster.running()),
                            time.monotonic() + READY_SECONDS)
        return 0
    if not alive(process):
        raise Refusal(f"broker {arguments.number} does not run")
    if arguments.action == "pid":
        print(process["pid"])
    elif arguments.action == "stop":
        end(process)
    else:
        send(process, {"kill": signal.SIGKILL, "pause": signal.SIGSTOP,
                       "resume": signal.SIGCONT}[arguments.action])
        if arguments.action == "kill":
            wait_gone(process, 10)
    return 0


def run_expire(arguments):
    time.sleep(arguments.minutes * 60)
    cluster = Cluster(arguments.dir)
    watch = cluster.state["watch"] if cluster.state else None
    if watch and watch["pid"] == os.getpid():
        cluster.stop()
    return 0


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, run, summary):
        sub = commands.add_parser(name, help=summary)
        sub.add_argument("--dir", type=pathlib.Path, default=ROOT / "build/kafka/default",
                         help="the cluster's folder (build/kafka/default)")
        sub.set_defaults(run=run)
        return sub

    start = command("start", run_start, "start a cluster and print its bootstrap servers")
    start.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    start.add_argument("--version", default=DEFAULT_VERSION, help=f"of Kafka ({DEFAULT_VERSION})")
    start.add_argument("--port", type=int, default=DEFAULT_PORT,
                       help=f"the first port tried ({DEFAULT_PORT}); the next free ones are taken")
    start.add_argument("--behind", type=int, default=0, metavar="PORT",
                       help="one more listener per broker, for clients that come through a proxy at PORT, "
                            "PORT+1 …; cluster.json says where it is")
    start.add_argument("--heap", type=int, default=320, help="MB per broker (320)")
    start.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                       help="a broker setting; may be repeated")
    start.add_argument("--fresh", action="store_true", help="erase what the folder holds")
    start.add_argument("--minutes", type=float, default=0, help="stop by itself after that time")
    start.add_argument("--jars-dir", type=pathlib.Path, default=ROOT / "build/kafka/jars")
    stop = command("stop", run_stop, "stop the brokers that `start` started")
    stop.add_argument("--delete", action="store_true", help="and erase their data")
    command("status", run_status, "which brokers run, and where; exit code 1 when none does")
    broker = command("broker", run_broker, "one broker of a cluster")
    broker.add_argument("number", type=int)
    broker.add_argument("action", choices=("start", "stop", "kill", "pause", "resume", "pid"))
    expire = command("_expire", run_expire, "internal: ends a cluster later")
    expire.add_argument("--minutes", type=float, required=True)
    arguments = parser.parse_args(words)
    for setting in getattr(arguments, "set", []):
        if "=" not in setting:
            parser.error(f"--set {setting}: expected KEY=VALUE")
    return arguments


def main(words):
    arguments = parse(words)
    try:
        return arguments.run(arguments)
    except Refusal as refusal:
        say(("SKIP: " if refusal.code == Missing.code else "") + str(refusal))
        return refusal.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
