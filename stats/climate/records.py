"""The highest and lowest values that a station ever had, by month and of all, with their dates."""

import numpy as np

from stats.climate.reckoning import PRCP, TMAX, TMIN
from weather.formats import ELEMENTS
from weather.series import day

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
    years, months = (series.days.astype(f"datetime64[{unit}]").astype(np.int64) for unit in "YM")
    places = {m: np.flatnonzero(months % 12 == m - 1) for m in ([month] if month else range(1, 13))}
    if not month:
        places[None] = np.arange(len(months))
    rows = []
    for element, kind in KINDS:
        values = series.values[element]
        for m, within in places.items():
            there = within[~np.isnan(values[within])]
            rows.append(
                {"station_id": station_id, "month": m, "element": ELEMENTS[element], "kind": kind}
                | {"unit": UNITS[element]}
                | record(series, values[there], there, years[there] + 1970, kind)
            )
    return rows


def record(series, values, places, years, kind):
    """Return the record among the values of some days, with the last MOST_DATES of the days that have it."""
    if not len(values):
        nothing = dict.fromkeys(("value", "dates", "times", "years_used", "first_year", "last_year"))
        return nothing | {"dates": [], "times": 0, "years_used": 0}
    extreme = values.max() if kind == "highest" else values.min()
    days = places[values == extreme]
    return {
        "value": float(extreme) / 10,
        "dates": [day(series, place).isoformat() for place in days[-MOST_DATES:]],
        "times": len(days),
        "years_used": 1 + int(np.count_nonzero(np.diff(years))),
        "first_year": int(years[0]),
        "last_year": int(years[-1]),
    }
