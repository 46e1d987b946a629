"""Runs that ended without a word. tests/soak kills real ones."""

import pytest

from tests.factories import make_run, make_source_file
from weather.ledger import close_abandoned
from weather.models import IngestRun


def running(**fields):
    return make_run(status="running", finished_at=None, **fields)


@pytest.mark.django_db
def test_abandoned_run_closed_with_the_totals_of_its_files():
    run = running()
    make_source_file(run, read=3, inserted=2, rejected=1)
    close_abandoned(IngestRun.objects.all())
    run.refresh_from_db()
    assert (run.status, run.read, run.inserted, run.rejected) == ("interrupted", 3, 2, 1)
    assert run.error.startswith("abandoned: ")
    assert run.finished_at >= run.started_at


@pytest.mark.django_db
def test_finished_runs_stay_as_they_are():
    run = make_run(error="as it was")
    close_abandoned(IngestRun.objects.all())
    assert IngestRun.objects.get() == run
    assert IngestRun.objects.get().error == "as it was"
