"""The first page, and what its map asks for."""

import datetime
import re
from collections import Counter

import pytest

from dashboard.home import period
from stats.models import EXTREME, MonthlyStats
from tests.factories import make_observations, make_run, make_source_file, make_station
from weather.models import Archive, Station

pytestmark = pytest.mark.django_db


def every_day(year, tmax=None, tmin=None, prcp=None, left_out=()):
    """Return a year's days with the same values, without those that are left out."""
    first = datetime.date(year, 1, 1)
    days = (first + datetime.timedelta(n) for n in range(366))
    return [
        (day.isoformat(), tmax, tmin, prcp)
        for day in days
        if day.year == year and day.isoformat() not in left_out
    ]


def asked(client, **query):
    return client.get("/data/map", query).json()


def test_page_tells_the_state_of_the_archive(client):
    make_station()
    make_source_file(read=1234, inserted=1234)
    make_source_file(format="ghcnd-stations", read=60_000, inserted=60_000)
    page = client.get("/").content.decode()
    assert "<dt>Stations with data</dt><dd>1</dd>" in page
    assert "<dt>Days of stations</dt><dd>1,234</dd>" in page


def test_page_of_an_empty_archive(client):
    page = client.get("/").content.decode()
    assert "<dt>Days of stations</dt><dd>0</dd>" in page
    assert "Last run" not in page


def test_page_tells_the_last_run(client):
    run = make_run(status="failed", read=12_345, inserted=12_340, rejected=5)
    page = client.get("/").content.decode()
    assert f'href="/runs/{run.id}"' in page
    assert "12,345 read, 12,340 new, 5 rejected" in page
    assert '<span class="badge bad">failed</span>' in page


@pytest.mark.parametrize(
    ("refused", "badge", "told"),
    [
        ({}, "good", "0 rejected</small>"),
        ({"read": 5, "rejected": 5}, "warn", "5 rejected</small>"),
        ({"quarantined": 1}, "warn", "0 rejected, 1 file quarantined</small>"),
        ({"quarantined": 2}, "warn", "0 rejected, 2 files quarantined</small>"),
    ],
)
def test_run_that_refused_something_does_not_look_good(client, refused, badge, told):
    run = make_run(**refused)
    pages = [client.get(url).text for url in ("/", "/runs", f"/runs/{run.id}")]
    assert told in pages[0]
    assert [re.findall('class="badge ([a-z]+)">succeeded<', page) for page in pages] == [[badge]] * 3


def test_stations_of_the_map_are_those_with_data_in_columns(client):
    make_station("USC00110072", name="ALEDO", state="IL", latitude=41.2, longitude=-90.75, observed=False)
    place = {"name": "ALEDO", "state": "IL", "latitude": 41.2, "longitude": -90.75}
    make_observations(make_station("USC00110187", **place), ("1985-01-01", 1, None, None))
    make_observations(make_station("USC00110338"), ("1985-01-01", None, None, 1), ("1986-01-01", 1, 1, 1))
    answer = client.get("/data/stations").json()
    assert answer == {
        "station_id": ["USC00110187", "USC00110338"],
        "name": ["ALEDO", ""],
        "state": ["IL", ""],
        "latitude": [41.2, None],
        "longitude": [-90.75, None],
        "years": {"year": [1985, 1986], "stations": [2, 1]},
        "period": [1981, 2010],
    }


def test_map_of_an_empty_archive(client):
    assert client.get("/data/stations").json()["station_id"] == []
    assert asked(client, measure="last", element="tmax") == {"value": [], "date": []}


@pytest.mark.parametrize(
    ("stations", "expected"),
    [
        ([range(1985, 2015)], [1981, 2010]),
        ([range(1991, 2021)], [1991, 2020]),
        ([range(1961, 2021)], [1991, 2020]),
        ([range(1909, 1938), range(1985, 2010), range(1990, 2010)], [1981, 2010]),
        ([], [1991, 2020]),
    ],
)
def test_period_is_that_of_which_there_is_most(stations, expected):
    years = Counter(year for years in stations for year in years)
    assert period(list(years.items()), datetime.date(2026, 11, 25)) == expected


def test_last_values_and_their_days(client):
    make_observations(
        make_station("USC00110072"), ("1985-01-01", 10, None, 0), ("1986-02-03", 25, None, None)
    )
    make_observations(make_station("USC00110187"), ("1985-01-01", None, None, None))
    assert asked(client, measure="last", element="tmax") == {
        "value": [2.5, None],
        "date": ["1986-02-03", None],
    }
    assert asked(client, measure="last", element="prcp") == {
        "value": [0.0, None],
        "date": ["1985-01-01", None],
    }
    assert asked(client, measure="last", element="tmin") == {"value": [None, None], "date": [None, None]}


def test_coverage_of_a_year(client):
    make_observations(make_station("USC00110072"), *every_day(2001, prcp=1)[:73])
    make_observations(make_station("USC00110187"), ("2000-01-01", 1, 1, 1))
    assert asked(client, measure="coverage", element="prcp", year=2001) == {"value": [20.0, None]}


def test_year_is_the_mean_of_its_months_and_wants_all_of_them(client):
    january = [(date, 20 if date[5:7] == "01" else 8, 0, 1) for date, *_ in every_day(2001)]
    make_observations(make_station("USC00110072"), *january)
    make_observations(make_station("USC00110187"), *every_day(2001, tmax=8)[5:])
    make_observations(make_station("USC00110338"), *every_day(2001, tmax=8)[6:])
    assert asked(client, measure="year", element="tmax", year=2001) == {"value": [0.9, 0.8, None]}
    assert asked(client, measure="year", element="prcp", year=2001) == {"value": [36.5, None, None]}


def make_months(station, years, element, value):
    """Store statistics of whole months in which every day has the same value, in tenths."""
    MonthlyStats.objects.bulk_create(
        MonthlyStats(
            station=station,
            year=year,
            month=month,
            days_expected=30,
            **{f"days_{other}": 30 if other == element else 0 for other in EXTREME},
            **{f"{element}_sum": 30 * value, EXTREME[element]: value},
            **{f"{EXTREME[element]}_date": datetime.date(year, month, 1)},
        )
        for year in years
        for month in range(1, 13)
    )


def test_normal_wants_24_of_30_years(client):
    for id, years in (("USC00110072", range(1992, 2015)), ("USC00110187", range(1991, 2014))):
        make_months(make_station(id), years, "tmax", 10)
    make_months(Station.objects.get(station_id="USC00110072"), [1991], "tmax", 34)
    assert asked(client, measure="normal", element="tmax", start_year=1991) == {"value": [1.1, None]}
    assert asked(client, measure="anomaly", element="tmax", start_year=1991, year=1991) == {
        "value": [2.3, None]
    }


def test_anomaly_of_rain_is_in_percent(client):
    station = make_station()
    make_months(station, range(1991, 2020), "prcp", 10)
    make_months(station, [2020], "prcp", 40)
    answer = asked(client, measure="anomaly", element="prcp", start_year=1991, year=2020)
    assert answer == {"value": [263.64]}  # 4 / 1.1


def test_normals_follow_the_archive(client):
    station = make_station()
    make_months(station, range(1991, 2020), "tmin", 10)
    query = {"measure": "normal", "element": "tmin", "start_year": 1991}
    assert asked(client, **query) == {"value": [1.0]}
    make_months(station, [2020], "tmin", 40)
    Archive.advance()
    assert asked(client, **query) == {"value": [1.1]}


def test_map_names_the_parameter_that_is_missing(client):
    response = client.get("/data/map?measure=anomaly&element=tmax&year=2001")
    assert response.status_code == 400
    assert response.json()["detail"] == "start_year: is required with measure=anomaly"
