import csv
import datetime
import io
from fractions import Fraction

import orjson
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from stats.models import MonthlyStats, YearlyStats, mean
from tests.factories import make_observations, make_station
from weather.formats import ELEMENTS

pytestmark = pytest.mark.django_db

ALEDO, YORK = "USC00110072", "USC00259510"

FULL = {
    "days_expected": 365,
    "days_tmax": 365,
    "days_tmin": 8,
    "days_prcp": 364,
    "tmax_sum": 56020,
    "tmin_sum": -1,
    "prcp_sum": 7800,
    "tmax_max": 339,
    "tmax_max_date": "1985-07-10",
    "tmin_min": -289,
    "tmin_min_date": "1985-01-20",
    "prcp_max": 472,
    "prcp_max_date": "1985-08-25",
}
FULL_SHOWN = {
    "avg_tmax_c": 15.35,
    "avg_tmin_c": -0.01,
    "total_prcp_cm": 78.0,
    "days_tmax": 365,
    "days_tmin": 8,
    "days_prcp": 364,
    "days_expected": 365,
    "max_tmax_c": 33.9,
    "max_tmax_date": "1985-07-10",
    "min_tmin_c": -28.9,
    "min_tmin_date": "1985-01-20",
    "max_prcp_mm": 47.2,
    "max_prcp_date": "1985-08-25",
    "gap_tmax": None,
    "gap_tmin": None,
    "gap_prcp": None,
    "rules_tmax": [],
    "rules_tmin": [],
    "rules_prcp": [],
}
"""Of statistics that were stored before there was evidence."""
EMPTY = {"days_expected": 31, "days_tmax": 0, "days_tmin": 0, "days_prcp": 0}
EMPTY_SHOWN = dict.fromkeys(FULL_SHOWN) | EMPTY | {f"rules_{element}": [] for element in ELEMENTS}


@pytest.fixture
def archive():
    """Two stations, two years and three months each, loaded in another order than that of their ids."""
    for station_id, state in ((YORK, "NE"), (ALEDO, "IL")):
        station = make_station(station_id, state=state, latitude=41, longitude=-90)
        YearlyStats.objects.create(station=station, year=1986, **EMPTY)
        YearlyStats.objects.create(station=station, year=1985, **FULL)
        MonthlyStats.objects.create(station=station, year=1986, month=1, **EMPTY)
        MonthlyStats.objects.create(station=station, year=1985, month=12, **EMPTY)
        MonthlyStats.objects.create(station=station, year=1985, month=7, **FULL)


def rows(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.content
    return [tuple(row.values())[: 3 if "month" in row else 2] for row in response.json()["results"]]


YEARS = [(ALEDO, 1985), (ALEDO, 1986), (YORK, 1985), (YORK, 1986)]
MONTHS = [(station, *month) for station in (ALEDO, YORK) for month in ((1985, 7), (1985, 12), (1986, 1))]


@pytest.mark.parametrize("url", ["/api/weather/stats", "/api/weather/stats/"])
def test_yearly_statistics_are_shown_in_units(client, archive, url):
    assert client.get(f"{url}?station_id={ALEDO}").json() == {
        "next": None,
        "previous": None,
        "results": [
            {"station_id": ALEDO, "year": 1985, **FULL_SHOWN},
            {"station_id": ALEDO, "year": 1986, **EMPTY_SHOWN},
        ],
    }


@pytest.mark.parametrize("url", ["/api/weather/stats/monthly", "/api/weather/stats/monthly/"])
def test_monthly_statistics_are_shown_in_units(client, archive, url):
    assert client.get(f"{url}?station_id={YORK}").json() == {
        "next": None,
        "previous": None,
        "results": [
            {"station_id": YORK, "year": 1985, "month": 7, **FULL_SHOWN},
            {"station_id": YORK, "year": 1985, "month": 12, **EMPTY_SHOWN},
            {"station_id": YORK, "year": 1986, "month": 1, **EMPTY_SHOWN},
        ],
    }


@pytest.mark.parametrize("url", ["/api/weather/stats", "/api/weather/stats/monthly"])
def test_fields_are_in_the_order_promised(client, archive, url):
    key = ["station_id", "year", "month"] if "month" in url else ["station_id", "year"]
    assert list(client.get(url).json()["results"][0]) == [*key, *FULL_SHOWN]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", YEARS),
        (f"?station_id={YORK}", YEARS[2:]),
        ("?year=1986", YEARS[1::2]),
        ("?start_year=1986", YEARS[1::2]),
        ("?end_year=1985", YEARS[::2]),
        ("?start_year=1985&end_year=1986", YEARS),
        ("?state=il", YEARS[:2]),
        ("?bbox=-91,40,-89,42", YEARS),
        ("?bbox=0,0,1,1", []),
    ],
)
def test_filter_selects_years(client, archive, query, found):
    assert rows(client, f"/api/weather/stats{query}") == found
    url = f"/api/weather/stats{query}{'&' if query else '?'}count=exact"
    assert client.get(url).json()["count"] == len(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", MONTHS),
        ("?month=7", MONTHS[::3]),
        ("?year=1985&month=12", MONTHS[1::3]),
        ("?start_year=1986&state=NE", MONTHS[5:]),
    ],
)
def test_filter_selects_months(client, archive, query, found):
    assert rows(client, f"/api/weather/stats/monthly{query}") == found
    url = f"/api/weather/stats/monthly{query}{'&' if query else '?'}count=exact"
    assert client.get(url).json()["count"] == len(found)


@pytest.mark.parametrize(
    ("url", "parameter"),
    [
        ("/api/weather/stats?date=1985-01-01", "date"),
        ("/api/weather/stats?month=1", "month"),
        ("/api/weather/stats?qc=all", "qc"),
        ("/api/weather/stats?basis=raw", "basis"),
        ("/api/weather/stats?completeness=strict", "completeness"),
        ("/api/weather/stats?year=0", "year"),
        ("/api/weather/stats?start_year=1986&end_year=1985", "start_year"),
        ("/api/weather/stats?station_id=USC00000000", "station_id"),
        ("/api/weather/stats?cursor=PlVTQzAwMTEwMDcyLDE5ODUtMDEtMDE", "cursor"),  # one of observations
        ("/api/weather/stats/monthly?month=13", "month"),
        ("/api/weather/stats/monthly?month=0", "month"),
    ],
)
def test_impossible_query_is_refused(client, archive, url, parameter):
    response = client.get(url)
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("url", "everything"), [("/api/weather/stats", YEARS), ("/api/weather/stats/monthly", MONTHS)]
)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_are_walked_both_ways(client, archive, url, everything, size):
    def walk(url, way):
        while url:
            page = client.get(url).json()
            yield [tuple(row.values())[: len(everything[0])] for row in page["results"]]
            last, url = url, page[way]
        yield last

    *forth, last = walk(f"{url}?page_size={size}", "next")
    *back, _ = walk(last, "previous")
    assert [row for page in forth for row in page] == everything
    assert back == forth[::-1]


@pytest.mark.parametrize("url", ["/api/weather/stats", "/api/weather/stats/monthly"])
def test_page_is_one_query(client, archive, django_assert_num_queries, url):
    with django_assert_num_queries(3 if connection.vendor == "mysql" else 1):  # rest.keyset.page_in_steps
        client.get(f"{url}?year=1985&state=IL,NE")


@pytest.mark.parametrize(
    ("total", "days", "celsius"),
    [
        (None, 0, None),
        (0, 3, 0.0),
        (5, 40, 0.01),  # 0.0125
        (5, 4, 0.13),  # 0.125, of which no binary fraction is to blame
        (-5, 4, -0.13),
        (3, 20, 0.02),  # 0.015, which as a float is less
        (-3, 20, -0.02),
        (-1, 31, 0.0),
        (403, 4, 10.08),  # 10.075, which as a float is less
        (-22, 1, -2.2),
    ],
)
def test_mean_is_rounded_half_away_from_zero(total, days, celsius):
    assert repr(mean(total, days)) == repr(celsius)


@given(st.integers(-400_000, 400_000), st.integers(1, 366))
def test_mean_is_the_nearest_hundredth(total, days):
    exact = Fraction(total, days * 10)
    shown = Fraction(round(mean(total, days) * 100), 100)
    assert abs(shown) - abs(exact) <= Fraction(1, 200)
    assert abs(exact) - abs(shown) < Fraction(1, 200)
    assert shown * exact >= 0


@pytest.fixture
def days():
    """April 2001 whole, but for tmax, of which 4 days in a row are missing, and a rain that has a flag."""
    station = make_station(ALEDO)
    april = [(f"2001-04-{day:02}", None if 3 <= day <= 6 else 100 + day, -day, 0) for day in range(1, 31)]
    make_observations(station, *april)
    make_observations(station, ("2001-05-01", 10, 5, 500), prcp_flag="X")
    return station


def asked(client, path, **query):
    response = client.get(f"/api/weather/stats{path}", query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_gaps_and_rules_of_months(client, days):
    april, may = asked(client, "/monthly")
    assert [april[f"gap_{element}"] for element in ELEMENTS] == [4, 0, 0]
    assert [april[f"rules_{element}"] for element in ELEMENTS] == [
        ["simple", "wmo"],
        ["simple", "noaa", "wmo"],
        ["simple", "noaa", "wmo"],
    ]
    assert (may["gap_tmax"], may["rules_tmax"], may["total_prcp_cm"]) == (30, ["simple"], 5.0)


def test_rule_makes_null_what_does_not_meet_it_and_says_why(client, days):
    april, may = asked(client, "/monthly", completeness="noaa")
    assert (april["avg_tmax_c"], april["max_tmax_c"], april["max_tmax_date"]) == (None, None, None)
    assert april["reason_tmax"] == "4 days in a row missing, noaa allows 3"
    assert (april["avg_tmin_c"], april["min_tmin_date"], april["reason_tmin"]) == (-1.55, "2001-04-30", None)
    assert (may["avg_tmin_c"], may["reason_tmin"]) == (None, "30 of 31 days missing, noaa allows 5")
    assert asked(client, "/monthly", completeness="wmo")[0]["avg_tmax_c"] == 11.72
    (year,) = asked(client, "", completeness="noaa")
    assert (year["avg_tmin_c"], year["days_tmin"]) == (None, 31)
    assert year["reason_tmin"] == "noaa not met by month 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12"
    (year,) = asked(client, "", completeness="simple")
    assert (year["avg_tmin_c"], year["reason_tmin"]) == (-1.48, None)


@pytest.mark.parametrize("path", ["", "/monthly"])
def test_accepted_falls_back_where_nothing_has_a_letter(client, days, path):
    *before, last = asked(client, path)
    *same, without = asked(client, path, basis="accepted")
    assert same == before
    assert (last["max_prcp_mm"], last["days_prcp"]) == (50.0, 31 - 30 * bool(path))
    if path:
        assert (without["total_prcp_cm"], without["rules_prcp"], without["gap_prcp"]) == (None, [], 31)
    else:
        assert (without["total_prcp_cm"], without["days_prcp"]) == (0.0, 30)
    assert client.get(f"/api/weather/stats{path}?basis=accepted&count=exact").json()["count"] == len(same) + 1


def test_mean_of_a_year_by_rule_gives_months_equal_weight(client):
    every_day = (datetime.date(2001, 1, 1) + datetime.timedelta(days=n) for n in range(365))
    days = [(day.isoformat(), 280 if day.month == 2 else 0, 0, 1) for day in every_day]
    make_observations(make_station(ALEDO), *days)
    assert [year["avg_tmax_c"] for year in asked(client, "")] == [2.15]  # 28 / 365 * 28.0
    assert [year["avg_tmax_c"] for year in asked(client, "", completeness="noaa")] == [2.33]  # 28.0 / 12


@pytest.mark.parametrize("query", ["", "&basis=accepted", "&completeness=noaa", "&completeness=wmo"])
@pytest.mark.parametrize("path", ["", "/monthly"])
def test_export_has_what_pages_have(client, days, path, query):
    exported = b"".join(client.get(f"/api/weather/stats{path}?format=ndjson{query}").streaming_content)
    shown = client.get(f"/api/weather/stats{path}?{query}").json()["results"]
    assert [orjson.loads(line) for line in exported.splitlines()] == shown
    written = b"".join(client.get(f"/api/weather/stats{path}?format=csv{query}").streaming_content)
    rows = list(csv.DictReader(io.StringIO(written.decode())))
    assert [list(row) for row in rows] == [list(row) for row in shown]
    assert [row["rules_tmin"].split() for row in rows] == [row["rules_tmin"] for row in shown]
