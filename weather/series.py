"""The days of a station as columns: what is reckoned over a whole series starts from here."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from rest.database import connection
from weather.formats import ELEMENTS, FLAGS

CHECKS = tuple(f"{element}_check" for element in ELEMENTS)
ROWS = f"""SELECT CAST(date AS char(10)), {", ".join(ELEMENTS)}, {{letters}} FROM weather_observations
    WHERE station_id = %s AND date BETWEEN %s AND %s ORDER BY date"""  # noqa: S608 names from the code only
"""Dates and letters come as text: to make dates of Python and six columns of nothing takes half the time."""


@dataclass(frozen=True, slots=True)
class Series:
    """Every calendar day of a station from `first` on, whether it has an observation or not.

    `values` are float64 of shape (3, days), whole tenths (°C, °C, mm) in the order of ELEMENTS, NaN where
    there is none; `flags` are uint8 of the same shape, the code of the quality letter that counts, 0 where
    there is none. `source` are the letters that came with the values: the others are of our own checks.
    """

    first: date
    values: np.ndarray
    flags: np.ndarray
    source: np.ndarray | None = None

    @property
    def days(self):
        """The dates, datetime64[D]."""
        return np.datetime64(self.first) + np.arange(self.values.shape[1])

    def accepted(self):
        """Return the series without the values that have a flag."""
        return replace(self, values=np.where(self.flags == 0, self.values, np.nan))


def load(station, first=date.min, last=date.max):
    """Return the Series of a station (primary key) between two days, inclusive; None without observations."""
    asked = connection()
    dates = asked.ops.adapt_datefield_value
    with asked.cursor() as cursor:
        cursor.execute(ROWS.format(letters=letters_of(asked)), [station, dates(first), dates(last)])
        rows = cursor.fetchall()
    return series(rows) if rows else None


def letters_of(asked):
    """Return the SQL of six letters in one text, blank where there is none; NULL, as mostly, without any."""
    blanks = [f"coalesce({column}, ' ')" for column in (*FLAGS, *CHECKS)]
    joined = f"concat({', '.join(blanks)})" if asked.vendor == "mysql" else " || ".join(blanks)
    return f"CASE WHEN coalesce({', '.join((*FLAGS, *CHECKS))}) IS NOT NULL THEN {joined} END"


def series(rows):
    """Return the Series of rows (date as text, values, letters) in the order of their dates."""
    days, *values, letters = zip(*rows, strict=True)
    days = np.array(days, "datetime64[D]")
    places = (days - days[0]).astype(np.int64)
    length = places[-1] + 1
    every = np.full((len(ELEMENTS), length), np.nan)
    every[:, places] = np.array(values, float)
    codes = np.zeros((2 * len(ELEMENTS), length), np.uint8)
    for row in (row for row, text in enumerate(letters) if text):
        codes[:, places[row]] = [0 if letter == " " else ord(letter) for letter in letters[row]]
    source, checks = codes[: len(ELEMENTS)], codes[len(ELEMENTS) :]
    return Series(days[0].item(), every, np.where(source, source, checks), source)


def day(series, place):
    """Return the date of a place in a Series."""
    return series.first + timedelta(days=int(place))
