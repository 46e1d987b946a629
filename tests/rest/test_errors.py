import pytest
from django.test import Client

from rest import keyset

pytestmark = pytest.mark.django_db


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    return response.json()


def test_unknown_url_of_the_api_is_a_problem(client):
    response = client.get("/api/weather/nonsense")
    assert response.status_code == 404
    assert problem(response) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at /api/weather/nonsense.",
        "errors": [],
    }


@pytest.mark.parametrize(
    "url", ["/nonsense", "/api2", "/api/x", "/api/weather%0A", "/health", "/api/ingest/runs/x"]
)
def test_unknown_url_is_a_problem(client, url):
    response = client.get(url)
    assert (response.status_code, problem(response)["title"]) == (404, "Not Found")


@pytest.mark.parametrize("debug", [True, False])
def test_unknown_url_of_the_api_is_a_problem_in_debug_too(client, settings, debug):
    settings.DEBUG = debug
    assert problem(client.get("/api/nonsense"))["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_method_that_would_change_something_is_a_problem(client, method):
    response = client.generic(method, "/api/weather")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert problem(response) == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": f'Method "{method}" not allowed.',
        "errors": [],
    }


def test_refused_query_is_a_problem_that_names_the_parameters(client):
    response = client.get("/api/weather?year=0&colour=red&date=1985-02-30")
    assert response.status_code == 400
    known = (
        "station_id, state, bbox, year, start_year, end_year, date, start, end, qc, as_of, "
        "page_size, count, format, cursor"
    )
    assert problem(response) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "year: expected a whole number from 1 to 9999, got '0'; "
        f"colour: unknown parameter; known are {known}; "
        "date: expected a date YYYY-MM-DD, got '1985-02-30'",
        "errors": [
            {"parameter": "year", "detail": "expected a whole number from 1 to 9999, got '0'"},
            {"parameter": "colour", "detail": f"unknown parameter; known are {known}"},
            {"parameter": "date", "detail": "expected a date YYYY-MM-DD, got '1985-02-30'"},
        ],
    }


def test_query_of_too_many_parameters_is_a_problem(client):
    response = client.get("/api/weather?" + "&".join(f"p{n}=1" for n in range(1001)))
    assert (response.status_code, problem(response)["title"]) == (400, "Bad Request")


def test_unknown_host_is_a_problem(client):
    response = client.get("/api/weather", headers={"host": "elsewhere.example"})
    assert (response.status_code, problem(response)["title"]) == (400, "Bad Request")


def test_fault_of_ours_is_a_problem_without_traceback(monkeypatch):
    def fail(*args):
        raise RuntimeError("secret")

    monkeypatch.setattr(keyset, "fetch", fail)
    response = Client(raise_request_exception=False).get("/api/weather")
    assert response.status_code == 500
    assert problem(response) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "This is our fault. The server's log has the details.",
        "errors": [],
    }
