"""Who is near whom, and what the checks of their own series have left of them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.db.models import Q

from weather.models import Archive, Station
from weather.quality.checks import LATE
from weather.quality.days import Days
from weather.quality.spatial import RADIUS_KM, Neighbours, anomalies
from weather.quality.usual import Usual
from weather.series import load

EARTH_KM = 6371.0
MOST_NEAR = 50
"""The nearest of a station's neighbours that are looked at."""

REMEMBERED = 150
"""Stations kept in memory while others are compared with them, some 0.7 MB each."""

BAND = 0.7
"""Degrees of latitude that are more than 75 km."""
MOST_BANDS = 100


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a station: as weather.quality.spatial.Neighbours has it, from `first` on."""

    first: np.datetime64
    values: np.ndarray
    anomalies: np.ndarray
    rain: Usual


class Surroundings:
    """The stations with data and a position, and what is left of those that were asked for lately."""

    def __init__(self):
        self.generation = -2
        self.left = lru_cache(REMEMBERED)(left_of)
        self.renew()

    def renew(self, ours=None):
        """Forget what may have changed: all, unless the archive has the generation that we gave it.

        Asked with a station locked, it sees whatever has made that station due.
        """
        generation = Archive.objects.values_list("generation", flat=True).get()
        if generation != self.generation and not generation == ours == self.generation + 1:
            self.left.cache_clear()
            stations = Station.objects.filter(latitude__isnull=False, longitude__isnull=False, observed=True)
            places = list(stations.order_by("station_id").values_list("pk", "latitude", "longitude"))
            self.keys = [key for key, *_ in places]
            self.rows = {key: row for row, key in enumerate(self.keys)}
            self.places = np.radians([place for _, *place in places]).reshape(-1, 2)
        self.generation = generation

    def near(self, station):
        """Return the primary keys of all within reach of one, the nearest first."""
        if station not in self.rows:
            return []
        row = self.rows[station]
        distances = kilometres(self.places, self.places[row])
        order = np.argsort(distances, kind="stable")
        return [self.keys[k] for k in order if k != row and distances[k] <= RADIUS_KM]

    def neighbours(self, station, series):
        """Return the Neighbours of a station with this Series."""
        near = [left for left in map(self.left, self.near(station)[:MOST_NEAR]) if left]
        first, days = np.datetime64(series.first), series.values.shape[1]
        return Neighbours(
            np.array([aligned(left.values, left.first, first, days) for left in near]),
            np.array([aligned(left.anomalies, left.first, first, days) for left in near]),
            [left.rain for left in near],
        )


def kilometres(places, place):
    """Return the great-circle distances of places (latitude and longitude in radians) from one of them."""
    half = np.sin((places - place) / 2) ** 2
    return (
        2 * EARTH_KM * np.arcsin(np.sqrt(half[:, 0] + np.cos(places[:, 0]) * np.cos(place[0]) * half[:, 1]))
    )


def left_of(station):
    """Return what is Left of a station (primary key), None without observations."""
    series = load(station)
    if series is None:
        return None
    early = (series.source == 0) & ((series.flags == 0) | np.isin(series.flags, list(LATE)))
    values, days = np.where(early, series.values, np.nan), Days.of(series.days)
    far = np.array([anomalies(values[place], days) for place in (0, 1)])
    return Left(np.datetime64(series.first), values, far, Usual.rain(values[2], days))


def aligned(values, begins, first, days):
    """Return values that begin on a day, for other days, one more before and one after."""
    out = np.full((len(values), days + 2), np.nan)
    start = int((begins - first).astype(int)) + 1
    low, high = max(start, 0), min(start + values.shape[1], days + 2)
    if low < high:
        out[:, low:high] = values[:, low - start : high - start]
    return out


def moved(latitudes):
    """Let stations be compared with their neighbours again whose neighbours are others now.

    `latitudes` are those of stations that have come to a place or left it; None is no place.
    """
    latitudes = {latitude for latitude in latitudes if latitude is not None}
    if latitudes:
        bands = Q()
        for latitude in latitudes if len(latitudes) <= MOST_BANDS else ():
            bands |= Q(latitude__range=(latitude - BAND, latitude + BAND))
        Station.objects.filter(bands, observed=True).update(spatial_due=True)
