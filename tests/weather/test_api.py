import orjson
import pytest
from django.db import connection

from tests.factories import make_observations, make_station
from weather.models import Observation

pytestmark = pytest.mark.django_db

ALEDO, YORK, ADAK = "USC00110072", "USC00259510", "USW00025704"


@pytest.fixture
def archive():
    """Three stations; Adak lies near the 180th meridian. Loaded in another order than that of their ids."""
    adak = make_station(ADAK, state="AK", latitude=51.88, longitude=-176.65)
    aledo = make_station(ALEDO, state="IL", latitude=41.2, longitude=-90.74)
    york = make_station(YORK, state="NE", latitude=40.87, longitude=-97.59)
    make_observations(adak, ("1985-01-02", -5, None, 0))
    make_observations(aledo, ("1985-01-01", -22, -128, 94), ("1986-06-30", 300, 100, 0))
    make_observations(york, ("1985-01-01", -483, -400, 0), ("1985-01-02", 7, 7, 1))
    Observation.objects.filter(station=york, date="1985-01-01").update(tmax_flag="I", tmin_flag="I")


def found(client, query=""):
    response = client.get(f"/api/weather{query}")
    assert response.status_code == 200, response.content
    return [(row["station_id"], row["date"]) for row in response.json()["results"]]


def refused(client, query):
    response = client.get(f"/api/weather{query}")
    assert response.status_code == 400, response.content
    return {error["parameter"]: error["detail"] for error in response.json()["errors"]}


ALL = [
    (ALEDO, "1985-01-01"),
    (ALEDO, "1986-06-30"),
    (YORK, "1985-01-01"),
    (YORK, "1985-01-02"),
    (ADAK, "1985-01-02"),
]


@pytest.mark.parametrize("url", ["/api/weather", "/api/weather/"])
def test_observations_are_shown_in_units(client, archive, url):
    response = client.get(f"{url}?date=1985-01-01")
    assert response["Content-Type"] == "application/json"
    flags = {"tmax_flag": None, "tmin_flag": None, "prcp_flag": None}
    first = {"station_id": ALEDO, "date": "1985-01-01", "tmax_c": -2.2, "tmin_c": -12.8, "prcp_mm": 9.4}
    second = {"station_id": YORK, "date": "1985-01-01", "tmax_c": -48.3, "tmin_c": -40.0, "prcp_mm": 0.0}
    assert response.json() == {
        "next": None,
        "previous": None,
        "results": [first | flags, second | flags | {"tmax_flag": "I", "tmin_flag": "I"}],
    }


def test_bytes_are_those_promised(client, archive):
    """The order of the fields, one decimal, null for missing."""
    response = client.get(f"/api/weather?station_id={ADAK}")
    assert response.content == (
        b'{"next":null,"previous":null,"results":[{"station_id":"USW00025704","date":"1985-01-02",'
        b'"tmax_c":-0.5,"tmin_c":null,"prcp_mm":0.0,"tmax_flag":null,"tmin_flag":null,"prcp_flag":null}]}'
    )


def test_every_tenth_has_one_decimal(client):
    days = [(f"2{year:03}-01-01", *[year * 3 + n for n in range(3)]) for year in range(-0, 999, 7)]
    make_observations(make_station(ALEDO), *days)
    rows = client.get("/api/weather?page_size=1000").json()["results"]
    shown = [[row["tmax_c"], row["tmin_c"], row["prcp_mm"]] for row in rows]
    assert [[repr(value) for value in row] for row in shown] == [
        [f"{value // 10}.{value % 10}" for value in values] for _, *values in days
    ]


def test_empty_archive_has_no_observations(client):
    response = client.get("/api/weather?count=exact")
    empty = {"reason": "archive_is_empty", "detail": "The archive has no data yet."}
    assert response.json() == {"count": 0, "empty": empty, "next": None, "previous": None, "results": []}


def test_order_is_of_ids_not_of_loading(client, archive):
    assert found(client) == ALL


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (f"?station_id={YORK}", ALL[2:4]),
        (f"?station_id={YORK},{ALEDO}", ALL[:4]),
        (f"?station_id={ADAK}&station_id={ALEDO},{ADAK}", [*ALL[:2], ALL[4]]),
        ("?date=1985-01-02", ALL[3:]),
        ("?start=1985-01-02", [ALL[1], *ALL[3:]]),
        ("?end=1985-01-01", [ALL[0], ALL[2]]),
        ("?start=1985-01-02&end=1985-01-02", ALL[3:]),
        ("?year=1986", ALL[1:2]),
        ("?start_year=1986", ALL[1:2]),
        ("?end_year=1985", [ALL[0], *ALL[2:]]),
        ("?date=1985-01-02&year=1985", ALL[3:]),
        ("?date=1985-01-02&year=1986", []),
        ("?date=1985-01-02&start=1985-01-03", []),
        ("?year=1985&start_year=1986", []),
        ("?start=0001-01-01&end=9999-12-31", ALL),
        ("?start_year=1&end_year=9999", ALL),
        ("?state=NE", ALL[2:4]),
        ("?state=ne,Ak", ALL[2:]),
        ("?state=NE&state=IL", ALL[:4]),
        ("?state=ZZ", []),
        (f"?state=NE&station_id={ALEDO}", []),
        ("?bbox=-100,40,-90,45", ALL[:4]),
        ("?bbox=-97.59,40.87,-97.59,40.87", ALL[2:4]),
        ("?bbox=170,50,-170,60", ALL[4:]),
        ("?bbox=-170,50,170,60", []),
        ("?format=json", ALL),
    ],
)
def test_filter_selects(client, archive, query, rows):
    assert found(client, query) == rows
    separator = "&" if query else "?"
    assert client.get(f"/api/weather{query}{separator}count=exact").json()["count"] == len(rows)


def test_station_without_position_is_in_no_box(client):
    make_observations(make_station(ALEDO), ("1985-01-01", 1, 2, 3))
    assert found(client, "?bbox=-180,-90,180,90") == []
    assert found(client, "?bbox=10,-90,9,90") == []


def test_accepted_values_have_no_flag(client, archive):
    response = client.get(f"/api/weather?station_id={YORK}&qc=accepted")
    flags = {"tmax_flag": None, "tmin_flag": None, "prcp_flag": None}
    assert response.json()["results"] == [
        {"station_id": YORK, "date": "1985-01-01", "tmax_c": None, "tmin_c": None, "prcp_mm": 0.0}
        | {"tmax_flag": "I", "tmin_flag": "I", "prcp_flag": None},
        {"station_id": YORK, "date": "1985-01-02", "tmax_c": 0.7, "tmin_c": 0.7, "prcp_mm": 0.1} | flags,
    ]


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("?station_id=USC00000000", {"station_id": "unknown station USC00000000"}),
        (f"?station_id={ALEDO},USC00000000", {"station_id": "unknown station USC00000000"}),
        ("?station_id=USC00000000&date=1800-01-01", {"station_id": "unknown station USC00000000"}),
        ("?station_id=aledo", {"station_id": "expected a station id such as USC00110072, got 'aledo'"}),
        ("?station_id=", {"station_id": "expected a station id such as USC00110072, got ''"}),
        ("?start=1985-01-02&end=1985-01-01", {"start": "is after end: 1985-01-02 > 1985-01-01"}),
        ("?start_year=1986&end_year=1985", {"start_year": "is after end_year: 1986 > 1985"}),
        ("?qc=some", {"qc": "expected all or accepted, got 'some'"}),
        ("?format=xml", {"format": "expected json or csv or ndjson or parquet, got 'xml'"}),
        ("?count=yes", {"count": "expected exact, got 'yes'"}),
        ("?page_size=0", {"page_size": "expected a whole number from 1 to 1000, got '0'"}),
        ("?page_size=1001", {"page_size": "expected a whole number from 1 to 1000, got '1001'"}),
        ("?cursor=x", {"cursor": "expected a cursor taken from next or previous, got 'x'"}),
        ("?year=1985&year=1986", {"year": "given 2 times; it takes one value"}),
        ("?date=0000-01-01", {"date": "expected a date YYYY-MM-DD, got '0000-01-01'"}),
        ("?state=%00%00", {"state": "expected two letters such as NE, got '\\x00\\x00'"}),
    ],
)
def test_impossible_query_is_refused(client, archive, query, errors):
    assert refused(client, query) == errors


def test_parameter_of_another_endpoint_is_unknown(client):
    assert list(refused(client, "?month=1&page=2")) == ["month", "page"]


def pages(client, url, way):
    while url:
        page = client.get(url).json()
        yield [(row["station_id"], row["date"]) for row in page["results"]]
        url = page[way]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_pages_are_walked_both_ways(client, archive, size):
    walked = list(pages(client, f"/api/weather?page_size={size}", "next"))
    assert [row for page in walked for row in page] == ALL
    assert [len(page) for page in walked[:-1]] == [size] * (len(walked) - 1)

    url = f"/api/weather?page_size={size}"
    while following := client.get(url).json()["next"]:
        url = following
    assert list(pages(client, url, "previous")) == walked[::-1]


def test_neighbours_keep_the_other_parameters(client, archive):
    first = client.get("/api/weather/?state=NE,IL&page_size=1&start=1985-01-01&count=exact").json()
    kept = "state=NE,IL&page_size=1&start=1985-01-01&count=exact"
    cursor = "PlVTQzAwMTEwMDcyLDE5ODUtMDEtMDE"
    assert first["previous"] is None
    assert first["next"] == f"http://testserver/api/weather/?{kept}&cursor={cursor}"
    second = client.get(first["next"]).json()
    assert second["count"] == 4
    assert (
        second["previous"] == f"http://testserver/api/weather/?{kept}&cursor=PFVTQzAwMTEwMDcyLDE5ODYtMDYtMzA"
    )


def test_page_does_not_shift_when_data_arrive(client, archive):
    following = client.get("/api/weather?page_size=2").json()["next"]
    make_observations(make_station("USC00100000"), ("1985-01-01", 1, 2, 3))
    rows = client.get(following).json()["results"]
    assert [(row["station_id"], row["date"]) for row in rows] == ALL[2:4]


def test_page_is_one_query(client, archive, django_assert_num_queries):
    with django_assert_num_queries(3 if connection.vendor == "mysql" else 1):  # rest.keyset.page_in_steps
        client.get(f"/api/weather?station_id={ALEDO},{YORK}&year=1985&page_size=3")


@pytest.mark.parametrize("accept", ["image/png", "application/json", "nonsense"])
def test_accept_is_ignored(client, archive, accept):
    response = client.get("/api/weather", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_head_has_the_headers_of_get(client, archive):
    client.defaults["HTTP_X_REQUEST_ID"] = "one"
    got, head = client.get("/api/weather"), client.head("/api/weather")
    assert (head.status_code, head.content, head.headers) == (200, b"", got.headers)


def test_answer_is_utf_8_json(client, archive):
    assert orjson.loads(client.get("/api/weather").content)["results"][0]["station_id"] == ALEDO
