"""Stations by name."""

import pytest

from tests.factories import make_station
from tests.histories import walked

pytestmark = pytest.mark.django_db

NAMES = {
    "USC00113085": "LINCOLN",
    "USC00254795": "LINCOLN UNIV",
    "USC00110072": "NORTH LINCOLN",
    "US10lanc001": "LINCOLN 2.7 SSW",
    "USW00094846": "CHICAGO OHARE INTL AP",
    "US1NMRA0022": "ESPAñOLA 5.4 WNW",
}


@pytest.fixture
def archive():
    for station_id, name in NAMES.items():
        make_station(station_id, name=name, state="NE" if name.startswith("LINCOLN ") else "IL")


def found(client, query):
    response = client.get(f"/api/stations?{query}")
    assert response.status_code == 200, response.content
    return [station["station_id"] for station in response.json()["results"]]


BEST_FIRST = ["USC00113085", "US10lanc001", "USC00254795", "USC00110072"]


@pytest.mark.parametrize(
    ("query", "stations"),
    [
        ("name=lincoln", BEST_FIRST),
        ("name=Linclon", ["US10lanc001", "USC00110072", "USC00113085", "USC00254795"]),
        ("name=chicag", ["USW00094846"]),
        ("name=OHARE+CHICAGO", ["USW00094846"]),
        ("name=espanola", ["US1NMRA0022"]),
        ("name=Espa%C3%B1ola", ["US1NMRA0022"]),
        ("name=denver", []),
        ("name=lincoln&state=NE", ["US10lanc001", "USC00254795"]),
        ("name=lincoln&station_id=USC00110072,USC00113085", ["USC00113085", "USC00110072"]),
        ("name=lincoln&bbox=-180,-90,180,90", []),
        ("name=lincoln&has=tmax", []),
    ],
)
def test_name_finds(client, archive, query, stations):
    assert found(client, query) == stations
    assert client.get(f"/api/stations?{query}&count=exact").json()["count"] == len(stations)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_matches_are_walked_both_ways(client, archive, size):
    results = walked(client, f"/api/stations?name=lincoln&page_size={size}")
    assert [station["station_id"] for page in results for station in page] == BEST_FIRST


def test_page_does_not_shift_when_stations_arrive(client, archive):
    following = client.get("/api/stations?name=lincoln&page_size=2").json()["next"]
    make_station("AGE00147704", name="LINCOLN")
    assert found(client, following.partition("?")[2]) == BEST_FIRST[2:]


@pytest.mark.parametrize("name", ["", "%00", "%2A", "x" * 61, "%F0%9F%8C%A6"])
def test_name_without_a_letter_is_refused(client, name):
    response = client.get(f"/api/stations?name={name}")
    assert [error["parameter"] for error in response.json()["errors"]] == ["name"]
