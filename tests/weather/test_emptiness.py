import pytest

from tests.factories import make_observations, make_run, make_source_file, make_station
from weather.models import Archive, Change

pytestmark = pytest.mark.django_db

ALEDO, YORK, NEW = "USC00110072", "USC00259510", "AGE00147704"
LISTS = ["/api/weather", "/api/weather/stats", "/api/weather/stats/monthly"]


@pytest.fixture
def archive():
    """Two stations with data of 1985 to 1986, which came in generation 2, and one without any."""
    old, file = (make_source_file(make_run(), generation=n) for n in (1, 2))
    aledo = make_station(ALEDO, state="IL", latitude=41.2, longitude=-90.74)
    make_observations(aledo, ("1985-01-01", 1, 2, 3), ("1986-06-30", 1, 2, 3), source_file=file)
    york = make_station(YORK, state="IL", latitude=40.87, longitude=-97.59)
    make_observations(york, ("1984-12-31", None, None, 0), source_file=file)
    make_station(NEW, state="AG", latitude=36.8, longitude=3.03)
    for station, first, last in ((aledo, "1985-01-01", "1986-06-30"), (york, "1984-12-31", "1984-12-31")):
        Change.objects.create(
            source_file=file, station=station, first=first, last=last, inserted=1, updated=0
        )
    Archive.objects.update(generation=2)
    return old


def empty(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.content
    body = response.json()
    assert (body["next"], body["previous"], body["results"]) == (None, None, [])
    return body["empty"]["reason"], body["empty"]["detail"]


@pytest.mark.parametrize("url", LISTS)
def test_archive_is_empty(client, url):
    assert empty(client, url) == ("archive_is_empty", "The archive has no data yet.")


@pytest.mark.parametrize("url", LISTS)
def test_no_station_is_selected(client, archive, url):
    detail = "No station fits station_id and state."
    assert empty(client, f"{url}?state=NE&station_id={ALEDO}") == ("no_station_selected", detail)
    assert empty(client, f"{url}?bbox=0,0,1,1") == ("no_station_selected", "No station fits bbox.")


@pytest.mark.parametrize("url", LISTS)
def test_station_has_no_data(client, archive, url):
    assert empty(client, f"{url}?station_id={NEW}") == ("no_data_of_station", f"{NEW} has no data.")


def test_stations_have_no_data(client, archive):
    make_station("AGE00147705", state="AG")
    assert empty(client, "/api/weather?state=AG") == (
        "no_data_of_station",
        "The 2 stations selected have no data.",
    )


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        (
            "?date=1990-02-01",
            "Of the 3 stations selected 2 have data from 1984-12-31 to 1986-06-30, but none on 1990-02-01.",
        ),
        (
            f"?station_id={ALEDO}&start=1985-01-02&end=1985-12-31",
            f"{ALEDO} has data from 1985-01-01 to 1986-06-30, but none from 1985-01-02 to 1985-12-31.",
        ),
        (
            f"?station_id={ALEDO}&start_year=1987",
            f"{ALEDO} has data from 1985-01-01 to 1986-06-30, but none from 1987-01-01 on.",
        ),
        (
            f"?station_id={ALEDO},{NEW}&end=1984-12-31",
            "Of the 2 stations selected only USC00110072 has data from 1985-01-01 to 1986-06-30, but none "
            "up to 1984-12-31.",
        ),
        (
            f"?station_id={ALEDO},{YORK}&date=1990-02-01",
            "The 2 stations selected have data from 1984-12-31 to 1986-06-30, but none on 1990-02-01.",
        ),
        (
            "/stats?year=1990",
            "Of the 3 stations selected 2 have data from 1984 to 1986, but none in 1990.",
        ),
        (
            f"/stats/monthly?station_id={ALEDO}&month=2",
            f"{ALEDO} has data from 1985 to 1986, but none in month 2.",
        ),
        (
            f"/stats/monthly?station_id={ALEDO}&month=2&start_year=1985&end_year=1990",
            f"{ALEDO} has data from 1985 to 1986, but none from 1985 to 1990 in month 2.",
        ),
    ],
)
def test_no_data_in_range(client, archive, query, detail):
    assert empty(client, f"/api/weather{query}") == ("no_data_in_range", detail)


def test_many_stations_are_not_asked_one_by_one(client, archive, monkeypatch):
    monkeypatch.setattr("weather.emptiness.MOST", 1)
    detail = "Of the 3 stations selected 2 have data, but none on 1990-02-01."
    assert empty(client, "/api/weather?date=1990-02-01") == ("no_data_in_range", detail)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("?date=1985-01-01&year=1986", "Together they begin 1986-01-01 and end 1985-01-01."),
        ("/stats?year=1985&start_year=1986", "Together they begin 1986 and end 1985."),
        ("/stats/monthly?year=1985&start_year=1986", "Together they begin 1986 and end 1985."),
    ],
)
def test_filters_exclude_each_other(client, archive, query, detail):
    assert empty(client, f"/api/weather{query}") == ("range_is_empty", detail)


def test_data_were_not_there_yet(client, archive):
    query = "/api/weather?as_of=1"
    assert empty(client, query) == ("not_yet_at_as_of", "The data came after generation 1.")
    assert empty(client, f"{query}&station_id={NEW}") == ("no_data_of_station", f"{NEW} has no data.")
    assert client.get(query).json()["generation"] == 1


@pytest.mark.parametrize("query", ["", "?date=1985-01-01", "?as_of=2", f"?station_id={YORK}&qc=accepted"])
def test_answer_with_results_does_not_explain(client, archive, query):
    body = client.get(f"/api/weather{query}").json()
    assert "empty" not in body
    assert body["results"]


def test_page_after_the_last_does_not_explain(client, archive):
    page = client.get("/api/weather?page_size=1&year=1985").json()
    cursor = client.get("/api/weather?page_size=1&state=IL").json()["next"].partition("cursor=")[2]
    assert len(page["results"]) == 1
    body = client.get(f"/api/weather?end=1984-01-01&cursor={cursor}").json()
    assert body == {"next": None, "previous": None, "results": []}


def test_nothing_is_asked_where_there_are_results(client, archive, monkeypatch):
    monkeypatch.setattr("weather.selection.why_empty", None)
    assert client.get("/api/weather").json()["results"]
    with pytest.raises(TypeError):
        client.get("/api/weather?year=1990")
