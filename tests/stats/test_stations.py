import pytest

from stats.models import YearlyStats
from tests.factories import make_observations, make_station
from weather.models import Inventory

pytestmark = pytest.mark.django_db

ALEDO, YORK, NEW = "USC00110072", "USC00259510", "AGE00147704"

ALEDO_SHOWN = {
    "station_id": ALEDO,
    "name": "ALEDO",
    "state": "IL",
    "country": "US",
    "latitude": 41.1978,
    "longitude": -90.7447,
    "elevation_m": 219.5,
    "first_date": "1985-12-31",
    "last_date": "1986-01-02",
    "days_tmax": 2,
    "days_tmin": 1,
    "days_prcp": 3,
    "elements": {
        "tmax": {"first": "1985-12-31", "last": "1986-01-02", "days": 2, "coverage": 0.6667},
        "tmin": {"first": "1986-01-02", "last": "1986-01-02", "days": 1, "coverage": 1.0},
        "prcp": {"first": "1985-12-31", "last": "1986-01-02", "days": 3, "coverage": 1.0},
    },
}
YORK_SHOWN = {
    "station_id": YORK,
    "name": None,
    "state": None,
    "country": "US",
    "latitude": None,
    "longitude": None,
    "elevation_m": None,
    "first_date": "2000-02-29",
    "last_date": "2000-02-29",
    "days_tmax": 0,
    "days_tmin": 0,
    "days_prcp": 0,
    "elements": {"tmax": None, "tmin": None, "prcp": None},
}
NEW_SHOWN = YORK_SHOWN | {"station_id": NEW, "country": "AG", "first_date": None, "last_date": None}


@pytest.fixture
def archive():
    york = make_station(YORK)
    place = {"name": "ALEDO", "state": "IL", "latitude": 41.1978, "longitude": -90.7447, "elevation_m": 219.5}
    aledo = make_station(ALEDO, **place)
    make_station(NEW)
    make_observations(
        aledo, ("1985-12-31", 1, None, 0), ("1986-01-01", None, None, 0), ("1986-01-02", 1, 1, 1)
    )
    make_observations(york, ("2000-02-29", None, None, None))
    assert YearlyStats.objects.count() == 3


@pytest.mark.parametrize("url", ["/api/stations", "/api/stations/"])
def test_stations_are_listed_with_what_they_have(client, archive, url):
    response = client.get(url)
    assert response.json() == {
        "next": None,
        "previous": None,
        "results": [NEW_SHOWN, ALEDO_SHOWN, YORK_SHOWN],
    }
    assert list(response.json()["results"][0]) == list(ALEDO_SHOWN)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"?station_id={YORK},{NEW}", [NEW_SHOWN, YORK_SHOWN]),
        ("?state=il", [ALEDO_SHOWN]),
        ("?state=NE", []),
        ("?bbox=-91,41,-90,42", [ALEDO_SHOWN]),
    ],
)
def test_filter_selects(client, archive, query, found):
    body = client.get(f"/api/stations{query}&count=exact").json()
    assert body == {"count": len(found), "next": None, "previous": None, "results": found}


def test_stations_are_walked_both_ways(client, archive):
    first = client.get("/api/stations?page_size=2").json()
    assert (first["results"], first["previous"]) == ([NEW_SHOWN, ALEDO_SHOWN], None)
    second = client.get(first["next"]).json()
    assert (second["results"], second["next"]) == ([YORK_SHOWN], None)
    again = client.get(second["previous"]).json()
    assert again == {"next": first["next"], "previous": None, "results": first["results"]}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("station_id=USC00000000", "station_id"),
        ("year=1985", "year"),
        ("cursor=x", "cursor"),
    ],
)
def test_impossible_query_is_refused(client, archive, query, parameter):
    response = client.get(f"/api/stations?{query}")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_page_is_three_queries(client, archive, django_assert_num_queries):
    """The version, the stations, and what they have."""
    with django_assert_num_queries(3):
        client.get("/api/stations")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("shown", [ALEDO_SHOWN, YORK_SHOWN, NEW_SHOWN])
def test_station_is_shown_as_in_the_list(client, archive, shown, slash):
    answer = client.get(f"/api/stations/{shown['station_id']}{slash}").json()
    assert answer == shown | {"inventory": None}


def test_station_is_shown_with_what_noaa_has_of_it(client):
    station = make_station(ALEDO)
    Inventory.objects.create(station=station, element="tmin", first_year=1901, last_year=2026)
    Inventory.objects.create(station=station, element="tmax", first_year=1902, last_year=2025)
    assert client.get(f"/api/stations/{ALEDO}").json()["inventory"] == {
        "tmax": {"first_year": 1902, "last_year": 2025},
        "tmin": {"first_year": 1901, "last_year": 2026},
        "prcp": None,
    }


@pytest.mark.parametrize("station_id", ["USC00000000", "x", "%00", "usc00110072", "USC00110072%0A", "'"])
def test_unknown_station_is_not_found(client, archive, station_id):
    response = client.get(f"/api/stations/{station_id}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_unknown_station_is_named(client):
    assert client.get("/api/stations/USC00000000").json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "No station USC00000000.",
        "errors": [],
    }


def test_station_takes_no_parameter(client, archive):
    response = client.get(f"/api/stations/{ALEDO}?year=1985")
    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"parameter": "year", "detail": "unknown parameter; known are format"}
    ]
