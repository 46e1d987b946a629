"""The highest and lowest values that a station ever had, by month and of all, with their dates."""

import numpy as np

from stats.climate.reckoning import PRCP, TMAX, TMIN
from weather.formats import ELEMENTS

KINDS = ((TMAX, "highest"), (TMAX, "lowest"), (TMIN, "highest"), (TMIN, "lowest"), (PRCP, "highest"))
"""In the order of the rows."""
MOST_DATES = 100
UNITS = {TMAX: "°C", TMIN: "°C", PRCP: "mm"}


def records(series, station_id, month=None):
    """Return the rows of a station's records: dicts, by KINDS and month, the record of all months last.

    `month` leaves only that month. A row without a value stands for months in which the element has none.
    """
    if series is None:
        return []
    dates = series.days
    months = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    of_month = {m: months == m for m in ([month] if month else range(1, 13))}
    if not month:
        of_month[None] = np.ones(len(dates), bool)
    rows = []
    for element, kind in KINDS:
        for m, within in of_month.items():
            places = np.flatnonzero(within & ~np.isnan(series.values[element]))
            found = record(dates[places], series.values[element][places], kind)
            rows.append(
                {"station_id": station_id, "month": m, "element": ELEMENTS[element], "kind": kind}
                | {"unit": UNITS[element]}
                | found
            )
    return rows


def record(dates, values, kind):
    """Return the record among the values of some dates, with the last MOST_DATES of the days that have it."""
    if not len(values):
        nothing = dict.fromkeys(("value", "dates", "times", "years_used", "first_year", "last_year"))
        return nothing | {"dates": [], "times": 0, "years_used": 0}
    extreme = values.max() if kind == "highest" else values.min()
    days = dates[values == extreme]
    years = np.unique(dates.astype("datetime64[Y]").astype(np.int64)) + 1970
    return {
        "value": float(extreme) / 10,
        "dates": [day.isoformat() for day in days[-MOST_DATES:].tolist()],
        "times": len(days),
        "years_used": len(years),
        "first_year": int(years[0]),
        "last_year": int(years[-1]),
    }
