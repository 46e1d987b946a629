"""The pages of rows of owners, on tables of the archive, and that the index alone answers them."""

import datetime

import pytest
from django.db import connection

from rest import keyset
from rest.cursors import Position
from stats.api import MONTHLY, YEARLY
from tests.factories import make_observations, make_station
from weather.api import OBSERVATIONS

pytestmark = pytest.mark.django_db

TABLE = OBSERVATIONS["all"]
ALWAYS = (datetime.date.min, datetime.date.max)
A, B, C = "USC00110001", "USC00110002", "USC0011000a"
DAYS = ["1985-01-01", "1985-01-02", "1986-07-01"]
ROWS = [(station_id, day) for station_id in (A, B, C) for day in DAYS]


@pytest.fixture
def archive():
    """Three stations, loaded in another order than that of their ids."""
    for station_id in (C, A, B):
        make_observations(make_station(station_id), *[(day, 1, 2, 3) for day in DAYS])


def keys(rows):
    return [(station_id, str(day)) for station_id, day, *_ in rows]


def position(station_id, day, backward=False):
    return Position((station_id, datetime.date.fromisoformat(day)), backward)


def test_page_is_ordered_by_owner_then_key(archive):
    assert keys(keyset.page(TABLE, keyset.Selection(*ALWAYS), None, 100)) == ROWS


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("at", range(len(ROWS)))
def test_page_starts_after_any_row(archive, at, limit):
    rows = keyset.page(TABLE, keyset.Selection(*ALWAYS), position(*ROWS[at]), limit)
    assert keys(rows) == ROWS[at + 1 :][:limit]


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("at", range(len(ROWS)))
def test_page_before_any_row_is_backward(archive, at, limit):
    rows = keyset.page(TABLE, keyset.Selection(*ALWAYS), position(*ROWS[at], backward=True), limit)
    assert keys(rows) == ROWS[:at][::-1][:limit]


def test_position_needs_no_row_there(archive):
    after = position("USC00110001z", "0001-01-01")
    assert keys(keyset.page(TABLE, keyset.Selection(*ALWAYS), after, 1)) == [(B, "1985-01-01")]
    assert keys(keyset.page(TABLE, keyset.Selection(*ALWAYS), position(A, "9999-12-31"), 1)) == [
        (B, "1985-01-01")
    ]


@pytest.mark.parametrize(
    ("day", "backward", "found"),
    [
        ("1985-01-02", False, [C]),
        ("1985-01-02", True, [A]),
        ("1984-01-01", False, [B, C]),
        ("1984-01-01", True, [A]),
        ("1990-01-01", False, [C]),
        ("1990-01-01", True, [B, A]),
    ],
)
def test_position_in_the_range_or_out_of_it_keeps_to_it(archive, day, backward, found):
    selection = keyset.Selection(datetime.date(1985, 1, 2), datetime.date(1985, 12, 31))
    rows = keyset.page(TABLE, selection, position(B, day, backward), 100)
    assert keys(rows) == [(station_id, "1985-01-02") for station_id in found]


def test_count_is_of_the_selection(archive):
    selection = keyset.Selection(
        datetime.date(1985, 1, 2), datetime.date.max, owners=[("s.station_id <> %s", [B])]
    )
    assert keyset.count(TABLE, selection) == 4
    assert keyset.count(TABLE, keyset.Selection(*ALWAYS, owners=[("1 = 0", [])])) == 0


MYSQL = {
    "weather_observations_pkey": "PRIMARY 7",
    "yearlystats_once": "yearlystats_once 40",
    "monthlystats_once": "monthlystats_once 40",
}
"""The indexes as MySQL calls them, and how many bytes of them say where to read: all of owner and range."""

PLACES = {
    "first": None,
    "next": Position((B, datetime.date(1985, 1, 2)), backward=False),
    "previous": Position((B, datetime.date(1985, 1, 2)), backward=True),
}


@pytest.mark.parametrize("place", PLACES)
def test_observations_are_read_by_station_and_date(archive, place):
    selection = keyset.Selection(datetime.date(1985, 1, 1), datetime.date(1985, 1, 31))
    statements = 2 if PLACES[place] else 1  # what is left of a station, and the stations after it
    plan = plan_of(lambda: keyset.page(TABLE, selection, PLACES[place], 101), statements)
    read_by_index(plan, "weather_observations_pkey", "station_id=? AND date>? AND date<?")


@pytest.mark.parametrize(("table", "index"), [(YEARLY, "yearlystats_once"), (MONTHLY, "monthlystats_once")])
def test_statistics_are_read_by_station_and_year(archive, table, index):
    selection = keyset.Selection(1985, 1986, rows=[("o.basis = %s", ["all"])])
    plan = plan_of(lambda: keyset.page(table, selection, None, 101))
    read_by_index(plan, index, "station_id=? AND basis=? AND year>? AND year<?")


def test_observations_are_counted_by_station_and_date(archive):
    selection = keyset.Selection(datetime.date(1985, 1, 1), datetime.date(1985, 1, 31))
    plan = plan_of(lambda: keyset.count(TABLE, selection))
    read_by_index(plan, "weather_observations_pkey", "station_id=? AND date>? AND date<?")


def plan_of(ask, statements=1):
    """Return how the database would answer the queries of `ask` for rows of owners, as lines of text."""
    asked = []
    with connection.execute_wrapper(
        lambda run, sql, *rest: (asked.append((sql, rest[0])), run(sql, *rest))[1]
    ):
        ask()
    asked = [(sql, parameters) for sql, parameters in asked if " o " in sql.replace("\n", " ")]
    assert len(asked) == statements or connection.vendor == "mysql"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # else it scans tables as small as these
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        return [line for sql, parameters in asked for line in explained(cursor, sql, parameters)]


def explained(cursor, sql, parameters):
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    cursor.execute(explain + sql, parameters)
    if connection.vendor != "mysql":
        return [str(row[-1]).strip() for row in cursor.fetchall()]
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [f"{row['type']} {row['key']} {row['key_len']} {row['Extra']}" for row in rows]


def test_page_within_a_station_is_one_statement(archive, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = keyset.page(TABLE, keyset.Selection(*ALWAYS), position(B, DAYS[0]), 2)
    assert keys(found) == [(B, day) for day in DAYS[1:]]


def read_by_index(plan, index, condition):
    """Check that rows come by all columns of the condition, and that nothing sorts a whole table."""
    text = "\n".join(plan)
    if connection.vendor == "mysql":  # of the first owner; several of so small a table may be sorted
        assert plan[0].startswith(f"range {MYSQL[index]} Using ")
        assert "sort" not in plan[0]
        return
    if connection.vendor == "sqlite":
        assert "SCAN o" not in text
        assert "TEMP B-TREE" not in text
        assert f"({condition})" in text
        return
    lines = [at for at, row in enumerate(plan) if f"using {index}" in row]
    assert lines
    columns = condition.replace("=?", "").replace(">?", "").replace("<?", "").split(" AND ")
    for line in lines:
        assert plan[line + 1].startswith("Index Cond:")
        assert [c for c in columns if f"{c} " not in plan[line + 1] and f"{c})" not in plan[line + 1]] == []
