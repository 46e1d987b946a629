"""Odd input is refused by name, at every endpoint and for every parameter that the schema knows."""

import orjson
import pytest
from django.test import Client

from rest.docs import document
from tests.factories import make_run, make_station

pytestmark = pytest.mark.django_db

QUERIES = {
    path: [parameter for parameter in operations["get"]["parameters"] if parameter["in"] == "query"]
    for path, operations in orjson.loads(document())["paths"].items()
    if path.startswith("/api/")
}
PATHS = {path: [parameter["name"] for parameter in query] for path, query in QUERIES.items()}
GOOD = {"since": "0", "station_id": "USC00110072", "index": "gdd"}
"""A value for each parameter that some query must have."""
EVERY_PARAMETER = [(path, name) for path, names in PATHS.items() for name in names]
ODD = {
    "a NUL byte": "USC00%00110072",
    "no UTF-8": "%FF%C0%80",
    "a surrogate": "%ED%A0%80",
    "a line break": "1985%0D%0ASet-Cookie:%20a=b",
    "ten thousand digits": "9" * 10_000,
}


@pytest.fixture(autouse=True)
def archive():
    make_station("USC00110072")
    make_run(id=1000)


def url_of(path):
    return path.format(station_id="USC00110072", id=1000)


def refusal(response):
    """Return the status, and the parameters and details of the errors."""
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, [
        (error["parameter"], error["detail"]) for error in response.json()["errors"]
    ]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize(("path", "name"), EVERY_PARAMETER)
def test_odd_value_is_refused_by_the_name_of_its_parameter(client, path, name, odd):
    required = [parameter["name"] for parameter in QUERIES[path] if parameter.get("required")]
    others = "".join(f"{other}={GOOD[other]}&" for other in required if other != name)
    status, errors = refusal(client.get(f"{url_of(path)}?{others}{name}={odd}"))
    assert (status, [parameter for parameter, _ in errors]) == (400, [name])
    assert len(errors[0][1]) < 400  # the names of 34 indices, and but the beginning of what was given


@pytest.mark.parametrize("name", ["%00", "%FF", "x" * 10_000, "station_id%00", "year[]", ""])
@pytest.mark.parametrize("path", PATHS)
def test_odd_name_is_an_unknown_parameter(client, path, name):
    status, errors = refusal(client.get(f"{url_of(path)}?{name}=1&since=0"))
    assert (status, errors[0][1].partition(";")[0]) == (400, "unknown parameter")


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("date=0000-01-01", "date", "expected a date YYYY-MM-DD, got '0000-01-01'"),
        ("start=10000-01-01", "start", "expected a date YYYY-MM-DD, got '10000-01-01'"),
        ("year=0", "year", "expected a whole number from 1 to 9999, got '0'"),
        ("year=-1", "year", "expected a whole number from 1 to 9999, got '-1'"),
        ("year=1985&year=1985", "year", "given 2 times; it takes one value"),
        ("page_size=1000000000", "page_size", "expected a whole number from 1 to 1000, got '1000000000'"),
        ("page_size=", "page_size", "expected a whole number from 1 to 1000, got ''"),
        ("page_size=1e2", "page_size", "expected a whole number from 1 to 1000, got '1e2'"),
        ("cursor=Pg", "cursor", "expected a cursor taken from next or previous, got 'Pg'"),
        ("cursor=../../etc", "cursor", "expected a cursor taken from next or previous, got '../../etc'"),
        (
            "station_id=" + ",".join(["USC00110072"] * 1001),
            "station_id",
            "has 1,001 values; at most 1,000 are taken at once",
        ),
    ],
)
def test_impossible_value_is_refused(client, query, parameter, detail):
    assert refusal(client.get(f"/api/weather?{query}")) == (400, [(parameter, detail)])


@pytest.mark.parametrize("format", ["xml", "JSON", "json,json", "%00"])
@pytest.mark.parametrize("path", PATHS)
def test_unknown_format_is_refused(client, path, format):
    status, errors = refusal(client.get(f"{url_of(path)}?format={format}&since=0"))
    assert (status, "format" in [parameter for parameter, _ in errors]) == (400, True)


@pytest.mark.parametrize(
    "url",
    [
        "/api/weather?date=9999-12-31",
        "/api/weather?start=9999-12-31",
        "/api/weather?date=0001-01-01",
        "/api/weather?end=0001-01-01",
        "/api/weather?year=9999",
        "/api/weather/stats?year=9999",
        "/api/weather/stats?end_year=1",
        "/api/weather/stats/monthly?start_year=9999",
        "/api/changes?since=0&date=9999-12-31",
    ],
)
def test_edges_of_the_calendar_are_answered(client, url):
    assert client.get(f"{url}&count=exact").json()["count"] == 0


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("&".join(f"p{n}=1" for n in range(1001)), 400, "More than 1,000 parameters."),
        (
            "&".join(["year=1"] * 10_000),
            414,
            "year: takes most of a query string of 69,999 bytes; at most 16,384 are read",
        ),
    ],
)
def test_too_many_parameters_are_refused(client, query, status, detail):
    response = client.get(f"/api/weather?{query}")
    assert (response.status_code, response.json()["detail"]) == (status, detail)


@pytest.mark.parametrize(
    "path",
    [
        "/api/stations/%00",
        "/api/stations/%FF",
        "/api/stations/" + "x" * 10_000,
        "/api/stations/USC00110072%0A",
        "/api/ingest/runs/0",
        "/api/ingest/runs/" + "9" * 100,
        "/api/ingest/runs/-1",
        "/api/%00",
        "/api/weather/../stations",
        "/api//weather",
    ],
)
def test_odd_path_leads_nowhere(client, path):
    assert refusal(client.get(path)) == (404, [])


@pytest.mark.parametrize("host", ["elsewhere.example", "", "a b", "localhost:x", "\x00", "127.0.0.1/@x"])
def test_wrong_host_is_refused(client, host):
    response = client.get("/api/weather", headers={"host": host})
    assert refusal(response) == (400, [])
    assert (
        response.json()["detail"] == "The Host of the request is none that is answered here (ALLOWED_HOSTS)."
    )


@pytest.mark.parametrize(("path", "status"), [("/api/weather", 405), ("/api/nonsense", 404)])
def test_form_of_another_site_is_a_problem_like_any_other(path, status):
    response = Client(enforce_csrf_checks=True).post(path, {"a": "b"})
    assert refusal(response) == (status, [])


@pytest.mark.parametrize("accept", ["image/png", "nonsense", "", "*/*;q=0"])
def test_accept_refuses_nothing(client, accept):
    response = client.get("/api/weather", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
