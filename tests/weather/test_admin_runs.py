"""Runs, their files and rejected lines in admin; and files that are ingested again by an action."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission

from tests.factories import make_run, make_source_file, make_station, write_wx
from tests.pages import listed, url
from weather import admin_books, ingest
from weather.models import IngestRun, RejectedLine, SourceFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def allowed(settings, tmp_path):
    settings.WEATHER_ALLOWED_SOURCES = [str(tmp_path)]


def reingest(client, *files):
    data = {"action": "reingest", "_selected_action": [file.pk for file in files]}
    return client.post(url("sourcefile_changelist"), data, follow=True)


def messages(response):
    return [
        (message.level_tag, re.sub(r"<[^>]+>", "", str(message))) for message in response.context["messages"]
    ]


def test_runs_are_listed_with_their_balance(admin_client):
    started = datetime.datetime(2024, 5, 1, 12, 0, tzinfo=datetime.UTC)
    finished = started + datetime.timedelta(seconds=2.25)
    times = {"started_at": started, "finished_at": finished}
    first = make_run(**times, read=1_729_957, inserted=1_729_957)
    second = make_run(**times, read=3, rejected=3, quarantined=1)
    ended = ["Succeeded", "2024-05-01 12:00"]
    assert listed(admin_client, "ingestrun") == [
        [str(second.pk), *ended, "3 lines, 1 file", "3", "0", "0", "0", "2.2 s"],
        [str(first.pk), *ended, "—", "1,729,957", "1,729,957", "0", "0", "2.2 s"],
    ]


def test_running_run_has_its_progress_under_its_status(admin_client):
    make_run(status="running", finished_at=None)
    progress = "0 of 1 files, 0 read, 0 inserted, 0 updated, 0 unchanged, 0 rejected"
    assert listed(admin_client, "ingestrun")[0][1] == f"Running{progress}"


def test_run_leads_to_its_files_and_rejected_lines(admin_client):
    run, other = make_run(rejected=1, read=1), make_run(rejected=1, read=1)
    for each, uri in ((run, "/data/one.txt"), (other, "/data/two.txt")):
        file = make_source_file(each, uri=uri)
        RejectedLine.objects.create(source_file=file, line_number=1, reason="too short", text="x")
    page = admin_client.get(url("ingestrun_change", run.pk)).text
    assert f'<a href="/admin/weather/sourcefile/?run={run.pk}">the files read</a>' in page
    assert f'<a href="/admin/weather/rejectedline/?source_file__run={run.pk}">1 lines</a>' in page
    assert [row[0] for row in listed(admin_client, "sourcefile", f"?run={run.pk}")] == ["one.txt"]
    rejected = listed(admin_client, "rejectedline", f"?source_file__run={run.pk}")
    assert [row[1] for row in rejected] == ["one.txt"]


def test_source_files_are_listed(admin_client):
    run, station = make_run(), make_station(name="ALEDO")
    make_source_file(run, station=station, read=3, inserted=2, unchanged=1)
    bad = make_source_file(run, uri="/data/readme.md", status="quarantined", reason="no station in its name")
    rows = listed(admin_client, "sourcefile")
    why = "Quarantinedno station in its name"
    assert rows == [
        ["readme.md", str(run.pk), why, "0", "0", "0", "0", "0", "—", "wx"],
        ["USC00110072.txt", str(run.pk), "Ingested", "0", "3", "2", "0", "1", "USC00110072", "wx"],
    ]
    assert listed(admin_client, "sourcefile", "?status__exact=quarantined") == rows[:1]
    assert listed(admin_client, "sourcefile", "?format=wx&q=110072") == rows[1:]
    page = admin_client.get(url("sourcefile_change", bad.pk)).text
    assert "/data/readme.md" in page
    assert f'<a href="/admin/weather/rejectedline/?source_file={bad.pk}">0 lines</a>' in page


def test_rejected_lines_are_shown_escaped(admin_client):
    file = make_source_file(uri="/data/USC00110072.txt")
    text = "<script>alert(1)</script>\t" + "9" * 300
    line = RejectedLine.objects.create(
        source_file=file, line_number=412, reason="expected a date YYYYMMDD", text=text
    )
    page = admin_client.get(url("rejectedline_changelist") + "?q=YYYYMMDD").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\t999" in page
    assert "<script>alert" not in page
    assert "9" * 200 not in page
    page = admin_client.get(url("rejectedline_change", line.pk)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\t" + "9" * 300 + "</code>" in page
    assert listed(admin_client, "rejectedline", "?q=too+short") == []


def test_files_outside_the_allowed_sources_are_not_ingested_again(admin_client, tmp_path):
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94")
    ingest.ingest([str(path)])
    [(level, text)] = messages(reingest(admin_client, SourceFile.objects.get()))
    assert (level, "WEATHER_ALLOWED_SOURCES" in text, IngestRun.objects.count()) == ("error", True, 1)


def test_files_are_ingested_again_by_an_action(admin_client, allowed, tmp_path):
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94", "19850102 -122 -217 0")
    ingest.ingest([str(path)])
    first = IngestRun.objects.get()
    response = reingest(admin_client, *first.source_files.all())
    second = IngestRun.objects.exclude(pk=first.pk).get()
    counts = (second.files, second.skipped, second.read, second.unchanged)
    assert counts == (1, 0, 2, 2)
    assert messages(response) == [("success", f"Run {second.pk}: {second.summary()}")]
    assert f'<a href="/admin/weather/ingestrun/{second.pk}/change/">Run {second.pk}</a>' in response.text


def test_rejected_lines_of_an_action_are_a_warning(allowed, admin_client, tmp_path):
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94", "19850230 -122 -217 0")
    ingest.ingest([str(path)])
    response = reingest(admin_client, SourceFile.objects.get())
    assert [level for level, _ in messages(response)] == ["warning"]
    assert "1 rejected" in messages(response)[0][1]


def test_action_on_files_that_are_gone_says_so(allowed, admin_client, tmp_path):
    file = make_source_file(uri=str(tmp_path / "gone.txt"))
    response = reingest(admin_client, file)
    assert messages(response) == [("error", f"no files in {tmp_path}/gone.txt")]


def test_action_on_too_many_files_is_refused(settings, admin_client, monkeypatch):
    settings.WEATHER_ALLOWED_SOURCES = ["/data"]
    monkeypatch.setattr(admin_books, "MOST_REINGESTED", 1)
    files = [make_source_file(uri=f"/data/{name}.txt") for name in ("two", "one", "one")]
    advice = "At most 1 files at once; for more there is ingest_weather --force."
    assert messages(reingest(admin_client, *files)) == [("error", advice)]
    assert messages(reingest(admin_client, *files[1:])) == [("error", "no files in /data/one.txt")]


def test_action_needs_the_permission_to_add_runs(allowed, staff, tmp_path):
    client, user = staff
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94")
    ingest.ingest([str(path)])
    file = SourceFile.objects.get()
    user.user_permissions.add(Permission.objects.get(codename="view_sourcefile"))
    assert "Re-ingest" not in client.get(url("sourcefile_changelist")).text
    reingest(client, file)
    assert IngestRun.objects.count() == 1
    user.user_permissions.add(Permission.objects.get(codename="add_ingestrun"))
    assert "Re-ingest" in client.get(url("sourcefile_changelist")).text
    reingest(client, file)
    assert IngestRun.objects.count() == 2
