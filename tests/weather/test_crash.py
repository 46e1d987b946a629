"""Killed, terminated and crowded: the archive is exact after each. `make soak` does the same, longer."""

import os
import signal
from functools import partial

import pytest
from django.db import connection

from tests.processes import alive
from tests.soak import points
from tests.soak.archives import archive
from tests.soak.at_moments import end_at_random
from tests.soak.at_points import strike_between_files, strike_every_point
from tests.soak.children import soon, wait
from tests.soak.crowds import crowd
from tests.soak.files import CORRECTED, NEW, REJECTED, overlapping
from tests.soak.verdicts import entered, runs

JOBS = 1 if connection.vendor == "sqlite" else 2


@pytest.fixture
def server():
    """The URL of the database server of this run, on which archives are made and dropped."""
    return os.environ["DATABASE_URL"]


def wrong(trials):
    assert trials
    return {name: faults for name, faults in trials.items() if faults}


@pytest.mark.parametrize(
    ("case", "jobs", "together"), [(REJECTED, JOBS, 1), (CORRECTED, 1, 1), (NEW, JOBS, 2)]
)
def test_killed_at_every_point_of_a_transaction(server, tmp_path, case, jobs, together):
    assert wrong(strike_every_point(server, tmp_path, case, jobs, together=together)) == {}


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_ended_at_every_point_between_files(server, tmp_path, sent):
    assert wrong(strike_between_files(server, tmp_path, NEW, sent=sent)) == {}


def test_terminated_between_files_entered_together(server, tmp_path):
    paths = NEW.files(tmp_path, 12)
    with archive(server) as target:
        stop = partial(points.strike, paths[1], "after COMMIT", signal.SIGTERM)
        process = target.start([*paths, "--jobs=1"], stop)
        assert target.end(process, signal.SIGTERM) == []
        assert [target.ask(runs), target.ask(entered)] == [["interrupted"], 3]
        target.ingest(paths)
        assert [target.ask(runs), target.ask(entered)] == [["interrupted", "succeeded"], 12]


@pytest.mark.parametrize("point", [1, 2, 3])
def test_terminated_where_a_transaction_begins(server, tmp_path, point):
    paths = NEW.files(tmp_path, 3)
    with archive(server) as target:
        process = target.start(paths, partial(points.strike, paths[0], point, signal.SIGTERM))
        assert target.end(process, signal.SIGTERM) == []
        assert target.ask(runs) == ["interrupted"]


def test_killed_at_random_moments(server, tmp_path):
    paths = NEW.files(tmp_path, 20)
    assert wrong(end_at_random(server, paths, NEW.owner(paths), signal.SIGKILL, 3)) == {}


def test_several_processes_at_the_same_files(server, tmp_path):
    assert wrong(crowd(server, overlapping(tmp_path, 10), 4, 1)) == {}


def test_killed_process_takes_its_reader_and_its_session_with_it(server, tmp_path):
    paths = NEW.files(tmp_path, 6)
    with archive(server) as target:
        process = target.start(paths, partial(points.linger, paths[-1]))
        assert soon(lambda: target.ask(entered) == 5)
        assert len(alive(process.pid)) == 2
        process.kill()
        assert target.end(process, signal.SIGKILL) == []


def test_abandoned_run_is_closed_and_a_living_one_is_not(server, tmp_path):
    paths = NEW.files(tmp_path, 3)
    with archive(server) as target:
        stop = partial(points.strike, paths[0], "after COMMIT", signal.SIGSTOP)
        living = target.start(paths[:1], stop, log="living")
        try:
            assert soon(lambda: target.ask(runs) == ["running"] and target.ask(entered) == 1)
            kill = partial(points.strike, paths[1], "before COMMIT", signal.SIGKILL)
            assert wait(target.start(paths[1:2], kill)) == -signal.SIGKILL
            assert target.ask(runs) == ["running", "running"]
            target.ingest(paths[2:])
            assert target.ask(runs) == ["running", "interrupted", "succeeded"]
            os.kill(living.pid, signal.SIGCONT)
            assert wait(living) == 0
            assert target.ask(runs) == ["succeeded", "interrupted", "succeeded"]
        finally:
            living.kill()
