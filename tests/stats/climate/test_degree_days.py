"""Degree days against figures published or reckoned by hand."""

import numpy as np
import pytest

from stats.climate.degree_days import in_season
from stats.climate.temperature import temperature
from tests.stats.climate.made import index, put, series, values, years

pytestmark = pytest.mark.once


def stored(fahrenheit):
    """Return tenths of °C as GHCN stores a whole °F."""
    return round((fahrenheit - 32) * 50 / 9)


@pytest.mark.parametrize(
    ("tmax", "tmin", "degrees"),
    [(92, 68, 27.0), (90, 65, 25.5), (72, 46, 11.0), (63, 42, 6.5), (92, 44, 18.0)],
)
def test_corn_as_published(tmax, tmin, degrees):
    day = series("2001-07-01", [stored(tmax)], [stored(tmin)])
    (row,) = index(day, "gdd_corn")
    assert (row["value"], row["unit"], row["parameters"]) == (degrees, "°F d", "base=50F cap=86F")


@pytest.mark.parametrize(
    ("name", "tmax", "tmin", "options", "degrees"),
    [
        ("gdd", 300, 100, {}, 10.0),  # 20 °C, 10 above the base
        ("gdd", 300, 0, {}, 5.0),  # the mean counts, not each temperature
        ("gdd", 300, 0, {"cap": "30C"}, 10.0),  # with a cap each is brought between: (30 + 10) / 2 - 10
        ("gdd", 350, 200, {"base": "50F", "cap": "30C"}, 27.0),  # (30 + 20) / 2 - 10 = 15 °C = 27 °F
        ("gdd", 90, 0, {}, 0.0),
        ("hdd", 100, 0, {}, 24.0),  # 5 °C is 41 °F, 24 below 65
        ("hdd", 100, 0, {"base": "18C"}, 13.0),
        ("hdd", 101, 100, {"base": "10.1"}, 0.1),  # 0.05, halves away from zero
        ("cdd", 300, 200, {"base": "18C"}, 7.0),
        ("cdd", 300, 200, {}, 12.0),  # 25 °C is 77 °F
        ("cdd", -300, -400, {"base": "-40F"}, 9.0),  # -35 °C is -31 °F
    ],
)
def test_degrees_of_a_day(name, tmax, tmin, options, degrees):
    options = {key: temperature(text) for key, text in options.items()}
    assert values(series("2001-07-01", [tmax], [tmin]), name, **options) == {2001: degrees}


def test_sums_are_rounded_once():
    """1650/9 - 183 tenths are 0.0333 °C a day, 0.06 °F: 21.9 in a year, where rounded days make 36.5."""
    assert values(years(2001, 2001, 183, 183), "hdd") == {2001: 21.9}


def test_months():
    found = values(years(2004, 2004, 200, 100), "gdd", monthly=True)
    assert found[2004, 2] == 5 * 29 and found[2004, 4] == 5 * 30 and len(found) == 12


def test_season_within_a_year():
    found = values(years(2001, 2002, 200, 100), "gdd", season=((4, 1), (10, 31)))
    assert found == {2001: 5.0 * 214, 2002: 5.0 * 214}


def test_season_across_new_year_counts_where_it_begins():
    days = years(2001, 2002, 200, 100)
    rows = index(days, "gdd", season=((10, 16), (4, 30)))
    days_of = 77 + 120
    assert [(row["year"], row["value"], row["days_used"], row["days_expected"]) for row in rows] == [
        (2000, 600.0, 120, days_of),
        (2001, 5.0 * days_of, days_of, days_of),
        (2002, 385.0, 77, days_of),
    ]
    assert rows[0]["parameters"] == "base=10C season_start=10-16 season_end=04-30"


def test_leap_day_is_in_a_season_that_ends_with_february():
    for year, days in ((2003, 59), (2004, 60)):
        found = index(years(year, year, 200, 100), "gdd", season=((1, 1), (2, 29)))
        assert [(row["value"], row["days_expected"]) for row in found] == [(5.0 * days, days)]


def test_season_from_the_last_of_february():
    dates = np.arange("2003-02-27", "2003-03-03", dtype="datetime64[D]")
    assert in_season(dates, (2, 29), (3, 1)).tolist() == [False, True, True, False]
    dates = np.arange("2004-02-27", "2004-03-03", dtype="datetime64[D]")
    assert in_season(dates, (2, 29), (3, 1)).tolist() == [False, False, True, True, False]


def test_day_without_both_temperatures_adds_nothing():
    days = put(years(2001, 2001, 200, 100), "2001-05-01", tmin=np.nan)
    (row,) = index(days, "gdd")
    assert (row["value"], row["days_used"], row["days_expected"]) == (5.0 * 364, 364, 365)
    days = put(years(2001, 2001, 0, 0), "2001-05-01", tmax=np.nan)
    assert index(days, "hdd")[0]["value"] == 33.0 * 364


@pytest.mark.parametrize("text", ["abc", "", "10K", "1e3", "nan", "1000", "--1", "1.234"])
def test_what_is_no_temperature(text):
    with pytest.raises(ValueError, match="expected a temperature such as 10, 10C or 50F, got"):
        temperature(text)
