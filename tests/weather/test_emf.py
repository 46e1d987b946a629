"""The line that CloudWatch makes metrics of."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_run, write_wx
from weather import emf
from weather.ingest import ingest
from weather.models import Work
from weather.sources import RawFile
from weather.tasks import sweep

pytestmark = pytest.mark.django_db


def test_line_is_embedded_metric_format():
    start = datetime(2026, 3, 2, 6, tzinfo=UTC)
    run = make_run(
        started_at=start, finished_at=start + timedelta(seconds=2.5), read=3, inserted=2, rejected=1
    )
    said = json.loads(emf.line(run))
    (metrics,) = said["_aws"].pop("CloudWatchMetrics")
    counts = {"read": 3, "inserted": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    files = {"files": 1, "skipped": 0, "quarantined": 0}
    about = {"run": run.pk, "status": "succeeded", "seconds": 2.5}
    assert said == {"_aws": {"Timestamp": 1772431202500}} | about | files | counts
    assert (metrics["Namespace"], metrics["Dimensions"]) == ("Weather", [["status"]])
    assert {m["Name"]: m["Unit"] for m in metrics["Metrics"]} == {
        **dict.fromkeys([*files, *counts], "Count"),
        "seconds": "Seconds",
    }


def test_line_of_queue_says_how_long_the_oldest_file_waits():
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    run = make_run(
        status="running", finished_at=None, queued=True, listed=True, started_at=now - timedelta(days=9)
    )
    for seconds in (30, 90, -60):
        Work.of(run, RawFile("a.txt", "a.txt", 1), now - timedelta(seconds=seconds)).save()
    said = json.loads(emf.line_of_queue(now))
    assert (said["waiting"], said["waiting_seconds"]) == (2, 90)
    (metrics,) = said["_aws"]["CloudWatchMetrics"]
    assert (metrics["Namespace"], metrics["Dimensions"]) == ("Weather", [[]])
    assert {m["Name"] for m in metrics["Metrics"]} == {"waiting", "waiting_seconds"}


@pytest.mark.parametrize(("began", "waited"), [(None, 0), (45, 45)])
def test_line_of_queue_counts_a_run_that_nobody_has_listed(began, waited):
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    if began:
        make_run(
            status="running",
            finished_at=None,
            queued=True,
            started_at=now - timedelta(seconds=began),
        )
    said = json.loads(emf.line_of_queue(now))
    assert (said["waiting"], said["waiting_seconds"]) == (0, waited)


@pytest.mark.parametrize(("wanted", "lines"), [(True, 1), (False, 0)])
def test_sweep_tells_of_the_queue_where_it_is_wanted(settings, monkeypatch, wanted, lines):
    said = []
    monkeypatch.setattr(emf.log, "info", lambda text, line: said.append(text % line))
    settings.METRICS_EMF = wanted
    sweep()
    assert ["waiting_seconds" in line for line in said] == [True] * lines


@pytest.mark.parametrize(("wanted", "lines"), [(True, 1), (False, 0)])
def test_run_ends_with_it_where_it_is_wanted(tmp_path, settings, monkeypatch, wanted, lines):
    said = []
    monkeypatch.setattr(emf.log, "info", lambda text, line: said.append(text % line))
    settings.METRICS_EMF = wanted
    write_wx(tmp_path, "USC00110072", "20010101 1 1 1")
    run = ingest([str(tmp_path)])
    ingest([str(tmp_path)], dry_run=True, force=True)
    assert [json.loads(line)["run"] for line in said] == [run.pk] * lines
