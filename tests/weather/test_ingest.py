import pytest
from django.db import IntegrityError, OperationalError

from stats.models import YearlyStats
from tests.factories import write_wx
from weather import entry, merge, sources
from weather import ingest as ingest_module
from weather.formats import wx
from weather.ingest import ingest
from weather.models import Archive, IngestRun, Observation, RejectedLine, Revision, SourceFile, Station
from weather.signals import observations_changed

pytestmark = pytest.mark.django_db

ID = "USC00110072"


def counts(thing):
    return {name: getattr(thing, name) for name in thing.COUNTS if getattr(thing, name)}


def observations():
    rows = Observation.objects.order_by("station__station_id", "date")
    return [
        (station, str(date), *values)
        for station, date, *values in rows.values_list("station__station_id", "date", "tmax", "tmin", "prcp")
    ]


def test_first_file_makes_station_observations_and_ledger(tmp_path):
    path = write_wx(tmp_path, ID, "19850101 -22 -128 94", "19850102 -9999 -217 0")
    run = ingest([str(tmp_path)])
    assert observations() == [(ID, "1985-01-01", -22, -128, 94), (ID, "1985-01-02", None, -217, 0)]
    assert (run.status, run.files, counts(run)) == ("succeeded", 1, {"read": 2, "inserted": 2})
    station = Station.objects.get()
    assert (station.station_id, station.country, station.state) == (ID, "US", "")
    file = SourceFile.objects.get()
    assert (file.uri, file.status, file.station, file.format) == (str(path), "ingested", station, "wx")
    assert (file.size, file.fingerprint) == (54, sources.fingerprint(path.read_bytes()))
    assert (file.generation, Archive.objects.get().generation) == (1, 1)
    assert set(Observation.objects.values_list("source_file", flat=True)) == {file.pk}


def test_statistics_are_there_with_the_file(tmp_path):
    write_wx(tmp_path, ID, "19850101 -22 -128 94", "19850102 -9999 -217 6")
    ingest([str(tmp_path)])
    year = YearlyStats.objects.get()
    assert (year.tmax_sum, year.days_tmax, year.prcp_sum, year.days_prcp) == (-22, 1, 100, 2)


def test_known_file_skipped_without_being_parsed(tmp_path, monkeypatch):
    write_wx(tmp_path, ID, "19850101 -22 -128 94")
    ingest([str(tmp_path)])
    monkeypatch.setattr(wx, "parse", None)
    run = ingest([str(tmp_path)])
    assert (run.files, run.skipped, counts(run)) == (1, 1, {})
    assert (SourceFile.objects.count(), Archive.objects.get().generation) == (1, 1)


def test_changed_file_applies_only_its_differences(tmp_path):
    write_wx(tmp_path, ID, "19850101 -22 -128 94", "19850102 -122 -217 0")
    ingest([str(tmp_path)])
    write_wx(tmp_path, ID, "19850101 -22 -128 94", "19850102 -120 -217 -9999", "19860101 10 0 0")
    run = ingest([str(tmp_path)])
    assert counts(run) == {"read": 3, "inserted": 1, "updated": 1, "unchanged": 1}
    assert observations() == [
        (ID, "1985-01-01", -22, -128, 94),
        (ID, "1985-01-02", -120, -217, None),
        (ID, "1986-01-01", 10, 0, 0),
    ]
    first, second = SourceFile.objects.order_by("id")
    assert list(Observation.objects.order_by("date").values_list("source_file", flat=True)) == [
        first.pk,
        second.pk,
        second.pk,
    ]
    assert YearlyStats.objects.get(year=1985).tmax_sum == -142


def test_corrected_values_leave_a_revision_each(tmp_path):
    write_wx(tmp_path, ID, "19850102 -122 -217 0")
    ingest([str(tmp_path)])
    write_wx(tmp_path, ID, "19850102 -120 -217 -9999")
    ingest([str(tmp_path)])
    first, second = SourceFile.objects.order_by("id").values_list("id", flat=True)
    fields = ("station__station_id", "element", "old_value", "new_value", "old_source_file", "source_file")
    assert list(Revision.objects.order_by("id").values_list(*fields)) == [
        (ID, "tmax", -122, -120, first, second),
        (ID, "prcp", 0, None, first, second),
    ]


def test_file_put_back_is_not_taken_for_known(tmp_path):
    for tmax in (1, 2, 1):
        write_wx(tmp_path, ID, f"19850101 {tmax} 0 0")
        run = ingest([str(tmp_path)])
    assert counts(run) == {"read": 1, "updated": 1}
    assert observations() == [(ID, "1985-01-01", 1, 0, 0)]


def test_file_another_run_took_meanwhile_is_skipped(tmp_path, monkeypatch):
    write_wx(tmp_path, ID, "19850101 1 0 0")
    monkeypatch.setattr(ingest_module, "known_files", dict)  # as it was when both began
    assert [ingest([str(tmp_path)]).skipped for _ in range(2)] == [0, 1]
    assert SourceFile.objects.count() == 1


def test_force_reads_again_and_changes_nothing(tmp_path):
    write_wx(tmp_path, ID, "19850101 -22 -128 94")
    ingest([str(tmp_path)])
    run = ingest([str(tmp_path)], force=True)
    assert counts(run) == {"read": 1, "unchanged": 1}
    assert Revision.objects.count() == 0


def test_value_gone_from_a_file_stays(tmp_path):
    write_wx(tmp_path, ID, "19850101 1 0 0", "19850102 2 0 0")
    ingest([str(tmp_path)])
    write_wx(tmp_path, ID, "19850102 2 0 0")
    assert counts(ingest([str(tmp_path)])) == {"read": 1, "unchanged": 1}
    assert len(observations()) == 2


def test_two_files_of_one_station_join(tmp_path):
    for folder, line in (("a", "19850101 1 0 0"), ("b", "19850102 2 0 0")):
        (tmp_path / folder).mkdir()
        write_wx(tmp_path / folder, ID, line)
    assert counts(ingest([str(tmp_path)])) == {"read": 2, "inserted": 2}
    assert Station.objects.count() == 1


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


def test_dry_run_counts_and_writes_nothing(tmp_path):
    write_wx(tmp_path, ID, "19850101 1 0 0", "19850102 2 0 0")
    ingest([str(tmp_path)])
    write_wx(tmp_path, ID, "19850101 9 0 0", "19850102 2 0 0", "19850103 3 0 0", "x")
    run = ingest([str(tmp_path)], dry_run=True)
    assert counts(run) == {"read": 4, "inserted": 1, "updated": 1, "unchanged": 1, "rejected": 1}
    assert run.pk is None
    assert (IngestRun.objects.count(), SourceFile.objects.count(), Archive.objects.get().generation) == (
        1,
        1,
        1,
    )
    assert observations() == [(ID, "1985-01-01", 1, 0, 0), (ID, "1985-01-02", 2, 0, 0)]


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


def test_many_corrections_in_one_file(tmp_path):
    days = [
        f"{year}{month:02}{day:02}"
        for year in range(1950, 1970)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    for tmax in (1, 2):
        write_wx(tmp_path, ID, *(f"{day} {tmax} 0 0" for day in days))
        run = ingest([str(tmp_path)])
    assert counts(run) == {"read": 6720, "updated": 6720}
    assert Revision.objects.count() == 6720


@pytest.mark.django_db(transaction=True)
def test_several_jobs_give_what_one_gives(tmp_path):
    ids = [f"USC001100{number:02}" for number in range(20)]
    for station in ids:
        write_wx(tmp_path, station, "19850101 1 0 0", "19850230 0 0 0")
    (tmp_path / "bad.txt").touch()
    run = ingest([str(tmp_path)], jobs=4)
    assert (run.quarantined, counts(run)) == (1, {"read": 40, "inserted": 20, "rejected": 20})
    assert observations() == [(station, "1985-01-01", 1, 0, 0) for station in ids]
    assert Archive.objects.get().generation == 20
    assert ingest([str(tmp_path)], jobs=4).skipped == 20


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
