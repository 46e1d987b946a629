"""Rows for tests, written by hand where the ingest is not what is tested."""

import datetime

from django.utils import timezone

from stats.compute import recompute
from weather.models import IngestRun, Observation, SourceFile, Station


def make_station(station_id="USC00110072", **fields):
    fields = {"country": station_id[:2], "observed": True} | fields
    return Station.objects.create(station_id=station_id, **fields)


def make_run(**fields):
    now = timezone.now()
    defaults = {
        "started_at": now,
        "finished_at": now,
        "status": "succeeded",
        "sources": ["/data"],
        "files": 1,
    }
    return IngestRun.objects.create(**defaults | fields)


def make_source_file(run=None, **fields):
    defaults = {
        "run": run or make_run(),
        "uri": "/data/USC00110072.txt",
        "fingerprint": "0" * 64,
        "status": "ingested",
        "format": "wx",
        "read_at": timezone.now(),
    }
    return SourceFile.objects.create(**defaults | fields)


def make_observations(station, *days, source_file=None, **flags):
    """Store days as (ISO date, tmax, tmin, prcp) in tenths, None for missing, with their statistics."""
    source_file = source_file or make_source_file(station=station)
    rows = [
        Observation(
            station=station,
            date=datetime.date.fromisoformat(date),
            tmax=tmax,
            tmin=tmin,
            prcp=prcp,
            source_file=source_file,
            **flags,
        )
        for date, tmax, tmin, prcp in days
    ]
    Observation.objects.bulk_create(rows)
    years = [row.date.year for row in rows]
    recompute([station.id], min(years), max(years))
    return rows


def write_wx(folder, station_id, *lines):
    """Write a file in the wx format from lines such as '19850101 -22 -128 94'; return its path."""
    path = folder / f"{station_id}.txt"
    path.write_text("".join(wx_line(*line.split()) for line in lines), encoding="ascii")
    return path


def wx_line(date, *values):
    return "\t".join([date, *(f"{value:>5}" for value in values)]) + "\n"
