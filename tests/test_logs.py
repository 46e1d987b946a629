"""What the log says: to which request and run a line belongs, and no secret."""

import json
import logging
import sys
from datetime import datetime

import pytest
from django.http import HttpResponse

from tests.factories import write_wx
from weather.ingest import ingest
from weatherproj import logs, middleware


@pytest.fixture
def said():
    """What is logged from now on, as JSON: a list of objects."""
    lines = []

    class Handler(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(self.format(record)))

    handler, root = Handler(), logging.getLogger()
    handler.setFormatter(logs.Json())
    root.addHandler(handler)
    root.setLevel("INFO")
    yield lines
    root.removeHandler(handler)
    root.setLevel("WARNING")


def line(message, **more):
    record = logging.LogRecord("weather.test", logging.INFO, "", 0, message, (), more.pop("exc_info", None))
    record.__dict__ |= more
    return logs.Json().format(record)


def test_line_is_one_object():
    text = line("two\nlines", fields={"status": 200})
    said = json.loads(text)
    assert "\n" not in text
    assert datetime.fromisoformat(said.pop("time")).tzinfo
    assert said == {
        "level": "INFO",
        "logger": "weather.test",
        "message": "two\nlines",
        "request": None,
        "run": None,
        "status": 200,
    }


def test_error_comes_with_its_traceback():
    try:
        raise ValueError("cannot reach redis://:hunter2@host/0")
    except ValueError:
        said = json.loads(line("no", exc_info=sys.exc_info()))
    assert said["error"].startswith("Traceback (most recent call last):")
    assert said["error"].endswith("ValueError: cannot reach redis://***@host/0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://user:pa:ss@host:5432/name", "postgres://***@host:5432/name"),
        ("'redis://:secret@h/0', 'x@y'", "'redis://***@h/0', 'x@y'"),
        ("http://host:8000/path?to=a@b", "http://host:8000/path?to=a@b"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
    ],
)
def test_passwords_of_urls_are_not_told(text, expected):
    assert logs.redacted(text) == expected
    plain = logs.Plain("%(message)s").format(logging.makeLogRecord({"msg": text}))
    assert (plain, json.loads(line(text))["message"]) == (expected, expected)


def test_django_s_error_pages_tell_no_password_either():
    cleansed = logs.ReporterFilter().cleanse_setting
    assert cleansed("CACHES", {"default": {"LOCATION": "redis://:pw@h/0"}}) == {
        "default": {"LOCATION": "redis://***@h/0"}
    }
    assert cleansed("ALERT_WEBHOOK", "https://hooks/T0/x") == logs.ReporterFilter.cleansed_substitute


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Root=1-67891233-abcdef", True), ("", False), ("a b", False), ("x" * 129, False), ("é", False)],
)
def test_request_id_is_kept_or_made(client, sent, kept):
    answered = client.get("/api/weather", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert (answered == sent) == kept
    assert kept or len(answered) == 16


def test_lines_of_a_request_tell_its_id(rf, said):
    def view(request):
        logging.getLogger("weather.inner").info("at work")
        return HttpResponse(status=404)

    request = rf.get("/api/weather?secret=1", headers={"X-Request-ID": "one"})
    logging.getLogger("weatherproj.middleware").setLevel("INFO")
    try:
        middleware.watch(view)(request)
    finally:
        logging.getLogger("weatherproj.middleware").setLevel("WARNING")
    logging.getLogger("weather.inner").info("after")
    assert [(s["logger"], s["request"]) for s in said] == [
        ("weather.inner", "one"),
        ("weatherproj.middleware", "one"),
        ("weather.inner", None),
    ]
    assert {name: said[1][name] for name in ("message", "method", "path", "status")} == {
        "message": "GET /api/weather 404",
        "method": "GET",
        "path": "/api/weather",
        "status": 404,
    }
    assert 0 < said[1]["duration_ms"] < 10_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("jobs", [1, 2])
def test_every_line_of_an_ingest_tells_its_run(tmp_path, said, jobs):
    for station in ("USC00110072", "USC00110073", "USC00110074"):
        write_wx(tmp_path, station, "20010101 1 1 1")
        (tmp_path / f"{station}.csv").write_text("nonsense")
    run = ingest([str(tmp_path)], jobs=jobs)
    logging.getLogger("weather.test").info("after")
    assert {s["run"] for s in said[:-1]} == {run.pk}
    assert len([s for s in said if "quarantined" in s["message"]]) == 3 + 1
    assert said[-1]["run"] is None
