"""Months and years as NOAA's summaries have them."""

import datetime

import pytest

from stats import summaries
from stats.summaries_schema import MonthlySummarySerializer
from tests.factories import make_observations, make_station
from weather import series
from weather.formats import ELEMENTS

pytestmark = pytest.mark.django_db

ALEDO, YORK = "USC00110072", "USC00259510"


def days(first, *values):
    """Return days in a row from one on, as make_observations takes them."""
    start = datetime.date.fromisoformat(first)
    return [((start + datetime.timedelta(days=n)).isoformat(), *row) for n, row in enumerate(values)]


def months(*observations, rule="simple"):
    station = make_station()
    make_observations(station, *observations)
    return summaries.monthly(series.load(station.pk), rule)


def years(*observations, rule="simple"):
    station = make_station()
    make_observations(station, *observations)
    return summaries.yearly(series.load(station.pk), rule)


def some(row, *names):
    return [row[name] for name in names]


def test_means_are_rounded_once():
    (month,) = months(*days("2001-01-01", (101, 0, 0), (100, 1, None), (None, 1, 5)))
    assert some(month, "TMAX", "TMIN", "TAVG", "PRCP") == [10.05, 0.07, 5.06, 0.5]
    assert some(month, *(f"missing_{of}" for of in (*ELEMENTS, "dd"))) == [29, 28, 29, 29]


@pytest.mark.parametrize(
    ("name", "element", "inside", "outside"),
    [
        ("DX32", 0, 0, 1),
        ("DX70", 0, 211, 210),
        ("DX90", 0, 322, 321),
        ("DT32", 1, 0, 1),
        ("DT00", 1, -178, -177),
        ("DP01", 2, 3, 2),
        ("DP10", 2, 25, 24),
        ("DP1X", 2, 254, 253),
    ],
)
def test_days_are_counted_at_the_tenth(name, element, inside, outside):
    rows = [[None] * 3 for _ in range(3)]
    rows[0][element], rows[1][element] = inside, outside
    (month,) = months(*days("2001-01-01", *rows))
    assert month[name] == 1


def test_extreme_has_its_last_day_and_how_many_there_are():
    (month,) = months(*days("2000-02-27", (10, -5, 0), (10, -4, 7), (9, -5, None)))
    assert some(month, "EMXT", "DYXT", "EMXT_times") == [1.0, datetime.date(2000, 2, 28), 2]
    assert some(month, "EMNT", "DYNT", "EMNT_times") == [-0.5, datetime.date(2000, 2, 29), 2]
    assert some(month, "EMXP", "DYXP", "EMXP_times") == [0.7, datetime.date(2000, 2, 28), 1]


def test_degree_days_have_exactly_65_f_as_their_base():
    cool, warm = (200, 166, 0), (201, 166, 0)  # 18.3 °C, 1/30 below; 18.35 °C, 1/60 above
    (month,) = months(*days("2001-01-01", cool, cool, cool, *[warm] * 6, (300, None, 0)))
    assert some(month, "HTDD", "CLDD") == [0.1, 0.1]


def test_rule_leaves_out_by_what_each_rests_on():
    row = [(100, -10, 0)] * 31
    row[4:8] = [(None, -10, 0)] * 4
    row[9] = (100, -10, None)
    (noaa,) = months(*days("2001-01-01", *row), rule="noaa")
    four = "4 days in a row missing, noaa allows 3"
    assert some(noaa, "TMAX", "EMXT", "DX32", "TAVG", "HTDD") == [None] * 5
    assert some(noaa, "reason_tmax", "reason_dx", "reason_dd", "reason_tmin", "reason_prcp") == [
        *[four] * 3,
        *[None] * 2,
    ]
    assert some(noaa, "TMIN", "DT32", "PRCP", "DP01") == [-1.0, 31, 0.0, 0]


def test_wmo_wants_every_day_of_sums_and_counts():
    row = [(100, -10, 0)] * 31
    row[4:8] = [(None, -10, None)] * 4
    (wmo,) = months(*days("2001-01-01", *row), rule="wmo")
    assert some(wmo, "TMAX", "DX32", "PRCP", "HTDD", "DT32") == [10.0, None, None, None, 31]
    assert wmo["reason_dx"] == "4 of 31 days missing, wmo allows 0"


def whole_year(*, without=(), **tmin):
    """Return all days of 2001 with TMIN 5.0 °C, but for some (m0409=-22), and but for those missing."""
    first = datetime.date(2001, 1, 1)
    every = (first + datetime.timedelta(days=n) for n in range(365))
    return [(d.isoformat(), 100, tmin.get(f"m{d:%m%d}", 50), 0) for d in every if f"{d:%m%d}" not in without]


def test_freezes_of_spring_and_autumn():
    (year,) = years(*whole_year(m0409=-22, m0501=0, m0801=-1, m1105=-44, m1231=-90), rule="noaa")
    dates = [date and f"{date:%m%d}" for date in some(year, *(f"FZF{n}_date" for n in range(10)))]
    assert dates == ["0801", "1105", "1105", "1231", "1231", "0501", "0409", None, None, None]
    assert some(year, "FZF0", "FZF2", "FZF4", "FZF5", "FZF6", "FZF7") == [-0.1, -4.4, -9.0, 0.0, -2.2, None]
    assert some(year, "reason_spring", "reason_autumn") == [None, None]


def test_freezes_are_not_told_where_a_day_may_have_been_the_first():
    without = [f"09{day:02}" for day in range(1, 5)]
    (year,) = years(*whole_year(without=without, m0409=-22, m1105=-44), rule="noaa")
    assert some(year, "FZF0", "FZF0_date", "FZF6") == [None, None, -2.2]
    assert (year["reason_autumn"], year["TMIN"]) == ("noaa not met by month 9", None)


def test_mean_of_a_year_gives_months_equal_weight():
    february = [f"02{day:02}" for day in range(1, 29)]
    row = whole_year(**{f"m{day}": 290 for day in february})
    assert [years(*row, rule="noaa")[0]["TMIN"]] == [7.0]


def test_partial_year_is_not_passed_off_as_whole():
    (year,) = years(*days("2001-06-01", *[(100, 0, 5)] * 214), rule="noaa")
    assert some(year, "TMAX", "PRCP", "DX32", "HTDD", "FZF5") == [None] * 5
    assert year["reason_prcp"] == "noaa not met by month 1, 2, 3, 4, 5"
    assert (year["missing_prcp"], year["reason_autumn"]) == (151, None)


def test_station_of_only_missing_values_has_null_and_why():
    (month,) = months(("2001-01-01", None, None, None))
    assert some(month, "TMAX", "EMXT", "DYXT", "DX32", "HTDD", "PRCP") == [None] * 6
    assert (month["reason_tmax"], month["missing_tmax"]) == ("no value", 31)


def test_gap_of_years_is_told():
    rows = years(("2001-12-31", 1, 0, 0), ("2004-01-01", 1, 0, 0))
    assert [(row["year"], row["missing_tmax"], row["reason_tmax"]) for row in rows] == [
        (2001, 364, None),
        (2002, 365, "no value"),
        (2003, 365, "no value"),
        (2004, 365, None),
    ]


@pytest.fixture
def archive():
    for station_id in (YORK, ALEDO):
        station = make_station(station_id)
        make_observations(station, *days("2001-01-01", *[(100, 0, 5)] * 59))
    make_observations(station, ("2002-01-01", 500, 0, 5), tmax_check="X")


def asked(client, path, **query):
    response = client.get(f"/api/summaries/{path}", query)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize(("path", "number"), [("monthly", 2 + 13), ("yearly", 1 + 2)])
def test_pages_go_over_stations(client, archive, path, number):
    stations = f"{YORK},{ALEDO}"
    everything = asked(client, path, station_id=stations, count="exact")
    assert everything["count"] == len(everything["results"]) == number
    found, url = [], f"/api/summaries/{path}?station_id={stations}&page_size=2"
    while url:
        page = client.get(url).json()
        found, url = found + page["results"], page["next"]
    assert found == everything["results"]
    assert [found[0]["station_id"], found[-1]["station_id"]] == [ALEDO, YORK]


def test_letters_are_left_out_unless_all_is_asked_for(client, archive):
    query = {"station_id": ALEDO, "year": 2002, "completeness": "simple"}
    (accepted,), (every,) = (
        asked(client, "monthly", basis=basis, **query)["results"] for basis in ("accepted", "all")
    )
    assert (accepted["EMXT"], accepted["TMIN"], every["EMXT"]) == (None, 0.0, 50.0)
    assert asked(client, "monthly", **query)["results"] == [accepted]


def test_freezes_are_shown_with_their_dates(client, archive):
    query = {"station_id": ALEDO, "year": 2001, "completeness": "simple"}
    [year] = asked(client, "yearly", **query)["results"]
    assert (year["FZF5"], year["FZF5_date"], year["FZF0"]) == (0.0, "2001-02-28", None)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "station_id"),
        (f"?station_id={ALEDO}&completeness=strict", "completeness"),
        (f"?station_id={ALEDO}&basis=raw", "basis"),
        (f"?station_id={ALEDO}&start_year=2002&end_year=2001", "start_year"),
        ("?station_id=USC00000000", "station_id"),
    ],
)
def test_impossible_query_is_refused(client, archive, query, parameter):
    response = client.get(f"/api/summaries/yearly{query}")
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, parameter)


@pytest.mark.parametrize("format", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize("path", ["monthly", "yearly"])
def test_everything_can_be_exported(client, archive, path, format):
    response = client.get(f"/api/summaries/{path}", {"station_id": ALEDO, "format": format})
    assert (response.status_code, len(b"".join(response.streaming_content)) > 500) == (200, True)


def test_names_of_fields_are_not_made_for_every_row(client, archive, monkeypatch):
    made, make = [], MonthlySummarySerializer.get_fields
    monkeypatch.setattr(MonthlySummarySerializer, "get_fields", lambda self: made.append(self) or make(self))
    assert len(asked(client, "monthly", station_id=ALEDO)["results"]) > 1
    assert len(made) <= 1
