import datetime
import gzip

import pytest

from tests.factories import make_observations, make_run, make_source_file, make_station
from weather.ingest import ingest
from weather.models import Observation

pytestmark = pytest.mark.django_db

ELEMENTS = ("tmax", "tmin", "prcp")
ENTERED = datetime.datetime(2026, 1, 1, 6, tzinfo=datetime.UTC)


def get(client, station_id, **headers):
    return client.get(f"/data/stations/{station_id}/days", headers=headers)


def test_every_day_has_a_place_and_says_where_it_comes_from(client):
    station = make_station()
    old, new = (
        make_source_file(make_run(id=run), id=id, uri=f"/data/{id}.txt", station=station, entered_at=ENTERED)
        for run, id in ((1, 7), (2, 9))
    )
    make_observations(station, ("2000-02-28", 10, -5, 0), source_file=old)
    make_observations(station, ("2000-02-29", None, -283, 254), source_file=new, tmin_flag="I", prcp_flag="G")
    make_observations(station, ("2000-03-01", 0, None, None), source_file=old)
    make_observations(station, ("2000-03-03", None, None, None), source_file=old)
    assert get(client, "USC00110072").json() == {
        "station_id": "USC00110072",
        "first": "2000-02-28",
        "last": "2000-03-03",
        "tmax_c": [1.0, None, 0.0, None, None],
        "tmin_c": [-0.5, -28.3, None, None, None],
        "prcp_mm": [0.0, 25.4, None, None, None],
        "flags": {"tmax": {}, "tmin": {"I": [1]}, "prcp": {"G": [1]}},
        "readings": [
            {
                "id": id,
                "run": run,
                "uri": f"/data/{id}.txt",
                "format": "wx",
                "entered_at": "2026-01-01T06:00:00Z",
            }
            for run, id in ((1, 7), (2, 9))
        ],
        "spans": [[0, 1, 7], [1, 1, 9], [2, 1, 7], [4, 1, 7]],
    }


def test_days_of_one_reading_are_one_span_until_a_day_is_absent(client):
    station = make_station()
    days = [(f"2000-01-{day:02}", 1, 1, 1) for day in (1, 2, 3, 5, 6)]
    file = make_source_file(station=station)
    make_observations(station, *days, source_file=file)
    assert get(client, "USC00110072").json()["spans"] == [[0, 3, file.id], [4, 2, file.id]]


def test_station_without_observations_has_no_days(client):
    make_station()
    assert get(client, "USC00110072").json() == {
        "station_id": "USC00110072",
        "first": None,
        "last": None,
        "tmax_c": [],
        "tmin_c": [],
        "prcp_mm": [],
        "flags": {"tmax": {}, "tmin": {}, "prcp": {}},
        "readings": [],
        "spans": [],
    }


@pytest.mark.parametrize("station_id", ["USC00110072", "usc00110072", "0"])
def test_unknown_station_is_named(client, station_id):
    response = get(client, station_id)
    assert (response.status_code, response.json()["detail"]) == (404, f"No station {station_id}.")


def test_who_has_it_already_gets_nothing(client):
    make_observations(make_station(), ("2000-01-01", 1, 1, 1))
    tag = get(client, "USC00110072")["ETag"]
    assert get(client, "USC00110072", if_none_match=tag).status_code == 304


@pytest.mark.parametrize("station_id", ["USC00110072", "USC00112140", "AGE00147704"])
def test_real_station_comes_whole_in_less_than_45_kb(client, wx_data, ghcn_data, station_id):
    wx = wx_data / f"{station_id}.txt"
    ingest([str(wx if wx.exists() else ghcn_data / f"{station_id}.dly")])
    response = get(client, station_id, accept_encoding="gzip")
    assert len(response.content) < 45_000
    answer = client.get(f"/data/stations/{station_id}/days").json()
    assert gzip.decompress(response.content) == client.get(f"/data/stations/{station_id}/days").content
    assert rows_of(answer) == rows_stored(station_id)


def rows_of(answer):
    """Return {date: (values in tenths, flags, source file)} of what the page is given."""
    first = datetime.date.fromisoformat(answer["first"])
    columns = [answer[name] for name in ("tmax_c", "tmin_c", "prcp_mm")]
    flags = {
        (element, place): letter
        for element in ELEMENTS
        for letter, places in answer["flags"][element].items()
        for place in places
    }
    return {
        first + datetime.timedelta(place): (
            *(None if column[place] is None else round(column[place] * 10) for column in columns),
            *(flags.get((element, place)) for element in ELEMENTS),
            file,
        )
        for start, length, file in answer["spans"]
        for place in range(start, start + length)
    }


def rows_stored(station_id):
    fields = ("date", *ELEMENTS, *(f"{element}_flag" for element in ELEMENTS), "source_file_id")
    rows = Observation.objects.filter(station__station_id=station_id).values_list(*fields)
    return {date: tuple(values) for date, *values in rows}
