"""How ingestion scales out: one queued run by one, two and four workers, each a process of its own.

Database, broker and workers share the machine, so more workers than it has processors can only show that they
do not stand in each other's way.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.ingest import SERVER, manage
from benchmarks.report import Row
from tests.services import postgresql, valkey

MOST = {2: 0.8, 4: 0.9}
"""The time that so many workers may take, against one."""

FILES_A_WORKER = "40"
PATIENCE = 60
"""Seconds for workers to be ready."""

RUN = """
import time
from django.conf import settings
from weather import work
run = work.begin([settings.WEATHER_SOURCE])
while run.status == "running":
    time.sleep(0.05)
    run.refresh_from_db()
assert run.status == "succeeded", run.error
print(run.seconds)
"""


def measure(data, runs):
    """Yield rows for PostgreSQL: a run by two workers and by four, against one."""
    with postgresql(**SERVER) as url, valkey() as broker:
        manage(url, "migrate", "--verbosity=0")
        seconds = {number: [] for number in (1, *MOST)}
        for _ in range(runs):
            for number, taken in seconds.items():
                manage(url, "flush", "--no-input")
                taken.append(seconds_by(number, url, broker, data))
    for number, most in MOST.items():
        yield Row(f"PostgreSQL, a run by {number} workers, against one", seconds[number], seconds[1], most)


def seconds_by(number, url, broker, data):
    """Return the seconds from the beginning of a run of all files to its end."""
    source = str(data.absolute())
    settings = {"DATABASE_URL": url, "REDIS_URL": broker, "SECRET_KEY": "bench", "LOG_LEVEL": "INFO"}
    settings |= {
        "WEATHER_SOURCE": source,
        "WEATHER_ALLOWED_SOURCES": source,
        "WEATHER_FAN_OUT": FILES_A_WORKER,
    }
    environment = os.environ | settings
    with ExitStack() as stack:
        for said in [stack.enter_context(worker(environment)) for _ in range(number)]:
            wait_until_ready(said)
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", RUN]
        return float(subprocess.check_output(command, env=environment, stderr=subprocess.DEVNULL))


@contextmanager
def worker(environment):
    """Run a worker of one process for the length of a `with`; yield the file of what it says."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "weatherproj",
        "worker",
        "--loglevel=INFO",
        "--concurrency=1",
    ]
    with tempfile.NamedTemporaryFile("w+") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        try:
            yield said
        finally:
            process.terminate()
            process.wait()


def wait_until_ready(said):
    until = time.monotonic() + PATIENCE
    while " ready." not in (text := Path(said.name).read_text()):
        if time.monotonic() > until:
            raise AssertionError(f"a worker is not ready after {PATIENCE} s: {text}")
        time.sleep(0.1)
