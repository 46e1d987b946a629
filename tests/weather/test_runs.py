"""Runs as the API lists and shows them, with their files and rejected lines."""

import datetime
from unittest.mock import ANY

import pytest

from tests.factories import make_run, make_source_file, make_station
from weather.models import RejectedLine, SourceFile

pytestmark = pytest.mark.django_db

SIX = datetime.datetime(2026, 1, 1, 6, tzinfo=datetime.UTC)
COUNTS = {
    "read": 0,
    "inserted": 0,
    "updated": 0,
    "unchanged": 0,
    "rejected": 0,
    "left_out": 0,
    "disappeared": 0,
    "withdrawn": 0,
}


def shown(run, **fields):
    return {
        "id": run.id,
        "started_at": "2026-01-01T06:00:00Z",
        "finished_at": "2026-01-01T06:00:09.500000Z",
        "status": "succeeded",
        "sources": ["/data"],
        "files": 1,
        "skipped": 0,
        "quarantined": 0,
        **COUNTS,
        "error": None,
    } | fields


def make_run_at_six(**fields):
    nine_seconds_later = SIX + datetime.timedelta(seconds=9.5)
    return make_run(**{"started_at": SIX, "finished_at": nine_seconds_later} | fields)


@pytest.fixture
def run():
    """A run of a file with two rejected lines and of one that is quarantined, before a run of another."""
    run = make_run_at_six(withdrawn=1, disappeared=2)
    counts = {"read": 2, "inserted": 1, "rejected": 1, "left_out": 3}
    entry = {"size": 30, "version": "e1", "entered_at": SIX, "generation": 7}
    good = make_source_file(run, station=make_station(), **entry, **counts)
    make_source_file(
        run, uri="/data/x.bin", fingerprint="", format="", status="quarantined", reason="not text"
    )
    RejectedLine.objects.create(source_file=good, line_number=7, reason="no date", text="")
    RejectedLine.objects.create(source_file=good, line_number=2, reason="no value", text="19850101\tx")
    make_source_file(make_run_at_six())
    return run


@pytest.fixture(params=["/api/ingest/runs/{}", "/api/ingest/runs/{}/"])
def body(request, client, run):
    """What the API shows of the run."""
    return client.get(request.param.format(run.id)).json()


@pytest.mark.parametrize("url", ["/api/ingest/runs", "/api/ingest/runs/"])
def test_runs_are_listed_newest_first(client, url):
    first = make_run_at_six(read=3, inserted=1, updated=1, rejected=1)
    second = make_run_at_six(status="running", finished_at=None)
    third = make_run_at_six(status="failed", error="no such source")
    assert client.get(url).json() == {
        "next": None,
        "previous": None,
        "results": [
            shown(third, status="failed", error="no such source"),
            shown(second, status="running", finished_at=None),
            shown(first, read=3, inserted=1, updated=1, rejected=1),
        ],
    }


def test_runs_are_walked_both_ways(client):
    ids = [make_run_at_six().id for _ in range(5)][::-1]

    def page(url):
        body = client.get(url).json()
        assert body["count"] == 5
        return [run["id"] for run in body["results"]], body["previous"], body["next"]

    first, nothing, url = page("/api/ingest/runs?page_size=2&count=exact")
    assert (first, nothing) == (ids[:2], None)
    second, _, url = page(url)
    third, back, nothing = page(url)
    assert (second, third, nothing) == (ids[2:4], ids[4:], None)
    again, back, _ = page(back)
    assert again == second
    again, nothing, url = page(back)
    assert (again, nothing) == (first, None)
    assert page(url)[0] == second


def test_runs_of_a_status_are_listed(client):
    failed = make_run_at_six(status="failed", error="no such source")
    make_run_at_six()
    answer = client.get("/api/ingest/runs?status=failed&count=exact").json()
    assert (answer["count"], [run["id"] for run in answer["results"]]) == (1, [failed.id])
    response = client.get("/api/ingest/runs?status=lost")
    detail = "expected running or succeeded or failed or interrupted, got 'lost'"
    assert response.json()["errors"] == [{"parameter": "status", "detail": detail}]


def test_quarantined_files_come_first(client):
    run = make_run_at_six()
    files = [
        make_source_file(run, uri=f"/{n}", status=s) for n, s in enumerate(["ingested", "quarantined"] * 2)
    ]
    shown = client.get(f"/api/ingest/runs/{run.id}").json()["source_files"]
    assert [file["id"] for file in shown] == [files[n].id for n in (1, 3, 0, 2)]


def test_page_of_runs_does_not_shift_when_one_is_added(client):
    ids = [make_run_at_six().id for _ in range(3)][::-1]
    following = client.get("/api/ingest/runs?page_size=1").json()["next"]
    make_run_at_six()
    assert [run["id"] for run in client.get(following).json()["results"]] == ids[1:2]


def test_run_is_shown(run, body):
    assert body == shown(run, withdrawn=1, disappeared=2) | {
        "source_files_total": 2,
        "source_files": ANY,
        "rejected_lines_total": 2,
        "rejected_lines": ANY,
    }


def test_quarantined_file_of_a_run_is_shown(run, body):
    quarantined, _ = body["source_files"]
    assert quarantined == {
        "id": run.source_files.get(status="quarantined").id,
        "uri": "/data/x.bin",
        "fingerprint": None,
        "version": None,
        "size": 0,
        "format": None,
        "station_id": None,
        "status": "quarantined",
        "reason": "not text",
        "entered_at": None,
        "generation": None,
        **COUNTS,
    }


def test_ingested_file_of_a_run_is_shown(run, body):
    _, ingested = body["source_files"]
    assert ingested == {
        "id": run.source_files.get(status="ingested").id,
        "uri": "/data/USC00110072.txt",
        "fingerprint": "0" * 64,
        "version": "e1",
        "size": 30,
        "format": "wx",
        "station_id": "USC00110072",
        "status": "ingested",
        "reason": None,
        "entered_at": "2026-01-01T06:00:00Z",
        "generation": 7,
        **COUNTS,
        "read": 2,
        "inserted": 1,
        "rejected": 1,
        "left_out": 3,
    }


def test_rejected_lines_of_a_run_are_shown(body):
    uri = "/data/USC00110072.txt"
    assert body["rejected_lines"] == [
        {"source_file": uri, "line_number": 2, "reason": "no value", "text": "19850101\tx"},
        {"source_file": uri, "line_number": 7, "reason": "no date", "text": ""},
    ]


def test_details_of_a_run_end_at_a_thousand(client):
    run = make_run_at_six()
    file = make_source_file(run)
    lines = [RejectedLine(source_file=file, line_number=n, reason="r", text="t") for n in range(1, 1002)]
    RejectedLine.objects.bulk_create(lines)
    files = [SourceFile(run=run, uri=f"/{n}", status="ingested", read_at=SIX) for n in range(1000)]
    SourceFile.objects.bulk_create(files)
    body = client.get(f"/api/ingest/runs/{run.id}").json()
    assert (body["source_files_total"], body["rejected_lines_total"]) == (1001, 1001)
    assert [line["line_number"] for line in body["rejected_lines"]] == list(range(1, 1001))
    assert [shown["uri"] for shown in body["source_files"]][-1] == "/998"


@pytest.mark.parametrize("id", ["0", "99", "999999999", "9999999999", "99999999999999999999999"])
def test_unknown_run_is_not_found(client, id):
    response = client.get(f"/api/ingest/runs/{id}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("url", ["/api/ingest/runs?station_id=x", "/api/ingest/runs/1?station_id=x"])
def test_parameter_of_another_endpoint_is_unknown(client, url):
    response = client.get(url)
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["station_id"]
