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


def below(days, values, base, *, bootstrap=True):
    """Return the Below of values (tenths, NaN) of Days: the tenth percentile of the base (first, last)."""
    years, calendar = calendar_days(days)
    place = np.where(calendar >= 0, calendar, FEBRUARY_28)
    table = by_calendar(values, years, calendar, base, days.first_year)
    pool = Pool(table)
    known = ~np.isnan(values) & pool.enough[place]
    whole = np.nan_to_num(values).astype(np.int64) * PARTS
    is_below = whole < pool.percentile()[place]
    if not bootstrap or len(pool.years) < 2:
        return Below((is_below & known).astype(np.int64), 1, known)
    others = len(pool.years) - 1
    rows = np.searchsorted(pool.years, years + days.first_year - base[0])
    of_base = known & np.isin(years + days.first_year - base[0], pool.years)
    count = np.where(known & is_below, others, 0)
    count[of_base] = pool.count_below(place[of_base], rows[of_base], whole[of_base])
    return Below(count, others, known)


def calendar_days(days):
    """Return of each day its year, counted from 0, and its place among 365; -1 for 29 February."""
    years = np.repeat(np.arange(len(days.years)), np.diff(np.append(days.years, days.values.shape[1])))
    place = np.arange(days.values.shape[1]) - days.years[years]
    lengths = np.diff(np.append(days.years, days.values.shape[1]))
    leap = lengths[years] == YEAR + 1
    calendar = np.where(leap & (place > FEBRUARY_28), place - 1, place)
    return years, np.where(leap & (place == FEBRUARY_28 + 1), -1, calendar)


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
        values = table.ravel()[places]
        self.labels = (places // YEAR - 1).reshape(YEAR, -1)
        self.values = values.reshape(YEAR, -1)
        self.counts = (self.values != NONE).sum(axis=1)
        self.enough = self.counts >= LEAST
        self.years = np.flatnonzero((table[1:-1] != NONE).any(axis=1))
        """The years of the base that have a value at all, counted from 0."""
        most = place_of(self.counts.max() + WINDOW)[0] + 1 + 2 * WINDOW
        both = self.values.astype(np.int32) * 1024 + (self.labels + 1)
        both = np.sort(both, axis=1)[:, :most]
        self.lowest, self.lowest_labels = (both // 1024).astype(np.int16), both % 1024 - 1

    def percentile(self):
        """Return the percentile of each calendar day, in parts."""
        below, part = place_of(np.maximum(self.counts, LEAST))
        return (PARTS - part) * self.smallest(below) + part * self.smallest(below + 1)

    def smallest(self, n):
        """Return the n-th smallest value around each calendar day; LOW before the first."""
        places = np.minimum(n, self.lowest.shape[1])[:, None] - 1
        found = np.take_along_axis(self.lowest, np.maximum(places, 0), axis=1)[:, 0]
        return np.where(n < 1, LOW, found).astype(np.int64)

    def count_below(self, days, rows, values):
        """Return by how many of the other years' replacements values, in parts, are below the percentile.

        `days` are their calendar days, `rows` their years among `years`. A window more or less moves the
        percentile by a window of places at most: only values between these two limits are looked at closely.
        """
        low = self.smallest(place_of(np.maximum(self.counts - WINDOW, 0))[0] - WINDOW) * PARTS
        high = self.smallest(place_of(self.counts + WINDOW)[0] + 1 + WINDOW) * PARTS
        count = np.where(values < low[days], len(self.years) - 1, 0)
        close = (values >= low[days]) & (values < high[days])
        days, rows = days[close], rows[close]
        less = values[close, None] < self.percentiles_replaced(days, rows)
        count[close] = less.sum(axis=1) - less[np.arange(len(rows)), rows]
        return count

    def percentiles_replaced(self, days, rows):
        """Return the percentiles, in parts, of calendar days with one year replaced by each of the years."""
        years = self.years[rows][:, None]
        rest = np.sort(np.where(self.lowest_labels[days] == years, NONE, self.lowest[days]), axis=1)
        gone = ((self.labels[days] == years) & (self.values[days] != NONE)).sum(axis=1)
        offered = np.sort(self.offered(days, years), axis=2)
        number = (self.counts[days] - gone)[:, None] + (offered != NONE).sum(axis=2)
        below, part = place_of(number)
        limits = np.zeros(number.shape, np.int64)
        for place in range(below.min(initial=1), below.max(initial=0) + 1):
            low, high = (smallest_of_both(rest, offered, n).astype(np.int64) for n in (place, place + 1))
            limits = np.where(below == place, (PARTS - part) * low + part * high, limits)
        return limits

    def offered(self, days, years):
        """Return what each year has around calendar days, to replace what another year has in the pool.

        Around the first days the last year is not in the pool with its December, nor around the last days
        the first year with its January: that replaces nothing.
        """
        around = days[:, None] + np.arange(-HALF, HALF + 1)
        values = self.table[1 + self.years][:, around % YEAR].transpose(1, 0, 2)
        nothing = (around < 0) & (years == self.length - 1) | (around >= YEAR) & (years == 0)
        return np.where(nothing[:, None, :], NONE, values)


def place_of(number):
    """Return the place of the tenth percentile among some values, counted from 1, and the parts beyond it."""
    return np.divmod(3 * number + 11, PARTS)


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
