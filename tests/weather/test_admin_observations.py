"""Observations in admin, found by station and period alone, and what was revised of them."""

import pytest

from tests.factories import make_observations, make_source_file, make_station
from tests.pages import cells, listed, url
from weather import admin_lists
from weather.models import Observation, Revision

pytestmark = pytest.mark.django_db


def test_observations_are_listed_in_units(admin_client):
    station = make_station()
    make_observations(station, ("1985-01-02", 0, -128, 94), ("1985-01-03", None, None, None))
    make_observations(station, ("1985-01-01", 500, -22, 0), tmax_flag="X", prcp_flag="D")
    assert listed(admin_client, "observationrow") == [
        ["USC00110072", "1985-01-01", "50.0", "-2.2", "0.0", "tmax X, prcp D", "USC00110072.txt"],
        ["USC00110072", "1985-01-02", "0.0", "-12.8", "9.4", "—", "USC00110072.txt"],
        ["USC00110072", "1985-01-03", "—", "—", "—", "—", "USC00110072.txt"],
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("USC00110072", ["A 1989-12-31", "A 1990-01-01", "A 1990-07-31"]),
        ("usc0011", ["A 1989-12-31", "A 1990-01-01", "A 1990-07-31"]),
        ("00110072", []),
        ("1990", ["A 1990-01-01", "A 1990-07-31", "B 1990-07-31"]),
        ("1990-07", ["A 1990-07-31", "B 1990-07-31"]),
        ("1990-01-01", ["A 1990-01-01"]),
        ("USC001 1990", ["A 1990-01-01", "A 1990-07-31"]),
        ("1990-01 1989", ["A 1989-12-31", "A 1990-01-01"]),
        ("USC0011 AGE", ["A 1989-12-31", "A 1990-01-01", "A 1990-07-31", "B 1990-07-31"]),
        ("1991", []),
    ],
)
def test_observations_are_found_by_station_and_period(admin_client, search, found):
    a, b = make_station(), make_station("AGE00147704")
    make_observations(a, ("1989-12-31", 1, 1, 1), ("1990-01-01", 1, 1, 1), ("1990-07-31", 1, 1, 1))
    make_observations(b, ("1990-07-31", 1, 1, 1))
    names = {a.station_id: "A", b.station_id: "B"}
    rows = listed(admin_client, "observationrow", f"?q={search}")
    assert [f"{names[station]} {date}" for station, date, *_ in rows] == found


def test_search_for_an_impossible_date_says_so(admin_client):
    make_observations(make_station(), ("1990-02-28", 1, 1, 1))
    page = admin_client.get(url("observationrow_changelist") + "?q=1990-02-30").text
    assert "Not a date in &#x27;1990-02-30&#x27;: day is out of range for month" in page
    assert cells(page) == []


def test_observations_cannot_be_changed(admin_client):
    make_observations(make_station(), ("1985-01-01", -22, -128, 94))
    make_observations(make_station("AGE00147704"), ("1985-01-01", 1, 1, 1))  # the same nominal key
    page = url("observationrow_change", "1985-01-01")
    assert admin_client.get(page).url == "/admin/"
    assert admin_client.post(page, {"tmax": "0"}).status_code == 403
    assert admin_client.get(url("observationrow_history", "1985-01-01")).url == "/admin/"
    assert list(Observation.objects.order_by("station_id").values_list("tmax", flat=True)) == [-22, 1]


@pytest.mark.parametrize("query", ["?tmax__gt=400", "?source_file__id__exact=1", "?foo=bar"])
def test_observations_are_not_searched_without_an_index(admin_client, query):
    response = admin_client.get(url("observationrow_changelist") + query)
    assert (response.status_code, response["Location"]) == (302, f"{url('observationrow_changelist')}?e=1")
    assert admin_client.get(response["Location"]).status_code == 200


def test_observations_cannot_be_sorted_without_an_index(admin_client):
    make_observations(make_station(), ("1985-01-01", 2, 0, 0), ("1985-01-02", 1, 0, 0))
    dates = [row[1] for row in listed(admin_client, "observationrow", "?o=3")]
    assert dates == ["1985-01-01", "1985-01-02"]


def test_long_list_is_counted_up_to_a_limit(admin_client, monkeypatch):
    make_observations(make_station(), *((f"1985-01-0{day}", 1, 0, 0) for day in range(1, 6)))
    page = admin_client.get(url("observationrow_changelist")).text
    assert "5 results" in page
    assert "of more" not in page
    monkeypatch.setattr(admin_lists, "MOST_LISTED", 3)
    page = admin_client.get(url("observationrow_changelist")).text
    assert "These are the first 3 of more." in page
    assert "3 observations" in page
    assert "3 results" not in page


def test_revisions_are_listed_in_units(admin_client):
    station, file = make_station(), make_source_file()
    values = {"old_source_file": file, "source_file": file, "station": station}
    one = Revision.objects.create(date="1990-07-01", element="tmax", old_value=-12, new_value=340, **values)
    two = Revision.objects.create(date="1990-07-02", element="prcp", old_value=None, new_value=5, **values)
    name = "USC00110072.txt"
    rows = [
        [str(two.pk), "USC00110072", "1990-07-02", "prcp", "— → 0.5 mm", name],
        [str(one.pk), "USC00110072", "1990-07-01", "tmax", "-1.2 → 34.0 °C", name],
    ]
    assert listed(admin_client, "revision") == rows
    assert listed(admin_client, "revision", "?q=USC0011+1990-07-01") == rows[1:]
    assert admin_client.get(url("revision_change", one.pk)).status_code == 200
