"""What is due to be checked, what makes it so, and when it is not any more."""

import pytest

from tests.factories import make_observations, make_station, write_wx
from tests.weather.quality.conftest import REGION, due, generation, letters, make_region
from weather.ingest import ingest
from weather.models import FlagCount, Station
from weather.quality import checking
from weather.quality.checking import check
from weather.signals import letters_changed
from weather.stations import ingest_stations

pytestmark = pytest.mark.django_db

ALEDO, YORK = "USC00110072", "USC00259510"


def test_nothing_due_is_nothing_done():
    make_observations(make_station(), ("2000-02-28", 578, 10, -1))
    assert (check().stations, letters(), generation()) == (set(), {}, 0)


def test_ingest_makes_due_what_it_changes(tmp_path):
    write_wx(tmp_path, ALEDO, "20010101 10 0 0")
    write_wx(tmp_path, YORK, "20010101 10 0 0")
    ingest([str(tmp_path)])
    assert due() == ["c", "c"]
    check()
    assert due() == ["", ""]
    write_wx(tmp_path, YORK, "20010101 10 0 0", "20010102 10 11 0")
    ingest([str(tmp_path)], force=True)
    assert due() == ["", "c"]


def test_without_spatial_what_needs_neighbours_stays_due():
    make_region(check_due=True)
    assert check(spatial=False).given == {}
    assert due() == ["s"] * 4
    assert check().given == {"S": 1}
    assert due() == [""] * 4


def test_station_that_gets_a_position_is_compared(tmp_path):
    make_region(check_due=True)
    Station.objects.filter(station_id=REGION[3]).update(latitude=None, longitude=None)
    assert check().given == {}
    path = tmp_path / "ghcnd-stations.txt"
    path.write_text(f"{REGION[3]}  41.3000  -90.0000  222.5 IL SOMEWHERE                          \n")
    ingest_stations(str(path))
    assert due() == ["s"] * 4
    assert check().given == {"S": 1}


def test_station_that_moves_away_is_compared_no_more(admin_client):
    make_region(check_due=True)
    check()
    away = Station.objects.get(station_id=REGION[3])
    form = {"name": "", "state": "", "latitude": "51.3", "longitude": "-90", "elevation_m": ""}
    admin_client.post(f"/admin/weather/station/{away.pk}/change/", form)
    assert due() == ["s"] * 4
    assert check().taken == {"S": 1}


def test_error_in_what_is_derived_leaves_everything_due():
    def fail(**told):
        raise RuntimeError("derived badly")

    make_observations(make_station(check_due=True), ("1999-12-31", 578, 10, 0))
    letters_changed.connect(fail)
    with pytest.raises(RuntimeError, match="derived badly"):
        check()
    letters_changed.disconnect(fail)
    assert (letters(), due(), generation(), FlagCount.objects.count()) == ({}, ["c"], 0, 0)
    assert check().given == {"X": 1}


def test_stopped_between_batches_the_rest_stays_due(monkeypatch):
    monkeypatch.setattr(checking, "BATCH", 1)
    for station_id in REGION:
        make_observations(make_station(station_id, check_due=True), ("1999-12-31", 578, 10, 0))
    asked = iter([False, False, True, True])
    done = check(stopping=lambda: next(asked))
    assert (done.given, done.left, due()) == ({"X": 2}, 2, ["s", "s", "c", "c"])
    assert check().given == {"X": 2}
    assert due() == [""] * 4
