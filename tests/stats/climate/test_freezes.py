"""Freeze dates by probability, by hand."""

import pytest

from stats.climate.freezes import freeze_dates
from stats.climate.reckoning import Options
from tests.stats.climate.made import STATION, put, years

pytestmark = pytest.mark.once


def dates(days, first, last, latitude=41.0, **options):
    return freeze_dates(days, STATION, latitude, first, last, Options(**options))


def ten_years():
    """Return 2001 to 2010: freezes on 1 to 10 May and on 1 to 10 October."""
    days = years(2001, 2010, 200, 50)
    for n in range(1, 11):
        put(put(days, f"{2000 + n}-05-{n:02}", tmin=0), f"{2000 + n}-10-{n:02}", tmin=0)
    return days


def test_quantiles_of_dates():
    rows = dates(ten_years(), 2001, 2010)
    assert [row["percentile"] for row in rows] == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert rows[8] == {
        "station_id": STATION,
        "threshold": "0C",
        "percentile": 90,
        "last_spring_freeze": "05-10",  # (10 + 1/3) 0.9 + 1/3 = 9.63
        "first_autumn_freeze": "10-10",
        "frost_free_days": 152.0,
        "years_used": 10,
        "years_expected": 10,
        "reason": None,
    }
    assert (rows[0]["last_spring_freeze"], rows[4]["first_autumn_freeze"]) == ("05-01", "10-06")  # 1.37, 5.5


def test_years_without_a_freeze_have_it_before_or_after_all_others():
    days = put(ten_years(), "2001-05-01", tmin=50)
    days = put(put(days, "2002-05-02", tmin=50), "2010-10-10", tmin=50)
    rows = dates(days, 2001, 2010)
    assert [row["last_spring_freeze"] for row in rows[:3]] == [
        None,
        None,
        "05-03",
    ]  # 3.43 of 2 nevers and 3 May
    assert [row["first_autumn_freeze"] for row in rows[7:]] == ["10-09", None]
    assert rows[8]["reason"] is None


def test_in_the_south_spring_is_the_end_of_the_year():
    days = years(2000, 2006, 200, 50)
    for year in range(2000, 2006):
        put(put(days, f"{year}-09-20", tmin=0), f"{year + 1}-04-25", tmin=0)
    row = dates(days, 2000, 2005, -33.0)[4]
    assert (row["last_spring_freeze"], row["first_autumn_freeze"]) == ("09-20", "04-25")
    assert (row["frost_free_days"], row["years_used"]) == (216.0, 6)


def test_leap_day_is_the_28_of_february():
    days = put(years(2004, 2004, 200, 50), "2004-02-29", tmin=0)
    assert dates(days, 2004, 2004)[4]["last_spring_freeze"] == "02-28"


def test_eighty_percent_of_the_years_are_needed():
    assert {row["reason"] for row in dates(ten_years(), 1991, 2010)} == {"10 of 20 years, 16 are needed"}
    assert {row["frost_free_days"] for row in dates(ten_years(), 1991, 2010)} == {None}
    assert freeze_dates(None, STATION, None, 1991, 2020, Options()) == []
