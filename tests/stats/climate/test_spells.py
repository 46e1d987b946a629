"""Dry and wet spells, by hand."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from tests.stats.climate.made import index, put, series, values, years

pytestmark = pytest.mark.once


def test_spell_across_new_year_counts_where_it_ends():
    days = put(years(2001, 2002, prcp=10), "2001-12-20", prcp=9, days=20)
    rows = index(days, "dry_spell")
    assert [(row["year"], row["value"]) for row in rows] == [(2001, 0.0), (2002, 20.0)]
    assert (rows[1]["start_date"], rows[1]["end_date"]) == (date(2001, 12, 20), date(2002, 1, 8))
    assert values(days, "cdd_etccdi") == {2001: 0.0, 2002: 20.0}
    assert values(days, "wet_spell") == {2001: 353.0, 2002: 357.0}
    assert values(days, "cwd_etccdi") == {2001: 353.0, 2002: 357.0}


def test_year_within_a_spell_has_none():
    days = put(years(2000, 2003, prcp=0), "2000-05-01", prcp=10)
    put(days, "2003-03-01", prcp=10)
    rows = index(days, "dry_spell", rule="etccdi")
    assert [row["value"] for row in rows] == [121.0, None, None, 1033.0]
    assert rows[1]["reason"] == "the spell goes on beyond the year"
    assert (rows[3]["start_date"], rows[3]["end_date"]) == (date(2000, 5, 2), date(2003, 2, 28))


def test_spell_ends_with_the_record():
    assert values(years(2001, 2001, prcp=0), "dry_spell") == {2001: 365.0}


def test_missing_day_ends_a_spell():
    (row,) = index(series("2001-06-01", prcp=[0, 0, 0, None, 0, 0]), "dry_spell")
    assert (row["value"], row["start_date"], row["end_date"]) == (3.0, date(2001, 6, 1), date(2001, 6, 3))


def test_last_of_equal_spells_is_shown():
    (row,) = index(series("2001-06-01", prcp=[0, 0, 50, 0, 0, 50]), "dry_spell")
    assert (row["value"], row["start_date"]) == (2.0, date(2001, 6, 4))


def test_leap_day_is_a_day_of_a_spell():
    days = put(years(2004, 2004, prcp=10), "2004-02-27", prcp=0, days=5)
    (row,) = index(days, "dry_spell")
    assert (row["value"], row["end_date"]) == (5.0, date(2004, 3, 2))


@pytest.mark.parametrize(
    ("threshold", "dry", "wet"), [("1", 2.0, 2.0), ("0.25", 1.0, 3.0), ("5.05", 4.0, 0.0)]
)
def test_any_threshold(threshold, dry, wet):
    days = series("2001-06-01", prcp=[2, 3, 10, 50])
    options = {"threshold_mm": Fraction(threshold)}
    assert values(days, "dry_spell", **options) == {2001: dry}
    assert values(days, "wet_spell", **options) == {2001: wet}


def test_warm_spell_of_six_days_counts_and_is_cut_at_new_year():
    """Of a base with the same year 30 times every percentile is that of the calendar day's five values."""
    days = years(1971, 2001, 100, 0)
    put(days, "2001-03-01", tmax=101, days=6)
    put(days, "2001-06-01", tmax=101, days=5)
    put(days, "2000-12-27", tmax=101, days=10)  # 5 days in each year
    put(days, "2001-09-01", tmin=-1, days=7)
    found = values(days, "wsdi", base_years=(1971, 1999))
    assert (found[1971], found[2000], found[2001]) == (0.0, 0.0, 6.0)
    assert values(days, "csdi", base_years=(1971, 1999))[2001] == 7.0


def test_missing_day_breaks_a_warm_spell():
    days = put(years(1971, 2001, 100, 0), "2001-03-01", tmax=101, days=11)
    put(days, "2001-03-06", tmax=np.nan)
    assert values(days, "wsdi", base_years=(1971, 2000))[2001] == 0.0
