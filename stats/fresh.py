"""Monthly statistics of stations that are new, from what their files say.

The days of a new station are those of its file, so the process that reads it can sum up its months while
the database enters others: 0.5 s for the real files, beside the rest, where SQL takes 1.3 s (PostgreSQL) to
1.9 s (SQLite) of the transactions. What comes out is what stats.statements.MONTHLY makes of the same days.
"""

import numpy as np

from stats.statements import COLUMNS, OF_MONTH
from weather.formats import MISSING
from weather.store import database

FIELDS = (*COLUMNS[1:], *OF_MONTH)
"""The columns of a row: all but the station."""

MONTH_LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def packed_months(text, **kwargs):
    """Return the months of the rows of a weather.formats.Series. Receives weather.signals.days_read."""
    return database().pack_rows(months(text))


def insert(packed):
    """Insert {station's primary key: its packed months}; return how many months."""
    columns = (*FIELDS, COLUMNS[0])
    return database().write_packed("weather_monthly_stats", columns, list(packed.items()))


def months(text):
    """Return rows of weather_monthly_stats, as FIELDS, of lines of four numbers: a day and its values."""
    numbers = np.fromstring(text, np.int64, sep=" ").reshape(-1, 4)
    dates, *elements = numbers[np.argsort(numbers[:, 0], kind="stable")].T
    months, day = np.divmod(dates, 100)
    starts = np.flatnonzero(np.diff(months, prepend=0))
    year, month = np.divmod(months[starts], 100)
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    tmax, tmin, prcp = (Months(values, day, starts, first) for values in elements)
    columns = (
        *(year, days_in(year, month)),
        *(element.days for element in (tmax, tmin, prcp)),
        *(element.total for element in (tmax, tmin, prcp)),
        *(*tmax.extreme(1), *tmin.extreme(-1), *prcp.extreme(1)),
        *(month, tmax.masks, tmin.masks, prcp.masks),
    )
    return [("all", *row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def days_in(year, month):
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return MONTH_LENGTHS[month - 1] + (leap & (month == 2))


class Months:
    """An element summed up by month: `values` of a `day` of the month each, months that begin at `starts`."""

    def __init__(self, values, day, starts, first):
        self.values, self.day, self.starts, self.first = values, day, starts, first
        self.there = values != int(MISSING)
        self.masks = np.bitwise_or.reduceat(self.there << (day - 1), starts)
        self.days = np.bitwise_count(self.masks)

    @property
    def total(self):
        return self.known(np.add.reduceat(np.where(self.there, self.values, 0), self.starts))

    def extreme(self, sign):
        """Return the highest (`sign` 1) or lowest (-1) value of each month, and the last date that has it.

        One integer holds both.
        """
        both = np.where(self.there, sign * self.values * 32 + self.day, np.iinfo(np.int64).min)
        value, day = np.divmod(np.maximum.reduceat(both, self.starts), 32)
        return self.known(sign * value), self.known((self.first + day - 1).astype(str))

    def known(self, column):
        """Return a column with None where a month has no value."""
        column = column.astype(object)
        column[self.masks == 0] = None
        return column
