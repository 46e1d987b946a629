"""Seasons between freezes, and ETCCDI's growing season, by hand."""

from datetime import date

import numpy as np
import pytest

from stats.climate.temperature import temperature
from tests.stats.climate.made import index, put, values, years

pytestmark = pytest.mark.once


def frosty(first=2001, last=2001):
    """Return years above freezing but for 1 April, 10 May, 1 October and 1 November 2001."""
    days = years(first, last, 200, 50)
    put(days, "2001-05-10", tmin=0)
    put(days, "2001-10-01", tmin=-5)
    put(days, "2001-04-01", tmin=-30)
    return put(days, "2001-11-01", tmin=-30)


def test_days_strictly_between():
    (row,) = index(frosty(), "frost_free", rule="etccdi")
    assert (row["start_date"], row["end_date"]) == (date(2001, 5, 10), date(2001, 10, 1))
    assert (row["value"], row["parameters"]) == (143.0, "threshold=0C hemisphere=north")


def test_hard_freeze():
    (row,) = index(frosty(), "frost_free", threshold=temperature("28F"))  # -2.2 °C
    assert (row["value"], row["start_date"], row["end_date"]) == (213.0, date(2001, 4, 1), date(2001, 11, 1))


def test_freeze_of_july_is_one_of_spring_and_of_august_one_of_autumn():
    days = put(years(2001, 2001, 200, 50), "2001-07-31", tmin=0)
    assert index(put(days, "2001-08-01", tmin=0), "frost_free")[0]["value"] == 0.0


def test_without_freezes_the_year_is_the_season():
    (row,) = index(years(2004, 2004, 200, 50), "frost_free")
    assert (row["value"], row["start_date"], row["end_date"]) == (366.0, None, None)
    (row,) = index(put(years(2004, 2004, 200, 50), "2004-01-01", tmin=0), "frost_free")
    assert (row["value"], row["start_date"]) == (365.0, date(2004, 1, 1))


@pytest.mark.parametrize(
    ("latitude", "options", "says"),
    [
        (-33.0, {}, "south"),
        (None, {"hemisphere": "south"}, "south"),
        (41.0, {"hemisphere": "south"}, "south"),
    ],
)
def test_in_the_south_the_year_begins_in_july(latitude, options, says):
    days = put(put(years(2000, 2002, 200, 50), "2000-09-20", tmin=0), "2001-04-25", tmin=-1)
    rows = index(days, "frost_free", latitude, rule="etccdi", **options)
    assert [row["year"] for row in rows] == [1999, 2000, 2001, 2002]
    assert (rows[1]["start_date"], rows[1]["end_date"]) == (date(2000, 9, 20), date(2001, 4, 25))
    assert (rows[1]["value"], rows[1]["parameters"]) == (216.0, f"threshold=0C hemisphere={says}")
    assert [row["value"] for row in rows] == [None, 216.0, 365.0, None]
    assert rows[0]["reason"] == "184 days missing, etccdi allows 15"


def test_without_position_north_is_assumed_and_said():
    (row,) = index(frosty(), "frost_free", None)
    assert (row["value"], row["parameters"]) == (143.0, "threshold=0C hemisphere=north (assumed)")


def test_missing_minimum_makes_the_season_uncertain():
    days = put(frosty(), "2001-05-11", tmin=np.nan, days=4)
    (row,) = index(days, "frost_free", rule="etccdi")
    assert (row["value"], row["start_date"], row["days_used"], row["days_expected"]) == (None, None, 141, 145)
    assert row["reason"] == "4 days of a month missing, etccdi allows 3"


def test_missing_minimum_outside_the_season_does_not_matter():
    days = put(put(frosty(), "2001-01-01", tmin=np.nan, days=90), "2001-10-02", tmin=np.nan, days=60)
    (row,) = index(days, "frost_free", rule="etccdi")
    assert (row["value"], row["days_used"], row["days_expected"]) == (143.0, 145, 145)


def growing():
    """Return a year with a mean of 5.1 °C from 1 April to 31 October and 4.9 °C outside."""
    return put(years(2001, 2001, 98, 0), "2001-04-01", tmax=102, days=214)


def test_growing_season():
    (row,) = index(growing(), "gsl", rule="etccdi")
    assert (row["value"], row["start_date"], row["end_date"]) == (214.0, date(2001, 4, 1), date(2001, 10, 31))


def test_five_days_do_not_begin_nor_end_it():
    days = put(growing(), "2001-02-01", tmax=102, days=5)
    assert values(put(days, "2001-08-01", tmax=98, days=5), "gsl") == {2001: 214.0}
    days = put(growing(), "2001-02-01", tmax=102, days=6)
    assert values(put(days, "2001-08-01", tmax=98, days=6), "gsl") == {2001: 181.0}


def test_five_degrees_are_neither_above_nor_below():
    assert values(years(2001, 2001, 100, 0), "gsl") == {2001: 0.0}
    assert values(put(years(2001, 2001, 100, 0), "2001-01-01", tmax=102, days=6), "gsl") == {2001: 365.0}


def test_run_across_the_middle_of_the_year_does_not_begin_it():
    days = put(years(2001, 2001, 98, 0), "2001-06-28", tmax=102, days=30)
    assert values(days, "gsl") == {2001: 0.0}


def test_growing_season_in_the_south():
    days = put(years(2000, 2002, 98, 0), "2000-10-01", tmax=102, days=182)
    rows = index(days, "gsl", -33.0, rule="etccdi")
    assert [(row["year"], row["value"]) for row in rows] == [
        (1999, None),
        (2000, 182.0),
        (2001, 0.0),
        (2002, None),
    ]
    assert (rows[1]["start_date"], rows[1]["end_date"]) == (date(2000, 10, 1), date(2001, 3, 31))
