"""What the acceptance tests share: a huiyin server of their own on a free port, tokens, requests.

Uses nothing but the command line and HTTP, as an outsider would.
"""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

# The program is tried with the repository's configuration, wherever it was built.
os.environ.setdefault("HUIYIN_CONFIG_DIR", str(pathlib.Path(__file__).resolve().parents[2] / "config"))


class Server:
    """A `huiyin serve` on a data folder; restartable on the same folder."""

    def __init__(self, binary, data=None, principals=(), beside=None, settings=""):
        """`beside`: another server with its log in Kafka, whose cluster, principals and master key it shares.
        `settings`: further tables of the settings file."""
        self.binary = binary
        self.folder = data or tempfile.mkdtemp(prefix="huiyin-acceptance-")
        self.owns_folder = data is None
        if beside is not None:
            shutil.copy(os.path.join(beside.folder, "principals.toml"), self.folder)
            shutil.copy(os.path.join(beside.folder, "master.key"), self.folder)
        self.tokens = {}
        self.clients = []
        self.process = None
        for name, *options in principals:
            out = self.cli("token", "add", name, *options, check=True).stdout
            self.tokens[name] = out.split()[0]
        if beside is not None:
            self.tokens = beside.tokens
        self.config = os.path.join(self.folder, "huiyin.toml")
        bootstrap = None
        if cluster := os.environ.get("HUIYIN_KAFKA_CLUSTER"):  # then the log is there, in topics of its own
            bootstrap = (pathlib.Path(cluster) / "bootstrap").read_text(encoding="utf-8").strip()
        self.prefix = beside.prefix if beside else f"http-{os.getpid()}-{time.time_ns()}"
        with open(self.config, "w", encoding="utf-8") as file:
            file.write('data = "."\nprincipals = "principals.toml"\n')
            if bootstrap:
                file.write(f'partitions = 4\n[kafka]\nbootstrap = "{bootstrap}"\n'
                           f'prefix = "{self.prefix}"\n')
            file.write(settings)
        if bootstrap and data is None and beside is None:
            subprocess.run([self.binary, "--config", self.config, "topics", "create"], check=True,
                           stdout=subprocess.DEVNULL, timeout=60)
        self.start()

    def cli(self, *arguments, check=False):
        return subprocess.run([self.binary, "--data", self.folder, *arguments], check=check, text=True,
                              capture_output=True, timeout=300)

    def start(self, timeout_s=60):
        self.log = open(os.path.join(self.folder, "server.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen([self.binary, "--config", self.config, "serve", "--port", "0"],
                                        stdout=subprocess.DEVNULL, stderr=self.log)
        began = os.path.getsize(self.log.name)
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            with open(self.log.name, encoding="utf-8") as log:
                log.seek(began)
                found = re.search(r"http://127\.0\.0\.1:(\d+)", log.read())
            if found:
                self.port = int(found.group(1))
                self.wait_until_ready(deadline)
                return
            if self.process.poll() is not None:
                raise AssertionError("server ended: " + open(self.log.name, encoding="utf-8").read()[-2000:])
            time.sleep(0.02)
        raise AssertionError("server did not say its address")

    def wait_until_ready(self, deadline):
        while time.monotonic() < deadline:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as asking:
                asking.request("GET", "/readyz")
                if asking.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("server is not ready in time")

    def stop(self, how=signal.SIGTERM, timeout_s=10):
        self.process.send_signal(how)
        code = self.process.wait(timeout_s)
        self.log.close()
        return code

    def close(self):
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)
        for client in self.clients:
            client.close()
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, name):
        client = Client(self, name)
        self.clients.append(client)
        return client


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.getheaders()}
        self.text = body.decode("utf-8")
        self.json = json.loads(self.text) if "json" in self.headers.get("content-type", "") else None


class Client:
    """One principal's keep-alive connection."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.connection = None

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def request(self, method, path, body=None, headers=None):
        if self.connection is not None and self.connection.port != self.server.port:
            self.close()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        all_headers = dict(headers or {})
        if self.name:
            all_headers["Authorization"] = "Bearer " + self.server.tokens[self.name]
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            all_headers["Content-Type"] = "application/json"
        self.connection.request(method, path, data, all_headers)
        response = self.connection.getresponse()
        return Answer(response, response.read())

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, body=None, key=None, **headers):
        if key:
            headers["Idempotency-Key"] = key
        return self.request("POST", path, body or {}, headers)

    def do(self, case, command, body=None, expect=200, **more):
        """A command that is expected to be answered so."""
        answer = self.post(f"/v1/cases/{case}/{command}", body, **more)
        assert answer.status == expect, f"{self.name}: {command} on {case}: {answer.status} {answer.text}"
        return answer.json
