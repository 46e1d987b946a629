"""Basic integrity: values that are no measurements.

Every check takes the values of a station, float64 of shape (3, days), tenths of °C, °C and mm, NaN where
there is none or an earlier check has failed, and their Days. It returns an array of the same shape: what
fails.
Thresholds are those of Durre et al. 2010 (J. Appl. Meteor. Climatol. 49, 1615-1633), if nothing else is said.
"""

from collections import defaultdict
from itertools import combinations

import numpy as np

from weather.quality.days import LEAP_DAY
from weather.quality.usual import Usual

ZERO_F = -178
"""0 °F in tenths of °C: what an empty field of a US form becomes."""

COLDEST, HOTTEST = -894, 577
"""World records, tenths of °C: Vostok 1983, Al Aziziyah 1922 (withdrawn since)."""
MOST_RAIN = 18_288
"""Tenths of mm: more than any day had (1825 mm, Foc-Foc 1966)."""

STREAK = 20
"""Equal values in succession."""

SAME_DAYS = 10
"""Days of a month on which maximum and minimum are equal."""
FEWEST_SAME = 10
"""Temperatures that a repeated month or year has at least. Ours: two months of three days may be equal."""
FEWEST_WET = 3
"""Days with precipitation that a repeated month or year has at least."""

SUCCESSION = 10
"""Days with precipitation among which a value is too frequent."""
FREQUENT = {10: 30, 9: 30, 8: 50, 7: 70, 6: 90, 5: 90}
"""{how often a value is among them: the percentile that it must reach to be suspicious}"""


def naught(values, days, *, fahrenheit):
    """N: maximum and minimum both exactly 0 °F (-17.8 °C) in the US, both exactly 0 °C elsewhere."""
    zero = ZERO_F if fahrenheit else 0
    both = (values[0] == zero) & (values[1] == zero)
    return np.array([both, both, np.zeros_like(both)])


def duplicate(values, days):
    """D: a year as another one, a month as the same one of another year or as another one of its year.

    All values are equal, and missing on the same days. Of a year 29 February does not count, of a month what
    the shorter one does not have. Temperatures: at least 10, precipitation: at least 3 days with some.
    And all temperatures of a month in which maximum and minimum are equal on 10 days or more.
    """
    failed = np.array([repeated(element, days, wet=place == 2) for place, element in enumerate(values)])
    months = (days.years - days.years[0]) * 12 + days.months - 1
    same = np.bincount(months, values[0] == values[1]) >= SAME_DAYS
    failed[:2] |= same[months] & np.isfinite(values[:2])
    return failed


def repeated(values, days, *, wet):
    """Return which values of one element are in years or months that come twice."""
    by_year, by_month = days.by_year(values), days.by_month(values)
    years, months = np.zeros(len(by_year), bool), np.zeros(len(by_month), bool)
    lengths = lengths_of_months(days.years[0], len(by_month))
    for group in alike(np.delete(by_year, LEAP_DAY, axis=1), wet):
        years[group] = True
    for group in alike(by_month[:, :28], wet):
        for one, other in combinations(group, 2):
            ends = by_month[[one, other], 28 : min(lengths[one], lengths[other])]
            if (one // 12 == other // 12 or one % 12 == other % 12) and np.array_equal(*ends, equal_nan=True):
                months[[one, other]] = True
    row = days.years - days.years[0]
    return (years[row] | months[row * 12 + days.months - 1]) & np.isfinite(values)


def alike(table, wet):
    """Return lists of the rows of a matrix that are equal, NaN in the same places, and say enough."""
    enough = (table > 0).sum(axis=1) >= FEWEST_WET if wet else np.isfinite(table).sum(axis=1) >= FEWEST_SAME
    rows = defaultdict(list)
    for row in np.flatnonzero(enough):
        rows[table[row].tobytes()].append(row)
    return [group for group in rows.values() if len(group) > 1]


def lengths_of_months(year, count):
    """Return how many days so many months have, from January of a year on."""
    firsts = (np.datetime64(f"{year:04}-01") + np.arange(count + 1)).astype("M8[D]")
    return np.diff(firsts).astype(np.int64)


def bounds(values, days):
    """X: temperature outside -89.4..57.7 °C, precipitation below 0 or above 1828.8 mm."""
    lowest, highest = np.array([[COLDEST], [COLDEST], [0]]), np.array([[HOTTEST], [HOTTEST], [MOST_RAIN]])
    return (values < lowest) | (values > highest)


def streak(values, days):
    """K: 20 or more equal values in a row; days without a value, or without precipitation, are skipped."""
    failed = np.zeros(values.shape, bool)
    for place, element in enumerate(values):
        there = np.flatnonzero(element > 0 if place == 2 else np.isfinite(element))
        if len(there) < STREAK:
            continue
        starts = np.flatnonzero(np.diff(element[there], prepend=np.nan) != 0)
        ends = np.append(starts[1:], len(there))
        for run in np.flatnonzero(ends - starts >= STREAK):
            failed[place, there[starts[run] : ends[run]]] = True
    return failed


def frequent(values, days):
    """K: among 10 successive days with precipitation 9 (8, 7, 5) equal amounts, none of them below the 30th
    (50th, 70th, 90th) percentile of the 29 days around its day, all years together (at least 20 values)."""
    failed = np.zeros(values.shape, bool)
    there = np.flatnonzero(values[2] > 0)
    if len(there) < SUCCESSION:
        return failed
    amounts = np.lib.stride_tricks.sliding_window_view(values[2, there], SUCCESSION)
    often = (amounts[:, :, None] == amounts[:, None, :]).sum(axis=2)
    usual = Usual.rain(values[2], days)
    least = {percent: usual.percentile(percent)[days.columns] for percent in set(FREQUENT.values())}
    for start in np.flatnonzero(often.max(axis=1) >= min(FREQUENT)):
        for amount in np.unique(amounts[start, often[start] >= min(FREQUENT)]):
            places = there[start : start + SUCCESSION][amounts[start] == amount]
            if (amount >= least[FREQUENT[len(places)]][places]).all():
                failed[2, places] = True
    return failed
