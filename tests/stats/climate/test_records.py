"""Records with their dates, by hand."""

import pytest

from stats.climate.records import records
from tests.stats.climate.made import STATION, put, series, years

pytestmark = pytest.mark.once


def of(rows, element, kind, month=None):
    (row,) = (r for r in rows if (r["element"], r["kind"], r["month"]) == (element, kind, month))
    return row


def test_records_by_month_and_of_all():
    days = put(years(2001, 2003, 100, 0, 5), "2002-07-04", tmax=391, tmin=250, prcp=1234)
    put(days, "2003-01-31", tmax=-310, tmin=-401)
    rows = records(days, STATION)
    assert len(rows) == 5 * 13
    assert [(row["element"], row["kind"]) for row in rows[::13]] == [
        ("tmax", "highest"),
        ("tmax", "lowest"),
        ("tmin", "highest"),
        ("tmin", "lowest"),
        ("prcp", "highest"),
    ]
    assert of(rows, "tmax", "highest") == {
        "station_id": STATION,
        "month": None,
        "element": "tmax",
        "kind": "highest",
        "unit": "°C",
        "value": 39.1,
        "dates": ["2002-07-04"],
        "times": 1,
        "years_used": 3,
        "first_year": 2001,
        "last_year": 2003,
    }
    assert of(rows, "tmin", "lowest", 1)["value"] == -40.1
    assert (of(rows, "prcp", "highest")["value"], of(rows, "prcp", "highest")["unit"]) == (123.4, "mm")
    assert of(rows, "tmax", "highest", 1)["value"] == 10.0


def test_all_days_of_a_tie_the_last_hundred_of_many():
    days = put(put(years(2001, 2001, 0, 0, 0), "2001-02-03", tmax=50), "2001-05-06", tmax=50)
    rows = records(days, STATION)
    assert of(rows, "tmax", "highest")["dates"] == ["2001-02-03", "2001-05-06"]
    dry = of(rows, "prcp", "highest")
    assert (dry["value"], dry["times"], len(dry["dates"]), dry["dates"][-1]) == (0.0, 365, 100, "2001-12-31")


def test_leap_day_has_records():
    row = of(records(series("2004-02-28", [1, 2], [0, 0], [0, 0]), STATION), "tmax", "highest", 2)
    assert (row["value"], row["dates"]) == (0.2, ["2004-02-29"])


def test_month_without_values():
    rows = records(series("2004-02-29", [5], [None], [None]), STATION)
    assert of(rows, "tmax", "highest", 3) == of(rows, "tmax", "highest", 3) | {
        "value": None,
        "dates": [],
        "times": 0,
        "years_used": 0,
        "first_year": None,
        "last_year": None,
    }
    assert of(rows, "tmin", "lowest")["value"] is None
    assert [row["month"] for row in records(series("2004-02-29", [5], [5], [5]), STATION, 2)] == [2] * 5
    assert records(None, STATION) == []
