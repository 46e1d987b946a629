"""The pages of the ingest's books."""

import re

import pytest
from django.utils import timezone

from dashboard.state import chart
from tests.factories import make_run, make_source_file
from weather.models import IngestRun, RejectedLine

pytestmark = pytest.mark.django_db


def page(client, url):
    return client.get(url).content.decode()


def runs_of(text):
    return [int(id) for id in re.findall(r'<th scope="row"><a href="/runs/(\d+)"', text)]


def test_runs_come_newest_first_in_pages(client):
    ids = [make_run().id for _ in range(51)]
    first = page(client, "/runs")
    assert runs_of(first) == ids[:0:-1]
    (after,) = re.findall(r'rel="next" href="([^"#]+)', first)
    second = page(client, after)
    assert runs_of(second) == ids[:1]
    (before,) = re.findall(r'rel="prev" href="([^"#]+)', second)
    assert runs_of(page(client, before)) == ids[:0:-1]


def test_runs_of_a_status(client):
    failed = make_run(status="failed")
    make_run()
    assert runs_of(page(client, "/runs?status=failed")) == [failed.id]
    assert "No run is running." in page(client, "/runs?status=running")


def test_runs_say_what_they_refused(client):
    for refused in ({}, {"read": 5, "rejected": 5}, {"read": 5, "rejected": 5, "quarantined": 1}):
        make_run(**refused)
    told = re.findall(r'<small class="bad took">(.*?)</small>', page(client, "/runs"))
    assert told == ["5 rejected, 1 quarantined", "5 rejected"]


def test_runs_of_an_empty_archive_say_what_to_do(client):
    assert "Nothing was ingested yet." in page(client, "/runs")


def test_wrong_status_is_told_in_a_page(client):
    response = client.get("/runs?status=lost", headers={"Accept": "text/html"})
    assert (response.status_code, response["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert (
        "status: expected running or succeeded or failed or interrupted, got &#x27;lost&#x27;"
        in response.text
    )


def test_unknown_run_is_told_in_a_page(client):
    response = client.get("/runs/7", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<h1>No run 7.</h1>" in response.text


def test_run_shows_its_files_and_rejected_lines(client):
    run = make_run(read=12, inserted=11, rejected=1, quarantined=1)
    file = make_source_file(run, read=12, inserted=11, rejected=1)
    reason = "expected a date YYYYMMDD, got '19850230'"
    RejectedLine.objects.create(source_file=file, line_number=5, reason=reason, text="19850230\t<b>")
    make_source_file(run, uri="/data/bad.txt", status="quarantined", reason="empty")
    text = page(client, f"/runs/{run.id}")
    assert "19850230\t&lt;b&gt;" in text
    assert "quarantined: empty" in text
    only = page(client, f"/runs/{run.id}?only=quarantined")
    assert ("bad.txt<br>" in only, "SHA-256 " + "0" * 64 in only) == (True, True)
    assert 'class="ingested"' not in only


def test_rejected_lines_come_in_pages_beside_the_files(client):
    run = make_run()
    one, other = make_source_file(run), make_source_file(run)
    lines = [(one, n) for n in range(1, 41)] + [(other, n) for n in range(1, 21)]
    RejectedLine.objects.bulk_create(
        RejectedLine(source_file=file, line_number=n, reason="r", text=f"line {file.id}-{n}.")
        for file, n in lines
    )
    first = page(client, f"/runs/{run.id}?only=rejected")
    assert re.findall(r"line (\d+-\d+)\.", first)[-1] == f"{other.id}-10"
    (after,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert "only=rejected" in after
    assert after.endswith("#lines")
    second = page(client, after.replace("&amp;", "&").removesuffix("#lines"))
    assert re.findall(r"line (\d+-\d+)\.", second) == [f"{other.id}-{n}" for n in range(11, 21)]


def test_running_run_shows_what_is_done(client):
    run = make_run(status="running", finished_at=None)
    make_source_file(run, read=7, inserted=7)
    assert "<span>7<small>read</small></span>" in page(client, f"/runs/{run.id}")


def test_chart_is_as_high_as_the_largest_run():
    now = timezone.now()
    counts = ({"read": 100, "inserted": 100}, {"read": 50, "unchanged": 49, "rejected": 1}, {"read": 0})
    runs = [IngestRun(started_at=now, **count) for count in counts]
    assert [parts for _, parts in chart(runs)] == [
        [],
        [("rejected", 0, 1.5), ("unchanged", 1.5, 49.0)],
        [("inserted", 0, 100.0)],
    ]
