"""Only stations that really have the data."""

import pytest

from tests.factories import make_observations, make_station

pytestmark = pytest.mark.django_db

FULL, HALF, RAIN, NEW = "USC00110072", "USC00259510", "USW00094846", "AGE00147704"
BOTH = {FULL: {"tmax": 1.0}, HALF: {"tmax": 0.5}}


@pytest.fixture
def archive():
    """One station has everything in January and February 2000, one every other day, one only rain."""
    days = [f"2000-01-{day:02}" for day in range(1, 32)] + [f"2000-02-{day:02}" for day in range(1, 30)]
    full = make_station(FULL, name="ALEDO", state="IL", latitude=41.2, longitude=-90.74)
    make_observations(full, *((day, 1, 2, 3) for day in days))
    half = make_station(HALF, name="YORK", state="NE", latitude=40.87, longitude=-97.59)
    make_observations(half, *((day, 1, None, None) for day in days[::2]), ("1999-07-01", None, None, 0))
    make_observations(make_station(RAIN), ("2000-01-31", None, None, 5), ("2001-01-31", None, None, 5))
    make_station(NEW)


@pytest.mark.parametrize(
    ("query", "stations"),
    [
        ("has=tmax", {FULL: {"tmax": 1.0}, HALF: {"tmax": 0.1235}}),
        ("has=prcp", {FULL: {"prcp": 1.0}, HALF: {"prcp": 0.0041}, RAIN: {"prcp": 0.0054}}),
        ("has=tmax,tmin", {FULL: {"tmax": 1.0, "tmin": 1.0}}),
        ("has=tmax&has=prcp", {FULL: {"tmax": 1.0, "prcp": 1.0}, HALF: {"tmax": 0.1235, "prcp": 0.0041}}),
        ("has=tmax&start=2000-01-01&end=2000-02-29", BOTH),
        ("has=tmax&start=2000-01-01&end=2000-02-29&min_coverage=0.5", BOTH),
        ("has=tmax&start=2000-01-01&end=2000-02-29&min_coverage=0.51", {FULL: {"tmax": 1.0}}),
        ("has=tmax&start=2000-01-15&end=2000-02-09", BOTH),
        ("has=tmax&start=2000-02-27", BOTH),
        ("has=prcp&end=2000-01-31", {FULL: {"prcp": 1.0}, HALF: {"prcp": 0.0047}, RAIN: {"prcp": 1.0}}),
        ("has=prcp&end=1999-12-31", {HALF: {"prcp": 0.0054}}),
        ("has=prcp&start=2000-03-01&min_coverage=0", {RAIN: {"prcp": 0.003}}),
        ("has=tmax&start=2000-03-01", {}),
        ("has=tmax&start=2001-01-01&end=2001-12-31", {}),
        ("has=tmax&state=NE", {HALF: {"tmax": 0.1235}}),
        ("has=tmax&name=york", {HALF: {"tmax": 0.1235}}),
        ("has=tmax&near=40,-97&radius_km=200", {HALF: {"tmax": 0.1235}}),
        (f"has=tmin&station_id={HALF},{NEW}", {}),
    ],
)
def test_stations_have_the_data(client, archive, query, stations):
    body = client.get(f"/api/stations?{query}&count=exact").json()
    assert {station["station_id"]: station["coverage"] for station in body["results"]} == stations
    assert body["count"] == len(stations)


@pytest.mark.parametrize("order", ["", "&near=40,-97", "&name=o"])
def test_stations_with_data_are_walked_both_ways(client, archive, order):
    stations = [make_station(f"XX{n:09}", name="O", latitude=n, longitude=0) for n in range(9)]
    for n, station in enumerate(stations):
        make_observations(station, ("2000-01-01", n % 3 or None, None, 1))
    url, walked = f"/api/stations?has=tmax&page_size=2{order}", []
    while url:
        page = client.get(url).json()
        walked.append([station["station_id"] for station in page["results"]])
        last, url = url, page["next"]
    back = []
    while last:
        page = client.get(last).json()
        back.append([station["station_id"] for station in page["results"]])
        last = page["previous"]
    everything = client.get(f"/api/stations?has=tmax{order}").json()["results"]
    assert [station for page in walked for station in page] == [s["station_id"] for s in everything]
    assert len(everything) >= 6
    assert back == walked[::-1]


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("has=wind", {"has": "expected tmax or tmin or prcp, got 'wind'"}),
        ("min_coverage=0.9", {"min_coverage": "says something only with has"}),
        ("start=2000-01-01", {"start": "says something only with has"}),
        ("end=2000-01-01", {"end": "says something only with has"}),
        ("has=tmax&min_coverage=1.1", {"min_coverage": "expected a number from 0 to 1, got '1.1'"}),
        ("has=tmax&start=2000-01-02&end=2000-01-01", {"start": "is after end: 2000-01-02 > 2000-01-01"}),
        ("has=tmax&station_id=USC00000000", {"station_id": "unknown station USC00000000"}),
    ],
)
def test_impossible_demand_is_refused(client, archive, query, errors):
    response = client.get(f"/api/stations?{query}")
    assert response.status_code == 400
    assert {error["parameter"]: error["detail"] for error in response.json()["errors"]} == errors
