"""Outliers: values far from all that the station has measured at that time of year.

What checks take and return is in weather.quality.integrity.
"""

import numpy as np

from weather.quality.usual import Usual

GAP, GAP_OF_RAIN = 100, 3000
"""Tenths of °C, and of mm."""
FEWEST_GAP = 100
"""Values of a calendar month among which there can be a gap. Ours: of few, all lie far apart."""

DEVIATIONS = 6
"""Standard deviations from the mean."""
TIMES, TIMES_IN_FROST = 9, 5
"""Of the 95th percentile of precipitation; in frost gauges catch less, so what is large is less plausible."""


def gap(values, days):
    """G: of all values of a calendar month in order, those beyond a gap of 10 °C or 300 mm.

    Gaps are looked for from the median outwards, of precipitation upwards among days with some. At least 100
    values.
    """
    failed = np.zeros(values.shape, bool)
    for month in range(1, 13):
        of_month = days.months == month
        for place, element in enumerate(values):
            there = of_month & (element > 0 if place == 2 else np.isfinite(element))
            if there.sum() >= FEWEST_GAP:
                low, high = ends(np.sort(element[there]), GAP_OF_RAIN if place == 2 else GAP)
                failed[place] |= there & ((element < low if place < 2 else False) | (element > high))
    return failed


def ends(ordered, width):
    """Return the least and the greatest of ordered values that no gap parts from the median."""
    middle = (len(ordered) - 1) // 2
    gaps = np.flatnonzero(np.diff(ordered) >= width)
    below, above = gaps[gaps < middle], gaps[gaps >= len(ordered) // 2]
    low = ordered[below[-1] + 1] if len(below) else ordered[0]
    return low, ordered[above[0]] if len(above) else ordered[-1]


def climatological(values, days):
    """O: temperature 6 biweight standard deviations or more from the mean of the 15 days around its day, all
    years together (at least 100 values); precipitation at least 9 times the 95th percentile of the days with
    some among 29 (at least 20), 5 times if the mean temperature of its day is below 0 °C."""
    failed = np.zeros(values.shape, bool)
    for place in (0, 1):
        mean, sd = Usual.temperatures(values[place], days).biweight()[:, days.columns]
        failed[place] = np.abs(values[place] - mean) >= DEVIATIONS * sd
    most = Usual.rain(values[2], days).percentile(95)[days.columns]
    failed[2] = values[2] >= most * np.where(values[0] + values[1] < 0, TIMES_IN_FROST, TIMES)
    return failed
