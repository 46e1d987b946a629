"""The other indices of ETCCDI and the rule of completeness, by hand."""

from fractions import Fraction

import numpy as np
import pytest

from stats.climate.catalogue import INDICES
from tests.stats.climate.made import index, put, series, values, years

pytestmark = pytest.mark.once

WEEK = series(
    "2001-07-01",
    tmax=[251, 250, 0, -1, -5, 300, None],
    tmin=[201, 200, -1, 0, -20, None, 100],
    prcp=[9, 10, 100, 199, 200, 0, None],
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fd", 2),  # -0.1 and -2.0, not 0.0
        ("su", 2),  # 25.1 and 30.0, not 25.0
        ("id", 2),  # -0.1 and -0.5, not 0.0
        ("tr", 1),  # 20.1, not 20.0
        ("txx", 30.0),
        ("tnx", 20.1),
        ("txn", -0.5),
        ("tnn", -2.0),
        ("dtr", 2.3),  # 5.0, 5.0, 0.1, -0.1, 1.5 of five days with both: 11.5 / 5
        ("rx1day", 20.0),
        ("rx5day", 51.8),
        ("sdii", 12.73),  # 50.9 mm on 4 days
        ("r10mm", 3),
        ("r20mm", 1),
        ("rnnmm", 4),
        ("prcptot", 50.9),
        ("cdd_etccdi", 1),
        ("cwd_etccdi", 4),
    ],
)
def test_index_of_a_week(name, value):
    assert values(WEEK, name) == {2001: value}


def test_any_amount():
    assert values(WEEK, "rnnmm", threshold_mm=Fraction("19.9")) == {2001: 2}


def test_five_days_count_where_the_last_one_is():
    days = put(years(2001, 2002, prcp=0), "2001-12-29", prcp=100, days=5)
    assert values(days, "rx5day") == {2001: 30.0, 2002: 50.0}
    assert values(days, "rx5day", monthly=True)[2002, 1] == 50.0


def test_no_wet_day():
    assert [(row["value"], row["reason"]) for row in index(years(2001, 2001, prcp=9), "sdii")] == [
        (None, "no wet day")
    ]


def test_extremes_of_months():
    found = values(put(years(2001, 2001, 100, 50, 3), "2001-02-28", tmax=200, prcp=70), "txx", monthly=True)
    assert (found[2001, 1], found[2001, 2], len(found)) == (10.0, 20.0, 12)


@pytest.mark.parametrize(
    ("gaps", "why"),
    [
        (
            [("2001-01-01", 3), ("2001-02-01", 3), ("2001-03-01", 3), ("2001-04-01", 3), ("2001-05-01", 3)],
            None,
        ),
        (
            [(f"2001-0{month}-01", 3) for month in range(1, 6)] + [("2001-07-01", 1)],
            "16 days missing, etccdi allows 15",
        ),
        ([("2001-02-01", 4)], "4 days of a month missing, etccdi allows 3"),
        ([("2001-01-01", 365)], "no value"),
    ],
)
def test_year_by_the_rule(gaps, why):
    days = years(2001, 2001, -10, -20)
    for first, number in gaps:
        put(days, first, tmin=np.nan, days=number)
    (row,) = index(days, "fd", rule="etccdi")
    missing = sum(number for _, number in gaps)
    assert (row["days_used"], row["days_expected"], row["reason"]) == (365 - missing, 365, why)
    assert row["value"] == (None if why else 365 - missing)


def test_month_by_the_rule():
    days = put(years(2001, 2001, -10, -20), "2001-02-01", tmin=np.nan, days=3)
    put(days, "2001-03-01", tmin=np.nan, days=4)
    rows = index(days, "tnx", rule="etccdi", monthly=True)
    assert [row["value"] for row in rows[:3]] == [-2.0, -2.0, None]
    assert (rows[2]["reason"], rows[2]["days_used"]) == ("4 days missing, etccdi allows 3", 27)


def test_partial_years_have_no_value():
    rows = index(series("2000-12-31", tmin=[-10] * 366), "fd", rule="etccdi")
    assert [(row["year"], row["value"]) for row in rows] == [(2000, None), (2001, 365)]


@pytest.mark.parametrize("name", INDICES)
@pytest.mark.parametrize("monthly", [False, True])
def test_odd_stations_have_a_value_or_a_reason(name, monthly):
    if monthly and not INDICES[name].monthly:
        return
    stations = (
        series("2004-02-29", [10], [0], [5]),
        series("2004-02-29", [None], [None], [None]),
        series("1990-01-01", [10, *[None] * 5000, 20], [0, *[None] * 5000, 1], [0, *[None] * 5000, 1]),
    )
    for station in stations:
        for rule in ("etccdi", "simple"):
            rows = index(station, name, None, rule=rule, monthly=monthly)
            assert rows
            assert all((row["value"] is None) == bool(row["reason"]) for row in rows)
            assert not any(row["value"] != row["value"] for row in rows)
