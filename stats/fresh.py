"""Statistics of stations that are new, from what their files say.

The days of a new station are those of its file, so the process that reads it can sum them up while the
database enters others, where SQL takes a third of the transactions. What comes out is what stats.statements
and stats.evidence make of the same days.
"""

from typing import NamedTuple

import numpy as np

from stats.completeness import ALL, KINDS, SIMPLE, rules_met
from stats.statements import COLUMNS, OF_MONTH, OF_YEAR
from weather.formats import ELEMENTS, MISSING
from weather.store import database

MONTH_FIELDS, YEAR_FIELDS = (*COLUMNS[1:], *OF_MONTH), (*COLUMNS[1:], *OF_YEAR)
"""The columns of a row: all but the station."""

SIGNS = {"tmax": 1, "tmin": -1, "prcp": 1}
"""The extreme of an element is the highest (1) or the lowest (-1) of its values."""

LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
BEFORE = np.cumsum(LENGTHS) - LENGTHS
LONGEST = 366
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
    numbers = np.fromstring(text, np.int64, sep=" ").reshape(-1, 4)
    dates, *columns = numbers[np.argsort(numbers[:, 0], kind="stable")].T
    days = Days(dates)
    elements = [Element(*column, days) for column in zip(ELEMENTS, columns, strict=True)]
    masks = [element.masks for element in elements]
    gaps_and_rules = [*(element.gaps() for element in elements), *(element.rules() for element in elements)]
    return (
        rows(days.year_of_month, days.lengths, [e.months for e in elements], days.month, *masks),
        rows(days.year, days.year_lengths, [e.years for e in elements], *gaps_and_rules),
    )


def rows(years, lengths, sums, *others):
    """Return rows of arrays of as many months or years."""
    columns = (
        *(years, lengths),
        *(element.days for element in sums),
        *(element.known(element.total) for element in sums),
        *(column for element in sums for column in element.extremes(years)),
        *others,
    )
    return [("all", *row) for row in zip(*(column.tolist() for column in columns), strict=True)]


class Days:
    """Dates in order, which are numbers YYYYMMDD, and the months and years that they fall into."""

    def __init__(self, dates):
        months, day = np.divmod(dates, 100)
        self.month_starts = np.flatnonzero(np.diff(months, prepend=0))
        self.year_of_month, self.month = np.divmod(months[self.month_starts], 100)
        self.year_starts = np.flatnonzero(np.diff(self.year_of_month, prepend=0))  # among the months
        self.year = self.year_of_month[self.year_starts]
        self.year_lengths = 365 + is_leap(self.year)
        leap = is_leap(self.year_of_month)
        self.lengths = LENGTHS[self.month - 1] + (leap & (self.month == 2))
        before = BEFORE[self.month - 1] + (leap & (self.month > 2))
        sizes = np.diff(self.month_starts, append=len(day))
        self.of_month = day - 1
        self.of_year = self.of_month + np.repeat(before, sizes)
        """The days of a month, and of a year, count from 0."""
        self.place = self.of_year + np.repeat(LONGEST * np.searchsorted(self.year, self.year_of_month), sizes)
        """Where a day is in an array of all years, LONGEST days each."""


def is_leap(year):
    return (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))


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

    def extremes(self, years):
        """Return the extremes and the last dates that have them."""
        value, day = np.divmod(self.extreme, LONGEST)
        january = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
        return self.known(self.sign * value), self.known((january + day).astype(str))

    def known(self, column):
        """Return a column with None where there is no value."""
        column = column.astype(object)
        column[self.days == 0] = None
        return column


class Element:
    """The `values` of an element by month and by year."""

    def __init__(self, name, values, days):
        self.name, self.calendar = name, days
        self.there = values != int(MISSING)
        sign = SIGNS[name]
        extreme = np.where(self.there, sign * values * LONGEST + days.of_year, NEVER)
        of_days = Sums(sign, self.there.astype(np.int64), np.where(self.there, values, 0), extreme)
        self.months = of_days.by(days.month_starts)
        self.years = self.months.by(days.year_starts)
        self.masks = np.bitwise_or.reduceat(self.there << days.of_month, days.month_starts)

    def gaps(self):
        """Return the longest run of days without a value of each year."""
        days = self.calendar
        there = np.zeros((len(days.year), LONGEST), bool)
        there[:, -1] = days.year_lengths < LONGEST
        there.ravel()[days.place] = self.there
        day = np.arange(1, LONGEST + 1)
        return (day - np.maximum.accumulate(np.where(there, day, 0), axis=1)).max(axis=1)

    def rules(self):
        """Return the rules that each year meets, as bits: see completeness.of_year."""
        days = self.calendar
        months = np.full(len(self.masks), ALL)
        for place in np.flatnonzero(self.months.days < days.lengths):
            months[place] = rules_met(int(self.masks[place]), int(days.lengths[place]), KINDS[self.name])
        whole = np.diff(days.year_starts, append=len(months)) == 12
        bits = np.where(whole, np.bitwise_and.reduceat(months, days.year_starts), 0)
        return np.where(self.years.days > 0, bits | SIMPLE, 0)
