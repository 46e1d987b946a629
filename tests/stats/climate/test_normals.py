"""Normals, anomalies and their ranks, by hand."""

import random
from fractions import Fraction

import numpy as np
import pytest

from stats.climate.exact import quantile, quotient, rounded
from stats.climate.normals import anomalies, normals
from tests.stats.climate.made import STATION, put, series, years

pytestmark = pytest.mark.once


def thirty_years():
    """Return 1991 to 2020: year n (1 to 30) is n °C at its warmest, 0 °C at its coldest, with n mm a day."""
    days = years(1991, 2020, 0, 0, 0)
    for n in range(1, 31):
        year = 1990 + n
        put(days, f"{year}-01-01", tmax=10 * n, prcp=10 * n, days=366 if year % 4 == 0 else 365)
    return days


def of(rows, element, month=None, **more):
    (row,) = (
        row
        for row in rows
        if (row["element"], row["month"]) == (element, month) and more.items() <= row.items()
    )
    return row


def test_normals_of_thirty_years():
    rows = normals(thirty_years(), STATION, 1991, 2020)
    assert [(row["element"], row["month"]) for row in rows[:14]] == [
        *(("tmax", month) for month in range(1, 13)),
        ("tmax", None),
        ("tmin", 1),
    ]
    assert of(rows, "tmax", 1) == {
        "station_id": STATION,
        "month": 1,
        "element": "tmax",
        "unit": "°C",
        "normal": 15.5,
        "p10": 3.37,  # (30 + 1/3) 0.1 + 1/3 = 3.3666...
        "p25": 7.92,  # 7.91666...
        "p50": 15.5,
        "p75": 23.08,
        "p90": 27.63,
        "years_used": 30,
        "years_expected": 30,
        "years": list(range(1991, 2021)),
        "reason": None,
    }
    assert of(rows, "tavg", 7)["normal"] == 7.75
    assert of(rows, "prcp", 1)["normal"] == 15.5 * 31
    assert of(rows, "tmax")["normal"] == 15.5
    leap = (2 + 6 + 10 + 14 + 18 + 22 + 26 + 30) / 30  # mm of 29 February, in the years 1992, ..., 2020
    assert of(rows, "prcp")["normal"] == round(15.5 * 365 + leap, 2)


def test_annual_normal_gives_months_equal_weight():
    days = put(years(2001, 2001, 0, 0, 0), "2001-02-01", tmax=120, days=28)
    row = of(normals(days, STATION, 2001, 2001), "tmax")
    assert (row["normal"], row["p50"]) == (1.0, 1.0)


@pytest.mark.parametrize(("first", "why"), [(1997, None), (1998, "23 of 30 years, 24 are needed")])
def test_normal_needs_24_of_30_years(first, why):
    rows = normals(years(first, 2020, 10, 0, 0), STATION, 1991, 2020)
    row = of(rows, "tmin", 3)
    assert (row["normal"], row["p50"], row["reason"]) == (None if why else 0.0, None if why else 0.0, why)
    assert (row["years_used"], row["years"]) == (2021 - first, list(range(first, 2021)))
    annual = of(rows, "tmin")
    assert annual["reason"] == (why and "no normal of month 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12")


def test_months_that_lack_days():
    """By WMO a mean may lack 10 days, 4 of them in a row; a total none."""
    days = years(2001, 2005, 10, 0, 0)
    put(days, "2001-01-01", tmax=np.nan, prcp=np.nan, days=4)
    put(days, "2002-01-01", tmax=np.nan, days=5)
    rows = normals(days, STATION, 2001, 2005)
    assert of(rows, "tmax", 1)["years"] == [2001, 2003, 2004, 2005]
    assert of(rows, "prcp", 1)["years"] == [2002, 2003, 2004, 2005]
    assert of(normals(days, STATION, 2001, 2005, "simple"), "tmax", 1)["years_used"] == 5
    assert of(normals(days, STATION, 2001, 2005, "noaa"), "prcp", 1)["years"] == [2002, 2003, 2004, 2005]


def test_annual_quantiles_are_of_years_with_all_months():
    days = years(2001, 2005, 10, 0, 0)
    for year in range(2001, 2005):
        put(days, f"{year}-0{year - 2000}-01", tmax=np.nan, days=20)
    row = of(normals(days, STATION, 2001, 2005), "tmax")
    assert (row["normal"], row["p50"], row["years"], row["reason"]) == (1.0, None, [2005], None)


def test_normal_is_exact():
    """Sums of thirds and sevenths of days, rounded once: as Fractions have it, not as floats do."""
    draw = random.Random(1)
    days = series(
        "2001-01-01", tmax=[draw.randint(-300, 400) if draw.random() > 0.1 else None for _ in range(3652)]
    )
    for month in range(1, 13):
        row = of(normals(days, STATION, 2001, 2010, "simple"), "tmax", month)
        means = [mean_of(days, year, month) for year in row["years"]]
        assert row["normal"] == rounded(sum(means) / len(means), 2)


def mean_of(days, year, month):
    dates = days.days.astype("datetime64[M]") == np.datetime64(f"{year}-{month:02}")
    some = [int(value) for value in days.values[0][dates] if value == value]
    return Fraction(sum(some), 10 * len(some))


def test_halves_are_rounded_away_from_zero():
    assert [quotient(n, 8, 2) for n in (1, -1, 3)] == [0.13, -0.13, 0.38]
    assert quotient(-1, 1000, 2) == 0.0


@pytest.mark.parametrize("number", [1, 2, 5, 24, 30, 101])
@pytest.mark.parametrize("percent", [1, 10, 25, 50, 90, 99])
def test_quantile_is_type_8(number, percent):
    draw = random.Random(number)
    values = sorted(draw.randint(-400, 400) for _ in range(number))
    expected = np.quantile(values, percent / 100, method="median_unbiased")
    assert float(quantile(values, Fraction(percent, 100))) == pytest.approx(expected)


def test_anomalies_and_ranks():
    rows = anomalies(thirty_years(), STATION, 2019, 2020, (1991, 2020))
    assert [(row["year"], row["month"]) for row in rows[:14]] == [
        *((2019, month) for month in range(1, 13)),
        (2019, None),
        (2020, 1),
    ]
    row = of(rows, "prcp", 1, year=2020)
    assert (row["value"], row["normal"], row["anomaly"], row["percent"]) == (930.0, 480.5, 449.5, 193.5)
    assert (row["rank"], row["ranked_of"], row["reason"]) == (1, 30, None)
    row = of(rows, "tmin", 1, year=2020)
    assert (row["anomaly"], row["percent"], row["rank"], row["ranked_of"]) == (0.0, None, 1, 30)
    assert of(rows, "tavg", year=2019)["anomaly"] == 6.75


def test_equal_values_share_a_rank():
    days = years(2001, 2004, 0, 0, 0)
    put(days, "2002-01-01", tmax=10, days=31)
    put(days, "2003-01-01", tmax=10, days=31)
    put(days, "2004-01-01", tmax=20, days=31)
    rows = anomalies(days, STATION, 1, 9999, (2001, 2004), month=1)
    assert [row["rank"] for row in rows if row["element"] == "tmax"] == [4, 2, 2, 1]
    assert [row["year"] for row in rows if row["element"] == "tmax"] == [2001, 2002, 2003, 2004]


def test_dry_normal_has_no_percentage():
    row = of(anomalies(years(2001, 2001, 0, 0, 0), STATION, 2001, 2001, (2001, 2001)), "prcp", 1)
    assert (row["value"], row["normal"], row["anomaly"], row["percent"]) == (0.0, 0.0, 0.0, None)


def test_month_that_lacks_days_has_no_anomaly():
    days = put(years(2001, 2005, 10, 0, 0), "2003-01-01", prcp=np.nan)
    row = of(anomalies(days, STATION, 2003, 2003, (2001, 2005)), "prcp", 1)
    assert (row["value"], row["normal"], row["anomaly"], row["rank"], row["ranked_of"]) == (
        None,
        0.0,
        None,
        None,
        4,
    )
    assert row["reason"] == "1 of 31 days missing, wmo allows 0"


@pytest.mark.parametrize("value", [None, 5])
def test_station_of_one_day(value):
    day = series("2004-02-29", [value], [value], [value])
    assert {row["normal"] for row in normals(day, STATION, 1991, 2020)} == {None}
    rows = anomalies(day, STATION, 1, 9999, (1991, 2020))
    assert (len(rows), {row["value"] for row in rows}) == (4 * 13, {None})
    assert all(row["reason"] for row in rows)
    assert normals(None, STATION, 1991, 2020) == anomalies(None, STATION, 1, 9999, (1991, 2020)) == []
