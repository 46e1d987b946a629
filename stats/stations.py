"""Stations as JSON and as GeoJSON, with what data they have.

They are here, not in weather, because that is derived, and `weather` does not import `stats`.
"""

import re
from itertools import islice

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter

from rest import schema
from rest.cursors import cursor
from rest.parameters import choice, day, decimal, point, whole, words
from rest.views import JSON, DetailQuery, ListView, PageQuery, ReadView, as_json, refused
from stats import finding, geojson, holdings
from stats.station_schema import (
    DETAIL_EXAMPLE,
    FOUND_EXAMPLE,
    StationDetailSerializer,
    StationSerializer,
)
from weather.directory import HALF_WAY
from weather.formats import ELEMENTS, STATION_ID
from weather.models import Inventory, Station
from weather.selection import STATION, StationFilters, in_order, require_stations

PLACE = whole(0, HALF_WAY)

NEEDS = {"radius_km": "near", "start": "has", "end": "has", "min_coverage": "has"}
"""Parameters that say something only with another."""


class StationQuery(StationFilters, PageQuery):
    name = words(
        60,
        "Stations with a name like this, for example `chicago ohare`, the best matches first. Beginnings of "
        "words do, in any order, and so do words with a mistyped letter or two; case and accents do not "
        "matter.",
    )
    near = point(
        "The stations nearest to `latitude,longitude` first, decimal degrees, for example `41.88,-87.63`. "
        "Each says its `distance_km`. With `name` too, the distance orders."
    )
    radius_km = decimal(0, 20016, "Only stations within this distance of `near`, km, for example `50`.")
    has = choice(
        ELEMENTS,
        "Only stations with values of this element, for example `tmax`, or of all of several: repeat it, or "
        "separate them by commas. Each says its `coverage`.",
        several=True,
    )
    start = day(
        "The first day of the range that `has` asks about, YYYY-MM-DD; without it, each station's first."
    )
    end = day("The last day of the range that `has` asks about, YYYY-MM-DD; without it, each station's last.")
    min_coverage = decimal(
        0,
        1,
        "The least share of the calendar days of that range with a value, for example `0.9`, for each "
        "element of `has`. Without it, one value is enough.",
    )
    cursor = cursor(PLACE, STATION)
    format = choice(
        ["json", "geojson"],
        "The format of the answer. Without it, `Accept: application/geo+json` chooses GeoJSON.",
    )

    def validate(self, query):
        in_order(query, "start", "end")
        for name, other in NEEDS.items():
            if name in query and other not in query:
                raise refused(name, f"says something only with {other}")
        return super().validate(query)


def inventory(station_id):
    """Return what NOAA has of a station: its years by element; None if nothing is known."""
    rows = Inventory.objects.filter(station__station_id=station_id)
    years = {
        element: {"first_year": first, "last_year": last}
        for element, first, last in rows.values_list("element", "first_year", "last_year")
    }
    return {element: years.get(element) for element in ELEMENTS} if years else None


@schema.listing(
    StationSerializer,
    StationQuery(),
    FOUND_EXAMPLE,
    also={geojson.MEDIA_TYPE: (geojson.StationCollectionSerializer, geojson.EXAMPLE)},
    operation_id="listStations",
    summary="Stations",
    description="Ordered by station id (by its bytes); with `name` by how well it matches, with `near` by "
    "distance, and then by id.",
    tags=["Stations"],
)
class StationListView(ListView):
    query = StationQuery()
    key_length = 2
    media_types = {"json": JSON, "geojson": geojson.MEDIA_TYPE}

    def rows(self, query, position, limit):
        stations = list(islice(finding.found(query, position, limit), limit))
        require_stations(query, [station[1:] for station in stations])
        described = holdings.described([key for _, _, key, _ in stations])
        return [
            (place, station_id, described[key] | extras(query, place, coverage))
            for place, station_id, key, coverage in stations
            if key in described  # nothing deletes stations, but somebody may have, by hand
        ]

    def count(self, query):
        return finding.count(query)

    def show(self, row):
        return row[2]

    def written(self, query, head, rows):
        if query["format"] == "json":
            return super().written(query, head, rows)
        return as_json(geojson.collection(head, [self.show(row) for row in rows]))


def extras(query, place, coverage):
    """Return what only some queries show of a station."""
    distance = {"distance_km": place / 100} if "near" in query else {}
    return distance | ({"coverage": coverage} if "has" in query else {})


@schema.detail(
    StationDetailSerializer,
    DetailQuery(),
    DETAIL_EXAMPLE,
    OpenApiParameter("station_id", str, "path", description="GHCN station id, for example `USC00110072`."),
    operation_id="getStation",
    summary="One station",
    tags=["Stations"],
)
class StationView(ReadView):
    query = DetailQuery()

    def content(self, query, station_id):
        keys = Station.keys([station_id]) if re.fullmatch(STATION_ID, station_id) else {}
        if not keys:
            raise Http404(f"No station {station_id}.")
        (station,) = holdings.described(list(keys.values())).values()
        return station | {"inventory": inventory(station_id)}
