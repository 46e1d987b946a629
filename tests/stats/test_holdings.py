import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stats.holdings import coverage, described, pieces
from tests.factories import make_observations, make_station

FIRST = datetime.date(1999, 11, 20)
DAYS = [FIRST + datetime.timedelta(n) for n in range(900)]
ELEMENTS = ["tmax", "tmin", "prcp"]


@pytest.fixture
def station(db):
    """A station with gaps: tmax comes late and ends early, tmin has every third day, prcp two months."""
    station = make_station()
    make_observations(station, *((day.isoformat(), *values(n)) for n, day in enumerate(DAYS) if n % 50 != 7))
    return station


def values(n):
    return (
        5 if 300 <= n < 700 and n % 10 else None,
        5 if n % 3 == 0 else None,
        5 if 40 <= n < 60 or 500 <= n < 510 else None,
    )


def counted(element, first, last):
    """Return the number of days with a value, by counting."""
    some = (
        values(n)[ELEMENTS.index(element)] for n, d in enumerate(DAYS) if n % 50 != 7 and first <= d <= last
    )
    return sum(value is not None for value in some)


def test_elements_are_those_of_counting(station):
    elements = described([station.pk])[station.pk]["elements"]
    for place, element in enumerate(ELEMENTS):
        days = [d for n, d in enumerate(DAYS) if n % 50 != 7 and values(n)[place] is not None]
        assert elements[element] == {
            "first": days[0],
            "last": days[-1],
            "days": len(days),
            "coverage": round(len(days) / ((days[-1] - days[0]).days + 1), 4),
        }


def test_element_that_is_never_there_is_none(db):
    station = make_station()
    make_observations(station, ("2000-01-01", None, 1, None), ("0001-12-31", None, 1, None))
    assert described([station.pk])[station.pk]["elements"] == {
        "tmax": None,
        "tmin": {
            "first": datetime.date(1, 12, 31),
            "last": datetime.date(2000, 1, 1),
            "days": 2,
            "coverage": 0.0,
        },
        "prcp": None,
    }


dates = st.dates(FIRST - datetime.timedelta(40), DAYS[-1] + datetime.timedelta(40))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.none() | dates, st.none() | dates, st.sets(st.sampled_from(ELEMENTS), min_size=1), st.integers(0, 10)
)
def test_coverage_is_that_of_counting(station, first, last, elements, tenths):
    if first and last and first > last:
        first, last = last, first
    start, end = first or DAYS[0], last or DAYS[-1]
    days = max((end - start).days + 1, 1)
    shares = {element: counted(element, start, end) / days for element in sorted(elements)}
    enough = all(share and share >= tenths / 10 for share in shares.values())
    expected = {element: round(share, 4) for element, share in shares.items()}
    least = Decimal(tenths) / 10
    assert coverage([station.pk], sorted(elements), first, last, least) == (
        {station.pk: expected} if enough else {}
    )


def test_least_coverage_is_exact(db):
    station = make_station()
    make_observations(station, *((f"2000-01-{day:02}", 1, None, None) for day in range(1, 10)))
    days = [station.pk], ["tmax"], datetime.date(2000, 1, 1), datetime.date(2000, 1, 10)
    assert coverage(*days, Decimal("0.9")) == {station.pk: {"tmax": 0.9}}
    assert coverage(*days, Decimal("0.90000000001")) == {}


@pytest.mark.once
@pytest.mark.parametrize(
    ("first", "last", "tables"),
    [
        ("2000-01-02", "2000-02-28", {"observations": 1}),
        ("2000-01-02", "2000-02-29", {"observations": 1, "monthly": 1}),
        ("2000-01-01", "2000-01-31", {"monthly": 1}),
        ("2000-01-31", "2000-01-31", {"observations": 1}),
        ("2000-01-01", "2000-12-31", {"yearly": 1}),
        ("1999-12-31", "2001-01-01", {"observations": 2, "yearly": 1}),
        ("1999-11-15", "2002-02-15", {"observations": 2, "monthly": 2, "yearly": 1}),
        ("2000-02-01", "2001-11-30", {"monthly": 1}),
        ("0001-01-01", "9999-12-31", {"yearly": 1}),
    ],
)
def test_range_is_made_of_the_largest_pieces(first, last, tables):
    days = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    found = [table.removeprefix("weather_").removesuffix("_stats") for table, *_ in pieces(*days)]
    assert {table: found.count(table) for table in found} == tables
