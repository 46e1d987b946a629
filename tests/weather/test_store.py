"""Into weather_observations and out again, on every database."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import make_source_file, make_station
from weather import store
from weather.merge import DAY_FIELDS, FIELDS
from weather.models import Observation

DAYS = b"00010101\t-5\t-9999\t0\n19850102\t-9999\t-9998\t-9999\n99991231\t32767\t12\t1\n"
FLAGGED = b"19850101\t1\t2\t-9999\tX\t-9999\t-9999\n19850102\t-1\t-2\t3\t-9999\ta\tZ\n"
ALWAYS = ("0001-01-01", "9999-12-31")


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "fields"), [(DAYS, DAY_FIELDS), (FLAGGED, FIELDS)])
def test_rows_come_out_as_they_went_in(text, fields):
    stations = [make_station(station_id).pk for station_id in ("USC00110072", "USC00110187")]
    packed = store.pack(text)
    went = store.insert([(station, make_source_file().pk, packed) for station in stations], fields)
    assert went == len(text.splitlines()) * 2
    form = store.database()
    for present in (form.present(stations, *ALWAYS, fields), form.present(stations[1:], *ALWAYS, fields)):
        assert sorted(present[stations[1]]) == sorted(form.rows(packed, len(fields)))


@pytest.mark.django_db
def test_rows_of_some_days_are_asked_for():
    station, form = make_station().pk, store.database()
    store.insert([(station, make_source_file().pk, store.pack(DAYS))], DAY_FIELDS)
    present = form.present([station, station + 1], "1985-01-02", "1985-01-02", DAY_FIELDS)
    assert {key: list(rows) for key, rows in present.items() if rows} == {
        station: form.rows(store.pack(DAYS.splitlines(keepends=True)[1]), len(DAY_FIELDS))
    }


@pytest.mark.django_db
def test_many_rows_are_counted():
    text = b"".join(b"%04d0101\t1\t2\t3\n" % year for year in range(1, 9999))
    assert store.insert([(make_station().pk, make_source_file().pk, store.pack(text))], DAY_FIELDS) == 9998
    assert Observation.objects.count() == 9998


@pytest.mark.django_db
def test_errors_are_those_of_django():
    """By them a file that is at fault is told from a database that is away."""
    rows = [(make_station().pk, make_source_file().pk, store.pack(DAYS))]
    store.insert(rows, DAY_FIELDS)
    with pytest.raises(IntegrityError), transaction.atomic():
        store.insert(rows, DAY_FIELDS)


@pytest.mark.once
def test_text_cut_off_by_the_database_is_noticed():
    assert store.whole("19850101\t1\t2\t3\n19850102\t1\t2\t3", 2) == [
        b"19850101\t1\t2\t3",
        b"19850102\t1\t2\t3",
    ]
    for cut in ("19850101\t1\t2\t3", None):
        with pytest.raises(ValueError, match=r"2 rows came as [01]: group_concat_max_len"):
            store.whole(cut, 2)
