"""Pages of stations of which some have many rows and some few: each is full, and little else is read."""

import datetime

import pytest
from django.db import connection, transaction

from rest import keyset
from rest.cursors import Position
from tests.factories import make_source_file, make_station
from weather.api import OBSERVATIONS
from weather.models import Observation

pytestmark = pytest.mark.django_db

TABLE = OBSERVATIONS["all"]
STATIONS, LIMIT = 60, 20
FIRST = datetime.date(1985, 1, 1)
YEAR = [FIRST + datetime.timedelta(n) for n in range(365)]
DAYS = [YEAR[::120], [], YEAR, YEAR[:100:30], YEAR[-2:], YEAR[:250]]
"""Of six stations, and again of each six that follow."""

SELECTIONS = {
    "all": (datetime.date.min, datetime.date.max),
    "year": (FIRST, YEAR[-1]),
    "month": (datetime.date(1985, 3, 1), datetime.date(1985, 3, 31)),
    "day": (datetime.date(1985, 5, 1), datetime.date(1985, 5, 1)),
    "end": (YEAR[-2], datetime.date.max),
    "none": (datetime.date(1990, 1, 1), datetime.date(1990, 12, 31)),
}


@pytest.fixture(scope="module")
def uneven(django_db_setup, django_db_blocker):
    """The keys of 60 stations' rows, in order. The stations were not made in the order of their ids."""
    with django_db_blocker.unblock(), transaction.atomic():
        source_file, stored = make_source_file(), []
        for n in reversed(range(STATIONS)):
            station = make_station(f"USC0011{n:04}")
            stored += [Observation(station=station, date=day, source_file=source_file) for day in DAYS[n % 6]]
        Observation.objects.bulk_create(stored)
        yield sorted((row.station.station_id, row.date) for row in stored)
        transaction.set_rollback(True)


def keys(rows):
    """Return the keys of rows, with dates as dates: on SQLite they are ISO text."""
    return [(station_id, datetime.date.fromisoformat(str(day))) for station_id, day, *_ in rows]


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("backward", [False, True])
def test_walk_finds_every_row_once(uneven, selection, backward):
    first, last = SELECTIONS[selection]
    expected = [(station_id, day) for station_id, day in uneven if first <= day <= last]
    walked, position = [], Position(("V", datetime.date.max), backward) if backward else None
    while page := keys(keyset.page(TABLE, keyset.Selection(first, last), position, 97)):
        walked += page
        position = Position(page[-1], backward)
    assert walked == (expected[::-1] if backward else expected)
    assert keyset.count(TABLE, keyset.Selection(first, last)) == len(expected)


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("at", [None, 0, 300, 350, 366, 4000])
@pytest.mark.parametrize("backward", [False, True])
def test_page_reads_little_more_than_it_shows(uneven, selection, at, backward):
    position = None if at is None else Position(uneven[at], backward)
    selection = keyset.Selection(*SELECTIONS[selection])
    page, read = reading(lambda: keyset.page(TABLE, selection, position, LIMIT))
    assert len(page) <= LIMIT
    assert read <= STATIONS + 10 * LIMIT


def reading(ask):
    """Return what `ask` does and how many rows the database read for it, where it says so: MySQL does."""
    before = rows_read()
    return ask(), rows_read() - before


def rows_read():
    if connection.vendor != "mysql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read_%'")
        return sum(int(count) for _, count in cursor.fetchall())
