"""The application as it is served: granian in a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings

from tests.services import ENVIRONMENT, free_port

COMMAND = ("-m", "granian", "--interface", "wsgi", "--blocking-threads", "1", "--no-ws")


@contextlib.contextmanager
def served(log=None, **environment):
    """Serve the application with an environment for the length of a `with`; yield its URL.

    `log` is a file that gets all it says; GRANIAN_WORKERS says how many processes serve.
    """
    port = free_port()
    command = [sys.executable, *COMMAND, "--port", str(port), "weatherproj.wsgi:application"]
    environment = os.environ | ENVIRONMENT | environment
    said = {"stdout": log, "stderr": log, "start_new_session": True}
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, **said)
    try:
        wait_until(lambda: ask(f"http://127.0.0.1:{port}/health/live")[0] == 200)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_until(true, seconds=30):
    """Wait until `true()` is; it may raise OSError as long as it is not."""
    give_up = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if true():
                return
        assert time.monotonic() < give_up
        time.sleep(0.1)


def ask(url, form=None, **headers):
    """Return (status, headers, JSON or bytes) of a URL, or what is answered to a form."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, form, headers)) as answer:
            return answer.status, answer.headers, read(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, read(answer)


def read(answer):
    body = answer.read()
    return json.loads(body) if "json" in answer.headers.get("Content-Type", "") else body


def manage(*arguments, check=True, **environment):
    """Run manage.py with an environment; return what it prints. It has to end well, if `check`."""
    command = [sys.executable, "manage.py", *arguments]
    environment = os.environ | ENVIRONMENT | environment
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, check=check, capture_output=True, text=True
    ).stdout
