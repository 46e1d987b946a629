"""What the map shows of all stations at once: one question to the database for a measure.

Means over years come from monthly statistics. A month counts if at most MOST_MISSING of its days are missing,
as in NOAA's monthly summaries; a year, or a mean over years, has all twelve months.
"""

import functools

from rest.database import fetch
from stats.holdings import edge_of

MOST_MISSING = 5
PERIOD = 30
LEAST_YEARS = 24
"""Of a normal's 30: four fifths (WMO-No. 1203)."""

PARTS = {
    "tmax": ("m.tmax_sum", "m.days_tmax"),
    "tmin": ("m.tmin_sum", "m.days_tmin"),
    "prcp": ("m.prcp_sum", "1"),
}
"""What is added up over the same month of several years to get its mean: a mean of days, or of totals."""

MONTHS = """
    SELECT m.station_id, m.month, sum({total}) AS total, sum({count}) AS number
    FROM weather_stations s JOIN weather_monthly_stats m ON m.station_id = s.id
    WHERE s.observed = TRUE AND m.basis = 'all' AND m.year BETWEEN %s AND %s
        AND m.days_{element} >= m.days_expected - %s
    GROUP BY m.station_id, m.month HAVING count(*) >= %s"""

YEAR_OF_MONTHS = (
    "SELECT station_id, sum(total * 1.0 / number) FROM ({months}) y GROUP BY station_id HAVING count(*) = 12"
)


def normal(element, first, last):
    """Return {station's key: its yearly normal} of the years first to last, °C or mm."""
    return mean(element, first, last, LEAST_YEARS)


def of_year(element, year):
    """Return {station's key: its mean or total of a year}, °C or mm."""
    return mean(element, year, year, 1)


def mean(element, first, last, least):
    total, count = PARTS[element]
    months = MONTHS.format(total=total, count=count, element=element)
    rows = fetch(YEAR_OF_MONTHS.format(months=months), [first, last, MOST_MISSING, least])
    parts = 10 if element == "prcp" else 120  # tenths, and of a temperature the mean of twelve months
    return {key: float(value) / parts for key, value in rows}


@functools.lru_cache(24)
def normal_at(version, element, first, last):
    """Return `normal` of the archive at a version: every step of the slider needs it again."""
    return normal(element, first, last)


def anomaly(version, element, year, first, last):
    """Return {station's key: the difference of a year to the normal}: °C; of rain percent of the normal."""
    normals, values = normal_at(version, element, first, last), of_year(element, year)
    both = {key: (values[key], normals[key]) for key in values.keys() & normals.keys()}
    if element == "prcp":
        return {key: 100 * (value / normal - 1) for key, (value, normal) in both.items() if normal}
    return {key: value - normal for key, (value, normal) in both.items()}


def coverage(element, year):
    """Return {station's key: percent of a year's days with a value}."""
    rows = fetch(COVERAGE.format(element=element), [year])
    return {key: float(share) for key, share in rows}


COVERAGE = """
    SELECT y.station_id, 100.0 * y.days_{element} / y.days_expected
    FROM weather_stations s JOIN weather_yearly_stats y ON y.station_id = s.id
    WHERE s.observed = TRUE AND y.basis = 'all' AND y.year = %s"""


def last(element):
    """Return {station's key: (its last value, °C or mm, and the day of it)}."""
    day = edge_of(element, "DESC")
    rows = fetch(LAST.format(element=element, day=day), [])
    return {key: (value / 10, str(day)) for key, value, day in rows}


LAST = """
    SELECT l.id, v.{element}, l.day FROM (
        SELECT s.id, {day} AS day FROM weather_stations s JOIN (
            SELECT station_id, sum(days_{element}) AS days_{element}, max(year) AS last_{element}
            FROM weather_yearly_stats WHERE basis = 'all' AND days_{element} > 0 GROUP BY station_id
        ) y ON y.station_id = s.id WHERE s.observed = TRUE
    ) l JOIN weather_observations v ON v.station_id = l.id AND v.date = l.day"""
