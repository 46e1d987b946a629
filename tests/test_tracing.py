"""Traces arrive at a collector; without the packages the process says what is missing."""

import sys
import threading
from collections import defaultdict
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.served import ask, served, wait_until
from tests.services import postgresql
from tests.soak.archives import archive
from tests.soak.workers import site
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


def traces(sent):
    """Return the names of the spans that were sent, as a set for each trace."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    assert {path for path, _ in sent} <= {"/v1/traces"}
    resources = [one for _, body in sent for one in ExportTraceServiceRequest.FromString(body).resource_spans]
    several = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
    found = defaultdict(set)
    for span in several:
        found[span.trace_id].add(span.name)
    return list(found.values())


def traced(sent, *names):
    """Say whether a trace with spans of these names has been sent."""
    return any(set(names) <= trace for trace in traces(sent))


TRACING = {"OTEL_BSP_SCHEDULE_DELAY": "100"}


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request):
    """The URL of a database server. Each kind has a driver of its own that is traced."""
    pytest.importorskip("opentelemetry.sdk", reason="requirements/otel.txt is not installed")
    with nullcontext("sqlite:///:memory:") if request.param == "sqlite" else postgresql() as url:
        yield url


def test_request_and_its_statement_are_one_trace(server, collector):
    url, sent = collector
    tracing = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, **TRACING}
    with archive(server) as target, served(DATABASE_URL=target.url, **tracing) as address:
        assert ask(f"{address}/api/stations")[0] == 200
        wait_until(lambda: traced(sent, "GET ^api/stations/?\\Z", "SELECT"))


def test_task_and_its_statements_are_one_trace(server, collector, tmp_path):
    url, sent = collector
    with site(server, tmp_path) as here, here.running("worker 1", OTEL_EXPORTER_OTLP_ENDPOINT=url, **TRACING):
        here.send("ingest_source", here.folder)
        assert here.ended() == []
        wait_until(lambda: traced(sent, "run/weather.tasks.work", "INSERT", "UPDATE"))


def test_packages_that_are_missing_are_named(settings, monkeypatch):
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318"
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ImproperlyConfigured, match=r"opentelemetry.* is not installed: pip install -r req"):
        tracing.start()


def test_where_none_are_wanted_nothing_is_imported(monkeypatch):
    monkeypatch.setattr(tracing, "instrumentors", None)
    assert tracing.start() is None
