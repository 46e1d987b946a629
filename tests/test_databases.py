"""What every database has to do alike, whatever its own habits."""

import datetime

import pytest
from django.db import DataError, IntegrityError, connection
from django.db.models import Sum

from rest.database import fetch
from stats.models import MonthlyStats
from tests.factories import make_observations, make_source_file, make_station
from weather.models import Observation, SourceFile, Station

pytestmark = pytest.mark.django_db

IDS = ["US10ADAM001", "US10ADAM_01", "US10AdAM001", "US10adam001"]


def test_station_ids_are_told_apart_and_sorted_by_their_bytes():
    for station_id in reversed(IDS):
        make_station(station_id)
    assert list(Station.objects.values_list("station_id", flat=True)) == IDS
    assert [Station.objects.filter(station_id=station_id).count() for station_id in IDS] == [1, 1, 1, 1]
    assert Station.objects.filter(station_id__gt="US10ADAM_01").count() == 2


def test_space_at_the_end_makes_another_name():
    make_source_file(uri="/data/a.txt ")
    assert not SourceFile.objects.filter(uri="/data/a.txt").exists()


@pytest.mark.parametrize(
    ("lookup", "text"), [("icontains", "ALED"), ("istartswith", "aLe"), ("iexact", "ALEDO")]
)
def test_search_ignores_case_alone(lookup, text):
    make_station(name="Aledo")
    make_station("USC00110187", name="Alèdo")
    assert [station.name for station in Station.objects.filter(**{f"name__{lookup}": text})] == ["Aledo"]


def test_search_takes_wildcards_for_what_they_are():
    make_station(name="100 % of_it")
    assert [Station.objects.filter(name__icontains=text).count() for text in ("0 % OF_", "1%0", "of-it")] == [
        1,
        0,
        0,
    ]


def test_first_and_last_days_of_the_calendar_are_days():
    make_observations(make_station(), ("0001-01-01", -5, -5, 0), ("9999-12-31", 7, -8, 1))
    assert list(Observation.objects.order_by("date").values_list("date", flat=True)) == [
        datetime.date.min,
        datetime.date.max,
    ]
    months = MonthlyStats.objects.order_by("year").values_list(
        "year", "month", "days_expected", "tmin_min_date"
    )
    assert list(months) == [(1, 1, 31, datetime.date.min), (9999, 12, 31, datetime.date.max)]


def test_sums_of_whole_numbers_are_whole_numbers():
    make_observations(make_station(), ("1985-01-01", -5, 1, 0), ("1985-01-02", 7, 2, 1))
    [(total, mean)] = fetch("SELECT sum(tmax), avg(tmin) FROM weather_observations", [])
    assert (repr(total), float(mean)) == ("2", 1.5)
    assert Observation.objects.aggregate(total=Sum("tmax")) == {"total": 2}


@pytest.mark.parametrize("value", [-9999, 32768])
def test_value_outside_the_range_is_refused(value):
    with pytest.raises((IntegrityError, DataError)):
        make_observations(make_station(), ("1985-01-01", value, None, None))


def test_any_text_and_any_microsecond_is_kept():
    read_at = datetime.datetime(2026, 3, 29, 1, 59, 59, 999999, datetime.UTC)
    file = make_source_file(reason="ø 雨 🌧 \\ ' \" %s\n\t", read_at=read_at)
    file.refresh_from_db()
    assert (file.reason, file.read_at) == ("ø 雨 🌧 \\ ' \" %s\n\t", read_at)


def test_transactions_see_what_others_have_committed():
    asked = {"mysql": "SHOW VARIABLES LIKE 't%%_isolation'", "postgresql": "SHOW transaction_isolation"}
    if connection.vendor in asked:
        [(*_, level)] = fetch(asked[connection.vendor], [])
        assert level.lower().replace("-", " ") == "read committed"
