"""Lines that are rejected and files that are quarantined: the others go in, the books balance."""

import os
import sys

import pytest
from django.db import IntegrityError

from stats.models import YearlyStats
from tests.factories import write_wx
from tests.weather.conftest import counts, observations
from weather import merge
from weather.formats import wx
from weather.ingest import ingest
from weather.models import Archive, IngestRun, RejectedLine, SourceFile
from weather.signals import observations_changed

pytestmark = pytest.mark.django_db

ID = "USC00110072"


def test_rejected_line_kept_and_the_others_go_in(tmp_path):
    write_wx(tmp_path, ID, "19850101 1 0 0", "19850230 1 0 0", "19850102 2 0 0", "19850102 2 0 0")
    run = ingest([str(tmp_path)])
    assert counts(run) == {"read": 4, "inserted": 2, "unchanged": 1, "rejected": 1}
    line = RejectedLine.objects.get()
    assert (str(line.source_file), line.line_number, line.reason, line.text) == (
        f"{ID}.txt",
        2,
        "expected a date YYYYMMDD, got '19850230'",
        "19850230\t    1\t    0\t    0",
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "notes.txt",
            b"19850101\t1\t0\t0\n",
            "expected a file name like USC00110072.txt, with the GHCN id of its station",
        ),
        (
            f"{ID}.txt.bak",
            b"19850101\t1\t0\t0\n",
            "expected a file name like USC00110072.txt, with the GHCN id of its station",
        ),
        (f"{ID}.txt", b"", "the file is empty"),
        ("2024.csv", b"\xef\xbb\xbf\n", "the file is empty"),
        (
            "stations.tsv",
            b"id\tname\n1\tx\n",
            "expected one of the formats wx, ghcn-dly, ghcn-access, ghcn-by-station, ghcn-by-year, and for "
            "wx a file name like USC00110072.txt, with the GHCN id of its station",
        ),
        (
            f"{ID}.txt",
            b"19850101\t1\n",
            "none of its 1 lines is in the wx format; line 1: expected 4 columns separated by tabs, got 2",
        ),
    ],
)
def test_bad_file_quarantined_beside_a_good_one(tmp_path, name, content, reason):
    write_wx(tmp_path, "USC00110187", "19850101 1 0 0")
    (tmp_path / name).write_bytes(content)
    run = ingest([str(tmp_path)])
    assert (run.files, run.quarantined, counts(run)) == (2, 1, {"read": 1, "inserted": 1})
    bad = SourceFile.objects.get(status="quarantined")
    assert (bad.uri, bad.reason, bad.size) == (str(tmp_path / name), reason, len(content))


@pytest.fixture
def large(monkeypatch):
    """Every file is a large one, and only some may be in memory."""
    for place in ("weather.sources.content.LARGE", "weather.sources.local.LARGE"):
        monkeypatch.setattr(place, 0)
    monkeypatch.setattr("weather.sources.content.MOST_IN_MEMORY", 30)


def test_large_file_refused_with_its_reason(tmp_path, large):
    write_wx(tmp_path, ID, "19850101 1 0 0", "19850102 1 0 0")
    write_wx(tmp_path, "USC00110187", "19850101 1 0 0")
    assert (ingest([str(tmp_path)]).quarantined, len(observations())) == (1, 1)
    [reason] = SourceFile.objects.exclude(reason="").values_list("reason", flat=True)
    assert reason == "has 0 MB of text, in this format 0 at most: split it"


def test_large_file_that_changes_while_it_is_read_refused(tmp_path, large, monkeypatch):
    path = write_wx(tmp_path, ID, "19850101 1 0 0")
    parse = wx.parse

    def parse_and_change(content, name):
        path.write_bytes(path.read_bytes() * 2)
        return parse(content, name)

    monkeypatch.setattr(wx, "parse", parse_and_change)
    monkeypatch.setattr("weather.sources.content.MOST_IN_MEMORY", 300)
    assert ingest([str(path)]).quarantined == 1
    assert SourceFile.objects.get().reason == (
        "cannot be read: changed while it was read: ingest it again when it is complete"
    )


@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
def test_names_that_are_no_text_stand_in_the_books_as_escapes(client, tmp_path):
    folder = tmp_path / os.fsdecode(b"\xff")
    folder.mkdir()
    write_wx(folder, ID, "19850101 1 0 0")
    (folder / "USC00110187.txt").symlink_to(tmp_path / "away")
    (tmp_path / "away").write_bytes(b"19850101\t1\t0\t0\n")
    run = ingest([str(folder)])
    assert (run.quarantined, counts(run)) == (1, {"read": 1, "inserted": 1})
    assert IngestRun.objects.get().sources == [rf"{tmp_path}/\xff"]
    assert SourceFile.objects.get(status="quarantined").reason.startswith(
        rf"leads out of the folder {tmp_path}/\xff, to {tmp_path}/away: "
    )
    assert client.get("/api/ingest/runs").json()["results"][0]["sources"] == [rf"{tmp_path}/\xff"]


def test_unreadable_file_quarantined(tmp_path):
    write_wx(tmp_path, "USC00110187", "19850101 1 0 0")
    (tmp_path / f"{ID}.txt").symlink_to(tmp_path / "gone")
    assert ingest([str(tmp_path)]).quarantined == 1
    assert SourceFile.objects.get(status="quarantined").reason == "cannot be read: No such file or directory"


def test_quarantined_file_taken_when_mended(tmp_path):
    (tmp_path / f"{ID}.txt").write_bytes(b"nonsense\n")
    assert ingest([str(tmp_path)]).quarantined == 1
    assert ingest([str(tmp_path)]).quarantined == 1  # it is still not in
    write_wx(tmp_path, ID, "19850101 1 0 0")
    assert counts(ingest([str(tmp_path)])) == {"read": 1, "inserted": 1}


@pytest.mark.parametrize("step", ["apply", "advance", "statistics"])
def test_file_that_fails_leaves_nothing_but_its_entry(tmp_path, monkeypatch, step):
    def fail(*args, **kwargs):
        raise RuntimeError("no luck")

    write_wx(tmp_path, ID, "19850101 1 0 0", "19850230 1 0 0")
    where, name = {
        "apply": (merge, "insert"),
        "advance": (Archive, "advance"),
        "statistics": (observations_changed, "send"),
    }[step]
    monkeypatch.setattr(where, name, fail)
    run = ingest([str(tmp_path)])
    assert (run.quarantined, counts(run)) == (1, {})
    assert [observations(), RejectedLine.objects.count(), YearlyStats.objects.count()] == [[], 0, 0]
    assert SourceFile.objects.get().reason == "unexpected error, see the log: RuntimeError: no luck"


def test_books_that_do_not_balance_are_not_committed(tmp_path, monkeypatch):
    write_wx(tmp_path, ID, "19850101 1 0 0", "19850102 2 0 0")
    monkeypatch.setattr(merge, "insert", lambda packed, *args: 1 if packed else 0)
    assert ingest([str(tmp_path)]).quarantined == 1
    assert SourceFile.objects.get().reason.endswith("ValueError: 2 days are new, the database took 1")


def test_unbalanced_books_refused_by_the_database(db):
    with pytest.raises(IntegrityError):
        IngestRun.objects.create(started_at="2020-01-01T00:00Z", sources=[], read=1)
