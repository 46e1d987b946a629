"""Traces arrive at a collector; without the packages the process says what is missing."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.served import ask, manage, served, wait_until
from weatherproj import tracing

pytestmark = pytest.mark.once


@pytest.fixture
def collector():
    """A collector's URL, and what it was sent: (path, body)."""
    sent = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


def spans(sent):
    """Return {name: trace id} of all spans sent."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    assert {path for path, _ in sent} <= {"/v1/traces"}
    resources = [one for _, body in sent for one in ExportTraceServiceRequest.FromString(body).resource_spans]
    several = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
    return {span.name: span.trace_id for span in several}


def test_request_and_its_statement_are_one_trace(tmp_path, collector):
    pytest.importorskip("opentelemetry.sdk", reason="requirements/otel.txt is not installed")
    url, sent = collector
    database = {"DATABASE_URL": f"sqlite:///{tmp_path}/w.sqlite3"}
    manage("migrate", **database)
    traces = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    with served(**database, **traces) as server:
        ask(f"{server}/api/stations")
        wait_until(lambda: "SELECT" in spans(sent))
    of = spans(sent)
    assert of["GET ^api/stations/?\\Z"] == of["SELECT"]


def test_packages_that_are_missing_are_named(settings, monkeypatch):
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318"
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ImproperlyConfigured, match=r"opentelemetry.* is not installed: pip install -r req"):
        tracing.start()


def test_where_none_are_wanted_nothing_is_imported(monkeypatch):
    monkeypatch.setattr(tracing, "instrumentors", None)
    assert tracing.start() is None
