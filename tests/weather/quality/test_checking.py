"""The checks on the archive: what they write, what they leave, what is due and when it is not any more."""

import datetime
import re

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import make_observations, make_source_file, make_station, write_wx
from tests.weather.quality.days import days_from
from weather.ingest import ingest
from weather.models import Archive, FlagCount, Observation, Station
from weather.quality import checking
from weather.quality.checking import check
from weather.signals import letters_changed
from weather.stations import ingest_stations

pytestmark = pytest.mark.django_db

ALEDO, YORK = "USC00110072", "USC00259510"
REGION = ("USC00110001", "USC00110002", "USC00110003", "USC00110004")
LETTERS = ("tmax_flag", "tmin_flag", "prcp_flag", "tmax_check", "tmin_check", "prcp_check")


def letters():
    """Return {(station id, day): letters, those of the source first} of the days that have any."""
    rows = Observation.objects.values_list("station__station_id", "date", *LETTERS).order_by(
        "station_id", "date"
    )
    return {
        (station, day.isoformat()): "".join(letter or "." for letter in found)
        for station, day, *found in rows
        if any(found)
    }


def generation():
    return Archive.objects.get().generation


def due():
    marks = Station.objects.order_by("station_id").values_list("check_due", "spatial_due")
    return ["".join("cs"[i] for i in (0, 1) if pair[i]) for pair in marks]


def region(length=76, first="2001-01-01"):
    """Return {station id: rows} of four stations with the same weather, a degree warmer each."""
    weather = (60 * np.sin(np.arange(length) / 3)).round().astype(int)
    days = np.datetime64(first) + np.arange(length)
    return {
        station_id: [
            (str(day), int(value) + 10 * number, int(value) + 10 * number - 80, 0)
            for day, value in zip(days, weather, strict=True)
        ]
        for number, station_id in enumerate(REGION)
    }


def placed(station_id, number=0, **fields):
    return make_station(station_id, latitude=41.0 + number / 10, longitude=-90.0, **fields)


def make_region(**marks):
    """Store the region; on the 30th day the first station is 20 °C too warm."""
    for number, (station_id, rows) in enumerate(region().items()):
        if not number:
            rows[29] = (rows[29][0], rows[29][1] + 200, *rows[29][2:])
        make_observations(placed(station_id, number, **marks), *rows)


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


def test_nothing_due_is_nothing_done():
    make_observations(make_station(), ("2000-02-28", 578, 10, -1))
    assert (check().stations, letters(), generation()) == (set(), {}, 0)


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


def test_station_far_from_its_neighbours_gets_the_letter_of_space():
    make_region(check_due=True)
    assert check().given == {"S": 1}
    assert letters() == {(REGION[0], "2001-01-30"): "...S.."}


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


def test_command_says_what_it_did(capsys):
    make_observations(make_station(), ("1999-12-31", 578, 10, 0))
    call_command("check_quality", "--station", ALEDO)
    out = capsys.readouterr().out
    assert re.fullmatch(r"1 stations checked, letters set: 1 X; taken away: none, in \d\.\d s\n", out)


def test_command_refuses_a_station_it_does_not_know():
    with pytest.raises(CommandError, match="unknown station: USC00110079") as error:
        call_command("check_quality", "--station", "USC00110079")
    assert error.value.returncode == 2


@pytest.mark.parametrize(
    ("options", "found"), [((), {(ALEDO, "1999-12-31"): "...X.."}), (("--no-check",), {})]
)
def test_ingest_checks_what_came(tmp_path, capsys, options, found):
    write_wx(tmp_path, ALEDO, "19991231 578 10 0")
    call_command("ingest_weather", str(tmp_path), *options)
    assert capsys.readouterr().out.startswith("1 files (0 skipped, 0 quarantined), 1 read, 1 inserted")
    assert letters() == found


def test_dry_run_checks_nothing(tmp_path):
    make_observations(make_station(check_due=True), ("1999-12-31", 578, 10, 0))
    write_wx(tmp_path, ALEDO, "19991231 578 10 0")
    call_command("ingest_weather", str(tmp_path), "--dry-run")
    assert letters() == {}


def test_worker_takes_its_turn():
    make_observations(make_station(check_due=True), ("1999-12-31", 578, 10, 0))
    assert checking.check_in_turn(lambda: False).startswith("1 stations checked, letters set: 1 X")


def test_days_of_one_date():
    days = days_from(datetime.date(2000, 2, 29), 1)
    assert (days.years, days.months, days.days, days.columns) == (2000, 2, 29, 59)


def test_source_file_stays_what_it_was():
    station = make_station(check_due=True)
    file = make_source_file(station=station)
    make_observations(station, ("1999-12-31", 578, 10, 0), source_file=file)
    check()
    assert Observation.objects.get().source_file == file
