"""Queued runs: begun once, listed once, claimed, given back, retried; and exact."""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_run, write_wx
from tests.weather.conftest import make_due, never
from weather import ingest, ledger, work
from weather.models import IngestRun, Observation, Work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]

COUNTS = ("status", "files", "skipped", "quarantined", *IngestRun.COUNTS)
AWAY = "the worker ended 3 times while it was at this file"


def counts(run):
    return IngestRun.objects.filter(pk=run.pk).values(*COUNTS).get()


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


def test_file_is_as_it_was_found(folder):
    name = os.fsdecode(b"USC00110072\xff.txt")
    file = ingest.sources.RawFile("/x", f"/x/{name}\0", version="é", within="/x")
    run = make_run()
    Work.objects.bulk_create([Work.of(run, file, timezone.now())])
    assert Work.objects.get().raw_file() == file
