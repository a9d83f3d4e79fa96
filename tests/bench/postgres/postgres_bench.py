#!/usr/bin/env python3
"""The same five-step lives through PostgreSQL and through Huiyin's HTTP, by turns, 64 clients each.

    postgres_bench.py HTTP_BENCH DIR [LIVES]

PostgreSQL runs with its own settings (fsync on, every call its own transaction) in a folder below
DIR, on a Unix socket alone. Without PostgreSQL 15 it says so and does nothing.
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
HERE = pathlib.Path(__file__).resolve().parent
CLIENTS = 64
TURNS = 3
STEPS = 5


class Postgres:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        # PostgreSQL refuses to run as root.
        self.user = "nobody" if os.geteuid() == 0 else None
        folder.mkdir(parents=True)
        if self.user:
            subprocess.run(["chown", "nobody", folder], check=True)
        self.run("initdb", "-D", folder / "data", "-U", "bench", "--no-instructions", quiet=True)
        self.run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o",
                 f"-c listen_addresses= -c max_connections={CLIENTS + 8} -k {folder}", "start",
                 quiet=True)

    def run(self, program: str, *arguments: object, quiet: bool = False) -> str:
        done = subprocess.run([BIN / program, *map(str, arguments)], cwd=self.folder, text=True,
                              user=self.user, stderr=subprocess.STDOUT,
                              stdout=subprocess.DEVNULL if quiet else subprocess.PIPE)
        if done.returncode != 0:
            sys.exit(f"postgres_bench: {program} failed: {(done.stdout or '')[-500:]}")
        return done.stdout or ""

    def at(self) -> list[str]:
        return ["-h", str(self.folder), "-U", "bench"]

    def prepare(self) -> None:
        self.run("psql", *self.at(), "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-c",
                 "DROP SCHEMA public CASCADE; CREATE SCHEMA public", quiet=True)
        text = (HERE / "lifecycle.sql").read_text()
        subprocess.run([BIN / "psql", *self.at(), "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
                       input=text, text=True, check=True, user=self.user, cwd=self.folder)

    def lives_per_second(self, lives: int) -> float:
        script = self.folder / "lifecycle.pgbench"
        script.write_text((HERE / "lifecycle.pgbench").read_text())
        said = self.run("pgbench", *self.at(), "-n", "-M", "prepared", "-c", CLIENTS, "-j", 2,
                        "-t", lives // CLIENTS, "-f", script, "postgres")
        found = re.search(r"tps = ([0-9.]+)", said)
        if not found or "number of failed transactions: 0" not in said:
            sys.exit(f"postgres_bench: pgbench said: {said}")
        return float(found[1])

    def stop(self) -> None:
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop", quiet=True)


def ours(http_bench: str, folder: pathlib.Path, lives: int) -> float:
    said = subprocess.run([http_bench, folder, str(lives * STEPS), "lives"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return float(re.search(r"([0-9.]+) lives/s", said)[1])


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if not (BIN / "initdb").exists():
        print("skipped: PostgreSQL 15 is not installed (apt-get install postgresql-15)")
        return
    folder = pathlib.Path(sys.argv[2]).resolve()
    lives = int(sys.argv[3]) if len(sys.argv) > 3 else 20_000
    postgres = Postgres(folder / "postgres")
    ratios = []
    try:
        for turn in range(TURNS):
            postgres.prepare()
            theirs = postgres.lives_per_second(lives)
            mine = ours(sys.argv[1], folder / "huiyin", lives)
            ratios.append(mine / theirs)
            print(f"  turn {turn + 1}: PostgreSQL {theirs:.0f} lives/s, ours {mine:.0f} lives/s,"
                  f" ratio {ratios[-1]:.2f}", flush=True)
    finally:
        postgres.stop()
    print(f"five-step lives over HTTP, beside PostgreSQL 15: ratio {statistics.median(ratios):.2f}"
          f" ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
