"""What indices are reckoned from: a station's days, what was asked for, and what several of them share."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from stats.climate import percentiles
from stats.climate.days import Days, Periods
from stats.climate.exact import quantile
from stats.climate.temperature import Temperature, temperature

TMAX, TMIN, PRCP = range(3)
WHOLE_YEAR = (1, 1), (12, 31)
JULY = 7
WET = 10
"""Tenths of mm on a wet day, at least."""
BASES = (1961, 1990), (1971, 2000), (1981, 2010), (1991, 2020)
"""Base periods, the first that a station has is its own."""
FREEZING = temperature("0C")
SHARE = Fraction(4, 5)
"""Of the days of a base period must have a value."""


@dataclass(frozen=True)
class Options:
    """What may be asked of indices; None is the default of each."""

    base: Temperature | None = None
    cap: Temperature | None = None
    threshold: Temperature = FREEZING
    threshold_mm: Fraction = Fraction(1)
    season: tuple = WHOLE_YEAR
    base_years: tuple | None = None
    hemisphere: str | None = None
    rule: str = "etccdi"
    monthly: bool = False


class Found(NamedTuple):
    """An index of every period: quotients of whole numbers, and the days behind them.

    `first` and `last` are places of days, -1 where there is none; `why` says in words, where it is one thing
    for all, why there is no value; `why_none` why there is none where the denominator is 0.
    """

    numerator: np.ndarray
    denominator: object
    present: np.ndarray
    first: np.ndarray | None = None
    last: np.ndarray | None = None
    season: np.ndarray | None = None
    why: str | None = None
    why_none: str | None = None


class Reckoning:
    """A station's days and the options, with what is worked out once for several indices."""

    def __init__(self, series, latitude, options):
        self.series, self.options = series, options
        self.latitude = latitude
        self.made = {}

    def once(self, make, *key):
        """Return make(), made once for each key."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def days_from(self, first_month):
        """Return the Days whose years begin in a month."""
        return self.once(lambda: Days.of(self.series, first_month), first_month)

    @cached_property
    def hemisphere(self):
        if self.options.hemisphere:
            return self.options.hemisphere
        return "south" if self.latitude is not None and self.latitude < 0 else "north"

    def periods(self, index):
        """Return the Periods an index is of: months, calendar years or years of seasons."""
        if index.season == "july" and self.hemisphere == "south":
            return Periods(self.days_from(JULY))
        start, end = self.options.season
        if index.season == "asked" and start > end:
            return Periods(self.days_from(start[0]), self.options.monthly)
        return Periods(self.days_from(1), self.options.monthly)

    @cached_property
    def shares(self):
        """The share of the days of each of BASES, or of that asked for, with a value of each element."""
        bases = [self.options.base_years] if self.options.base_years else BASES
        dates, present = self.series.days, ~np.isnan(self.series.values)
        found = {}
        for first, last in bases:
            start, end = np.datetime64(f"{first:04}-01-01"), np.datetime64(f"{last:04}-12-31")
            within = present[:, (dates >= start) & (dates <= end)].sum(axis=1)
            length = int((end - start).astype(int)) + 1
            found[first, last] = [Fraction(int(number), length) for number in within]
        return found

    @cached_property
    def bases(self):
        """The base period of each element: as asked for, the first that the station has, or most of."""
        found = []
        for element in (TMAX, TMIN, PRCP):
            enough = (base for base, shares in self.shares.items() if shares[element] >= SHARE)
            most = max(self.shares, key=lambda base: self.shares[base][element])
            found.append(next(enough, most))
        return found

    def why_no_base(self, element):
        """Return in words why there are no percentiles of an element; None if there are."""
        base = self.bases[element]
        share = self.shares[base][element]
        if share >= SHARE:
            return None
        of = f"of the base period {base[0]}-{base[1]} {float(share):.1%} of the days have a value"
        return f"{of}, {float(SHARE):.0%} are needed"

    def compared(self, element, sign):
        """Return the percentiles.Compared of an element times a sign, for the base period."""
        days = self.days_from(1)
        values, base = sign * days.values[element], self.bases[element]
        return self.once(lambda: percentiles.Compared(days, values, base), element, sign)

    def wet_percentile(self, share):
        """Return a percentile of the wet days of the base period, tenths of mm; None without wet days."""
        first, last = self.bases[PRCP]
        years = self.series.days.astype("datetime64[Y]").astype(np.int64) + 1970
        prcp = self.series.values[PRCP]
        wet = prcp[(years >= first) & (years <= last) & (prcp >= WET)]
        return quantile(np.sort(wet).astype(np.int64).tolist(), share)
