"""Seasons between events: the frost-free season, the growing season of ETCCDI."""

import numpy as np

from stats.climate.days import MONTHS, runs

SPRING = 7
"""Months of a year in which a freeze is one of spring; in the others it is one of autumn."""
HALF = 6
RUN = 6
"""Days in a row that begin or end ETCCDI's growing season."""
WARM = 100
"""Of the sum of maximum and minimum, tenths of °C: their mean is 5 °C."""


def frost_free(days, threshold):
    """Return (length, last freeze of spring, first of autumn) of each year; places, -1 where there is none.

    A freeze is a minimum at or below the threshold, a Fraction of tenths of °C. The season is the days
    strictly between; without a freeze in spring or in autumn it goes to that end of the year.
    """
    freezes = np.flatnonzero(days.tmin * threshold.denominator <= threshold.numerator)
    starts, middle = days.years, days.months[SPRING::MONTHS]
    ends = np.append(starts[1:], days.values.shape[1])
    spring = last_within(freezes, starts, middle)
    autumn = first_within(freezes, middle, ends)
    length = np.where(autumn < 0, ends, autumn) - np.where(spring < 0, starts - 1, spring) - 1
    return length, spring, autumn


def between(days, spring, autumn):
    """Say of each day whether it is from one freeze to the other: a freeze then would move one of them."""
    starts = np.where(spring < 0, days.years, spring)
    ends = np.where(autumn < 0, np.append(days.years[1:], days.values.shape[1]) - 1, autumn)
    steps = np.zeros(days.values.shape[1] + 1, np.int64)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends + 1, -1)
    return np.cumsum(steps[:-1]) > 0


def growing_season(days):
    """Return (length, first day, last day) of each year by ETCCDI's GSL; places, -1 where there is none."""
    total = days.tmax + days.tmin
    starts, middle = days.years, days.months[HALF::MONTHS]
    ends = np.append(starts[1:], days.values.shape[1])
    warm, cold = (long_runs(true, (*starts, *middle)) for true in (total > WARM, total < WARM))
    begin, cool = first_within(warm, starts, middle), first_within(cold, middle, ends)
    end = np.where(cool < 0, ends, cool) - 1
    none = begin < 0
    return np.where(none, 0, end - begin + 1), begin, np.where(none, -1, end)


def long_runs(true, cuts):
    """Return where runs of true days begin that are long enough, cut at some places."""
    first, last = runs(true, cuts)
    return first[last - first + 1 >= RUN]


def first_within(places, starts, ends):
    """Return the first of sorted places in each range, -1 where there is none."""
    padded = np.append(places, np.iinfo(np.int64).max)
    found = padded[np.searchsorted(places, starts)]
    return np.where(found < ends, found, -1)


def last_within(places, starts, ends):
    """Return the last of sorted places in each range, -1 where there is none."""
    padded = np.append(-1, places)
    found = padded[np.searchsorted(places, ends)]
    return np.where(found >= starts, found, -1)
