"""Chunks: small files that are entered by one transaction. Most of what a file costs beside its rows is so
shared by several. All of them go in, or none; then they are entered one by one (weather.ingest)."""

import math
import time

from weather.entry import BATCH_ROWS, BATCH_STATIONS

MOST_SECONDS = 1
"""So long a file that is read may wait for others."""


class Chunk:
    """Readings that go in together: small ones in one format, no two of a station or of a name."""

    def __init__(self):
        self.readings, self.stations, self.uris, self.rows, self.began = [], set(), set(), 0, time.monotonic()

    def takes(self, reading, stations):
        """Say whether a Reading may be added, these being its stations."""
        return not self.readings or (
            reading.format == self.readings[0].format
            and reading.uri not in self.uris
            and self.stations.isdisjoint(stations)
            and self.rows + reading.parsed.rows <= BATCH_ROWS
            and len(self.stations) + len(stations) <= BATCH_STATIONS
        )

    def add(self, reading, stations):
        self.readings.append(reading)
        self.uris.add(reading.uri)
        self.stations.update(stations)
        self.rows += reading.parsed.rows

    def full(self, most):
        """Say whether there is to be no more: `most` files are in it, or the first has waited long enough."""
        return len(self.readings) >= most or self.waited()

    def waited(self):
        return time.monotonic() - self.began > MOST_SECONDS


def chunks(readings, files, jobs):
    """Yield lists of Readings, each to be entered at once; `files` is how many there are in all.

    What is not entered, or is large, comes alone. The first chunk is one file, the next ones may be two, four
    and so on, and none is more than its share of what is left: so all jobs begin soon and end together.
    """
    chunk, most = Chunk(), 1
    for left, reading in zip(range(files, 0, -1), readings, strict=False):
        if not reading.parsed:
            if chunk.readings and (reading.content or chunk.waited()):
                yield chunk.readings
                chunk = Chunk()
            yield [reading]
            continue
        stations = [series.station_id for series in reading.parsed.series]
        if not chunk.takes(reading, stations):
            yield chunk.readings
            chunk = Chunk()
        chunk.add(reading, stations)
        if chunk.full(min(most, math.ceil(left / (2 * jobs)))):
            yield chunk.readings
            chunk, most = Chunk(), 2 * most
    if chunk.readings:
        yield chunk.readings
