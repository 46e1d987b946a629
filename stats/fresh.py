"""Statistics of stations that are new, from what their files say.

The days of a new station are those of its file, so the process that reads it can sum them up while the
database enters others, where SQL takes a third of the transactions. What comes out is what stats.statements
and stats.evidence make of the same days.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from stats.completeness import KINDS, Months, lengths
from stats.statements import COLUMNS, OF_MONTH, OF_YEAR
from weather.formats import ELEMENTS, MISSING, padded
from weather.store import database

MONTH_FIELDS, YEAR_FIELDS = (*COLUMNS[1:], *OF_MONTH), (*COLUMNS[1:], *OF_YEAR)
"""The columns of a row: all but the station."""

SIGNS = {"tmax": 1, "tmin": -1, "prcp": 1}
"""The extreme of an element is the highest (1) or the lowest (-1) of its values."""

LONGEST = 366
"""Days of a year: a value and its day make one integer."""
NEVER = np.iinfo(np.int64).min


def packed(text, **kwargs):
    """Return the packed months and years of the rows of a weather.formats.Series.

    Receives weather.signals.days_read.
    """
    return tuple(map(database().pack_rows, months_and_years(text)))


def insert(derived):
    """Insert {station's primary key: what `packed` made of it}; return how many (yearly, monthly)."""

    def write(table, fields, place):
        mine = [(key, both[place]) for key, both in derived.items()]
        return database().write_packed(table, (*fields, COLUMNS[0]), mine)

    return write("weather_yearly_stats", YEAR_FIELDS, 1), write("weather_monthly_stats", MONTH_FIELDS, 0)


def months_and_years(text):
    """Return rows of months and rows of years of lines of four numbers: a day and its values."""
    columns = padded.columns(text) or np.fromstring(text, np.int64, sep=" ").reshape(-1, 4).T
    order = np.argsort(columns[0], kind="stable")
    dates, *columns = (column[order] for column in columns)
    days = Days(dates)
    elements = [Element(*column, days) for column in zip(ELEMENTS, columns, strict=True)]
    masks, gaps, rules = zip(*((e.masks, e.gaps, e.rules) for e in elements), strict=True)
    return (
        rows(days, days.place[0], days.lengths, [e.months for e in elements], days.month, *masks),
        rows(days, np.arange(len(days.year)), days.year_lengths, [e.years for e in elements], *gaps, *rules),
    )


def rows(days, year, expected, sums, *others):
    """Return rows of arrays of as many months or years; `year` are the places of their years."""
    columns = (
        *(days.year[year], expected),
        *(element.days for element in sums),
        *(element.known(element.total) for element in sums),
        *(column for element in sums for column in element.extremes(days.names, year)),
        *others,
    )
    return [("all", *row) for row in zip(*(column.tolist() for column in columns), strict=True)]


@lru_cache(1000)
def names_of_days(year):
    """Return the days of a year as text, and one more of a year that has 365."""
    january = np.datetime64(f"{year:04}-01-01")
    return (january + np.arange(LONGEST)).astype(str).astype(object)


class Days:
    """Dates in order, which are numbers YYYYMMDD, and the months and years that they fall into."""

    def __init__(self, dates):
        months, day = np.divmod(dates, 100)
        self.month_starts = np.flatnonzero(np.diff(months, prepend=0))
        self.year_of_month, self.month = np.divmod(months[self.month_starts], 100)
        self.year_starts = np.flatnonzero(np.diff(self.year_of_month, prepend=0))  # among the months
        self.year = self.year_of_month[self.year_starts]
        self.names = np.stack([names_of_days(year) for year in self.year.tolist()])
        self.calendar = lengths(self.year)
        self.place = np.searchsorted(self.year, self.year_of_month), self.month - 1
        """Where a month is in the calendar."""
        self.lengths, self.year_lengths = self.calendar[self.place], self.calendar.sum(axis=1)
        before = (self.calendar.cumsum(axis=1) - self.calendar)[self.place]
        self.of_month = day - 1
        self.of_year = self.of_month + np.repeat(before, np.diff(self.month_starts, append=len(day)))
        """The days of a month, and of a year, count from 0."""


class Sums(NamedTuple):
    """How many days have a value, their sum, and the extreme with its day of the year as one integer."""

    sign: int
    days: np.ndarray
    total: np.ndarray
    extreme: np.ndarray

    def by(self, starts):
        """Sum up from each of `starts` to the next."""
        return Sums(
            self.sign,
            np.add.reduceat(self.days, starts),
            np.add.reduceat(self.total, starts),
            np.maximum.reduceat(self.extreme, starts),
        )

    def extremes(self, names, year):
        """Return the extremes and the last dates that have them, given the names of the days of years."""
        value, day = np.divmod(self.extreme, LONGEST)
        return self.known(self.sign * value), self.known(names[year, day])

    def known(self, column):
        """Return a column with None where there is no value."""
        column = column.astype(object)
        column[self.days == 0] = None
        return column


class Element:
    """The `values` of an element by month and by year."""

    def __init__(self, name, values, days):
        there = values != int(MISSING)
        extreme = np.where(there, SIGNS[name] * values * LONGEST + days.of_year, NEVER)
        of_days = Sums(SIGNS[name], there.astype(np.int64), np.where(there, values, 0), extreme)
        self.months = of_days.by(days.month_starts)
        self.years = self.months.by(days.year_starts)
        self.masks = np.bitwise_or.reduceat(there << days.of_month, days.month_starts)
        masks = np.zeros_like(days.calendar)
        masks[days.place] = self.masks
        evidence = Months(masks, days.calendar)
        self.gaps, self.rules = evidence.gap_of_year(), evidence.rules_of_year(KINDS[name])
