"""The calendar of a series.

Every calendar day has a column of its own, 29 February too: a year is a row of 366, and one that is no leap
year has nothing in that column.
"""

from dataclasses import dataclass

import numpy as np

COLUMNS = 366
LEAP_DAY = 59
FIRSTS = np.cumsum([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30])
"""The columns of the first days of the months."""


@dataclass(frozen=True, slots=True)
class Days:
    """Successive days: arrays of their years, months (1..12), days of the month (1..31), columns (0..365)."""

    years: np.ndarray
    months: np.ndarray
    days: np.ndarray
    columns: np.ndarray

    @classmethod
    def of(cls, days):
        """Return the Days of an array of datetime64[D]."""
        firsts = days.astype("M8[M]")
        months = firsts.astype(np.int64) % 12
        within = (days - firsts).astype(np.int64)
        years = firsts.astype("M8[Y]").astype(np.int64) + 1970
        return cls(years, months + 1, within + 1, FIRSTS[months] + within)

    def by_year(self, values):
        """Return a row of values, of one element, as a matrix of years and columns."""
        table = np.full((self.years[-1] - self.years[0] + 1, COLUMNS), np.nan)
        table[self.years - self.years[0], self.columns] = values
        return table

    def by_month(self, values):
        """Return them as a matrix of months, from the first January on, and days of the month."""
        table = np.full(((self.years[-1] - self.years[0] + 1) * 12, 31), np.nan)
        table[(self.years - self.years[0]) * 12 + self.months - 1, self.days - 1] = values
        return table
