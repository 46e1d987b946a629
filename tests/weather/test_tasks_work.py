"""Queued runs: begun once, listed once, claimed, given back, stopped, retried; and exact."""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import make_run, make_station, write_wx
from weather import doorbell, ingest, ledger, work
from weather.models import IngestRun, Observation, Work

pytestmark = pytest.mark.django_db

COUNTS = ("status", "files", "skipped", "quarantined", *IngestRun.COUNTS)
AWAY = "the worker ended 3 times while it was at this file"


def never():
    return False


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    """Who was woken, as (run, workers)."""
    heard = []

    def ring(run, workers=1, *, wait=None, expires=None):
        heard.append((run, workers))

    monkeypatch.setattr(doorbell, "ring", ring)
    monkeypatch.setattr(work, "ring", ring)
    monkeypatch.setattr(work, "ring_to_check", lambda **how: heard.append("to check"))
    return heard


@pytest.fixture
def folder(settings, tmp_path):
    """A folder of three files, of which one is none of the format; it may be read."""
    settings.WEATHER_ALLOWED_SOURCES = [str(tmp_path)]
    write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94", "19850102 -122 -217 0")
    write_wx(tmp_path, "USC00110187", "19850101 -22 -128 94", "19850230 1 1 1")
    (tmp_path / "USC00259510.txt").write_text("nonsense")
    return tmp_path


def counts(run):
    return IngestRun.objects.filter(pk=run.pk).values(*COUNTS).get()


def make_due():
    Work.objects.update(next_try=timezone.now())


def claimed_by_nobody(run, times=1):
    """Claim, as workers do that end over it."""
    for _ in range(times):
        make_due()
        work.claim(run, -work.LOCKS - 1)
        work.release(run)
    make_due()


def test_queued_run_is_worked_off(folder):
    run = work.begin([str(folder)])
    assert work.work_on(run.pk, never) == "succeeded"
    assert counts(run) == {
        "status": "succeeded",
        "files": 3,
        "skipped": 0,
        "quarantined": 1,
        "read": 4,
        "inserted": 3,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    assert (Observation.objects.count(), Work.objects.count()) == (3, 0)


def test_known_files_are_skipped(folder):
    ingest.ingest([str(folder)])
    run = work.begin([str(folder)])
    work.work_on(run.pk, never)
    assert [counts(run)[name] for name in ("files", "skipped", "quarantined", "read")] == [3, 2, 1, 0]


def test_one_run_at_a_time():
    assert work.begin(["/a"])
    assert work.begin(["/a"]) is None
    assert work.begin(["/b"])


def test_what_was_asked_before_a_run_began_is_done():
    run = work.begin(["/a"])
    ledger.close(run, IngestRun.Status.SUCCEEDED)
    assert work.begin(["/a"], asked=run.started_at - timedelta(seconds=1)) is None
    assert work.begin(["/a"], asked=run.started_at + timedelta(seconds=1))


def test_lock_of_somebody_who_begins_is_respected(monkeypatch):
    @contextmanager
    def taken(number):
        yield False

    monkeypatch.setattr(work, "try_lock", taken)
    assert work.begin(["/a"]) is None


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_after_the_commit(rings, folder, settings):
    with transaction.atomic():
        run = work.begin([str(folder)])
        assert rings == []
    assert rings == [(run.pk, 1)]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        work.begin(["/b"])
        raise ZeroDivisionError
    assert (rings, IngestRun.objects.count()) == ([(run.pk, 1)], 1)


def test_broker_that_is_away_stops_nothing(monkeypatch, caplog):
    monkeypatch.undo()

    class Away:
        @staticmethod
        def send_task(*args, **kwargs):
            raise doorbell.OperationalError("refused")

    monkeypatch.setattr(doorbell, "current_app", Away)
    doorbell.ring(7)
    assert "run 7: the broker is away (refused); the sweep finds what is to do" in caplog.text


def test_workers_for_files(settings):
    settings.WEATHER_FAN_OUT = 200
    several = [1, 1, 1, 1, 1, 1] if work.connection.vendor == "sqlite" else [1, 1, 1, 2, 5, 64]
    assert [work.workers_for(n) for n in (0, 199, 399, 400, 1000, 10**6)] == several


def test_files_of_a_lost_worker_are_done_again_and_counted_once(folder):
    run = work.begin([str(folder)])
    work.listed_now(run)
    batch = work.claim(run, -work.LOCKS - 1)
    list(ingest.outcomes([batch[0].raw_file()], run, {}))  # it is in, and the worker dies
    assert work.claim(run, -work.LOCKS - 2) == []
    work.sweep(1)
    assert set(run.work.values_list("claimed_by", "attempts")) == {(None, 1)}
    assert work.claim(run, -work.LOCKS - 2) == []  # not at once
    make_due()
    assert work.work_on(run.pk, never) == "succeeded"
    assert [counts(run)[name] for name in ("files", "skipped", "quarantined", "read")] == [3, 0, 1, 4]


def test_files_of_a_living_worker_are_left_to_it(folder, monkeypatch):
    run = work.begin([str(folder)])
    work.listed_now(run)
    token = -work.LOCKS - 1
    work.claim(run, token)

    @contextmanager
    def held(number):
        yield number != token

    monkeypatch.setattr(work, "try_lock", held)
    work.sweep(1)
    assert set(run.work.values_list("claimed_by", flat=True)) == {token}


def test_file_that_ends_workers_is_refused(folder):
    run = work.begin([str(folder)])
    work.listed_now(run)
    work.claim(run, -work.LOCKS - 1)
    work.release(run)
    Work.objects.exclude(uri__endswith="USC00110072.txt").update(next_try=timezone.now() + timedelta(days=1))
    for _ in range(2):
        Work.objects.filter(uri__endswith="USC00110072.txt").update(next_try=timezone.now())
        assert len(work.claim(run, -work.LOCKS - 1)) == 1  # alone, once it is suspect
        work.release(run)
    [refused] = run.source_files.all()
    assert (refused.status, refused.reason, run.work.count()) == ("quarantined", AWAY, 2)
    make_due()
    assert work.work_on(run.pk, never) == "succeeded"
    assert counts(run)["quarantined"] == 2


def test_worker_that_is_to_stop_gives_back(folder, rings, monkeypatch):
    monkeypatch.setattr(ingest, "every_second", lambda asked: asked)
    run = work.begin([str(folder)])
    work.listed_now(run)
    answers = iter([False, True, True, True])
    assert work.work_on(run.pk, lambda: next(answers)) == "running"
    assert run.source_files.count() == 1
    assert set(run.work.values_list("claimed_by", "attempts")) == {(None, 0)}
    assert rings[-1] == (run.pk, 1)
    assert work.work_on(run.pk, never) == "succeeded"
    assert counts(run)["read"] == 4


def test_run_that_is_to_stop_ends_at_the_next_file(folder, monkeypatch):
    monkeypatch.setattr(ingest, "every_second", lambda asked: asked)
    run = work.begin([str(folder)])
    work.listed_now(run)
    asked = iter([False, True])
    monkeypatch.setattr(IngestRun, "stop_asked", lambda self: next(asked))
    IngestRun.objects.update(stop=True)
    assert work.work_on(run.pk, never) == "interrupted"
    run.refresh_from_db()
    assert (run.source_files.count(), run.work.count()) == (1, 0)
    assert (run.error, run.skipped) == ("stopped; what is missing, the next run takes", 0)


def test_command_ends_at_the_next_file_when_asked(folder, monkeypatch):
    monkeypatch.setattr(ingest, "every_second", lambda asked: asked)
    with pytest.raises(ledger.Stopped):
        ingest.ingest([str(folder)], progress=lambda *_: IngestRun.objects.update(stop=True))
    run = IngestRun.objects.get()
    assert (run.status, run.source_files.count()) == ("interrupted", 1)
    assert run.error == "stopped; what is finished is in, the next run takes the rest"


def test_database_is_asked_about_the_stop_once_a_second(monkeypatch):
    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(ingest, "time", clock)
    asked = []
    ask = ingest.every_second(lambda: asked.append(clock.now) or True)
    answers = []
    for clock.now in (0.1, 0.9, 1.0, 1.5, 2.5):
        answers.append(ask())
    assert (answers, asked) == ([False, False, True, False, True], [1.0, 2.5])


def test_source_that_is_not_allowed_fails_visibly(folder, settings):
    settings.WEATHER_ALLOWED_SOURCES = ["/elsewhere"]
    run = work.begin([str(folder)])
    work.work_on(run.pk, never)
    run.refresh_from_db()
    assert (run.status, "is not in WEATHER_ALLOWED_SOURCES (/elsewhere)" in run.error) == ("failed", True)


def test_retry_takes_the_failed_files_alone(folder):
    first = work.begin([str(folder)])
    work.work_on(first.pk, never)
    write_wx(folder, "USC00259510", "19850101 1 0 0")
    write_wx(folder, "USC00110072", "19850101 5 5 5")
    retry = work.begin([str(folder)], retry_of=first)
    assert work.work_on(retry.pk, never) == "succeeded"
    assert list(map(str, retry.source_files.all())) == ["USC00259510.txt"]


def test_queued_run_is_not_abandoned(folder):
    run = work.begin([str(folder)])
    killed = make_run(status="running", finished_at=None)
    ingest.ingest([str(folder)])
    statuses = dict(IngestRun.objects.values_list("pk", "status"))
    assert (statuses[run.pk], statuses[killed.pk]) == ("running", "interrupted")


def test_sweep_wakes_workers_for_what_is_due(folder, rings):
    run = work.begin([str(folder)])
    work.sweep(1)
    assert rings == [(run.pk, 1)]
    work.listed_now(run)
    work.sweep(1)
    assert rings == [(run.pk, 1)] * 2
    claimed_by_nobody(run)
    work.work_on(run.pk, never)
    rings.clear()
    work.sweep(1)
    assert rings == ["to check"]


def test_sweep_wakes_a_worker_for_when_files_are_due_again(folder, monkeypatch):
    heard = []
    monkeypatch.setattr(work, "ring", lambda run, **when: heard.append((run, when["wait"], when["expires"])))
    run = work.begin([str(folder)])
    work.listed_now(run)
    work.claim(run, -work.LOCKS - 1)
    work.sweep(120)
    [(woken, wait, expires)] = heard
    assert (woken, 0 < wait <= 2, expires) == (run.pk, True, wait + 120)
    work.sweep(0.1)  # the next sweep comes before
    assert len(heard) == 1


def test_file_is_as_it_was_found(folder):
    name = os.fsdecode(b"USC00110072\xff.txt")
    file = ingest.sources.RawFile("/x", f"/x/{name}\0", version="é", within="/x")
    run = make_run()
    Work.objects.bulk_create([Work.of(run, file, timezone.now())])
    assert Work.objects.get().raw_file() == file


def test_sweep_wakes_a_worker_for_stations_that_are_due(rings):
    work.sweep(1)
    assert rings == []
    make_station(check_due=True)
    work.sweep(1)
    assert rings == ["to check"]


def test_run_that_is_closed_wakes_a_worker_for_its_stations(
    folder, rings, django_capture_on_commit_callbacks
):
    run = work.begin([str(folder)])
    with django_capture_on_commit_callbacks(execute=True):
        work.work_on(run.pk, never)
    assert rings[-1] == "to check"
