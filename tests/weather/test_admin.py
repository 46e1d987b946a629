"""What every list of admin has in common: who may open it, what it asks; and the list of stations."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from tests.factories import make_observations, make_run, make_source_file, make_station
from tests.pages import listed, url
from weather.models import Archive, RejectedLine, Revision, Station

pytestmark = pytest.mark.django_db

LISTS = ("station", "observationrow", "ingestrun", "sourcefile", "rejectedline", "revision")


def test_index_has_the_name_of_the_archive(admin_client):
    assert "<title>Site administration | Weather archive</title>" in re.sub(
        r"\s*\n\s*", "", admin_client.get("/admin/").text
    )


@pytest.mark.parametrize("name", LISTS)
def test_empty_list_opens(admin_client, name):
    assert listed(admin_client, name) == []


@pytest.mark.parametrize("name", LISTS)
def test_list_without_permission_is_forbidden(staff, name):
    client, _ = staff
    assert client.get(url(f"{name}_changelist")).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_list_with_view_permission_opens(staff, name):
    client, user = staff
    user.user_permissions.add(Permission.objects.get(codename=f"view_{name}"))
    assert client.get(url(f"{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", [*LISTS, "archive"])
def test_nothing_can_be_added_or_deleted(admin_client, name):
    station = make_station()
    make_observations(station, ("1985-01-01", -22, -128, 94))
    if name == "archive":
        assert admin_client.get("/admin/weather/archive/").status_code == 404
        return
    assert admin_client.post(url(f"{name}_add")).status_code == 403
    assert admin_client.post(url(f"{name}_delete", station.pk), {"post": "yes"}).status_code == 403


def test_lists_ask_as_many_queries_for_many_rows_as_for_none(
    admin_client, django_assert_max_num_queries, subtests
):
    run = make_run()
    for number in range(1, 6):
        station = make_station(f"USC0011007{number}", state="IL")
        file = make_source_file(run, station=station, uri=f"/data/{number}.txt")
        make_observations(station, ("1985-01-01", 1, 0, 0), ("1985-01-02", 1, 0, 0), source_file=file)
        RejectedLine.objects.create(source_file=file, line_number=1, reason="too short", text="x")
        Revision.objects.create(
            station=station, date="1985-01-01", element="tmax", old_value=1, new_value=2,
            old_source_file=file, source_file=file,
        )  # fmt: skip
    for name in LISTS:
        with subtests.test(name), django_assert_max_num_queries(6):
            assert listed(admin_client, name)


def test_stations_are_listed_with_links_to_their_records(admin_client):
    make_station(name="ALEDO", state="IL", latitude=41.2, longitude=-90.7, elevation_m=219.5)
    rows = listed(admin_client, "station")
    records = "page · observations · years · months · quality letters"
    assert rows == [["USC00110072", "ALEDO", "IL", records, "41.2", "-90.7", "219.5"]]
    page = admin_client.get(url("station_changelist")).text
    for path in ("weather/observationrow", "stats/yearlystats", "stats/monthlystats"):
        assert f'<a href="/admin/{path}/?q=USC00110072">' in page


@pytest.mark.parametrize("query", ["?q=usc0011", "?q=ledo", "?state=IL", "?country=US&state=IL"])
def test_stations_are_found(admin_client, query):
    make_station(name="ALEDO", state="IL")
    make_station("AGE00147704", name="ANNABA")
    assert [row[0] for row in listed(admin_client, "station", query)] == ["USC00110072"]


def test_station_is_described_anew(admin_client):
    station, before = make_station(name="ALEDO"), Archive.objects.get().generation
    data = {"name": "Aledo 2", "state": "il", "latitude": "41.2", "longitude": "-90.7", "elevation_m": ""}
    data |= {"station_id": "USC00999999", "country": "XX"}
    assert admin_client.post(url("station_change", station.pk), data).status_code == 302
    assert list(Station.objects.values_list("station_id", "country", "name", "state", "latitude")) == [
        ("USC00110072", "US", "Aledo 2", "IL", 41.2)
    ]
    assert Archive.objects.get().generation == before + 1


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"latitude": "999"}, {"latitude": ["Expected a number from -90 to 90, got 999."]}),
        ({"longitude": "-180.5"}, {"longitude": ["Expected a number from -180 to 180, got -180.5."]}),
        ({"longitude": ""}, {"longitude": ["Is missing: give it as well, or leave latitude empty, too."]}),
        ({"latitude": ""}, {"latitude": ["Is missing: give it as well, or leave longitude empty, too."]}),
        ({"elevation_m": "9001"}, {"elevation_m": ["Expected a number from -1000 to 9000, got 9001."]}),
        ({"state": "I"}, {"state": ["Expected two letters such as NE, got 'I'."]}),
        ({"state": "1L"}, {"state": ["Expected two letters such as NE, got '1L'."]}),
    ],
)
def test_wrong_description_of_a_station_is_refused_at_its_field(admin_client, typed, errors):
    station = make_station(name="ALEDO")
    data = {"name": "Aledo", "latitude": "41.2", "longitude": "-90.7"} | typed
    response = admin_client.post(url("station_change", station.pk), data)
    assert response.context["adminform"].errors == errors
    assert Station.objects.get().name == "ALEDO"


@pytest.mark.parametrize("place", [{"latitude": 41}, {"longitude": -90}, {"latitude": 91, "longitude": 0}])
def test_half_a_position_and_none_on_earth_are_not_stored(place):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_station(**place)
