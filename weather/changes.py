"""What changed as JSON, for those who keep a copy."""

from rest_framework import serializers

from rest import database, schema
from rest.cursors import cursor
from rest.parameters import day, whole
from rest.views import ListView, PageQuery
from weather import since
from weather.api import ObservationSerializer, measured, tenths
from weather.selection import (
    STATION,
    DayFilters,
    StationFilters,
    days_of,
    generation_at,
    generation_now,
    moment,
    require_stations,
    stations_of,
)

UNITS = {"tmax": "tmax_c", "tmin": "tmin_c", "prcp": "prcp_mm"}


class SinceFilters(StationFilters, DayFilters):
    since = moment(
        "The `generation` of your last answer, or 0 for everything; or a time, ISO 8601, UTC unless it says "
        "otherwise (`2026-01-01` is its midnight).",
        required=True,
    )

    def validate(self, query):
        # Asked before the rows: what comes in between is left for the next call.
        query["version"], query["until"] = database.version(), generation_now()
        query["since"] = generation_at("since", query["since"])
        return super().validate(query)


class ChangeQuery(SinceFilters, PageQuery):
    cursor = cursor(whole(0, 999_999_999), STATION, day())


class WasSerializer(serializers.Serializer):
    """What the corrected elements were before; the others are left out."""

    tmax_c = serializers.FloatField(required=False, allow_null=True)
    tmax_flag = serializers.CharField(required=False, allow_null=True)
    tmin_c = serializers.FloatField(required=False, allow_null=True)
    tmin_flag = serializers.CharField(required=False, allow_null=True)
    prcp_mm = serializers.FloatField(required=False, allow_null=True)
    prcp_flag = serializers.CharField(required=False, allow_null=True)


class ChangeSerializer(ObservationSerializer):
    """One station, one day: what it is now, and what the file that last changed it did."""

    generation = serializers.IntegerField(help_text="The archive's, after the file that changed it last.")
    change = serializers.ChoiceField(
        ["added", "corrected", "withdrawn"],
        help_text="What that file did: `withdrawn` took the last value that was left of the day.",
    )
    was = WasSerializer(allow_null=True, help_text="What that file corrected; null for `added`.")
    uri = serializers.CharField(help_text="That file.")


@schema.listing(
    ChangeSerializer,
    ChangeQuery(),
    {
        "station_id": "USC00110072",
        "date": "1985-01-01",
        "tmax_c": -2.2,
        "tmin_c": -12.8,
        "prcp_mm": 9.4,
        "tmax_flag": None,
        "tmin_flag": None,
        "prcp_flag": None,
        "generation": 42,
        "change": "corrected",
        "was": {"tmax_c": -22.2, "tmax_flag": None},
        "uri": "s3://bucket/wx_data/USC00110072.txt",
    },
    operation_id="listChanges",
    summary="What changed since you last asked",
    description="Every station-day that was added, corrected or withdrawn since then, once, as it is now, in "
    "the order in which the archive took them.\n\n"
    "To keep a copy, begin with `since=0`, follow `next` to the last page and take over the results, by "
    "station and date. Keep the `generation` of that page: it is the next `since`. Nothing is missed and "
    "nothing comes twice, also while files come in. If your `since` is refused as one that has not come yet, "
    "the archive was set back to a backup: begin anew.\n\n"
    "With a time as `since`, what was being written at that very moment may be missing; with a generation it "
    "cannot.",
    tags=["Observations"],
    beside={"generation": serializers.IntegerField(help_text="The archive's. Ask with it next time.")},
    beside_example={"generation": 42},
)
class ChangeListView(ListView):
    query = ChangeQuery()
    key_length = 3

    def rows(self, query, position, limit):
        rows = since.page(since_of(query), position, limit)
        require_stations(query, [row[1:2] for row in rows])
        return rows

    def rows_and_version(self, query, *which):
        return self.rows(query, *which), query["version"]

    def count(self, query):
        return since.count(since_of(query))

    def beside(self, query, rows):
        return {"generation": query["until"]}

    def show(self, row):
        generation, station_id, date, uri, *rest = row
        values, was = rest[:6], before(rest[6:])
        return {
            "station_id": station_id,
            "date": date,
            **measured(*values),
            "generation": generation,
            "change": change(values[:3], was),
            "was": was,
            "uri": uri,
        }


def since_of(query):
    """Return the Since of a query."""
    first, last = days_of(query)
    few = len(query.get("station_id", ()))
    return since.Since(query["since"], query["until"], first, last, stations_of(query), few)


def before(revisions):
    """Return what (old value, old flag) of each element, or None, say as it is shown; None if nothing."""
    was = {}
    for (element, name), revision in zip(UNITS.items(), revisions, strict=True):
        if revision:
            value, flag = revision
            was |= {name: tenths(value), f"{element}_flag": flag}
    return was or None


def change(values, was):
    if was is None:
        return "added"
    return "withdrawn" if values == [None, None, None] else "corrected"
