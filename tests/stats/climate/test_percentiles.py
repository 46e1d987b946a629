"""Percentile indices against a slow reckoning of their definition, and against figures by hand."""

import random
from datetime import date, timedelta

import numpy as np
import pytest

from stats.climate.exact import rounded
from tests.stats.climate import slow
from tests.stats.climate.made import index, put, series, values, years

pytestmark = pytest.mark.once


def weather(first, last, seed, missing=0.0):
    """Return {date: tenths} of whole years: seasons and noise in few steps, so values are often equal."""
    draw = random.Random(seed)
    days = {}
    day = date(first, 1, 1)
    while day.year <= last:
        if draw.random() >= missing:
            days[day] = round(-120 * np.cos(day.timetuple().tm_yday / 58.1)) + draw.randint(-9, 9) * 5
        day += timedelta(1)
    return days


def made(days):
    first, last = min(days).year, max(days).year
    every = (date(first, 1, 1) + timedelta(n) for n in range((date(last + 1, 1, 1) - date(first, 1, 1)).days))
    column = [days.get(day) for day in every]
    return series(f"{first}-01-01", tmax=column, tmin=column)


@pytest.mark.parametrize(
    ("first", "last", "base", "missing"),
    [
        (1999, 2006, (2000, 2005), 0.0),  # leap years in the base and its ends, a year before and after it
        (2000, 2004, (2000, 2004), 0.1),  # nothing around the base
        (1995, 2003, (1996, 2002), 0.15),
    ],
)
def test_bootstrap_as_it_is_defined(first, last, base, missing):
    days = weather(first, last, seed=first, missing=missing)
    shares = slow.by_year(slow.share_below(days, base))
    expected = {year: rounded(share, 2) for year, share in shares.items()}
    assert values(made(days), "tn10p", base_years=base) == expected
    assert values(made(days), "tx10p", base_years=base) == expected
    above = {day: -value for day, value in days.items()}
    shares = slow.by_year(slow.share_below(above, base))
    expected = {year: rounded(share, 2) for year, share in shares.items()}
    assert values(made(days), "tx90p", base_years=base) == expected
    assert values(made(days), "tn90p", base_years=base) == expected


def test_year_of_the_base_without_values_is_left_out():
    days = {day: value for day, value in weather(1999, 2006, seed=5).items() if day.year != 2002}
    shares = slow.by_year(slow.share_below(days, (2000, 2006)))
    found = values(made(days), "tx10p", base_years=(2000, 2006))
    assert found.pop(2002) is None
    assert found == {year: rounded(share, 2) for year, share in shares.items()}


def test_percentages_by_hand():
    """30 years at 10.0 °C: the percentiles are 10.0. Outside the base 73 of 365 days are below, 36 above."""
    days = put(
        put(years(1971, 2001, 100, 100), "2001-01-01", tmax=99, days=73), "2001-06-01", tmax=101, days=36
    )
    base = {"base_years": (1971, 2000)}
    assert (values(days, "tx10p", **base)[2001], values(days, "tx90p", **base)[2001]) == (20.0, 9.86)
    assert values(days, "tx10p", **base)[1971] == 0.0
    assert values(days, "tx10p", monthly=True, **base)[2001, 3] == 45.16  # 14 of 31 days


def test_bootstrap_by_hand():
    """One year of three is 1 °C warmer: left out and replaced, it lies above all it is compared with."""
    days = put(years(2001, 2003, 100, 100), "2002-01-01", tmax=110, days=365)
    found = values(days, "tx90p", base_years=(2001, 2003))
    assert found == {2001: 0.0, 2002: 100.0, 2003: 0.0}


def test_leap_day_is_compared_with_the_day_before():
    days = years(1971, 2004, 100, 100)
    put(days, "2004-02-29", tmax=99)
    base = {"base_years": (1971, 2000), "monthly": True}
    assert values(days, "tx10p", **base)[2004, 2] == 3.45  # 1 of 29
    put(days, "2000-02-29", tmax=-400)  # in no percentile
    assert values(days, "tn10p", **base)[2003, 2] == 0.0


def test_base_is_that_which_the_station_has():
    for first, last, base in (
        (1961, 1990, "1961-1990"),
        (1975, 2004, "1971-2000"),
        (1985, 2014, "1981-2010"),
    ):
        (row, *_) = index(years(first, last, 100, 0), "tx90p")
        assert (row["parameters"], row["reason"]) == (f"base_years={base}", None)


def test_base_that_the_station_has_too_little_of():
    (row,) = index(years(2001, 2001, 100, 0, 50), "tx90p")
    assert (row["value"], row["parameters"]) == (None, "base_years=1981-2010")
    assert row["reason"] == "of the base period 1981-2010 3.3% of the days have a value, 80% are needed"
    assert index(years(2001, 2001, 100, 0, 50), "r95ptot")[0]["reason"] == row["reason"]


def test_very_wet_days_by_hand():
    """Ten wet days of 1 to 10 mm: their 95th percentile lies at (10 + 1/3) 0.95 + 1/3 = 10.15: 10 mm."""
    days = years(2001, 2003, prcp=0)
    for n in range(10):
        put(days, f"2001-03-{n + 1:02}", prcp=10 * (n + 1))
    put(put(put(days, "2003-01-01", prcp=101), "2003-02-01", prcp=100), "2003-03-01", prcp=250)
    base = {"base_years": (2001, 2002)}
    assert values(days, "r95ptot", **base) == {2001: 0.0, 2002: 0.0, 2003: 35.1}
    for n in range(10, 100):
        put(days, f"2002-{3 + n // 28:02}-{n % 28 + 1:02}", prcp=10 * (n + 1))
    # Now 1 to 100 mm: (100 + 1/3) 0.95 + 1/3 = 95.65, so 95.65 mm; for 0.99 99.66 mm.
    put(put(days, "2003-03-01", prcp=957), "2003-02-01", prcp=956)
    assert values(days, "r95ptot", **base)[2003] == 95.7
    assert values(put(days, "2003-03-01", prcp=997), "r99ptot", **base) == {
        2001: 0.0,
        2002: 100.0,
        2003: 99.7,
    }


def test_base_without_a_wet_day():
    rows = index(years(2001, 2002, prcp=9), "r99ptot", base_years=(2001, 2002))
    assert {row["reason"] for row in rows} == {"no wet day in the base period"}
