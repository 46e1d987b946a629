"""The days of a station in whole years, and what is summed over its years or months."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

MONTHS = 12
LEAP_DAY = 59
"""The place of 29 February in its year, counted from 0."""
LOWEST = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Days:
    """Every day of some whole years, each of which begins in the month `first_month`.

    A year has the number of the calendar year in which it begins. `values` are float64 of shape (3, days),
    whole tenths in the order of ELEMENTS, NaN where there is none; `months` holds the place of the first day
    of each month.
    """

    first_year: int
    first_month: int
    values: np.ndarray
    months: np.ndarray

    @classmethod
    def of(cls, series, first_month=1):
        """Return the days of a weather.series.Series; what is before and after it is missing."""
        first, last = (year_of(day.item(), first_month) for day in (series.days[0], series.days[-1]))
        start = np.datetime64(f"{first:04}-{first_month:02}", "M")
        months = np.arange(start, start + (last - first + 1) * MONTHS + 1).astype("datetime64[D]")
        places = (months - months[0]).astype(np.int64)
        values = np.full((3, places[-1]), np.nan)
        place = (np.datetime64(series.first) - months[0]).astype(np.int64)
        values[:, place : place + series.values.shape[1]] = series.values
        return cls(first, first_month, values, places[:-1])

    @property
    def tmax(self):
        return self.values[0]

    @property
    def tmin(self):
        return self.values[1]

    @property
    def prcp(self):
        return self.values[2]

    @property
    def years(self):
        """The place of the first day of each year."""
        return self.months[::MONTHS]

    @cached_property
    def dates(self):
        start = np.datetime64(f"{self.first_year:04}-{self.first_month:02}", "D")
        return start + np.arange(self.values.shape[1])

    @cached_property
    def calendar(self):
        """Of each day the year, counted from 0, and the place among 365 calendar days; -1 for 29 February.

        The years are those of the calendar: `first_month` is 1.
        """
        lengths = np.diff(np.append(self.years, self.values.shape[1]))
        years = np.repeat(np.arange(len(lengths)), lengths)
        place = np.arange(len(years)) - self.years[years]
        leap = lengths[years] == 366
        after = leap & (place >= LEAP_DAY)
        return years, np.where(leap & (place == LEAP_DAY), -1, place - after)

    def present(self, elements):
        """Say of each day whether it has a value of all of some elements, given by their places."""
        return ~np.isnan(self.values[list(elements)]).any(axis=0)

    def whole(self, element):
        """Return the values of an element as whole numbers, 0 where there is none."""
        return np.nan_to_num(self.values[element]).astype(np.int64)


def year_of(day, first_month=1):
    """Return the number of the year a date is in, where years begin with a month."""
    return day.year - (day.month < first_month)


@dataclass(frozen=True)
class Periods:
    """The years of Days, or their months."""

    days: Days
    monthly: bool = False

    @property
    def starts(self):
        return self.days.months if self.monthly else self.days.years

    @property
    def ends(self):
        """The place after the last day of each."""
        return np.append(self.starts[1:], self.days.values.shape[1])

    def sum(self, daily):
        """Return the sum over each period of a whole number, or a truth, for each day."""
        return np.add.reduceat(np.asarray(daily, np.int64), self.starts)

    def greatest(self, daily, where):
        """Return the greatest whole number of those days of each period `where` it counts, else LOWEST."""
        return np.maximum.reduceat(np.where(where, daily, LOWEST), self.starts)

    def of(self, places):
        """Return the periods in which days lie."""
        return np.searchsorted(self.starts, places, "right") - 1


def runs(true, cuts=()):
    """Return (first, last) of each run of true days. At the places in `cuts` a new run begins."""
    new = np.zeros(len(true) + 1, bool)
    new[np.asarray(cuts, np.int64)] = True
    before, after = np.append(False, true[:-1]), np.append(true[1:], False)
    first = true & (~before | new[:-1])
    last = true & (~after | new[1:])
    return np.flatnonzero(first), np.flatnonzero(last)
