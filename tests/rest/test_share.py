"""Pages of other sites read the API where the settings say so, and nothing else."""

import pytest

from tests.factories import make_observations, make_station

pytestmark = pytest.mark.django_db

APP = "https://app.example.org"
URL = "/api/weather?station_id=USC00110072"
READS = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Expose-Headers": "ETag, Link, Content-Disposition, "
    "RateLimit-Policy, RateLimit, Retry-After",
}
ANNOUNCED = {
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "x-api-key,if-none-match",
}


@pytest.fixture
def app(settings, client):
    """Ask as a page of an origin that is allowed does, or of another."""
    settings.CORS_ALLOWED_ORIGINS = [APP, "http://localhost:5173"]
    make_observations(make_station(), ("1985-01-01", 1, 2, 3))
    return lambda url, method="GET", origin=APP, **headers: client.generic(
        method, url, headers={"Origin": origin} | headers
    )


def shared(response):
    return {name: value for name, value in response.headers.items() if name.startswith("Access-Control-")}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (URL, 200),
        (f"{URL}&format=csv", 200),
        ("/api/schema", 200),
        ("/api/weather?no=1", 400),
        ("/api/stations/USC00000000", 404),
        ("/api/nothing", 404),
        (f"{URL}&{'x' * 20_000}", 414),
    ],
)
def test_answer_and_error_may_be_read(app, url, status):
    for method in ("GET", "HEAD"):
        response = app(url, method)
        assert (response.status_code, shared(response)) == (status, READS)
        assert "Origin" in response["Vary"].split(", ")


def test_what_is_unchanged_may_be_read(app):
    response = app(URL, **{"If-None-Match": app(URL)["ETag"]})
    assert (response.status_code, shared(response)) == (304, READS)


def test_refusal_of_the_door_may_be_read(app, settings):
    settings.API_KEY_REQUIRED = True
    response = app(URL)
    assert (response.status_code, shared(response)) == (401, READS)


@pytest.mark.parametrize("key_required", [False, True])
def test_key_and_tag_may_be_sent(app, settings, key_required):
    settings.API_KEY_REQUIRED = key_required
    response = app(URL, "OPTIONS", **ANNOUNCED)
    assert (response.status_code, response.content) == (204, b"")
    assert shared(response) == READS | {
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "Authorization, X-API-Key, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }


@pytest.mark.parametrize(
    ("url", "how", "status"),
    [
        (URL, {"origin": "https://elsewhere.example.org"}, 200),
        (URL, {"origin": "null"}, 200),
        (URL, {"method": "POST"}, 405),
        (URL, {"method": "OPTIONS"}, 405),
        (URL, {"method": "OPTIONS", "origin": "https://elsewhere.example.org"} | ANNOUNCED, 405),
        (URL, {"method": "OPTIONS"} | ANNOUNCED | {"Access-Control-Request-Method": "DELETE"}, 405),
        ("/admin/login/", {}, 200),
        ("/health/live", {}, 200),
    ],
)
def test_nothing_else_is_shared(app, url, how, status):
    response = app(url, **how)
    assert (response.status_code, shared(response)) == (status, {})


def test_cache_knows_that_the_origin_matters_where_none_is_sent(app, client):
    assert "Origin" in client.get(URL)["Vary"].split(", ")


def test_everybody_may_read_who_sends_no_origin_too(app, client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["*"]
    response = client.get(URL)
    assert (shared(response), response["Vary"]) == (READS | {"Access-Control-Allow-Origin": "*"}, "Accept")


def test_by_default_nothing_is_shared(client):
    response = client.get("/api/stations", headers={"Origin": APP})
    assert (shared(response), response["Vary"]) == ({}, "Accept")
