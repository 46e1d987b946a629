"""ETag, 304 and kept pages: the same until the archive changes, and never longer."""

import pytest
from django.core.cache.backends.base import BaseCache

from rest import caching
from tests.factories import make_observations, make_run, make_source_file, make_station
from weather.models import Archive, Observation

pytestmark = pytest.mark.django_db

URL = "/api/weather?station_id=USC00110072"


@pytest.fixture
def archive():
    station = make_station()
    make_observations(station, ("1985-01-01", -22, -128, 94), source_file=make_source_file(make_run(id=1000)))
    return station


def change(station):
    Observation.objects.filter(station=station).update(tmax=5)
    Archive.advance()


def tmax(response):
    return response.json()["results"][0]["tmax_c"]


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "/api/weather/stats",
        "/api/weather/stats/monthly?count=exact",
        "/api/changes?since=0",
        "/api/stations",
        "/api/stations/USC00110072",
        "/api/weather?date=2020-01-01",
    ],
)
def test_answer_is_not_given_again_until_the_archive_changes(client, archive, url):
    first = client.get(url)
    same = {"If-None-Match": first["ETag"]}
    again = client.get(url, headers=same)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], "public, no-cache")
    change(archive)
    later = client.get(url, headers=same)
    assert later.status_code == 200
    assert later["ETag"] != first["ETag"]


@pytest.mark.parametrize("url", ["/api/ingest/runs", "/api/ingest/runs/1000", "/health/ready"])
def test_what_changes_without_the_archive_has_no_tag(client, archive, url):
    response = client.get(url)
    assert (response.status_code, response.get("ETag"), response["Cache-Control"]) == (200, None, "no-cache")


@pytest.mark.parametrize("form", ["{}", "*", '"x", {}', '{}, W/"y"', "strong"])
def test_tag_is_known_in_every_form(client, archive, form):
    tag = client.get(URL)["ETag"]
    told = tag.removeprefix("W/") if form == "strong" else form.format(tag)
    assert client.get(URL, headers={"If-None-Match": told}).status_code == 304
    assert client.head(URL, headers={"If-None-Match": told}).status_code == 304


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/api/weather?no=1", 400),
        ("/api/weather?station_id=USC00000000", 400),
        ("/api/weather?station_id=USC00000000&format=csv", 400),
        ("/api/weather?format=parquet&page_size=1", 400),
        ("/api/stations/USC00000000", 404),
        ("/api/weather?format=csv", 304),
        ("/api/weather?format=parquet", 304),
        ("/api/stations", 304),
    ],
)
def test_error_is_not_hidden_by_a_304_for_whatever_there_is(client, archive, url, status):
    responses = [client.get(url, headers={"If-None-Match": "*"}) for _ in range(3)]
    assert [response.status_code for response in responses] == [status] * 3


@pytest.mark.parametrize("other", [URL + "&page_size=5", "/api/weather"])
def test_tag_is_that_of_one_request(client, archive, other):
    same = {"If-None-Match": client.get(URL)["ETag"]}
    assert client.get(other, headers=same).status_code == 200
    assert (
        client.get(URL, headers=same | {"Host": "localhost"}).status_code == 200
    )  # the links would be others
    assert client.get(URL + "&no=1", headers=same).status_code == 400


@pytest.mark.parametrize("format", ["csv", "ndjson", "parquet"])
def test_whole_archive_is_not_sent_again_until_it_changes(client, archive, format):
    def whole(**headers):
        response = client.get(f"{URL}&format={format}", headers=headers)
        return response.status_code, b"".join(response), response["ETag"]

    status, body, tag = whole()
    assert (status, len(body) > 0) == (200, True)
    assert whole(if_none_match=tag) == (304, b"", tag)
    assert client.get(URL, headers={"If-None-Match": tag}).status_code == 200
    change(archive)
    assert whole(if_none_match=tag)[0] == 200


def test_304_is_one_tiny_query(client, archive, django_assert_num_queries):
    same = {"If-None-Match": client.get(URL)["ETag"]}
    with django_assert_num_queries(1) as asked:
        client.get(URL, headers=same)
    assert asked.captured_queries[0]["sql"] == "SELECT generation * 1048576 + stamp FROM weather_archive"


def test_page_is_kept_when_asked_for_again(client, archive, django_assert_num_queries):
    client.defaults["HTTP_X_REQUEST_ID"] = "one"
    with django_assert_num_queries(1):
        first = client.get(URL)
    with django_assert_num_queries(2):
        second = client.get(URL)
    with django_assert_num_queries(1):
        third = client.get(URL)
    assert first.content == second.content == third.content
    assert dict(first.headers) == dict(second.headers) == dict(third.headers)


def test_kept_page_is_not_told_of_another_archive(client, archive):
    assert [tmax(client.get(URL)) for _ in range(3)] == [-2.2] * 3
    change(archive)
    assert [tmax(client.get(URL)) for _ in range(3)] == [0.5] * 3


def test_archive_set_back_to_a_backup_has_another_version(client, archive):
    Archive.advance()
    tags = {client.get(URL)["ETag"]}
    for _ in range(3):
        Archive.objects.update(generation=0)
        Archive.advance()
        tags.add(client.get(URL)["ETag"])
    assert len(tags) == 4


def test_empty_page_that_fills_up_meanwhile_is_not_taken_for_the_new_one(client, archive, monkeypatch):
    empty, asked = "/api/weather?date=1999-01-01", caching.database.version

    def version():
        before = asked()
        make_observations(make_station("USC00110073"), ("1999-01-01", 1, 1, 1))
        Archive.advance()
        return before

    monkeypatch.setattr(caching.database, "version", version)
    first = client.get(empty)
    monkeypatch.undo()
    assert len(client.get(empty, headers={"If-None-Match": first["ETag"]}).json()["results"]) == 1


def test_requests_remembered_are_bounded(monkeypatch):
    monkeypatch.setattr(caching, "MOST_SEEN", 2)
    for key in "abc":
        caching.remember(key)
    assert caching.seen == {"c"}


class Broken(BaseCache):
    def __init__(self, place, params):
        super().__init__(params)

    def get(self, *args, **kwargs):
        raise ConnectionError("away")

    set = get
    clear = dict


def test_cache_may_be_away(client, archive, settings, monkeypatch):
    monkeypatch.setattr(caching.outage, "until", float("-inf"))
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": f"{__name__}.Broken"}}
    assert [tmax(client.get(URL)) for _ in range(3)] == [-2.2] * 3
