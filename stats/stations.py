"""Stations as JSON, with what data they have.

They are here, not in weather, because that is derived, and `weather` does not import `stats`.
"""

import re

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from rest import schema
from rest.cursors import cursor
from rest.database import fetch
from rest.keyset import joined
from rest.views import DetailQuery, ListView, PageQuery, ReadView
from weather.formats import ELEMENTS, STATION_ID
from weather.models import Inventory
from weather.selection import STATION, StationFilters, require_stations, stations_of


class StationQuery(StationFilters, PageQuery):
    cursor = cursor(STATION)


class StationSerializer(serializers.Serializer):
    """A station, and what data it has."""

    station_id = serializers.CharField(help_text="GHCN station id.")
    name = serializers.CharField(allow_null=True)
    state = serializers.CharField(allow_null=True, help_text="US state or Canadian province.")
    country = serializers.CharField(help_text="FIPS code.")
    latitude = serializers.FloatField(allow_null=True, help_text="Decimal degrees, north is positive.")
    longitude = serializers.FloatField(allow_null=True, help_text="Decimal degrees, east is positive.")
    elevation_m = serializers.FloatField(allow_null=True, help_text="Above sea level, m.")
    first_date = serializers.DateField(allow_null=True, help_text="The first day in the archive.")
    last_date = serializers.DateField(allow_null=True, help_text="The last day in the archive.")
    days_tmax = serializers.IntegerField(help_text="Days with a maximum temperature.")
    days_tmin = serializers.IntegerField(help_text="Days with a minimum temperature.")
    days_prcp = serializers.IntegerField(help_text="Days with precipitation reported, if only 0.")


STATION_FIELDS = tuple(StationSerializer().fields)


class YearsSerializer(serializers.Serializer):
    first_year = serializers.IntegerField()
    last_year = serializers.IntegerField()


class InventorySerializer(serializers.Serializer):
    """The first and the last year of each element; null for an element that NOAA does not have."""

    tmax = YearsSerializer(allow_null=True)
    tmin = YearsSerializer(allow_null=True)
    prcp = YearsSerializer(allow_null=True)


class StationDetailSerializer(StationSerializer):
    inventory = InventorySerializer(
        allow_null=True,
        help_text="What NOAA's inventory says it has of the station; null if none was loaded.",
    )


def stations(conditions, order="ASC", limit=1):
    """Return stations as tuples of STATION_FIELDS; `conditions` are on alias s, as in rest.keyset.

    The first and the last day are each one look into the primary key of observations.
    """
    condition, parameters = joined(conditions)
    days = ", ".join(
        f"""(SELECT coalesce(sum(y.days_{element}), 0) FROM weather_yearly_stats y
            WHERE y.station_id = s.id AND y.basis = 'all')"""  # noqa: S608 names from the code only
        for element in ("tmax", "tmin", "prcp")
    )
    edges = ", ".join(
        f"(SELECT date FROM weather_observations o WHERE o.station_id = s.id ORDER BY date {way} LIMIT 1)"  # noqa: S608
        for way in ("ASC", "DESC")
    )
    sql = f"""SELECT s.station_id, s.name, s.state, s.country, s.latitude, s.longitude, s.elevation_m,
        {edges}, {days} FROM weather_stations s WHERE {condition}
        ORDER BY s.station_id {order} LIMIT %s"""  # noqa: S608
    return fetch(sql, [*parameters, limit])


def station(row):
    return dict(zip(STATION_FIELDS, row, strict=True)) | {"name": row[1] or None, "state": row[2] or None}


def inventory(station_id):
    """Return what NOAA has of a station: its years by element; None if nothing is known."""
    rows = Inventory.objects.filter(station__station_id=station_id)
    years = {
        element: {"first_year": first, "last_year": last}
        for element, first, last in rows.values_list("element", "first_year", "last_year")
    }
    return {element: years.get(element) for element in ELEMENTS} if years else None


STATION_EXAMPLE = {
    "station_id": "USC00110072",
    "name": "ALEDO",
    "state": "IL",
    "country": "US",
    "latitude": 41.1978,
    "longitude": -90.7447,
    "elevation_m": 219.5,
    "first_date": "1985-01-01",
    "last_date": "2014-12-31",
    "days_tmax": 10568,
    "days_tmin": 10587,
    "days_prcp": 10676,
}


@schema.listing(
    StationSerializer,
    StationQuery(),
    STATION_EXAMPLE,
    operation_id="listStations",
    summary="Stations",
    description="Ordered by station id (by its bytes).",
    tags=["Stations"],
)
class StationListView(ListView):
    query = StationQuery()

    def rows(self, query, position, limit):
        conditions = stations_of(query)
        backward = position is not None and position.backward
        if position is not None:
            conditions.append((f"s.station_id {'<' if backward else '>'} %s", list(position.key)))
        rows = stations(conditions, "DESC" if backward else "ASC", limit)
        require_stations(query, rows)
        return rows

    def count(self, query):
        condition, parameters = joined(stations_of(query))
        sql = f"SELECT count(*) FROM weather_stations s WHERE {condition}"  # noqa: S608
        return fetch(sql, parameters)[0][0]

    def show(self, row):
        return station(row)


@schema.detail(
    StationDetailSerializer,
    DetailQuery(),
    STATION_EXAMPLE
    | {
        "inventory": {
            "tmax": {"first_year": 1901, "last_year": 2026},
            "tmin": {"first_year": 1901, "last_year": 2026},
            "prcp": {"first_year": 1901, "last_year": 2026},
        }
    },
    OpenApiParameter("station_id", str, "path", description="GHCN station id, for example `USC00110072`."),
    operation_id="getStation",
    summary="One station",
    tags=["Stations"],
)
class StationView(ReadView):
    query = DetailQuery()

    def content(self, query, station_id):
        rows = stations([("s.station_id = %s", [station_id])]) if re.fullmatch(STATION_ID, station_id) else []
        if not rows:
            raise Http404(f"No station {station_id}.")
        return station(rows[0]) | {"inventory": inventory(station_id)}
