"""Days below or above the percentiles of a base period, as Zhang et al. (2005) compare them.

The percentile of a calendar day is that of the values in the five days around it in all years of the base.
A year of the base itself is compared with the other years only: its values are replaced in turn by those of
each other year, and what is counted is the mean over these. Calendar days are 365: 29 February is in no
percentile, and is compared with that of the day before. Percentiles are Hyndman and Fan's type 8; all is
reckoned in whole numbers, so that no comparison depends on a rounding.

Only the tenth percentile is made: the ninetieth of values is minus the tenth of minus the values.
"""

from typing import NamedTuple

import numpy as np

YEAR = 365
FEBRUARY_28 = 58
WINDOW = 5
HALF = WINDOW // 2
LEAST = 15
"""Values of the base that the percentile of a calendar day needs: a tenth of those of 30 years."""
NONE, LOW = np.int16(32767), np.int16(-32768)
"""What sorts after and before all values."""
PARTS = 30
"""Parts of a tenth of °C: h = (n + 1/3) / 10 + 1/3 = (3 n + 11) / 30."""


class Below(NamedTuple):
    """The days below the percentile: of each day `count` of `of`, where there is something to compare."""

    count: np.ndarray
    of: int
    known: np.ndarray


class Compared:
    """Values (tenths, NaN) of Days beside the tenth percentile of a base period, its first and last year."""

    def __init__(self, days, values, base):
        years, calendar = days.calendar
        self.pool = Pool(by_calendar(values, years, calendar, base, days.first_year))
        self.years = years + days.first_year - base[0]
        self.place = np.where(calendar >= 0, calendar, FEBRUARY_28)
        self.known = ~np.isnan(values) & self.pool.enough[self.place]
        self.values = np.nan_to_num(values).astype(np.int64) * PARTS
        self.is_below = self.known & (self.values < self.pool.percentile()[self.place])

    def plainly(self):
        """Return the Below by one percentile for all years."""
        return Below(self.is_below.astype(np.int64), 1, self.known)

    def by_bootstrap(self):
        """Return the Below in which years of the base are compared with the others."""
        pool, others = self.pool, len(self.pool.years) - 1
        if others < 1:
            return self.plainly()
        count = self.is_below * others
        of_base = self.known & np.isin(self.years, pool.years)
        rows = np.searchsorted(pool.years, self.years[of_base])
        count[of_base] = pool.count_below(self.place[of_base], rows, self.values[of_base])
        return Below(count, others, self.known)


def by_calendar(values, years, calendar, base, first_year):
    """Return the values of the base, and of one year before and after it, by year and calendar day: int16."""
    table = np.full((base[1] - base[0] + 3, YEAR), NONE, np.int16)
    rows = years + first_year - base[0] + 1
    wanted = (rows >= 0) & (rows < len(table)) & (calendar >= 0) & ~np.isnan(values)
    table[rows[wanted], calendar[wanted]] = values[wanted]
    return table


class Pool:
    """The values around each calendar day, in all years of a base."""

    def __init__(self, table):
        self.table = table
        self.length = len(table) - 2
        centres = np.arange(1, self.length + 1)[None, :, None] * YEAR + np.arange(YEAR)[:, None, None]
        places = centres + np.arange(-HALF, HALF + 1)
        values = table.ravel()[places].reshape(YEAR, -1)
        labels = (places // YEAR - 1).reshape(YEAR, -1)
        self.counts = (values != NONE).sum(axis=1)
        self.enough = self.counts >= LEAST
        self.years = np.flatnonzero((table[1:-1] != NONE).any(axis=1))
        """The years of the base that have a value at all, counted from 0."""
        most = place_of(self.counts.max() + WINDOW)[0] + 1 + 2 * WINDOW
        both = np.sort(values.astype(np.int32) * 1024 + (labels + 1), axis=1)[:, :most]
        self.lowest, self.lowest_labels = (both // 1024).astype(np.int16), both % 1024 - 1

    def percentile(self):
        """Return the percentile of each calendar day, in parts."""
        below, part = place_of(np.maximum(self.counts, LEAST))
        return (PARTS - part) * smallest(self.lowest, below) + part * smallest(self.lowest, below + 1)

    def count_below(self, days, rows, values):
        """Return for how many other years in place of its own a value, in parts, is below the percentile.

        `days` are calendar days, `rows` years among `years`. To take a window of values out and to put
        another one in moves a percentile by so many places at most: only values between are looked at.
        """
        count = np.zeros(len(days), np.int64)
        every, numbers = np.arange(len(days)), self.counts[days]
        low, high = limits(self.lowest[days], numbers - WINDOW, numbers + WINDOW, WINDOW)
        count[values < low] = len(self.years) - 1
        close = every[(values >= low) & (values < high)]
        rest, left = self.without(days[close], rows[close])
        low, high = limits(rest, left, left + WINDOW, 0)
        count[close[values[close] < low]] = len(self.years) - 1
        closer = (values[close] >= low) & (values[close] < high)
        close, rest, left = close[closer], rest[closer], left[closer]
        less = values[close, None] < self.percentiles_replaced(days[close], rows[close], rest, left)
        count[close] = less.sum(axis=1) - less[np.arange(len(close)), rows[close]]
        return count

    def without(self, days, rows):
        """Return the lowest values around calendar days but for those of one year, and how many are left."""
        years = self.years[rows][:, None]
        rest = np.sort(np.where(self.lowest_labels[days] == years, NONE, self.lowest[days]), axis=1)
        places, replaced = self.window(days, years)
        gone = replaced & (self.table[1 + years, places] != NONE)
        return rest, self.counts[days] - gone.sum(axis=1)

    def percentiles_replaced(self, days, rows, rest, left):
        """Return the percentiles, in parts, of what is left around days, joined with each of the years."""
        places, replaced = self.window(days, self.years[rows][:, None])
        offered = self.table[1 + self.years][:, places].transpose(1, 0, 2)
        offered = np.sort(np.where(replaced[:, None, :], offered, NONE), axis=2)
        below, part = place_of(left[:, None] + (offered != NONE).sum(axis=2))
        found = np.zeros(below.shape, np.int64)
        for place in np.flatnonzero(np.bincount(below.ravel())):
            some = np.flatnonzero((below == place).any(axis=1))
            low, high = (smallest_of_both(rest[some], offered[some], n) for n in (place, place + 1))
            parts = part[some]
            both = (PARTS - parts) * low + parts * high
            found[some] = np.where(below[some] == place, both, found[some])
        return found

    def window(self, days, years):
        """Return the places of the five days around calendar days, and whether a year's are in the pool.

        Around the first days of a year the last year has no December in the pool, nor the first year a
        January around the last days: nothing is taken out there, nor put in.
        """
        around = days[:, None] + np.arange(-HALF, HALF + 1)
        outside = (around < 0) & (years == self.length - 1) | (around >= YEAR) & (years == 0)
        return around % YEAR, ~outside


def place_of(number):
    """Return the place of the tenth percentile among some values, counted from 1, and the parts beyond it."""
    return np.divmod(3 * number + 11, PARTS)


def smallest(rows, n):
    """Return the n-th smallest value of each of some sorted rows; LOW before the first."""
    places = np.minimum(n, rows.shape[1])[:, None] - 1
    found = np.take_along_axis(rows, np.maximum(places, 0), axis=1)[:, 0]
    return np.where(n < 1, LOW, found).astype(np.int64)


def limits(rows, fewest, most, removed):
    """Return between which values, in parts, the percentiles of sorted rows are after a window is put in.

    They then have from `fewest` to `most` values; `removed` is how many of the rows may be taken out before.
    """
    low = smallest(rows, place_of(np.maximum(fewest, 0))[0] - WINDOW)
    return low * PARTS, smallest(rows, place_of(most)[0] + 1 + removed) * PARTS


def smallest_of_both(rest, offered, n):
    """Return the n-th smallest of each row of `rest` joined with each of `offered`, both sorted.

    If b of the n smallest are offered, then it is the greater of the b-th offered and the (n - b)-th of the
    rest; and of all such b the least is right.
    """
    found = rest[:, n - 1, None]
    for b in range(1, min(WINDOW, n) + 1):
        of_rest = rest[:, n - b - 1, None] if n > b else LOW
        found = np.minimum(found, np.maximum(of_rest, offered[:, :, b - 1]))
    return found
