"""The days of a station as columns: what is reckoned over a whole series starts from here."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from django.db import connection

from weather.formats import ELEMENTS

FLAGS = tuple(f"{element}_flag" for element in ELEMENTS)
CHECKS = tuple(f"{element}_check" for element in ELEMENTS)
COLUMNS = (*ELEMENTS, *FLAGS, *CHECKS)


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
    sql = f"""SELECT date, {", ".join(COLUMNS)} FROM weather_observations
        WHERE station_id = %s AND date BETWEEN %s AND %s ORDER BY date"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [station, first, last])
        rows = cursor.fetchall()
    return series(rows) if rows else None


def series(rows):
    """Return the Series of rows (date, values, flags, checks) in the order of their dates."""
    days, *columns = zip(*rows, strict=True)
    places = np.fromiter((day.toordinal() for day in days), np.int64, len(days)) - days[0].toordinal()
    values = np.full((3, places[-1] + 1), np.nan)
    values[:, places] = np.array(columns[:3], dtype=float)
    source, checks = (letters(columns[i : i + 3], places) for i in (3, 6))
    return Series(days[0], values, np.where(source, source, checks), source)


def letters(columns, places):
    """Return columns of letters as the codes of all days, 0 where there is none."""
    codes = np.zeros((len(columns), places[-1] + 1), np.uint8)
    for element, column in enumerate(columns):
        for row in (row for row, letter in enumerate(column) if letter):
            codes[element, places[row]] = ord(column[row])
    return codes


def day(series, place):
    """Return the date of a place in a Series."""
    return series.first + timedelta(days=int(place))
