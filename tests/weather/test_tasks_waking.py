"""Who is woken for queued runs and for checks, by whom, and when."""

import pytest
from django.db import transaction

from tests.factories import make_station
from tests.weather.conftest import make_due, never
from weather import doorbell, work
from weather.models import IngestRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]


def claimed_by_nobody(run, times=1):
    """Claim, as workers do that end over it."""
    for _ in range(times):
        make_due()
        work.claim(run, -work.LOCKS - 1)
        work.release(run)
    make_due()


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
