"""An archive to be checked: four stations close together, and what the checks leave in it."""

import numpy as np

from tests.factories import make_observations, make_station
from weather.models import Archive, Observation, Station

REGION = ("USC00110001", "USC00110002", "USC00110003", "USC00110004")
LETTERS = ("tmax_flag", "tmin_flag", "prcp_flag", "tmax_check", "tmin_check", "prcp_check")


def region(length=76, first="2001-01-01"):
    """Return {station id: rows} of four stations with the same weather, a degree warmer each."""
    weather = (60 * np.sin(np.arange(length) / 3)).round().astype(int)
    days = np.datetime64(first) + np.arange(length)
    return {
        station_id: [
            (str(day), int(value) + 10 * number, int(value) + 10 * number - 80, 0)
            for day, value in zip(days, weather, strict=True)
        ]
        for number, station_id in enumerate(REGION)
    }


def placed(station_id, number=0, **fields):
    return make_station(station_id, latitude=41.0 + number / 10, longitude=-90.0, **fields)


def make_region(**marks):
    """Store the region; on the 30th day the first station is 20 °C too warm."""
    for number, (station_id, rows) in enumerate(region().items()):
        if not number:
            rows[29] = (rows[29][0], rows[29][1] + 200, *rows[29][2:])
        make_observations(placed(station_id, number, **marks), *rows)


def letters():
    """Return {(station id, day): letters, those of the source first} of the days that have any."""
    rows = Observation.objects.values_list("station__station_id", "date", *LETTERS).order_by(
        "station_id", "date"
    )
    return {
        (station, day.isoformat()): "".join(letter or "." for letter in found)
        for station, day, *found in rows
        if any(found)
    }


def generation():
    return Archive.objects.get().generation


def due():
    """Return what is due of each station: c, its own series; s, what needs its neighbours."""
    marks = Station.objects.order_by("station_id").values_list("check_due", "spatial_due")
    return ["".join("cs"[i] for i in (0, 1) if pair[i]) for pair in marks]
