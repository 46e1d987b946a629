"""What stations are: name, state, position, from NOAA's list. Before or after their observations."""

from django.db import transaction
from django.utils import timezone

from weather import sources
from weather.formats import ghcnd_stations
from weather.ingest import attempt, keep_rejected, ledger_entry, quarantine, recorded
from weather.models import Archive, IngestRun, SourceFile, Station

DESCRIBED = ("name", "state", "latitude", "longitude", "elevation_m")
BATCH = 1000
"""Stations to a statement: every database has a limit of parameters."""


def ingest_stations(name):
    """Take a list of stations (file, folder or glob) into the archive; return the finished IngestRun.

    Raise SourceError when there is no file. A file goes in whole or not at all.
    """
    files = sources.find([name])
    with recorded(IngestRun(started_at=timezone.now(), sources=[name], files=len(files))) as run:
        for raw in files:
            run.count(take(raw, run))
    return run


def take(raw, run):
    """Enter the stations of one raw file; return its SourceFile, quarantined if it is no such list."""
    reading = attempt(raw, parse)
    if reading.refusal:
        return quarantine(reading, run, reading.refusal)
    return enter(reading, run)


def parse(reading, content):
    reading.parsed = ghcnd_stations.parse(content)


@transaction.atomic
def enter(reading, run):
    """Insert the stations that are new and describe anew those that differ, in one transaction."""
    stations = reading.parsed.stations
    source_file = ledger_entry(reading, run, format="ghcnd-stations", status=SourceFile.Status.INGESTED)
    known = {station.station_id: station for station in Station.objects.select_for_update()}
    new = [Station(station_id=i, country=i[:2], **stations[i]) for i in stations if i not in known]
    changed = [known[i] for i in stations if i in known and describe(known[i], stations[i])]
    # Another run may have met a station in its files meanwhile: then it is described, too.
    Station.objects.bulk_create(
        new, batch_size=BATCH, update_conflicts=True, unique_fields=["station_id"], update_fields=DESCRIBED
    )
    Station.objects.bulk_update(changed, DESCRIBED, batch_size=BATCH)
    unchanged = len(stations) - len(new) - len(changed)
    source_file.balance(reading.parsed, len(new), len(changed), unchanged)
    source_file.generation = Archive.advance()
    source_file.save()
    keep_rejected(source_file, reading.parsed.rejected)
    return source_file


def describe(station, description):
    """Describe a station; return whether that changes anything."""
    before = [getattr(station, field) for field in DESCRIBED]
    for field in DESCRIBED:
        setattr(station, field, description[field])
    return before != [getattr(station, field) for field in DESCRIBED]
