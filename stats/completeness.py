"""Whether there are enough days behind a statistic: what is missing, and what each named rule says of it.

The days of a month that have a value are a mask, bit 0 the 1st. How many days are missing, how many
of them in a row, and every rule follow from it. Where the rules come from: docs/definitions.md.
"""

from calendar import monthrange
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

MEAN, SUM = "mean", "sum"
"""The kinds of statistics that a rule may treat differently; an extreme goes with the mean of its element."""


class Limits(NamedTuple):
    """How many days of a month may be missing, and how many of them in a row."""

    missing: int
    in_a_row: int


RULES = {
    "simple": None,  # one value is enough
    "noaa": {MEAN: Limits(5, 3), SUM: Limits(5, 3)},
    "wmo": {MEAN: Limits(10, 4), SUM: Limits(0, 0)},
}
NAMES = tuple(RULES)
SIMPLE, ALL = 1, (1 << len(NAMES)) - 1
"""Rules as bits of a number, in the order of RULES."""
KINDS = {"tmax": MEAN, "tmin": MEAN, "prcp": SUM}
"""The kind of what is foremost reckoned of each element."""

LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
FEBRUARY = np.arange(12) == 1


@lru_cache
def names(bits):
    """Return the names of the rules that are bits of a number: a number that one column holds."""
    return [rule for place, rule in enumerate(NAMES) if bits >> place & 1]


def met(rule, missing, gap, days, kind=MEAN):
    """Say whether a month of `days`, `missing` of them and at most `gap` in a row, meets a rule.

    Takes numbers or arrays of them.
    """
    if not RULES[rule]:
        return missing < days
    limits = RULES[rule][kind]
    return (missing <= limits.missing) & (gap <= limits.in_a_row)


def missing(mask, days):
    return days - mask.bit_count()


@lru_cache(1 << 14)
def longest_gap(mask, days):
    """Return the length of the longest run of the first `days` bits that are not set."""
    return max(map(len, f"{~mask & ((1 << days) - 1):b}".split("0")))


@lru_cache(1 << 14)
def why_not(rule, mask, days, kind=MEAN):
    """Return in words why a month does not meet a rule; None if it does."""
    absent, gap = missing(mask, days), longest_gap(mask, days)
    if met(rule, absent, gap, days, kind):
        return None
    if absent == days:
        return "no value"
    limits = RULES[rule][kind]
    if absent > limits.missing:
        return f"{absent} of {days} days missing, {rule} allows {limits.missing}"
    return f"{gap} days in a row missing, {rule} allows {limits.in_a_row}"


@lru_cache(1 << 14)
def rules_met(mask, days, kind=MEAN):
    """Return the rules that a month meets, as bits in the order of RULES."""
    return sum(1 << place for place, rule in enumerate(NAMES) if not why_not(rule, mask, days, kind))


def why_year_not(rule, year, masks, kind=MEAN):
    """Return in words why a year with the masks of its 12 months does not meet a rule; None if it does.

    A month without observations has the mask 0. All months have to meet the rule, but for `simple`.
    """
    if not any(masks):
        return "no value"
    if not RULES[rule]:
        return None
    failing = [
        month
        for month, (mask, days) in enumerate(zip(masks, month_lengths(year), strict=True), 1)
        if why_not(rule, mask, days, kind)
    ]
    return f"{rule} not met by month {', '.join(map(str, failing))}" if failing else None


@lru_cache
def month_lengths(year):
    return tuple(monthrange(year, month)[1] for month in range(1, 13))


def lengths(years):
    """Return how many days the months of an array of years have, of shape (years, 12)."""
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    return LENGTHS + (leap[:, None] & FEBRUARY)


@dataclass(frozen=True)
class Months:
    """The days with a value in every month of some calendar years: arrays of shape (years, 12)."""

    masks: np.ndarray
    days: np.ndarray
    """How many days each month has."""

    @property
    def missing(self):
        return self.days - np.bitwise_count(self.masks)

    @cached_property
    def there(self):
        """Whether each day has a value, of shape (years, 12, 31)."""
        octets = self.masks.astype("<u4").view(np.uint8).reshape(*self.masks.shape, 4)
        return np.unpackbits(octets, axis=-1, count=31, bitorder="little").astype(bool)

    @cached_property
    def exists(self):
        """Whether there is each day, of the same shape."""
        return np.arange(31) < self.days[..., None]

    @cached_property
    def gap(self):
        """The longest run of missing days within each month."""
        return longest_missing(self.there | ~self.exists)

    def met(self, rule, kind=MEAN):
        """Say of each month whether it meets a rule. A year does if all of its months do."""
        return met(rule, self.missing, self.gap, self.days, kind)

    def gap_of_year(self):
        """Return the longest run of missing days within each year."""
        there = np.ones((len(self.days), 366), bool)
        there[np.arange(366) < self.days.sum(axis=1, keepdims=True)] = self.there[self.exists]
        return longest_missing(there)

    def rules_of_year(self, kind=MEAN):
        """Return the rules that each year meets, as bits: `simple` by any value, the others by all months."""
        months = {rule: self.met(rule, kind) for rule in NAMES}
        years = (met.all(axis=1) if RULES[rule] else met.any(axis=1) for rule, met in months.items())
        return sum(met.astype(int) << place for place, met in enumerate(years))


def longest_missing(there):
    """Return the length of the longest run of what is not there, along the last axis."""
    gaps = np.zeros(there.shape[:-1], np.int16)
    with_gaps = ~there.all(axis=-1)  # mostly few
    there = there[with_gaps]
    place = np.arange(1, there.shape[-1] + 1, dtype=np.int16)
    last = np.maximum.accumulate(np.where(there, place, 0), axis=-1, dtype=np.int16)
    gaps[with_gaps] = (place - last).max(axis=-1)
    return gaps


def months(first, present):
    """Return the Months of a series of days from a date on; `present` says whether each has a value.

    What is before and after it, in its first and last year, is missing.
    """
    days = np.datetime64(first) + np.arange(len(present))
    of_month = days.astype("datetime64[M]")
    bits = (days - of_month.astype("datetime64[D]")).astype(np.int64)
    places = of_month.astype(np.int64) - (first.year - 1970) * 12  # months since the first January
    years = int(places[-1]) // 12 + 1
    masks = np.bincount(places, weights=present * 2.0**bits, minlength=years * 12).astype(np.int64)
    return Months(masks.reshape(years, 12), lengths(first.year + np.arange(years)))
