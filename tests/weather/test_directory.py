import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_station
from weather.directory import Directory, directory, plain
from weather.models import Archive, Station
from weather.stations import ingest_stations

NAMES = [
    "CHICAGO OHARE INTL AP",
    "CHICAGO",
    "LINCOLN 2.7 SSW",
    "ESPAñOLA 5.4 WNW",
    "NORTH LINCOLN",
    "",
    "St. Louis",
]


def named(text, names=NAMES):
    stations = [(f"USC{number:08}", number, name, None, None) for number, name in enumerate(names)]
    return {names[number]: rank for number, rank in Directory(stations).named(text).items()}


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("chicago", {"CHICAGO": 0, "CHICAGO OHARE INTL AP": 1}),
        ("chicag", {"CHICAGO": 1, "CHICAGO OHARE INTL AP": 1}),
        ("  Chicago, O'", {"CHICAGO OHARE INTL AP": 1}),
        ("OHARE CHICAGO", {"CHICAGO OHARE INTL AP": 2}),
        ("int oh ch", {"CHICAGO OHARE INTL AP": 2}),
        ("lincoln", {"LINCOLN 2.7 SSW": 1, "NORTH LINCOLN": 2}),
        ("Linclon", {"LINCOLN 2.7 SSW": 3, "NORTH LINCOLN": 3}),
        ("Linclno", {"LINCOLN 2.7 SSW": 4, "NORTH LINCOLN": 4}),
        ("lnclon nroth", {"NORTH LINCOLN": 5}),
        ("Linclonx", {"LINCOLN 2.7 SSW": 4, "NORTH LINCOLN": 4}),
        ("xiyccln", {}),
        ("espanola", {"ESPAñOLA 5.4 WNW": 1}),
        ("ESPAÑOLA", {"ESPAñOLA 5.4 WNW": 1}),
        ("sant louis", {}),
        ("saint-louis", {}),
        ("st louis", {"St. Louis": 0}),
        ("SL", {}),
        ("ohare denver", {}),
    ],
)
def test_names_are_ranked_by_how_well_they_match(text, ranks):
    assert named(text) == ranks


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ŁÓDŹ-Lublinek", "LODZ LUBLINEK"),
        ("Tromsø", "TROMSO"),
        ("Gießen", "GIESSEN"),
        ("O'Hare’s  3.5 n", "OHARES 3 5 N"),
        ("東京", ""),
    ],
)
def test_plain_name_has_capital_letters_and_digits(name, expected):
    assert plain(name) == expected


@pytest.mark.once
@given(st.text(max_size=60))
def test_plain_name_is_plain_already(name):
    assert plain(plain(name)) == plain(name)


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def haversine_km(here, there):
    (lat, lon), (lat2, lon2) = ([math.radians(angle) for angle in place] for place in (here, there))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1, math.sqrt(half)))


@pytest.mark.once
@given(degrees, st.lists(degrees, max_size=20), st.integers(0, 2_001_512), st.integers(0, 2_001_512))
def test_distances_are_those_of_haversine(here, places, one, two):
    stations = [(f"USC{number:08}", number, "", *place) for number, place in enumerate(places)]
    between = Directory(stations).around(*here, range(len(stations)))
    found = between(0, 2_001_512)
    assert found == {
        n: pytest.approx(100 * haversine_km(here, place), abs=0.51) for n, place in enumerate(places)
    }
    low, high = sorted([one, two])
    assert between(low, high) == {n: distance for n, distance in found.items() if low <= distance <= high}


@pytest.mark.once
def test_known_distances():
    places = [(90, 0), (-90, 5), (0, 180), (0, -180), (0, 0.001), (51.4775, -0.4614), (None, None)]
    places += [(0, None), (None, 0)]
    stations = [(f"USC{number:08}", number, "", *place) for number, place in enumerate(places)]
    found = Directory(stations).around(0, 0, range(9))(0, 2_001_512)
    assert found == {0: 1000756, 1: 1000756, 2: 2001511, 3: 2001511, 4: 11, 5: 572421}


@pytest.mark.django_db
def test_directory_is_that_of_the_generation():
    make_station("USC00110072", name="ALEDO")
    before = directory()
    assert directory() is before
    make_station("AGE00147704", latitude=1, longitude=2)
    Archive.advance()
    assert [(station, name) for station, _, name, *_ in directory().stations] == [
        ("AGE00147704", ""),
        ("USC00110072", "ALEDO"),
    ]


@pytest.mark.django_db
def test_directory_outlives_a_generation_that_changes_no_station():
    make_station("USC00110072", name="ALEDO")
    before = directory()
    Archive.advance()
    assert directory() is before


@pytest.mark.django_db
def test_new_list_of_stations_is_found(tmp_path):
    assert not directory().stations
    (tmp_path / "stations.txt").write_text("USC00110072  41.1978  -90.7447  222.5 IL ALEDO\n")
    ingest_stations(str(tmp_path / "stations.txt"))
    assert directory().named("aledo") == {0: 0}


@pytest.mark.django_db
def test_numbers_are_those_of_ids_in_order():
    for station_id in ("USC00259510", "US10adam001", "AGE00147704"):
        make_station(station_id)
    ids = dict(Station.objects.values_list("pk", "station_id"))
    assert {ids[key]: number for key, number in directory().numbers.items()} == {
        "AGE00147704": 0,
        "US10adam001": 1,
        "USC00259510": 2,
    }
