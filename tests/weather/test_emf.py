"""The line that CloudWatch makes metrics of."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_run, write_wx
from weather import emf
from weather.ingest import ingest

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


@pytest.mark.parametrize(("wanted", "lines"), [(True, 1), (False, 0)])
def test_run_ends_with_it_where_it_is_wanted(tmp_path, settings, monkeypatch, wanted, lines):
    said = []
    monkeypatch.setattr(emf.log, "info", lambda text, line: said.append(text % line))
    settings.METRICS_EMF = wanted
    write_wx(tmp_path, "USC00110072", "20010101 1 1 1")
    run = ingest([str(tmp_path)])
    ingest([str(tmp_path)], dry_run=True, force=True)
    assert [json.loads(line)["run"] for line in said] == [run.pk] * lines
