"""The checks on the archive: what they write, what they leave, and what follows from it."""

import datetime
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import make_observations, make_source_file, make_station, write_wx
from tests.weather.quality.conftest import REGION, due, generation, letters, make_region, placed, region
from tests.weather.quality.days import days_from
from weather.ingest import ingest
from weather.models import FlagCount, Observation, Station
from weather.quality.checking import check
from weather.signals import letters_changed

pytestmark = pytest.mark.django_db

ALEDO = "USC00110072"


def test_letters_stand_beside_what_the_source_said():
    station = make_station(check_due=True)
    make_observations(station, ("2000-02-28", 578, 10, -1), ("2000-02-29", 100, 120, 5))
    make_observations(station, ("2000-03-01", 600, 610, 5), tmax_flag="S")
    assert check().given == {"X": 3, "I": 2}
    assert letters() == {
        (ALEDO, "2000-02-28"): "...X.X",
        (ALEDO, "2000-02-29"): "...II.",
        (ALEDO, "2000-03-01"): "S...X.",
    }
    values = Observation.objects.order_by("date").values_list("tmax", "tmin", "prcp")
    assert list(values) == [(578, 10, -1), (100, 120, 5), (600, 610, 5)]


def test_what_a_source_flagged_is_not_compared_with():
    station = make_station(check_due=True)
    make_observations(station, ("2000-02-29", 100, 120, 5), tmax_flag="S")
    check()
    assert letters() == {(ALEDO, "2000-02-29"): "S....."}


def test_naught_is_another_value_in_another_country():
    for station_id in (ALEDO, "AGE00147704"):
        station = make_station(station_id, check_due=True)
        make_observations(station, ("2000-01-01", -178, -178, 0), ("2001-01-01", 0, 0, 0))
    check()
    assert letters() == {("AGE00147704", "2001-01-01"): "...NN.", (ALEDO, "2000-01-01"): "...NN."}


def test_the_second_time_nothing_is_written():
    make_region(check_due=True)
    check()
    before = generation()
    with CaptureQueriesContext(connection) as asked:
        done = check(Station.objects.all())
    assert (len(done.stations), done.given, done.taken) == (4, {}, {})
    written = [q["sql"] for q in asked if re.match("(INSERT|UPDATE|DELETE|COPY)", q["sql"])]
    assert (written, generation()) == ([], before)


def test_letters_go_when_their_reason_does(tmp_path):
    lines = [f"200107{day:02} {day} {-day} 0" for day in range(1, 32)]
    write_wx(tmp_path, ALEDO, *lines, *(line.replace("200107", "200207", 1) for line in lines))
    ingest([str(tmp_path)])
    assert check().given == {"D": 124}
    write_wx(
        tmp_path,
        ALEDO,
        *lines,
        *(line.replace("200107", "200207", 1) for line in lines[:-1]),
        "20020731 9 0 0",
    )
    ingest([str(tmp_path)])
    assert len(letters()) == 61  # the corrected day is a new row
    done = check()
    assert (done.given, done.taken, letters()) == ({}, {"D": 122}, {})


def test_station_far_from_its_neighbours_gets_the_letter_of_space():
    make_region(check_due=True)
    assert check().given == {"S": 1}
    assert letters() == {(REGION[0], "2001-01-30"): "...S.."}


def test_pieces_come_to_the_same_as_the_whole(tmp_path):
    rows = region()
    rows[REGION[0]][29] = (rows[REGION[0]][29][0], 200, *rows[REGION[0]][29][2:])
    rows[REGION[2]][40] = (rows[REGION[2]][40][0], -300, *rows[REGION[2]][40][2:])
    for number, station_id in enumerate(REGION):
        placed(station_id, number, observed=False)
    for station_id in reversed(REGION):
        lines = [f"{day.replace('-', '')} {tmax} {tmin} {prcp}" for day, tmax, tmin, prcp in rows[station_id]]
        for part in (lines[:40], lines):
            write_wx(tmp_path, station_id, *part)
            ingest([str(tmp_path / f"{station_id}.txt")])
            check()
    in_pieces = letters()
    assert {letter for found in in_pieces.values() for letter in found} == {".", "S", "I"}
    done = check(Station.objects.all())
    assert (done.given, done.taken) == ({}, {})
    Observation.objects.update(tmax_check=None, tmin_check=None)
    check(Station.objects.all())
    assert letters() == in_pieces


def test_what_is_derived_follows_in_the_same_transaction():
    heard = []

    def receive(**told):
        told.pop("signal")
        heard.append((told, transaction.get_connection().in_atomic_block, generation()))

    station = make_station(check_due=True)
    make_observations(station, ("1999-12-31", 578, 10, 0), ("2000-01-01", 0, 10, 0), ("2003-01-01", 0, 20, 0))
    letters_changed.connect(receive)
    check()
    letters_changed.disconnect(receive)
    told = {"sender": Station, "stations": [station.pk], "first_year": 1999, "last_year": 2003}
    assert heard == [(told, True, 0)]
    assert generation() == 1


def test_letters_are_counted_by_year():
    station = make_station(check_due=True)
    make_observations(station, ("1999-12-31", 578, 10, 0), ("2000-01-01", 600, 0, 0))
    make_observations(station, ("2000-01-02", 1, 0, 0), tmax_flag="X", prcp_flag="L")
    check()
    rows = FlagCount.objects.values_list("year", "element", "letter", "source", "own")
    x, length = ord("X"), ord("L")
    assert sorted(rows) == [
        (1999, "tmax", x, 0, 1),
        (2000, "prcp", length, 1, 0),
        (2000, "tmax", x, 1, 1),
    ]


def test_odd_series_pass():
    one_day, no_value, gap = (make_station(f"USC0011000{n}", check_due=True) for n in range(3))
    make_observations(one_day, ("2000-02-29", 100, 0, 0))
    make_observations(no_value, ("2000-02-29", None, None, None), ("2001-03-01", None, None, None))
    make_observations(gap, ("1901-02-28", 100, 0, 0), ("2014-03-01", 110, 0, 5))
    make_station("USC00110009", check_due=True, spatial_due=True)
    assert len(check().stations) == 4
    assert (letters(), due(), generation()) == ({}, [""] * 4, 0)


def test_days_of_one_date():
    days = days_from(datetime.date(2000, 2, 29), 1)
    assert (days.years, days.months, days.days, days.columns) == (2000, 2, 29, 59)


def test_source_file_stays_what_it_was():
    station = make_station(check_due=True)
    file = make_source_file(station=station)
    make_observations(station, ("1999-12-31", 578, 10, 0), source_file=file)
    check()
    assert Observation.objects.get().source_file == file
