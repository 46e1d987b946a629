"""Stations by distance."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_station
from tests.histories import walked
from weather.models import Station

pytestmark = pytest.mark.django_db

CHICAGO = "41.88,-87.63"
PLACES = {
    "USC00110072": (41.1978, -90.7447),
    "USC00259510": (40.87, -97.59),
    "USW00025704": (51.88, -176.65),
    "RSM00025563": (64.7333, 177.5),
    "AYM00089009": (-90.0, 0.0),
    "AYM00089010": (-90.0, 120.0),
    "USW00094846": (41.96, -87.9317),
    "USC00111577": (41.96, -87.9317),
}


@pytest.fixture
def archive():
    for number, (station_id, (latitude, longitude)) in enumerate(PLACES.items()):
        make_station(station_id, name=f"PLACE {number}", latitude=latitude, longitude=longitude)
    make_station("AGE00147704", name="NOWHERE")


def found(client, query):
    response = client.get(f"/api/stations?{query}")
    assert response.status_code == 200, response.content
    return [(station["station_id"], station["distance_km"]) for station in response.json()["results"]]


NEAREST_FIRST = [
    ("USC00111577", 26.5),
    ("USW00094846", 26.5),
    ("USC00110072", 270.09),
    ("USC00259510", 838.13),
    ("RSM00025563", 6091.19),
    ("USW00025704", 6425.74),
    ("AYM00089009", 14664.41),
    ("AYM00089010", 14664.41),
]


@pytest.mark.parametrize(
    ("query", "stations"),
    [
        (f"near={CHICAGO}", NEAREST_FIRST),
        (f"near={CHICAGO}&radius_km=26.49", []),
        (f"near={CHICAGO}&radius_km=26.5", NEAREST_FIRST[:2]),
        (f"near={CHICAGO}&radius_km=1e3", NEAREST_FIRST[:4]),
        (f"near={CHICAGO}&radius_km=20016", NEAREST_FIRST),
        (f"near={CHICAGO}&bbox=170,50,-170,70", NEAREST_FIRST[4:6]),
        (f"near={CHICAGO}&name=place+1", NEAREST_FIRST[3:4]),
        (f"near={CHICAGO}&name=nowhere", []),
        (f"near={CHICAGO}&station_id=USW00025704,USC00110072", [NEAREST_FIRST[2], NEAREST_FIRST[5]]),
        (f"near={CHICAGO}&has=tmax", []),
        ("near=60,180&radius_km=1000", [("RSM00025563", 541.78), ("USW00025704", 926.39)]),
        ("near=60,-180&radius_km=1000", [("RSM00025563", 541.78), ("USW00025704", 926.39)]),
        ("near=-90,77&radius_km=0", [("AYM00089009", 0.0), ("AYM00089010", 0.0)]),
        ("near=90,0&page_size=1", [("RSM00025563", 2809.53)]),
    ],
)
def test_nearest_come_first(client, archive, query, stations):
    assert found(client, query) == stations
    counted = client.get(f"/api/stations?{query.replace('&page_size=1', '')}&count=exact").json()["count"]
    assert counted == (len(stations) if "page_size" not in query else len(PLACES))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_distances_are_walked_both_ways(client, archive, size):
    results = walked(client, f"/api/stations?near={CHICAGO}&page_size={size}")
    assert [(s["station_id"], s["distance_km"]) for page in results for s in page] == NEAREST_FIRST


def test_station_deleted_by_hand_is_left_out(client, archive):
    assert found(client, f"near={CHICAGO}") == NEAREST_FIRST
    Station.objects.filter(station_id="USC00111577").delete()  # and the generation stayed
    assert found(client, f"near={CHICAGO}") == NEAREST_FIRST[1:]


def haversine_km(here, there):
    (lat, lon), (lat2, lon2) = ([math.radians(angle) for angle in place] for place in (here, there))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1, math.sqrt(half)))


@pytest.fixture
def globe():
    """Stations every 11 degrees, and some on the same spot."""
    places = [(latitude, longitude) for latitude in range(-90, 91, 15) for longitude in range(-180, 181, 60)]
    return Station.objects.bulk_create(
        Station(station_id=f"XX{number:09}", country="XX", latitude=latitude, longitude=longitude)
        for number, (latitude, longitude) in enumerate(places)
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.decimals(-90, 90, places=2),
    st.decimals(-180, 180, places=2),
    st.decimals(0, 20016, places=1),
    st.integers(1, 40),
)
def test_pages_are_those_of_measuring_every_station(client, globe, latitude, longitude, radius, size):
    here = float(latitude), float(longitude)
    distances = {s.station_id: haversine_km(here, (s.latitude, s.longitude)) for s in globe}
    url, walked = f"/api/stations?near={latitude},{longitude}&radius_km={radius}&page_size={size}", []
    while url:
        page = client.get(url).json()
        walked += [(station["distance_km"], station["station_id"]) for station in page["results"]]
        url = page["next"]
    assert walked == sorted(walked)
    inside = {name for name, distance in distances.items() if distance <= float(radius) - 0.02}
    near = {name for name, distance in distances.items() if distance <= float(radius) + 0.02}
    assert inside <= {name for _, name in walked} <= near
    assert all(distance == pytest.approx(distances[name], abs=0.0051) for distance, name in walked)


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("near=91,0", {"near": "expected a latitude from -90 to 90, the latitude first, got '91,0'"}),
        ("near=x", {"near": "expected latitude,longitude in decimal degrees, got 'x'"}),
        ("radius_km=5", {"radius_km": "says something only with near"}),
        (f"near={CHICAGO}&radius_km=-1", {"radius_km": "expected a number from 0 to 20016, got '-1'"}),
        (f"near={CHICAGO}&cursor=x", {"cursor": "expected a cursor taken from next or previous, got 'x'"}),
    ],
)
def test_impossible_place_is_refused(client, query, errors):
    response = client.get(f"/api/stations?{query}")
    assert response.status_code == 400
    assert {error["parameter"]: error["detail"] for error in response.json()["errors"]} == errors
