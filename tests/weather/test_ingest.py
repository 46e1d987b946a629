"""Files come into the archive: new, known, changed, put back, forced, in a dry run and by several jobs."""

from itertools import count

import pytest
from django.db import IntegrityError

from stats.models import YearlyStats
from tests.factories import write_wx
from tests.weather.conftest import counts, observations
from weather import ingest as ingest_module
from weather import sources
from weather.formats import ghcn_by_station, wx
from weather.ingest import ingest
from weather.models import Archive, IngestRun, Observation, Revision, SourceFile, Station, archive

pytestmark = pytest.mark.django_db

ID = "USC00110072"


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


def test_file_rewritten_while_it_is_read_goes_in_as_its_fingerprint_says(tmp_path, monkeypatch):
    path, text = tmp_path / f"{ID}.csv", f"{ID},19850101,TMAX,-22,,,0,\n{ID},19850102,TMAX,-122,,,0,\n"
    path.write_text(text)
    parse = ghcn_by_station.parse

    def parse_late(content, name):
        path.write_text(text[:30])
        return parse(content, name)

    monkeypatch.setattr(ghcn_by_station, "parse", parse_late)
    ingest([str(path)])
    assert SourceFile.objects.get().fingerprint == sources.fingerprint(text.encode())
    assert observations() == [(ID, "1985-01-01", -22, None, None), (ID, "1985-01-02", -122, None, None)]


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


def test_station_that_another_run_makes_in_the_same_moment(monkeypatch):
    """PostgreSQL has a word for one unique index of a table, and stations have two."""
    upsert, times = archive.upsert, count()

    def late(*args):
        if next(times) < 2:
            raise IntegrityError('duplicate key value violates unique constraint "station_observed"')
        upsert(*args)

    monkeypatch.setattr(archive, "upsert", late)
    assert Station.lock([ID]) == Station.keys([ID])
