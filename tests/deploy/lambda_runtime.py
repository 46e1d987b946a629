"""A stand-in for AWS Lambda: its runtime API on loopback, and the client of it as Lambda starts that."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings

from tests.services import ENVIRONMENT

API = "/2018-06-01/runtime"
TRACE = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"
"""Lambda always sends one; its client crashes without."""

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:weather"


class Runtime(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        number, event, seconds = self.server.events.get()
        if event is None:
            return
        headers = {"Lambda-Runtime-Aws-Request-Id": str(number), "Lambda-Runtime-Invoked-Function-Arn": ARN}
        headers |= {"Lambda-Runtime-Trace-Id": TRACE, "Content-Type": "application/json"}
        headers["Lambda-Runtime-Deadline-Ms"] = str(int((time.time() + seconds) * 1000))
        self.give(200, event, headers)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.answers.put((self.path.removeprefix(API), body))
        self.give(202, {"status": "OK"}, {})

    def give(self, status, content, headers):
        body = json.dumps(content).encode()
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Failed(Exception):
    """The function has ended with an error; the message is what Lambda is told of it."""


class Function:
    """A function that runs: call it with events, one after the other."""

    def __init__(self, server):
        self.server, self.calls = server, 0

    def __call__(self, event, seconds=60):
        """Return what the function answers. Raise Failed with its error."""
        self.calls += 1
        self.server.events.put((self.calls, event, seconds))
        path, body = self.server.answers.get(timeout=120)
        if path.endswith("/error"):
            raise Failed(f"{body['errorType']}: {body['errorMessage']}")
        assert path == f"/invocation/{self.calls}/response"
        return body


def start_here(handler, environment):
    command = [sys.executable, "-m", "awslambdaric", handler]
    environment = os.environ | ENVIRONMENT | environment
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)


@contextlib.contextmanager
def function(handler, start=start_here, **environment):
    """Run a function's handler for the length of a `with`, by what starts its process."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Runtime) as server:
        server.daemon_threads = True
        server.events, server.answers = queue.SimpleQueue(), queue.SimpleQueue()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        api = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}"}
        process = start(handler, environment | api)
        try:
            yield Function(server)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            server.events.put((0, None, 0))
            server.shutdown()
