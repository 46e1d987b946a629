"""What is too much to be read."""

import pytest

pytestmark = pytest.mark.django_db


def refusal(response):
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    return response.status_code, body["detail"], body["errors"]


@pytest.mark.parametrize(
    "query",
    [
        "year=1985&station_id=" + "x" * 16_500,
        "year=1985" + "&station_id=USC00110072" * 1_000,
        "station_id=" + "x" * 1_000_000,
    ],
)
def test_long_query_string_is_refused_by_the_name_of_what_fills_it(client, query):
    detail = f"takes most of a query string of {len(query):,} bytes; at most 16,384 are read"
    assert refusal(client.get(f"/api/weather?{query}")) == (
        414,
        f"station_id: {detail}",
        [{"parameter": "station_id", "detail": detail}],
    )


def test_query_string_of_the_greatest_length_is_read(client):
    response = client.get("/api/weather?year=" + "1" * (16_384 - len("year=")))
    assert response.json()["errors"][0]["parameter"] == "year"


def test_large_body_is_refused(client):
    sent = client.generic("GET", "/api/weather", b"x" * 2_621_441)
    detail = "The body has 2,621,441 bytes; at most 2,621,440 are taken, and none is needed."
    assert refusal(sent) == (413, detail, [])


@pytest.mark.parametrize("length", ["", "-1", "x", "9" * 5000])
def test_length_of_a_body_that_is_no_number_is_none(client, length):
    assert client.get("/api/stations", CONTENT_LENGTH=length).status_code == 200
