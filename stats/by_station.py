"""Lists whose rows are reckoned from the days of one station after the other: nothing of them is stored."""

import datetime
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from rest.exports import MEDIA_TYPES
from rest.keyset import Selection
from rest.parameters import code
from rest.unpaged import Made, columns_made
from rest.views import ExportQuery, ListView, refused
from weather.api import OBSERVATIONS
from weather.emptiness import why_empty
from weather.formats import STATION_ID
from weather.models import Station
from weather.selection import stations_of, years_of

MOST_STATIONS = 100
"""Stations of one request: each is some 30 ms of work."""


class ByStationQuery(ExportQuery):
    station_id = code(
        STATION_ID,
        "a station id such as USC00110072",
        f"GHCN station id, for example `USC00110072`. Repeat it, or separate several by commas; at most "
        f"{MOST_STATIONS} at once.",
        several=True,
        most=MOST_STATIONS,
        required=True,
    )


class Asked(NamedTuple):
    """A station that is asked for."""

    station_id: str
    pk: int
    latitude: float | None


class ByStationView(ListView):
    """Rows ordered by station id, then by their own key.

    Each answer about a station comes from one reading of its days, so it never mixes old and new.
    """

    media_types = MEDIA_TYPES
    serializer = None
    """The serializer of what is shown of a row, in its order."""

    def reckoned(self, query, station):
        """Return a station's rows in the order of their keys, as tuples: its id, ..., and what is shown."""
        raise NotImplementedError

    def rows(self, query, position, limit):
        backward = position is not None and position.backward
        found = []
        for station in stations(query, position):
            some = self.reckoned(query, station)
            found += beyond(some, position)[::-1] if backward else beyond(some, position)
            if len(found) >= limit:
                break
        return found[:limit]

    def count(self, query):
        return sum(len(self.reckoned(query, station)) for station in stations(query))

    def show(self, row):
        return row[-1]

    def beside(self, query, rows):
        if rows or "cursor" in query:
            return {}
        first, last = years_of(query)
        days = (datetime.date(first, 1, 1), datetime.date(last, 12, 31))
        return {"empty": why_empty(query, OBSERVATIONS["all"], Selection(*days, owners=stations_of(query)))}

    def export(self, query):
        asked = stations(query)  # a station that is unknown is an error before anything is sent

        def batches():
            for station in asked:
                yield [tuple(row[-1].values()) for row in self.reckoned(query, station)]

        return Made(columns_made(self.serializer), batches)


def stations(query, position=None):
    """Return the stations a query asks for in the order of their ids, from that at a Position on."""
    fields = ("station_id", "pk", "latitude")
    known = Station.objects.filter(station_id__in=query["station_id"]).values_list(*fields)
    found = sorted(Asked(*row) for row in known)
    if unknown := sorted(set(query["station_id"]).difference(station.station_id for station in found)):
        raise refused("station_id", f"unknown station {', '.join(unknown)}")
    if position is None:
        return found
    if position.backward:
        return [station for station in reversed(found) if station.station_id <= position.key[0]]
    return [station for station in found if station.station_id >= position.key[0]]


def beyond(rows, position):
    """Return those of rows in order that are beyond a Position."""
    if position is None:
        return rows
    key = tuple(position.key)

    def key_of(row):
        return row[: len(key)]

    if position.backward:
        return rows[: bisect_left(rows, key, key=key_of)]
    return rows[bisect_right(rows, key, key=key_of) :]
