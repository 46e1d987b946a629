"""What is summed up while files are read is what the database makes of their observations."""

import random
from datetime import date, timedelta

import pytest

from stats import compute, fresh
from stats.models import MonthlyStats, YearlyStats
from tests.factories import write_wx, wx_line
from tests.factories_ghcn import write_by_year
from weather.ingest import ingest
from weather.models import ELEMENTS, Station

pytestmark = pytest.mark.django_db


def statistics():
    """Return all statistics but for their primary keys."""
    rows = (model.objects.values() for model in (MonthlyStats, YearlyStats))
    return [sorted(tuple(row.items())[1:] for row in of_model) for of_model in rows]


def some_days(seed):
    """Return lines of a file: many days of some months, in any order, with missing values and ties."""
    chance = random.Random(seed)
    first = date(chance.choice([1, 999, 1899, 1999]), 12, 1)
    days = [first + timedelta(days=day) for day in range(500) if chance.random() < 0.8]
    chance.shuffle(days)
    values = [-9999, -9998, 32767, 0, -1, *range(-30, 30)]
    return [f"{day.year:04}{day:%m%d} {' '.join(map(str, chance.choices(values, k=3)))}" for day in days]


def test_months_and_year_of_a_new_station():
    lines = ("20000229 10 -9999 7", "20000201 10 -5 0", "20000301 -9999 -9999 -9999")
    text = "".join(wx_line(*line.split()) for line in lines).encode()
    nothing = dict.fromkeys([f"{element}_sum" for element in ELEMENTS])
    nothing |= dict.fromkeys(["tmax_max", "tmax_max_date", "tmin_min", "tmin_min_date"])
    nothing |= dict.fromkeys(["prcp_max", "prcp_max_date"])
    february = {"basis": "all", "year": 2000, "month": 2, "days_expected": 29}
    february |= {
        "days_tmax": 2,
        "days_tmin": 1,
        "days_prcp": 2,
        "tmax_sum": 20,
        "tmin_sum": -5,
        "prcp_sum": 7,
    }
    february |= {"tmax_max": 10, "tmax_max_date": "2000-02-29", "tmin_min": -5, "tmin_min_date": "2000-02-01"}
    february |= {"prcp_max": 7, "prcp_max_date": "2000-02-29"}
    february |= {"tmax_mask": 1 | 1 << 28, "tmin_mask": 1, "prcp_mask": 1 | 1 << 28}
    march = {"basis": "all", "year": 2000, "month": 3, "days_expected": 31} | nothing
    march |= dict.fromkeys(["days_tmax", "days_tmin", "days_prcp", "tmax_mask", "tmin_mask", "prcp_mask"], 0)
    year = {"basis": "all", "year": 2000, "days_expected": 366} | dict(list(february.items())[4:-3])
    year |= {
        "tmax_gap": 306,
        "tmin_gap": 334,
        "prcp_gap": 306,
        "tmax_rules": 1,
        "tmin_rules": 1,
        "prcp_rules": 1,
    }
    months, years = fresh.months_and_years(text)
    assert [dict(zip(fresh.MONTH_FIELDS, row, strict=True)) for row in months] == [february, march]
    assert [dict(zip(fresh.YEAR_FIELDS, row, strict=True)) for row in years] == [year]


@pytest.mark.parametrize("seed", range(8))
def test_statistics_of_new_files_are_those_of_their_observations(tmp_path, seed):
    for station in ("USC00110072", "USC00110187"):
        write_wx(tmp_path, station, *some_days(f"{seed} {station}"))
    ingest([str(tmp_path)])
    while_reading = statistics()
    assert all(while_reading)
    compute.recompute_all(Station.objects.all())
    assert statistics() == while_reading


@pytest.mark.parametrize("longest", [100, 1_000_000], ids=["large", "small"])
@pytest.mark.parametrize("flags", ["   ", " X "])
def test_files_of_elements_too(tmp_path, flags, longest, monkeypatch):
    for place in ("weather.sources.content.LARGE", "weather.sources.local.LARGE"):
        monkeypatch.setattr(place, longest)
    days = [(f"2000{month:02}{day:02}") for month in (1, 2, 12) for day in range(1, 28, 1 + month % 2)]
    values = [(None, 20, 30), (10, None, 30), (10, 20, None), (10, -20, 0)]
    stations = "USC00110072", "USC00110187"
    rows = {
        (station, day): (*values[(n + s) % 4], flags if n == 5 else "   ")
        for s, station in enumerate(stations)
        for n, day in enumerate(days)
    }
    made, remake = [], compute.remake
    monkeypatch.setattr(compute, "remake", lambda *args: made.append(args[-1]) or remake(*args))
    write_by_year(tmp_path / "2000.csv", rows)
    ingest([str(tmp_path)])
    while_reading = statistics()
    assert made == ([] if flags == "   " else ["accepted"])
    assert {len(of_model) for of_model in while_reading} == ({2, 6} if flags == "   " else {3, 7})
    compute.recompute_all(Station.objects.all())
    assert statistics() == while_reading


def test_what_was_derived_is_left_where_a_station_has_more(tmp_path):
    write_wx(tmp_path, "USC00110072", "20000101 10 0 0")
    ingest([str(tmp_path)])
    (tmp_path / "more").mkdir()
    write_wx(tmp_path / "more", "USC00110072", "20000102 20 0 0")
    ingest([str(tmp_path / "more")])
    assert list(MonthlyStats.objects.values_list("days_tmax", "tmax_sum")) == [(2, 30)]
    assert list(YearlyStats.objects.values_list("days_tmax", "tmax_sum")) == [(2, 30)]


def test_new_and_known_stations_enter_together(tmp_path):
    write_wx(tmp_path, "USC00110072", "20000101 10 0 0")
    ingest([str(tmp_path)])
    write_wx(tmp_path, "USC00110072", "20000101 10 0 0", "20000102 20 0 0")
    write_wx(tmp_path, "USC00110187", "20000101 30 0 0")
    ingest([str(tmp_path)])
    assert list(MonthlyStats.objects.values_list("station__station_id", "days_tmax", "tmax_sum")) == [
        ("USC00110072", 2, 30),
        ("USC00110187", 1, 30),
    ]
