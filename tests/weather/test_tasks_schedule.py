"""When sources are ingested by themselves: what was missed is begun, what is late is told."""

import runpy
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as installation
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from tests.factories import make_run
from weather import doorbell, schedule, tasks, work
from weather.models import IngestRun

pytestmark = pytest.mark.django_db
SETTINGS = installation.BASE_DIR / "weatherproj/settings.py"


@pytest.fixture(autouse=True)
def nobody_woken(monkeypatch):
    for module in (doorbell, work):
        monkeypatch.setattr(module, "ring", lambda *args, **kwargs: None)


@pytest.fixture
def daily():
    """A schedule of 6:00 every day, which beat has followed just now."""
    six = CrontabSchedule.objects.create(minute="0", hour="6")
    fields = {"crontab": six, "args": '["/data"]', "total_run_count": 1, "last_run_at": timezone.now()}
    return PeriodicTask.objects.create(name="daily", task=schedule.INGEST, **fields)


def runs():
    return list(IngestRun.objects.order_by("id").values_list("sources", "status"))


def test_schedule_of_the_environment_is_written_into_the_table(monkeypatch):
    monkeypatch.setenv("WEATHER_SCHEDULE", "30 6 * * 1-5")
    beat = runpy.run_path(SETTINGS)["CELERY_BEAT_SCHEDULE"]
    for name, entry in beat.items():
        ModelEntry.from_entry(name, **entry)
    written = PeriodicTask.objects.get(name="WEATHER_SCHEDULE (from the environment)")
    assert (written.task, str(written.crontab)) == (schedule.INGEST, "30 6 * * 1-5 (m/h/dM/MY/d) UTC")
    sweep = PeriodicTask.objects.get(name="Sweep")
    assert (sweep.task, sweep.interval.every, sweep.expire_seconds) == ("weather.tasks.sweep", 120, 120)


@pytest.mark.parametrize("text", ["daily", "0 6 * *", "61 6 * * *", "0 6 * * * *"])
def test_schedule_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("WEATHER_SCHEDULE", text)
    with pytest.raises(ImproperlyConfigured, match="WEATHER_SCHEDULE is five fields of cron such as"):
        runpy.run_path(SETTINGS)


@pytest.mark.parametrize(("text", "left"), [("", 0), ("0 6 * * *", 1)])
def test_schedule_that_left_the_environment_leaves_the_table(settings, daily, text, left):
    settings.WEATHER_SCHEDULE = text
    PeriodicTask.objects.filter(pk=daily.pk).update(name=settings.FROM_ENVIRONMENT)
    tasks.forget_old()
    assert PeriodicTask.objects.count() == left


def test_what_the_broker_has_lost_is_begun_once(daily):
    for _ in range(3):
        tasks.sweep()
    assert runs() == [(["/data"], "running")]
    IngestRun.objects.update(status="failed", finished_at=timezone.now())
    tasks.sweep()
    assert len(runs()) == 1


@pytest.mark.parametrize(
    "change", [{"enabled": False}, {"total_run_count": 0}, {"task": "weather.tasks.sweep"}]
)
def test_what_beat_has_not_asked_for_is_not_begun(daily, change):
    PeriodicTask.objects.update(**change)
    tasks.sweep()
    assert runs() == []


@pytest.mark.parametrize(
    ("last", "late"),
    [({}, []), ({"status": "failed"}, [["/data"]]), ({"sources": ["/other"]}, [["/data"]])],
)
def test_source_without_a_good_run_since_its_schedule_is_told(daily, caplog, last, late):
    PeriodicTask.objects.update(date_changed=timezone.now() - timedelta(days=2))
    make_run(**{"sources": ["/data"], **last})
    assert schedule.check_fresh() == late
    assert ("not fresh: /data" in caplog.text) == bool(late)


def test_source_of_which_a_run_goes_on_is_not_late(daily):
    PeriodicTask.objects.update(date_changed=timezone.now() - timedelta(days=2))
    make_run(sources=["/data"], status="running", finished_at=None)
    assert schedule.check_fresh() == []


def test_good_run_of_yesterday_is_late_today(daily):
    make_run(sources=["/data"], started_at=timezone.now() - timedelta(days=1, minutes=1))
    assert schedule.check_fresh() == [["/data"]]


def test_task_takes_the_source_of_the_environment(settings):
    settings.WEATHER_SOURCE = "/data"
    assert tasks.ingest_source() == f"run {IngestRun.objects.get().pk}"
    assert tasks.ingest_source() == "/data: already running, or done since it was asked for"
    assert runs() == [(["/data"], "running")]


def test_task_without_a_source_does_nothing():
    assert tasks.ingest_source() == "nothing to do: name a source, or set WEATHER_SOURCE"
    assert runs() == []


def test_minute_is_asked_for():
    time_of_day = datetime(2026, 1, 1, 6, 0, 59, 999, tzinfo=UTC)
    assert schedule.minute(time_of_day) == datetime(2026, 1, 1, 6, tzinfo=UTC)


def test_tasks_carry_when_they_were_asked_for():
    headers = {}
    tasks.note_time(headers=headers)
    first = headers["asked"]
    assert abs(first - time.time()) < 5
    tasks.note_time(headers=headers)
    assert headers["asked"] == first


def test_time_limits_are_below_the_visibility_timeout():
    soft, hard = installation.CELERY_TASK_SOFT_TIME_LIMIT, installation.CELERY_TASK_TIME_LIMIT
    assert soft < hard < installation.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
