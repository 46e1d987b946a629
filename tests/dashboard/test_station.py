import pytest

from tests.factories import make_observations, make_station

pytestmark = pytest.mark.django_db


def test_page_says_what_the_station_is_and_has(client):
    station = make_station(name="ALEDO", state="IL", latitude=41.1978, longitude=-90.7447, elevation_m=222.5)
    make_observations(station, ("2000-01-01", 10, None, 0), ("2000-01-02", None, None, 1))
    make_observations(station, ("2000-01-04", 10, None, 1))
    page = client.get("/stations/USC00110072").content.decode()
    assert 'data-station="USC00110072" data-name="ALEDO"' in page
    assert "41.1978, -90.7447" in page
    assert "<dt>Days</dt><dd>2000</dd>" in page
    assert '<data value="222.5" data-kind="height">223 m</data>' in page
    assert "<dt>Highs</dt><dd>50.0<small>" in page
    assert "<dt>Lows</dt><dd>none</dd>" in page
    assert f"/admin/weather/station/{station.pk}/change/" in page


def test_few_values_of_many_days_are_not_none(client):
    station = make_station()
    make_observations(station, ("1850-01-01", 10, None, None), ("2010-01-01", 10, None, None))
    page = client.get("/stations/USC00110072").content.decode()
    assert "<dt>Days</dt><dd>1850–2010</dd>" in page
    assert "<dt>Highs</dt><dd>&lt;0.1<small> % of days" in page


def test_station_without_name_place_and_observations_has_a_page(client):
    make_station()
    page = client.get("/stations/USC00110072").content.decode()
    assert "<h1>USC00110072</h1>" in page
    assert "None" not in page


def test_unknown_station_is_named(client):
    response = client.get("/stations/USC00000000")
    assert (response.status_code, "No station USC00000000." in response.content.decode()) == (404, True)
