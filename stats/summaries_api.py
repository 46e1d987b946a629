"""Months and years of stations as NOAA's summaries have them, reckoned when they are asked for."""

from datetime import date
from functools import cache

from rest import schema
from rest.cursors import cursor
from rest.parameters import choice, whole
from stats import summaries
from stats.by_station import ByStationQuery, ByStationView
from stats.completeness import RULES
from stats.summaries_schema import (
    MONTH_EXAMPLE,
    YEAR_EXAMPLE,
    MonthlySummarySerializer,
    YearlySummarySerializer,
)
from weather import emptiness, series
from weather.selection import STATION, YearFilters, years_of

YEAR, MONTH = whole(1, 9999), whole(1, 12)


class SummaryQuery(ByStationQuery, YearFilters):
    basis = choice(
        ["all", "accepted"],
        "`accepted`, as NOAA does it, leaves out values with a quality letter; `all` counts every value.",
        default="accepted",
    )
    completeness = choice(
        list(RULES),
        "Which days may be missing; where more are, values are null and `reason_...` says why. "
        "`noaa`: 5 of a month, 3 of them in a row. `wmo`: of means and extremes of temperature 10 and 4, "
        "otherwise none. `simple`: all but one.",
        default="noaa",
    )


class MonthlyQuery(SummaryQuery):
    cursor = cursor(STATION, YEAR, MONTH)


class YearlyQuery(SummaryQuery):
    cursor = cursor(STATION, YEAR)


def days_of(query, station):
    """Return the Series of a station that a query asks for; None without observations."""
    first, last = years_of(query)
    if first > last:
        return None
    found = series.load(station.pk, date(first, 1, 1), date(last, 12, 31))
    return found and (found.accepted() if query["basis"] == "accepted" else found)


@cache
def names_of(serializer):
    """Return the names of a serializer's fields, in order: to make one takes longer than a month does."""
    return tuple(serializer().fields)


def in_order(row, names):
    """Return a dict in the order of names."""
    return {name: row[name] for name in names}


class SummaryView(ByStationView):
    summarise = None
    """Returns the periods of a Series by a rule, as dicts."""

    def reckoned(self, query, station):
        found = days_of(query, station)
        if found is None:
            return []
        rows, names = self.summarise(found, query["completeness"]), names_of(self.serializer)
        rows = [in_order({"station_id": station.station_id} | row, names) for row in rows]
        # The key comes first in a row: the station, the year and, if it has one, the month.
        return [(*list(row.values())[: self.key_length], row) for row in rows]


DESCRIPTION = (
    "Ordered by station id (by its bytes), then {}. Every {} from a station's first day to its last, in the "
    "element names, and by default by the rules, of NOAA's {}: docs/definitions.md."
)


@schema.listing(
    MonthlySummarySerializer,
    MonthlyQuery(),
    MONTH_EXAMPLE,
    operation_id="listMonthlySummaries",
    summary="Months as NOAA summarises them",
    description=DESCRIPTION.format("year and month", "month", "Global Summary of the Month"),
    tags=["Statistics"],
    beside=emptiness.IN_SCHEMA,
)
class MonthlySummaryView(SummaryView):
    query = MonthlyQuery()
    key_length = 3
    serializer = MonthlySummarySerializer

    summarise = staticmethod(summaries.monthly)


@schema.listing(
    YearlySummarySerializer,
    YearlyQuery(),
    YEAR_EXAMPLE,
    operation_id="listYearlySummaries",
    summary="Years as NOAA summarises them",
    description=DESCRIPTION.format("year", "year", "Global Summary of the Year"),
    tags=["Statistics"],
    beside=emptiness.IN_SCHEMA,
)
class YearlySummaryView(SummaryView):
    query = YearlyQuery()
    key_length = 2
    serializer = YearlySummarySerializer

    summarise = staticmethod(summaries.yearly)
