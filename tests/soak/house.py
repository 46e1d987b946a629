"""An installation as Procfile has it, to be struck: web, worker and beat, PostgreSQL, Valkey and S3."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from django.conf import settings

from tests.door import Door
from tests.processes import alive
from tests.s3 import ENVIRONMENT as S3_ENVIRONMENT
from tests.served import ask, wait_until
from tests.services import ENVIRONMENT, Server, free_port, postgresql_server, valkey_server
from tests.soak import children

SWEEP = 20
"""Seconds between two sweeps."""

BUCKET = "soak"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on"}
"""PostgreSQL as it is where it matters."""

OUTAGE = {"database": 5, "broker": 5, "source": 40, "worker": 2, "web": 0}
"""Parts that are struck, and for how many seconds they are away."""


@dataclass
class House:
    folder: Path
    database: str
    postgresql: Server
    broker: str
    valkey: Server
    door: Door
    bucket: object
    """A client of S3 that goes past the door."""

    def __post_init__(self):
        self.port, self.processes, self.restarts = free_port(), {}, []
        self.url = f"http://127.0.0.1:{self.port}"
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        lines = (settings.BASE_DIR / "Procfile").read_text().splitlines()
        self.commands = dict(line.split(": ", 1) for line in lines)
        self.environment = {
            **os.environ,
            **ENVIRONMENT,
            **S3_ENVIRONMENT,
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.door.port}",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PORT": str(self.port),
            "TMPDIR": str(self.temporary),
            "DATABASE_URL": self.database,
            "REDIS_URL": self.broker,
            "PREPARE_STATEMENTS": "True",
            "RATE_LIMIT_ANONYMOUS": "1000000000",  # counted as always, and never reached
            "METRICS_TOKEN": "only for this test",
            "WEATHER_SOURCE": f"s3://{BUCKET}/",
            "WEATHER_SCHEDULE": "* * * * *",
            "WEATHER_SWEEP_SECONDS": str(SWEEP),
            "WEATHER_FAN_OUT": "30",
            "GRANIAN_LOG_LEVEL": "warning",
        }

    def ask(self, function, *arguments):
        return children.ask(self.database, function, *arguments)

    def start(self, name):
        """Start what Procfile says under a name, once what it was before has ended."""
        with (self.folder / f"{name}.log").open("a") as log:
            self.processes[name] = subprocess.Popen(
                ["/bin/sh", "-c", self.commands[name]],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def look_after(self):
        """Start again what has ended by itself, as whoever runs a Procfile does, and note it."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                self.restarts.append(f"{name} ended by itself with {process.returncode}")
                self.start(name)

    def kill(self, name):
        process = self.processes.pop(name, None)
        if process:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def pids(self, name):
        """Return the ids of the processes behind a name, the first one first."""
        process = self.processes.get(name)
        return sorted(alive(process.pid)) if process else []

    # --- Strikes ---------------------------------------------------------------------------------

    def strike(self, what):
        """Strike a part, for as long as OUTAGE has it; return from when until when it was away."""
        began = time.time()
        away, back = getattr(self, f"strike_{what}")()
        away()
        time.sleep(OUTAGE[what])
        back()
        return began, time.time()

    def strike_database(self):
        return self.postgresql.kill, self.postgresql.start

    def strike_broker(self):
        return self.valkey.kill, self.valkey.start

    def strike_source(self):
        return self.door.shut, self.door.reopen

    def strike_worker(self):
        return lambda: self.kill("worker"), lambda: self.start("worker")

    def strike_web(self):
        *_, one = children_of(self.processes["web"].pid) or [None]
        return lambda: one and os.kill(one, signal.SIGKILL), lambda: None


def children_of(pid):
    """Return the ids of the processes that one has started, in another order every time."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return random.sample([int(one) for one in found], len(found))


@contextmanager
def house(folder):
    """Yield a House with an empty archive, its servers running, its own processes not yet."""
    with (
        postgresql_server(**DURABLE) as (database, postgresql),
        valkey_server() as (broker, valkey),
        s3_server() as (door, bucket),
    ):
        it = House(folder, database, postgresql, broker, valkey, door, bucket)
        try:
            yield it
        finally:
            for name in list(it.processes):
                it.kill(name)


@contextmanager
def s3_server():
    """Yield a Door to an S3 server, and a client of it that has made BUCKET."""
    command = [sys.executable, "-m", "tests.s3_server"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True, **pipes) as process:
        real = process.stdout.readline().strip()
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        client = boto3.Session().client("s3", endpoint_url=real, **keys)
        client.create_bucket(Bucket=BUCKET)
        door = Door(urlsplit(real).port)
        yield door, client
        door.shut()
        process.stdin.close()


def wait_until_well(house):
    wait_until(lambda: ask(f"{house.url}/health/ready?strict=1")[2]["checks"]["broker"] == "ok")
