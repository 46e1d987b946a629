"""Real observations written in NOAA's formats: every one of them gives the tables of the wx files back."""

import gzip

import pytest
from django.db import transaction
from django.db.models import Q

from stats.digest import digest
from tests.factories_ghcn import write_access, write_by_station, write_by_year, write_dly
from weather.ingest import ingest
from weather.models import Observation

pytestmark = pytest.mark.django_db

SAYS_NOTHING = Q(tmax=None, tmin=None, prcp=None)


def tables(path):
    """Return what the archive has after taking in a file or folder, and how many days say nothing."""
    with transaction.atomic():
        run = ingest([str(path)])
        assert (run.quarantined, run.rejected, run.read) == (0, 0, run.inserted)
        empty = Observation.objects.filter(SAYS_NOTHING)
        silent = empty.count()
        empty.delete()  # NOAA's formats have no way to say that a day has no values
        result = digest(), silent
        transaction.set_rollback(True)
        return result


@pytest.fixture(scope="module")
def stations(wx_data, tmp_path_factory):
    """A folder of eight stations of the real data, with gaps and with days that say nothing."""
    folder = tmp_path_factory.mktemp("wx")
    for path in sorted(wx_data.glob("*.txt"))[::21]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def rows(stations):
    return {
        (path.stem, day): (*(None if value == "-9999" else int(value) for value in values), "   ")
        for path in stations.iterdir()
        for day, *values in map(str.split, path.read_text().splitlines())
    }


def zipped(path):
    path.write_bytes(gzip.compress(path.read_bytes(), 1))
    return path


def test_every_format_gives_the_same_tables(stations, rows, tmp_path):
    expected, silent = tables(stations)
    assert (expected["observations"][0] + silent, silent > 100) == (len(rows), True)
    for write in (write_dly, write_by_station, write_by_year, write_access):
        path = write(tmp_path / write.__name__, rows)
        assert tables(path)[0] == expected, write.__name__
    assert tables(zipped(write_by_year(tmp_path / "zipped", rows, header=False)))[0] == expected


def test_a_second_format_changes_nothing(stations, rows, tmp_path):
    ingest([str(stations)])
    before = digest()
    for write in (write_dly, write_by_station, write_by_year, write_access):
        run = ingest([str(write(tmp_path / write.__name__, rows))])
        assert (run.inserted, run.updated, run.disappeared) == (0, 0, 0), write.__name__
    assert digest() == before


def test_real_dly_file_on_top_of_its_station(ghcn_data, tmp_path):
    run = ingest([str(ghcn_data / "AGE00147704.dly")])
    assert (run.read, run.inserted, run.rejected, run.left_out) == (9675, 9674, 1, 0)
    flagged = Observation.objects.filter(tmax_flag="I").values_list("date", "tmax").order_by("date")
    assert [(str(date), tmax) for date, tmax in flagged[:1]] == [("1910-02-09", 90)]
