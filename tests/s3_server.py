"""A real S3 server, and a faulty door to it: `python -m tests.s3_server` says the URLs of both and ends with
its standard input.

Beside S3, the door knows `PUT /faults`, a list of rules of which the first that fits a request is applied:
{"fault": one of those below, or several to choose from, "match": a regular expression of "GET /bucket/key",
"times": how often (always), "rate": how probably (1), "body": what to put there before, for `replace`}.
`GET /faults` gives the requests since then, each with its fault. `PUT /objects` makes the objects of
{"bucket", "keys"} at once.
"""

import http.client
import json
import logging
import os
import random
import re
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

ERRORS = {"403": "AccessDenied", "404": "NoSuchKey", "500": "InternalError", "503": "SlowDown"}
"""Faults instead of an answer; others are `drop`, none at all, and `page`, as of a server that is no S3."""

BROKEN = {"reset", "short", "stall"}
"""Faults in the middle of an answer. `cut` gives half of it as if it were all."""

STALL = 1.0
"""Seconds."""

ACCOUNT = "123456789012"


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path in CONTROLS:
            self.give(200, {}, json.dumps(CONTROLS[self.path](self.server, body)).encode())
            return
        fault, rule = self.server.fault(f"{self.command} {unquote(self.path)}")
        if fault == "replace":
            self.server.ask(
                "PUT", self.path, rule["body"].encode(), {"Authorization": self.headers["Authorization"]}
            )
        if fault == "drop":
            self.reset()
        elif fault == "page":
            self.give(200, {}, b"<p>Welcome!")
        elif fault in ERRORS:
            self.give(int(fault), {}, f"<Error><Code>{ERRORS[fault]}</Code></Error>".encode())
        else:
            self.give(*self.server.ask(self.command, self.path, body, dict(self.headers)), fault)

    do_GET = do_HEAD = do_PUT = answer

    def give(self, status, headers, body, fault=""):
        half = body[: len(body) // 2]
        if self.command != "HEAD":
            headers |= {"content-length": str(len(half if fault == "cut" else body))}
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(half if fault in {*BROKEN, "cut"} else body)
            self.break_off(fault)

    def break_off(self, fault):
        self.close_connection = self.close_connection or fault in BROKEN
        if fault == "stall":
            time.sleep(STALL)
        if fault == "reset":
            self.reset()

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, *arguments):
        pass


class Faulty(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream):
        super().__init__(("127.0.0.1", 0), Door)
        self.upstream, self.lock = upstream, threading.Lock()
        self.plan(b"[]")

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client may go away at any time
            super().handle_error(request, client_address)

    def plan(self, rules):
        if rules:
            self.seen, self.rules, self.random = [], json.loads(rules), random.Random(1)
        return self.seen

    def make(self, objects):
        objects = json.loads(objects)
        for key in objects["keys"]:
            s3_backends[ACCOUNT]["aws"].put_object(objects["bucket"], key, b"x")

    def fault(self, request):
        """Return the fault that a request meets, "" for none, and its rule."""
        with self.lock:
            rule = next((rule for rule in self.rules if self.fits(rule, request)), {"fault": ""})
            fault = rule["fault"]
            if isinstance(fault, list):
                fault = self.random.choice(fault)
            self.seen.append([request, fault])
            return fault, rule

    def fits(self, rule, request):
        fits = rule.get("times", 1) and re.search(rule.get("match", ""), request)
        if not fits or self.random.random() >= rule.get("rate", 1):
            return False
        if "times" in rule:
            rule["times"] -= 1
        return True

    def ask(self, method, path, body, headers):
        """Return the status, headers and body that the real server answers."""
        connection = http.client.HTTPConnection(*self.upstream)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        kept = {name.lower(): value for name, value in answer.getheaders()}
        kept.pop("connection", None)
        body = answer.read()
        connection.close()
        return answer.status, kept, body


CONTROLS = {"/faults": Faulty.plan, "/objects": Faulty.make}

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    real = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    real.start()
    door = Faulty(real.get_host_and_port())
    threading.Thread(target=door.serve_forever, daemon=True).start()
    for host, port in (real.get_host_and_port(), door.server_address):
        sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
