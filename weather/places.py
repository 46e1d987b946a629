"""Places of invented stations, in the format of NOAA's ghcnd-stations.txt."""

import random
from pathlib import Path

from weather.generate import station_id

FIRST = ("ASH", "BIRCH", "CEDAR", "CLEAR", "ELK", "FAIR", "GREEN", "HAZEL", "LONG", "MAPLE", "OAK", "STONE")
SECOND = ("BROOK", "CREEK", "FIELD", "FORD", "GROVE", "HILL", "LAKE", "MILLS", "PRAIRIE", "RIDGE", "SPRINGS")


def write_places(file, stations, seed):
    lines = (line(number, seed) for number in range(1, stations + 1))
    Path(file).write_text("".join(lines), encoding="ascii")


def line(number, seed):
    """Return the line of a station. Its latitude is the one that its weather is made for."""
    id = station_id(number)
    latitude = 36 + 12 * random.Random(f"{seed}/{id}").random()  # noqa: S311 as weather.generate.climate
    rng = random.Random(f"{seed}/place/{id}")  # noqa: S311
    longitude, elevation = -99 + 17 * rng.random(), 150 + 400 * rng.random()
    name = f"{FIRST[int(rng.random() * len(FIRST))]} {SECOND[int(rng.random() * len(SECOND))]}"
    return f"{id} {latitude:8.4f} {longitude:9.4f} {elevation:6.1f}    {name:<30}\n"
