"""What is usual at a time of year: the values of the days around each calendar day, all years together."""

from functools import cached_property

import numpy as np

from weather.quality.days import COLUMNS

FEWEST_NORMAL = 100
"""Values that a normal needs."""

FEWEST_WET = 20
"""Days with precipitation that a percentile, or a rank, needs."""

BIWEIGHT = 7.5
"""Median absolute deviations beyond which a value has no weight (Lanzante 1996, appendix B)."""


class Usual:
    """How often a station has had each of its values around each calendar day.

    A station has few different values, some 130 temperatures in 30 years. To count them takes a tenth of the
    time that it takes to sort the days.
    """

    def __init__(self, values, days, half):
        """Take in the values of one element (NaN: none), the days from `half` before to `half` after each."""
        there = np.isfinite(values)
        self.values, which = np.unique(values[there], return_inverse=True)
        width = len(self.values)
        of_day = np.bincount(days.columns[there] * width + which, minlength=COLUMNS * width)
        of_day = of_day.reshape(COLUMNS, width)
        around = np.concatenate([np.zeros((1, width), int), of_day[-half:], of_day, of_day[:half]])
        summed = np.cumsum(around, axis=0)
        self.counts = (summed[2 * half + 1 :] - summed[:COLUMNS]).astype(np.int16)

    @classmethod
    def temperatures(cls, values, days):
        """Of the 15 days around each calendar day."""
        return cls(values, days, 7)

    @classmethod
    def rain(cls, values, days):
        """Of those with precipitation among the 29 days around each calendar day."""
        return cls(np.where(values > 0, values, np.nan), days, 14)

    @cached_property
    def upto(self):
        """How many values there are up to each."""
        return np.cumsum(self.counts, axis=1)

    @cached_property
    def sizes(self):
        return self.counts.sum(axis=1)

    def percentile(self, percent):
        """Return the percentile of each column, NaN of too few values."""
        if not len(self.values):
            return np.full(COLUMNS, np.nan)
        place = percent / 100 * (self.sizes - 1)
        low = np.floor(place)
        ordered = [self.values[(self.upto > n[:, None]).argmax(axis=1)] for n in (low, np.ceil(place))]
        found = ordered[0] + (ordered[1] - ordered[0]) * (place - low)
        return np.where(self.sizes >= FEWEST_WET, found, np.nan)

    def rank(self, column, amount):
        """Return which percent of a column's values are less, NaN of too few."""
        size = self.sizes[column]
        if size < FEWEST_WET or np.isnan(amount):
            return np.nan
        less = self.counts[column, self.values < amount].sum()
        same = self.counts[column, self.values == amount].sum()
        return 100 * (less + same / 2) / size

    def biweight(self):
        """Return the biweight mean and standard deviation of each column, NaN of too few values.

        They hardly see outliers. Where half of the values are the same they do not exist: then it is the mean
        and the standard deviation.
        """
        if not len(self.values):
            return np.full((2, COLUMNS), np.nan)
        counts, sizes = self.counts, self.sizes
        middle = weighted_median(np.broadcast_to(self.values, counts.shape), counts, sizes)[:, None]
        far = self.values - middle
        reach = BIWEIGHT * weighted_median(np.abs(far), counts, sizes)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            u2 = np.where(np.abs(far) < reach, (far / reach) ** 2, 1)
            weight = counts * (1 - u2) ** 2
            mean = middle[:, 0] + (far * weight).sum(axis=1) / weight.sum(axis=1)
            squares = (far**2 * weight * (1 - u2) ** 2).sum(axis=1)
            sd = np.sqrt(sizes * squares) / np.abs((counts * (1 - u2) * (1 - 5 * u2)).sum(axis=1))
            plain = (counts * self.values).sum(axis=1) / sizes
            plain_sd = np.sqrt((counts * (self.values - plain[:, None]) ** 2).sum(axis=1) / (sizes - 1))
        both = np.where(reach[:, 0] > 0, (mean, sd), (plain, plain_sd))
        return np.where(sizes >= FEWEST_NORMAL, both, np.nan)


def weighted_median(values, counts, sizes):
    """Return the median of each row, every value of which is there as often as its count says."""
    order = np.argsort(values, axis=1, kind="stable")
    upto = np.cumsum(np.take_along_axis(counts, order, axis=1), axis=1)
    rows = np.arange(len(values))
    low, high = (order[rows, (upto > n[:, None]).argmax(axis=1)] for n in ((sizes - 1) // 2, sizes // 2))
    return (values[rows, low] + values[rows, high]) / 2
