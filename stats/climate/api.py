"""Normals, anomalies, records and indices: reckoned from a station's days when they are asked for."""

import datetime

from rest import schema
from rest.cursors import cursor
from rest.parameters import choice, whole
from stats.by_station import ByStationQuery, ByStationView
from stats.climate import normals, records
from stats.climate.monthly import ANNUAL, ELEMENTS
from stats.climate.shown import (
    ANOMALY_EXAMPLE,
    NORMAL_EXAMPLE,
    RECORD_EXAMPLE,
    AnomalySerializer,
    NormalSerializer,
    RecordSerializer,
)
from stats.completeness import RULES
from weather import emptiness, series
from weather.formats import ELEMENTS as MEASURED
from weather.selection import STATION, YEAR, YearFilters, in_order, years_of

PLACE, MONTH = whole(0, len(ELEMENTS) - 1), whole(1, ANNUAL)
FROM_ITS_DAYS = (
    "Reckoned from the days when it is asked for, so it is never older than they are; the days of a station "
    "are read once for an answer, which never mixes old and new."
)


class BasisQuery(ByStationQuery):
    basis = choice(
        ["all", "accepted"],
        "`all` takes values as they came; `accepted` leaves out those with a quality flag.",
        default="all",
    )


class CompleteQuery(BasisQuery):
    completeness = choice(
        RULES,
        "The rule that a month has to meet: `wmo` (a mean: fewer than 11 days missing and fewer than 5 in a "
        "row; a total: none), `noaa` (at most 5, and at most 3 in a row), `simple` (any value). A year needs "
        "all of its months, but for `simple`.",
        default="wmo",
    )


class NormalQuery(CompleteQuery):
    start_year = whole(1, 9999, "The first year of the period.", default=1991)
    end_year = whole(1, 9999, "The last year of the period.", default=2020)
    cursor = cursor(STATION, PLACE, MONTH)

    def validate(self, query):
        in_order(query, "start_year", "end_year", self.defaults)
        return super().validate(query)


class AnomalyQuery(CompleteQuery, YearFilters):
    normal_start = whole(1, 9999, "The first year of the normal.", default=1991)
    normal_end = whole(1, 9999, "The last year of the normal.", default=2020)
    month = whole(1, 12, "Only this month of every year, for example `7`.")
    cursor = cursor(STATION, PLACE, YEAR, MONTH)

    def validate(self, query):
        in_order(query, "normal_start", "normal_end", self.defaults)
        return super().validate(query)


class RecordQuery(BasisQuery):
    month = whole(1, 12, "Only this month of every year, for example `7`.")
    cursor = cursor(STATION, whole(0, len(records.KINDS) - 1), MONTH)


def days_of(query, station, *years):
    """Return the Series of a station, of all years or from the first to the last day of two."""
    days = (datetime.date(years[0], 1, 1), datetime.date(years[1], 12, 31)) if years else ()
    found = series.load(station.pk, *days)
    return found and (found.accepted() if query["basis"] == "accepted" else found)


def month_key(row):
    return row["month"] or ANNUAL


@schema.listing(
    NormalSerializer,
    NormalQuery(),
    NORMAL_EXAMPLE,
    operation_id="listNormals",
    summary="Normals",
    description="The normals of any period by month, then of the year, ordered by station id, element and "
    "month. A normal needs 80 % of the years of its period, 24 of 30, each with a month that meets the rule. "
    f"{FROM_ITS_DAYS}\n\nQuantiles are Hyndman and Fan's type 8 of the years used, and null where these are "
    "fewer than 80 %. `years` of the year are those with all twelve months. A period shorter than 30 years "
    "gives what WMO calls a period average.",
    tags=["Climate"],
    beside=emptiness.IN_SCHEMA,
)
class NormalListView(ByStationView):
    query = NormalQuery()
    key_length = 3
    serializer = NormalSerializer

    def reckoned(self, query, station):
        years = query["start_year"], query["end_year"]
        days = days_of(query, station, *years)
        rows = normals.normals(days, station.station_id, *years, query["completeness"])
        return [(station.station_id, ELEMENTS.index(row["element"]), month_key(row), row) for row in rows]


@schema.listing(
    AnomalySerializer,
    AnomalyQuery(),
    ANOMALY_EXAMPLE,
    operation_id="listAnomalies",
    summary="Anomalies and ranks",
    description="How far each month and year of a station is from a normal, and its rank, ordered by station "
    f"id, element, year and month, the year after its months. {FROM_ITS_DAYS}",
    tags=["Climate"],
    beside=emptiness.IN_SCHEMA,
)
class AnomalyListView(ByStationView):
    query = AnomalyQuery()
    key_length = 4
    serializer = AnomalySerializer

    def reckoned(self, query, station):
        rows = normals.anomalies(
            days_of(query, station),
            station.station_id,
            *years_of(query),
            (query["normal_start"], query["normal_end"]),
            query["completeness"],
            query.get("month"),
        )
        return [
            (station.station_id, ELEMENTS.index(row["element"]), row["year"], month_key(row), row)
            for row in rows
        ]


@schema.listing(
    RecordSerializer,
    RecordQuery(),
    RECORD_EXAMPLE,
    operation_id="listRecords",
    summary="Records",
    description="The highest and the lowest temperatures and the greatest precipitation of a station, by "
    "month and of all months, ordered by station id, element, kind and month. Every value counts, whatever "
    f"is missing around it. {FROM_ITS_DAYS}",
    tags=["Climate"],
    beside=emptiness.IN_SCHEMA,
)
class RecordListView(ByStationView):
    query = RecordQuery()
    key_length = 3
    serializer = RecordSerializer

    def reckoned(self, query, station):
        rows = records.records(days_of(query, station), station.station_id, query.get("month"))
        return [(station.station_id, kind_key(row), month_key(row), row) for row in rows]


def kind_key(row):
    return records.KINDS.index((MEASURED.index(row["element"]), row["kind"]))
