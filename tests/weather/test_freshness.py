"""When a run of the schedule is overdue."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder

from tests.factories import make_run
from weather import freshness
from weather.models import IngestRun

pytestmark = pytest.mark.django_db

SIX = datetime(2026, 3, 2, 6, tzinfo=UTC)
YESTERDAY = SIX - timedelta(days=1)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LATE = SIX + freshness.GRACE


@pytest.fixture(autouse=True)
def at(settings, monkeypatch):
    """Set the time it is."""
    settings.WEATHER_SCHEDULE, settings.WEATHER_SOURCE = "0 6 * * *", "/data"
    return lambda time: monkeypatch.setattr(freshness.timezone, "now", lambda: time)


@pytest.mark.parametrize(
    ("good", "now", "missed"),
    [
        (YESTERDAY + SECOND, SIX - MINUTE, None),
        (YESTERDAY + SECOND, LATE - SECOND, None),
        (YESTERDAY + SECOND, LATE, SIX),
        (YESTERDAY + SECOND, LATE + timedelta(days=3), SIX),
        (SIX + SECOND, LATE + timedelta(hours=20), None),
        (SIX + SECOND, LATE + timedelta(days=1), SIX + timedelta(days=1)),
    ],
)
def test_missed(at, good, now, missed):
    make_run(started_at=good)
    at(now)
    assert freshness.missed() == missed


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "failed"},
        {"status": "interrupted"},
        {"sources": ["/other"]},
        {"status": "running", "finished_at": None, "started_at": SIX - SECOND},
    ],
)
def test_what_does_not_count(at, fields):
    make_run(started_at=YESTERDAY)
    make_run(**{"started_at": SIX + SECOND} | fields)
    at(LATE)
    assert freshness.missed() == SIX


def test_run_that_is_at_it_is_not_missed(at):
    make_run(started_at=YESTERDAY)
    make_run(started_at=SIX + SECOND, status=IngestRun.Status.RUNNING, finished_at=None)
    at(LATE)
    assert freshness.missed() is None


def test_without_any_run_it_is_due_since_there_is_an_archive(at):
    MigrationRecorder.Migration.objects.update(applied=SIX - MINUTE)
    at(LATE - SECOND)
    assert freshness.missed() is None
    at(LATE)
    assert freshness.missed() == SIX


def test_without_a_schedule_nothing_is_missed(at, settings):
    settings.WEATHER_SCHEDULE = ""
    make_run(started_at=YESTERDAY)
    at(LATE + timedelta(days=30))
    assert freshness.missed() is None
