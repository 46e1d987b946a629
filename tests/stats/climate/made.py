"""Series written by hand, and what is reckoned of them."""

from datetime import date

import numpy as np

from stats.climate.indices import rows
from stats.climate.reckoning import Options
from weather.series import Series

STATION = "USC00110072"


def series(first, tmax=(), tmin=(), prcp=()):
    """Return a Series from an ISO date on: tenths, None for missing, shorter columns filled up with None."""
    length = max(len(tmax), len(tmin), len(prcp))
    columns = [[*column, *[None] * (length - len(column))] for column in (tmax, tmin, prcp)]
    values = np.array(columns, float)
    return Series(date.fromisoformat(first), values, np.zeros(values.shape, np.uint8))


def years(first, last, tmax=None, tmin=None, prcp=None):
    """Return a Series of whole calendar years with the same values every day."""
    length = (date(last + 1, 1, 1) - date(first, 1, 1)).days
    return series(f"{first}-01-01", *([value] * length for value in (tmax, tmin, prcp)))


def put(series, day, *, tmax=None, tmin=None, prcp=None, days=1):
    """Set values of a Series from an ISO date on, for some days; return the Series."""
    place = (date.fromisoformat(day) - series.first).days
    for row, value in enumerate((tmax, tmin, prcp)):
        if value is not None:
            series.values[row, place : place + days] = value
    return series


def index(series, name, latitude=41.0, **options):
    """Return the rows of an index, any day being enough unless another rule is asked for."""
    return rows(series, STATION, latitude, [name], Options(**{"rule": "simple"} | options))


def values(series, name, latitude=41.0, **options):
    """Return {year, or (year, month): value} of an index."""
    found = index(series, name, latitude, **options)
    return {(row["year"], row["month"]) if row["month"] else row["year"]: row["value"] for row in found}
