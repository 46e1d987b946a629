"""The two servers that `api` compares, and what is asked of them one by one."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.services import ENVIRONMENT, free_port

HERE = Path(__file__).resolve().parent
CONNECTIONS = 16
THREADS = 2


class Unexpected(Exception):
    """A server did not answer as it should, so that its speed means nothing."""


@dataclass
class Server:
    url: str
    pid: int

    def ask(self, path, **headers):
        """Return (status, headers, body) of one request, whatever the status."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def json(self, path):
        status, _, body = self.ask(path)
        if status != 200:
            raise Unexpected(f"{status} for {path}: {reason(body)}")
        return json.loads(body)

    def workers(self):
        """Return the process ids of what it started. Linux only."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        if not children.exists():
            raise Unexpected("no /proc here to read it from")
        return [int(pid) for pid in children.read_text().split()]


def reason(body):
    """Return what a body says went wrong: the detail of a problem, or its first words."""
    try:
        return json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return body[:80].decode(errors="replace")


def ours(database):
    """Run the web process as the Procfile starts it."""
    [line] = [line for line in (HERE.parent / "Procfile").read_text().splitlines() if line.startswith("web:")]
    return running(["/bin/sh", "-c", line.removeprefix("web:")], database, free_port())


def baseline(database):
    port = free_port()
    options = [f"--port={port}", "--workers=2", "--loop=uvloop", "--http=httptools"]
    quiet = ["--no-access-log", "--log-level=warning"]
    command = [sys.executable, "-m", "uvicorn", "benchmarks.baseline:app", *options, *quiet]
    return running(command, database, port)


@contextlib.contextmanager
def running(command, database, port):
    """Run a server on a database for the length of a `with`; yield it once it answers."""
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "DATABASE_URL": database,
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "RATE_LIMIT_ANONYMOUS": "1000000000",  # counted as always, and never reached
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "GRANIAN_LOG_LEVEL": "warning",
        "PYTHONWARNINGS": "ignore",
    }
    process = subprocess.Popen(command, env=environment, cwd=HERE.parent, stdin=subprocess.DEVNULL)
    try:
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        wait_until_up(server, process)
        yield server
    finally:
        process.terminate()
        process.wait()


def wait_until_up(server, process):
    for _ in range(600):
        with contextlib.suppress(OSError):
            server.ask("/health/live")  # the baseline says 404
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"did not start: {process.args}")


@dataclass
class Load:
    """What one run of wrk measured: requests a second, milliseconds."""

    rate: float
    p50: float
    p99: float


def missing():
    """Return what to install before there can be load, or None."""
    return None if shutil.which("wrk") else "wrk is not installed; on Debian: apt-get install wrk"


def load(server, paths, seconds, connections=CONNECTIONS, **headers):
    """Ask a server for the paths of a file, one after another and around again; return the Load."""
    command = ["wrk", f"-t{min(THREADS, connections)}", f"-c{connections}", f"-d{seconds}s"]
    command += ["-s", HERE / "rotate.lua", *(f"-H{name}: {value}" for name, value in headers.items())]
    environment = {**os.environ, "URLS": str(paths)}
    done = subprocess.run([*command, server.url], env=environment, capture_output=True, text=True)
    if done.returncode or not done.stdout:
        raise RuntimeError(f"wrk failed: {done.stderr}")
    said = json.loads(done.stdout.splitlines()[-1])
    if said["broken"] or said["refused"] or not said["requests"]:
        raise Unexpected(
            f"of {said['requests']:,} answers {said['refused']:,} were errors, and {said['broken']} broke off"
        )
    return Load(said["requests"] / said["seconds"], said["p50"], said["p99"])
