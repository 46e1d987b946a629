"""What the quality letters mean, and how many there are."""

import pytest

from tests.factories import make_observations, make_station
from tests.histories import take
from weather.quality.checking import check

pytestmark = pytest.mark.django_db

ALEDO, YORK = "USC00110072", "USC00259510"
COUNTS = tuple(
    f"{element}_{origin}" for element in ("tmax", "tmin", "prcp") for origin in ("source", "check")
)


def counts(client, query=""):
    """Return {letter: counts, the source's first} of the letters that values have."""
    rows = client.get(f"/api/quality?{query}").json()["results"]
    return {row["letter"]: values for row in rows if any(values := tuple(row[name] for name in COUNTS))}


@pytest.fixture
def flagged():
    aledo = make_station(check_due=True, state="IL")
    make_observations(aledo, ("1999-12-31", 578, 10, 0), ("2000-01-01", 0, 20, 0))
    make_observations(aledo, ("2000-01-02", 1, 0, 0), tmax_flag="Z", prcp_flag="q")
    make_observations(make_station(YORK, check_due=True, state="NE"), ("2000-06-01", 300, 100, -1))
    check()


def test_every_letter_is_decoded(client):
    answer = client.get("/api/quality/").json()
    assert [row["letter"] for row in answer["results"]] == list("DGIKLMNORSTWXZ")
    assert [row["letter"] for row in answer["results"] if not row["own_check"]] == list("LWZ")
    bounds = answer["results"][-2]
    assert bounds == {
        "letter": "X",
        "name": "bounds",
        "meaning": "Beyond the records of the world.",
        "temperature": "Below -89.4 °C or above 57.7 °C.",
        "precipitation": "Below 0 mm or above 1828.8 mm.",
        "own_check": True,
        **dict.fromkeys(COUNTS, 0),
    }
    assert (answer["stations_due"], answer["next"], answer["previous"]) == (0, None, None)


def test_letters_are_counted_by_element_and_origin(client, flagged):
    assert counts(client) == {
        "I": (0, 1, 0, 1, 0, 0),
        "X": (0, 1, 0, 0, 0, 1),
        "Z": (1, 0, 0, 0, 0, 0),
        "q": (0, 0, 0, 0, 1, 0),
    }


@pytest.mark.parametrize(
    ("query", "letters"),
    [
        (f"station_id={YORK}", "X"),
        (f"station_id={ALEDO},{YORK}&year=2000", "IXZq"),
        ("state=IL&end_year=1999", "X"),
        ("start_year=2001", ""),
        ("bbox=-100,40,-90,43", ""),
    ],
)
def test_counts_are_of_the_stations_and_years_asked_for(client, flagged, query, letters):
    assert "".join(counts(client, query)) == letters


def test_letter_that_nobody_knows_is_shown(client, flagged):
    row = client.get("/api/quality").json()["results"][-1]
    assert (row["letter"], row["name"], row["temperature"], row["own_check"]) == ("q", "unknown", None, False)


def test_pages_go_both_ways(client):
    first = client.get("/api/quality?page_size=5&count=exact").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert first["count"] == 14
    letters = ["".join(row["letter"] for row in page["results"]) for page in (first, second, third)]
    assert (letters, third["next"]) == (["DGIKL", "MNORS", "TWXZ"], None)
    assert client.get(third["previous"]).json()["results"] == second["results"]


def test_stations_that_wait_are_told(client, flagged):
    make_observations(make_station("USC00110187", check_due=True), ("2000-06-01", 300, 100, -1))
    assert client.get("/api/quality").json()["stations_due"] == 1
    assert client.get(f"/api/quality?station_id={YORK}").json()["stations_due"] == 0


def test_unknown_station_is_refused(client):
    answer = client.get("/api/quality?station_id=USC00110079")
    assert (answer.status_code, answer.json()["detail"]) == (400, "station_id: unknown station USC00110079")


def test_observations_show_the_letter_that_counts(client, flagged):
    day = client.get(f"/api/weather?station_id={ALEDO}&date=1999-12-31").json()["results"][0]
    assert (day["tmax_c"], day["tmax_flag"], day["tmin_flag"]) == (57.8, "X", None)
    day = client.get(f"/api/weather?station_id={ALEDO}&date=2000-01-02").json()["results"][0]
    assert (day["tmax_flag"], day["prcp_flag"]) == ("Z", "q")


@pytest.mark.parametrize("query", ["", f"station_id={ALEDO}&", f"station_id={ALEDO},{YORK}&"])
def test_accepted_leaves_out_what_either_flagged(client, flagged, query):
    days = client.get(f"/api/weather?{query}state=IL&qc=accepted").json()["results"]
    values = [(day["date"], day["tmax_c"], day["tmin_c"], day["prcp_mm"]) for day in days]
    assert values == [
        ("1999-12-31", None, 1.0, 0.0),
        ("2000-01-01", None, None, 0.0),
        ("2000-01-02", None, 0.0, None),
    ]


def test_exports_show_the_letter_that_counts(client, flagged):
    lines = b"".join(client.get(f"/api/weather?station_id={ALEDO}&year=1999&format=csv&qc=accepted"))
    assert lines.decode().splitlines()[1] == f"{ALEDO},1999-12-31,,1.0,0.0,X,,"


def test_letters_of_our_checks_change_the_answer(client):
    make_observations(make_station(check_due=True), ("1999-12-31", 578, 10, 0))
    before = client.get("/api/weather")
    check()
    after = client.get("/api/weather", headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after.json()["results"][0]["tmax_flag"]) == (200, "X")


def test_changes_and_the_past_speak_of_what_came(client, tmp_path):
    take(tmp_path, ALEDO, "19991231 578 10 0")
    check()
    for url in ("/api/changes?since=0", "/api/weather?as_of=1", "/api/weather?as_of=1&qc=accepted"):
        day = client.get(url).json()["results"][0]
        assert (day["tmax_c"], day["tmax_flag"]) == (57.8, None)


def test_admin_says_whose_letter_it_is(admin_client, flagged):
    page = admin_client.get("/admin/weather/observationrow/").content.decode()
    assert "tmax X (own check)" in page
    assert "tmax Z, prcp q" in page
    page = admin_client.get("/admin/weather/flagcount/?q=USC0011+2000").content.decode()
    assert "I internal consistency" in page
    assert ">1999<" not in page
