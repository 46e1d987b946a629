"""Normals, records and indices of real stations against plain Python, day by day."""

import datetime
from collections import defaultdict
from fractions import Fraction
from itertools import groupby

import pytest

from stats.climate.normals import normals
from stats.climate.records import records
from tests.stats.climate.made import series, values

pytestmark = pytest.mark.once

STATIONS = ("USC00110072", "USC00130112", "USC00259510", "USC00338313")


@pytest.fixture(scope="module", params=STATIONS)
def days(request, wx_data):
    """{date: (tmax, tmin, prcp)} of a file, None for missing."""
    lines = (wx_data / f"{request.param}.txt").read_text().splitlines()
    found = {}
    for line in lines:
        day, *numbers = line.split("\t")
        numbers = [int(number) for number in numbers]
        found[datetime.date.fromisoformat(day)] = [None if n == -9999 else n for n in numbers]
    return found


@pytest.fixture(scope="module")
def station(days):
    first, last = min(days), max(days)
    every = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
    columns = zip(*(days.get(day, [None] * 3) for day in every), strict=True)
    return series(first.isoformat(), *columns)


def shown(number, places):
    """Return a Fraction as decimals, halves away from zero."""
    size = int(abs(number) * 10**places + Fraction(1, 2))
    return (-size if number < 0 else size) / 10**places


def test_normals(days, station):
    by_month = defaultdict(list)
    for day, (tmax, _, _) in days.items():
        if tmax is not None:
            by_month[day.year, day.month].append(tmax)
    rows = normals(station, "x", 1985, 2014, "simple")
    for row in (row for row in rows if row["element"] == "tmax" and row["month"]):
        means = [Fraction(sum(v), 10 * len(v)) for (_, month), v in by_month.items() if month == row["month"]]
        assert row["years_used"] == len(means)
        assert row["normal"] == (shown(sum(means) / len(means), 2) if len(means) >= 24 else None)


def test_records(days, station):
    (row,) = (
        r for r in records(station, "x") if (r["element"], r["kind"], r["month"]) == ("tmin", "lowest", None)
    )
    lowest = min(tmin for _, tmin, _ in days.values() if tmin is not None)
    assert row["value"] == lowest / 10
    assert row["dates"] == [day.isoformat() for day, (_, tmin, _) in days.items() if tmin == lowest]


def test_counts_and_totals(days, station):
    cold, wet = {}, {}
    for day, (_, tmin, prcp) in days.items():
        if tmin is not None:
            cold[day.year] = cold.get(day.year, 0) + (tmin < 0)
        if prcp is not None:
            wet[day.year] = wet.get(day.year, 0) + (prcp if prcp >= 10 else 0)
    assert known(values(station, "fd")) == cold
    assert known(values(station, "prcptot")) == {year: total / 10 for year, total in wet.items()}


def known(values):
    return {year: value for year, value in values.items() if value is not None}


def test_corn(days, station):
    """In hundredths of °F: tenths of °C are 9 t / 50 + 32 °F."""
    by_year = defaultdict(Fraction)
    for day, (tmax, tmin, _) in days.items():
        if tmax is not None and tmin is not None:
            high, low = (min(max(Fraction(9 * t, 50) + 32, 50), 86) for t in (tmax, tmin))
            by_year[day.year] += Fraction(high + low) / 2 - 50
    assert known(values(station, "gdd_corn")) == {year: shown(total, 1) for year, total in by_year.items()}


def test_dry_spells(days, station):
    every = [min(days) + datetime.timedelta(n) for n in range((max(days) - min(days)).days + 1)]
    dry = [(day, (days.get(day) or [None] * 3)[2]) for day in every]
    longest = defaultdict(int)
    for is_dry, run in groupby(dry, key=lambda pair: pair[1] is not None and pair[1] < 10):
        run = list(run)
        if is_dry:
            longest[run[-1][0].year] = max(longest[run[-1][0].year], len(run))
    found = {year: value for year, value in values(station, "dry_spell").items() if value}
    assert found == longest


def test_frost(days, station):
    for year, value in values(station, "frost_free").items():
        freezes = [
            day for day, (_, tmin, _) in days.items() if day.year == year and tmin is not None and tmin <= 0
        ]
        if value is not None:
            spring = max((day for day in freezes if day.month <= 7), default=datetime.date(year - 1, 12, 31))
            autumn = min((day for day in freezes if day.month > 7), default=datetime.date(year + 1, 1, 1))
            assert value == (autumn - spring).days - 1
