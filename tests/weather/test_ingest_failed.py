"""Runs that fail or are interrupted, in one job and in several: what was finished stays."""

from itertools import count

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.factories import write_wx
from tests.weather.conftest import counts
from weather import entry
from weather.ingest import ingest
from weather.models import IngestRun, Observation

pytestmark = pytest.mark.django_db

ID = "USC00110072"


def test_database_away_ends_the_run_as_failed(tmp_path, monkeypatch):
    def away(*args):
        raise OperationalError("server closed the connection")

    write_wx(tmp_path, ID, "19850101 1 0 0")
    monkeypatch.setattr(entry, "compare", away)
    with pytest.raises(OperationalError):
        ingest([str(tmp_path)])
    run = IngestRun.objects.get()
    assert (run.status, run.error) == ("failed", "OperationalError: server closed the connection")


def test_interrupted_run_keeps_its_finished_files(tmp_path):
    def stop(*args):
        raise KeyboardInterrupt

    for station in (ID, "USC00110187"):
        write_wx(tmp_path, station, "19850101 1 0 0")
    with pytest.raises(KeyboardInterrupt):
        ingest([str(tmp_path)], progress=stop)
    run = IngestRun.objects.get()
    assert (run.status, counts(run)) == ("interrupted", {"read": 1, "inserted": 1})
    assert counts(ingest([str(tmp_path)])) == {"read": 1, "inserted": 1}


@pytest.mark.django_db(transaction=True)
def test_error_in_one_of_several_jobs_ends_the_run(tmp_path, monkeypatch):
    def away(*args):
        raise OperationalError("server closed the connection")

    for number in range(10):
        write_wx(tmp_path, f"USC0011000{number}", "19850101 1 0 0")
    monkeypatch.setattr(entry, "compare", away)
    with pytest.raises(OperationalError):
        ingest([str(tmp_path)], jobs=3)
    assert IngestRun.objects.get().status == "failed"


@pytest.mark.django_db(transaction=True)
def test_interrupted_jobs_finish_their_files_and_are_counted(tmp_path):
    def stop(*args):
        raise KeyboardInterrupt

    for number in range(40):
        write_wx(tmp_path, f"USC001100{number:02}", "19850101 1 0 0")
    with pytest.raises(KeyboardInterrupt):
        ingest([str(tmp_path)], jobs=3, progress=stop)
    run = IngestRun.objects.get()
    assert (run.status, run.read) == ("interrupted", Observation.objects.count())
    assert 1 <= run.read < 40
    assert ingest([str(tmp_path)], jobs=3).read == 40 - run.read


@pytest.mark.django_db(transaction=True)
def test_interrupt_at_a_commit_is_not_taken_for_a_fault_of_the_file(tmp_path, monkeypatch):
    commit, commits = BaseDatabaseWrapper._commit, count()

    def interrupted(connection):
        if next(commits) == 1:  # the first one is of the run
            raise KeyboardInterrupt
        return commit(connection)

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", interrupted)
    write_wx(tmp_path, ID, "19850101 1 0 0")
    with pytest.raises(KeyboardInterrupt):
        ingest([str(tmp_path)])
    assert connection.get_autocommit()
    run = IngestRun.objects.get()  # some databases have taken the file, others not: it is all or nothing
    assert (run.status, run.quarantined, run.read) == ("interrupted", 0, Observation.objects.count())
    assert ingest([str(tmp_path)]).read == 1 - run.read
