"""Observations as JSON."""

import datetime

from rest_framework import serializers

from rest import schema
from rest.cursors import cursor
from rest.database import VERSION
from rest.keyset import Rows, Selection
from rest.parameters import choice, day
from rest.views import ExportQuery, as_json
from weather import as_of, emptiness
from weather.formats import ELEMENTS
from weather.selection import (
    OBSERVED,
    STATION,
    DayFilters,
    StationFilters,
    StationRowsView,
    days_of,
    generation_at,
    moment,
    stations_of,
)

FLAGS = tuple(f"coalesce({element}_flag, {element}_check)" for element in ELEMENTS)
"""The letters that count: what came with a value, or what weather.quality gave it."""


class ObservationFilters(DayFilters):
    qc = choice(
        ["all", "accepted"],
        "`all` gives values as they came; `accepted` gives null in place of a value with a quality flag. "
        "With `as_of` these are the flags that came with values: letters of our own checks have no history.",
        default="all",
    )
    as_of = moment(
        "The archive as it was then, at a time (ISO 8601, UTC unless it says otherwise; "
        "`2026-01-01` is its midnight) or at a generation. What came or changed later is undone."
    )

    def validate(self, query):
        if "as_of" in query:
            query["as_of"] = generation_at("as_of", query["as_of"])
        return super().validate(query)


class ObservationQuery(StationFilters, ObservationFilters, ExportQuery):
    cursor = cursor(STATION, day())


FLAG = (
    "Quality flag, see `/api/quality`: the letter that came with the value, or else the one that our own "
    "checks gave it; null if it passed. With `as_of`, and in changes, only what came with the value."
)


class ObservationSerializer(serializers.Serializer):
    """One station, one day."""

    station_id = serializers.CharField(help_text="GHCN station id.")
    date = serializers.DateField(help_text="The day as the station reports it; it has no time zone.")
    tmax_c = serializers.FloatField(allow_null=True, help_text="Maximum temperature, °C, in tenths.")
    tmin_c = serializers.FloatField(allow_null=True, help_text="Minimum temperature, °C, in tenths.")
    prcp_mm = serializers.FloatField(allow_null=True, help_text="Precipitation, mm, in tenths.")
    tmax_flag = serializers.CharField(allow_null=True, help_text=FLAG)
    tmin_flag = serializers.CharField(allow_null=True, help_text=FLAG)
    prcp_flag = serializers.CharField(allow_null=True, help_text=FLAG)


def observations(qc, values=ELEMENTS, flags=FLAGS, *, lasting=True):
    """Return the rows of observations, given the SQL of their values and flags."""
    if qc == "accepted":
        both = zip(values, flags, strict=True)
        values = [f"CASE WHEN {flag} IS NULL THEN {value} END" for value, flag in both]
    return Rows(
        table="weather_observations",
        reference="station_id",
        key=("date",),
        span=(datetime.date.min, datetime.date.max),
        columns=(*values, *flags, VERSION),
        owners="weather_stations",
        owner_name="station_id",
        lasting=lasting,
        with_rows=OBSERVED,
    )


OBSERVATIONS = {qc: observations(qc) for qc in ("all", "accepted")}


def tenths(value):
    return None if value is None else value / 10


class Written(dict):
    """Values as they are written in JSON, each worked out once."""

    def __init__(self, change):
        self.change = change

    def __missing__(self, value):
        self[value] = text = as_json(self.change(value)).decode()
        return text


TENTHS, TEXT = Written(tenths), Written(lambda text: text)


def measured(tmax, tmin, prcp, tmax_flag, tmin_flag, prcp_flag):
    """Return the values of a day as they are shown, in units, with their flags."""
    return {
        "tmax_c": tenths(tmax),
        "tmin_c": tenths(tmin),
        "prcp_mm": tenths(prcp),
        "tmax_flag": tmax_flag,
        "tmin_flag": tmin_flag,
        "prcp_flag": prcp_flag,
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
    beside=emptiness.IN_SCHEMA
    | {
        "generation": serializers.IntegerField(
            required=False, help_text="The generation that `as_of` stands for; only with `as_of`."
        )
    },
)
class ObservationListView(StationRowsView):
    query = ObservationQuery()
    key_length = 2
    serializer = ObservationSerializer

    def table(self, query):
        if "as_of" in query:
            return observations(query["qc"], *as_of.columns(query["as_of"]), lasting=False)
        return OBSERVATIONS[query["qc"]]

    def selection(self, query):
        first, last = days_of(query)
        selection = Selection(first, last, owners=stations_of(query))
        if "as_of" in query:
            selection.owners.append(as_of.station_had_rows(query["as_of"], first, last))
            selection.rows.append(as_of.row_was_there(query["as_of"]))
        return selection

    def beside(self, query, rows):
        beside = {"generation": query["as_of"]} if "as_of" in query else {}
        return beside | super().beside(query, rows)

    def render(self, rows):
        """Return the results as JSON, each row by one format: half the time of a dict."""
        results = [
            f'{{"station_id":{TEXT[station]},"date":"{date}",'
            f'"tmax_c":{TENTHS[tmax]},"tmin_c":{TENTHS[tmin]},"prcp_mm":{TENTHS[prcp]},'
            f'"tmax_flag":{TEXT[tmax_flag]},"tmin_flag":{TEXT[tmin_flag]},"prcp_flag":{TEXT[prcp_flag]}}}'
            for station, date, tmax, tmin, prcp, tmax_flag, tmin_flag, prcp_flag, _ in rows
        ]
        return f"[{','.join(results)}]".encode()
