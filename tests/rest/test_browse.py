"""Who opens the API in a browser gets a page; everybody else gets JSON."""

import re

import pytest

from tests.factories import make_observations, make_station

pytestmark = pytest.mark.django_db

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
URL = "/api/weather?station_id=USC00110072&page_size=1"


@pytest.fixture
def archive():
    make_observations(make_station(), ("1985-01-01", -22, -128, 94), ("1985-01-02", 1, 2, 3))


def browse(client, url):
    response = client.get(url, headers=BROWSER)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return response.status_code, response.content.decode()


def test_page_shows_the_answer_and_leads_to_the_next(client, archive):
    status, page = browse(client, URL)
    assert status == 200
    assert "&quot;tmax_c&quot;: -2.2" in page
    (following,) = re.findall(r'<a href="([^"]*cursor=[^"]*)"', page)
    assert "&quot;tmax_c&quot;: 0.1" in browse(client, following.replace("&amp;", "&"))[1]


def test_form_holds_what_was_asked(client, archive):
    page = browse(client, URL + "&qc=accepted&start=1985-01-01")[1]
    for field in (
        'name="station_id" type="text" value="USC00110072"',
        'name="page_size" type="number" value="1"',
        'name="start" type="date" value="1985-01-01"',
    ):
        assert field in page
    assert "<option selected>accepted</option>" in page
    assert 'name="has" type="text" value="tmax,prcp"' in browse(client, "/api/stations?has=tmax,prcp")[1]


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("/api/weather?year=0", 400, "year: expected a whole number from 1 to 9999"),
        ("/api/stations/USC00000000", 404, "No station USC00000000."),
    ],
)
def test_problem_is_a_page_too(client, archive, url, status, said):
    assert browse(client, url)[0] == status
    assert said in browse(client, url)[1]


def test_nothing_of_the_query_becomes_part_of_the_page(client, archive):
    assert "<script>alert" not in browse(client, "/api/weather?state=<script>alert(1)</script>")[1]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "", "application/xml"])
def test_others_get_json(client, archive, accept):
    response = client.get(URL, headers={"Accept": accept})
    assert (response["Content-Type"], response["Vary"]) == ("application/json", "Accept")


def test_format_is_what_was_said(client, archive):
    assert client.get(URL + "&format=json", headers=BROWSER)["Content-Type"] == "application/json"


def test_page_is_not_taken_for_the_json(client, archive):
    tag = client.get(URL)["ETag"]
    page = client.get(URL, headers=BROWSER)
    assert (page.get("ETag"), page["Cache-Control"], page["Vary"]) == (None, "private, no-cache", "Accept")
    assert client.get(URL, headers={"If-None-Match": tag}).status_code == 304
