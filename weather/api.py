"""Observations as JSON."""

import datetime

from rest_framework import serializers

from rest import schema
from rest.cursors import cursor
from rest.keyset import Rows, Selection
from rest.parameters import choice, day
from rest.views import PageQuery
from weather.selection import (
    STATION,
    StationFilters,
    StationRowsView,
    YearFilters,
    in_order,
    overlap,
    stations_of,
    years_of,
)


class DayFilters(YearFilters):
    date = day("The day, YYYY-MM-DD, for example `1985-01-01`.")
    start = day("The first day, inclusive, YYYY-MM-DD.")
    end = day("The last day, inclusive, YYYY-MM-DD.")
    qc = choice(
        ["all", "accepted"],
        "`all` gives values as they came; `accepted` gives null in place of a value with a quality flag.",
        default="all",
    )

    def validate(self, query):
        in_order(query, "start", "end")
        return super().validate(query)


class ObservationQuery(StationFilters, DayFilters, PageQuery):
    cursor = cursor(STATION, day())


class ObservationSerializer(serializers.Serializer):
    """One station, one day."""

    station_id = serializers.CharField(help_text="GHCN station id.")
    date = serializers.DateField(help_text="The day as the station reports it; it has no time zone.")
    tmax_c = serializers.FloatField(allow_null=True, help_text="Maximum temperature, °C, in tenths.")
    tmin_c = serializers.FloatField(allow_null=True, help_text="Minimum temperature, °C, in tenths.")
    prcp_mm = serializers.FloatField(allow_null=True, help_text="Precipitation, mm, in tenths.")
    tmax_flag = serializers.CharField(allow_null=True, help_text="GHCN's quality flag; null if it passed.")
    tmin_flag = serializers.CharField(allow_null=True, help_text="GHCN's quality flag; null if it passed.")
    prcp_flag = serializers.CharField(allow_null=True, help_text="GHCN's quality flag; null if it passed.")


def days_of(query):
    """Return the first and the last day the query leaves."""
    first_year, last_year = years_of(query)
    first, last = datetime.date(first_year, 1, 1), datetime.date(last_year, 12, 31)
    return overlap(
        [first, query.get("date", first), query.get("start", first)],
        [last, query.get("date", last), query.get("end", last)],
    )


def observations(*values):
    return Rows(
        table="weather_observations",
        reference="station_id",
        key=("date",),
        span=(datetime.date.min, datetime.date.max),
        columns=(*values, "tmax_flag", "tmin_flag", "prcp_flag"),
        owners="weather_stations",
        owner_name="station_id",
    )


OBSERVATIONS = {
    "all": observations("tmax", "tmin", "prcp"),
    "accepted": observations(
        *(f"CASE WHEN {element}_flag IS NULL THEN {element} END" for element in ("tmax", "tmin", "prcp"))
    ),
}


@schema.listing(
    ObservationSerializer,
    ObservationQuery(),
    {
        "station_id": "USC00110072",
        "date": "1985-01-01",
        "tmax_c": -2.2,
        "tmin_c": -12.8,
        "prcp_mm": 9.4,
        "tmax_flag": None,
        "tmin_flag": None,
        "prcp_flag": None,
    },
    operation_id="listObservations",
    summary="Daily observations",
    description="Ordered by station id (by its bytes), then date. A value that is missing is null.",
    tags=["Observations"],
)
class ObservationListView(StationRowsView):
    query = ObservationQuery()
    key_length = 2

    def table(self, query):
        return OBSERVATIONS[query["qc"]]

    def selection(self, query):
        first, last = days_of(query)
        return Selection(first, last, owners=stations_of(query))

    def show(self, row):
        station_id, date, tmax, tmin, prcp, tmax_flag, tmin_flag, prcp_flag = row
        return {
            "station_id": station_id,
            "date": date,
            "tmax_c": None if tmax is None else tmax / 10,
            "tmin_c": None if tmin is None else tmin / 10,
            "prcp_mm": None if prcp is None else prcp / 10,
            "tmax_flag": tmax_flag,
            "tmin_flag": tmin_flag,
            "prcp_flag": prcp_flag,
        }
