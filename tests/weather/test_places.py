import pytest
from django.core.management import call_command

from tests.factories import make_station
from weather.models import Station
from weather.places import line

pytestmark = pytest.mark.django_db


def test_places_of_invented_stations_are_taken_as_noaa_s(tmp_path):
    make_station("ZZ000000001")
    folder, file = tmp_path / "weather", tmp_path / "stations.txt"
    years = ("--start=2001", "--end=2001", "--seed=1")
    call_command("generate_weather", str(folder), "--stations=2", *years, f"--list={file}")
    call_command("ingest_stations", str(file))
    station = Station.objects.get(station_id="ZZ000000001")
    assert (36 <= station.latitude <= 48, -99 <= station.longitude <= -82, station.state) == (True, True, "")
    assert station.name == line(1, 1)[41:71].strip()
    assert Station.objects.count() == 2
    assert sorted(path.name for path in folder.iterdir()) == ["ZZ000000001.txt", "ZZ000000002.txt"]
