"""Alerts arrive on a real mail server and a real web server, and what goes wrong with them harms nothing."""

import email
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache

from tests.factories import make_run, write_wx
from tests.services import free_port
from weather import alerts, freshness
from weather.ingest import ingest
from weather.ledger import close_abandoned
from weather.models import IngestRun
from weather.sources import SourceError

pytestmark = pytest.mark.django_db


class Mailbox:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content)
        self.mails.append((envelope.rcpt_tos, mail["Subject"], mail.get_payload()))
        return "250 OK"


@pytest.fixture
def mails(settings):
    """What arrives by mail: (to, subject, text)."""
    server = Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.ALERT_EMAIL = ["one@example.org", "two@example.org"]
    yield server.handler.mails
    server.stop()


@pytest.fixture
def posts(settings):
    """What arrives at the webhook."""
    arrived = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            arrived.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.ALERT_WEBHOOK = f"http://127.0.0.1:{server.server_port}/T0/secret"
        yield arrived
        server.shutdown()


def refused(tmp_path, of):
    """Ingest a file of so many lines, of which the first is no line; return the run."""
    days = [f"2001{month:02}{day:02} 1 1 1" for month in range(1, 13) for day in range(1, 28)]
    write_wx(tmp_path, "USC00110072", "20010231 1 1 1", *days[: of - 1])
    return ingest([str(tmp_path)])


def test_run_that_rejects_too_much_is_told_once_by_mail_and_webhook(tmp_path, mails, posts):
    run = refused(tmp_path, 50)
    subject = f"Ingest run {run.pk} rejected 1 of 50 lines (2.0%)"
    ((to, mail, text),) = mails
    assert (to, mail) == (["one@example.org", "two@example.org"], f"[weather] {subject}")
    assert run.summary() in text
    counts = {"read": 50, "inserted": 49, "updated": 0, "unchanged": 0, "rejected": 1}
    about = {"id": run.pk, "status": "succeeded", "sources": [str(tmp_path)], "error": ""}
    files = {"files": 1, "skipped": 0, "quarantined": 0}
    assert posts == [{"text": f"{subject}\n{run.summary()}", "run": about | files | counts}]


def test_share_is_one_that_may_be_rejected(tmp_path, posts):
    refused(tmp_path, 100)
    assert posts == []


def test_share_can_be_set(tmp_path, posts, settings):
    settings.ALERT_REJECTED_SHARE = 0
    run = refused(tmp_path, 100)
    assert [post["run"]["id"] for post in posts] == [run.pk]


def test_quarantined_file_is_told(tmp_path, posts):
    (tmp_path / "USC00110072.txt").write_text("nonsense")
    run = ingest([str(tmp_path)])
    assert posts[0]["text"].startswith(f"Ingest run {run.pk} rejected 1 of 1 files (100.0%)\n")


def test_run_that_fails_is_told(tmp_path, posts, monkeypatch):
    monkeypatch.setattr("weather.ingest.take", lambda *_, **__: 1 / 0)
    write_wx(tmp_path, "USC00110072", "20010101 1 1 1")
    with pytest.raises(ZeroDivisionError):
        ingest([str(tmp_path)])
    run = IngestRun.objects.get()
    expected = f"Ingest run {run.pk} failed: ZeroDivisionError: division by zero\n"
    assert [post["text"].startswith(expected) for post in posts] == [True]


def test_run_whose_process_was_killed_is_told(posts):
    run = make_run(status="running", finished_at=None)
    close_abandoned(IngestRun.objects.all())
    (post,) = posts
    assert post["text"].startswith(f"Ingest run {run.pk} interrupted: abandoned: its process ended")


@pytest.mark.parametrize(
    "fields", [{}, {"status": "interrupted"}, {"status": "interrupted", "error": "stopped"}]
)
def test_run_that_is_well_or_was_stopped_is_not_told(posts, fields):
    alerts.after_run(make_run(**fields))
    assert posts == []


def test_dry_run_is_not_told(tmp_path, posts):
    (tmp_path / "USC00110072.txt").write_text("nonsense")
    assert ingest([str(tmp_path)], dry_run=True).quarantined == 1
    assert posts == []


def test_alert_that_fails_harms_no_run_and_tells_no_secret(tmp_path, mails, settings, caplog):
    settings.ALERT_WEBHOOK = f"http://127.0.0.1:{free_port()}/T0/secret"
    run = refused(tmp_path, 2)
    assert (run.status, run.inserted, len(mails)) == ("succeeded", 1, 1)
    assert [r.message for r in caplog.records if r.name == "weather.alerts"] == [
        "an alert was not sent by post: URLError"
    ]
    assert "secret" not in caplog.text


def test_mail_server_that_is_away_is_no_reason_not_to_post(tmp_path, posts, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.ALERT_EMAIL = ["one@example.org"]
    refused(tmp_path, 2)
    assert len(posts) == 1


def test_run_that_did_not_happen_is_told_once(posts, monkeypatch):
    cache.clear()
    due = datetime(2026, 3, 2, 6, tzinfo=UTC)
    monkeypatch.setattr(freshness, "missed", lambda: due)
    assert [alerts.overdue(), alerts.overdue()] == [due, due]
    text = "It was due at 2026-03-02 06:00 UTC, and no run has succeeded since."
    told = f"The scheduled ingest did not happen\n{text}"
    assert posts == [{"text": told, "due": "2026-03-02T06:00:00+00:00"}]


def test_run_that_could_not_begin_is_told(posts):
    alerts.could_not_begin(SourceError("/data: no such file"))
    text = "The scheduled ingest could not begin\n/data: no such file"
    assert posts == [{"text": text, "error": "/data: no such file"}]


def test_nothing_is_told_while_all_is_well(posts):
    assert (alerts.overdue(), posts) == (None, [])
