"""What stations are: name, state, position, and what NOAA has of them, from NOAA's lists.

They may come before or after the observations.
"""

from django.db import transaction
from django.utils import timezone

from weather import sources
from weather.formats import ghcnd_inventory, ghcnd_stations
from weather.ledger import attempt, keep_rejected, ledger_entry, quarantine, recorded, why_refused
from weather.models import Archive, IngestRun, Inventory, SourceFile, Station, upsert
from weather.quality.neighbours import moved

DESCRIBED = ["name", "state", "latitude", "longitude", "elevation_m"]
BATCH = 1000
"""Stations to a statement: every database has a limit of parameters."""


def ingest_stations(name, *, unsigned=False):
    """Take lists of stations (file, folder, glob or s3://) into the archive; return the finished IngestRun.

    A list is ghcnd-stations.txt or ghcnd-inventory.txt, told apart by content. Raise SourceError when there
    is no file. A file goes in whole or not at all.
    """
    files = sources.find([name], unsigned=unsigned)
    run = IngestRun(started_at=timezone.now(), sources=[sources.storable(name)], files=len(files))
    with recorded(run), sources.spool() as spool:
        for raw in files:
            run.count(take(raw, run, spool))
    return run


def take(raw, run, spool):
    """Enter the stations of one raw file; return its SourceFile, quarantined if it is no such list."""
    reading = attempt(raw, spool, parse)
    if reading.refusal:
        return quarantine(reading, run, reading.refusal)
    try:
        return enter(reading, run)
    except Exception as error:
        return quarantine(reading, run, why_refused(reading.uri, error))


def enter(reading, run):
    """Enter what a list says, whole; return its SourceFile."""
    enter_listed = enter_inventory if reading.format == ghcnd_inventory.NAME else enter_stations
    with transaction.atomic():
        source_file = ledger_entry(reading, run, status=SourceFile.Status.INGESTED)
        source_file.balance(reading.parsed, *enter_listed(reading.parsed))
        source_file.generation, source_file.entered_at = Archive.advance(), timezone.now()
        source_file.save()
        keep_rejected(source_file, reading.parsed.rejected)
    return source_file


def parse(reading, content):
    head = content.head()
    format = ghcnd_inventory if ghcnd_inventory.recognise(head) else ghcnd_stations
    reading.format, reading.parsed = format.NAME, format.parse(content.read())


def enter_stations(parsed):
    """Insert the stations that are new, describe anew those that differ; return (new, changed, unchanged)."""
    stations = parsed.stations
    known = {station.station_id: station for station in Station.objects.select_for_update()}
    new = [Station(station_id=i, country=i[:2], **stations[i]) for i in stations if i not in known]
    places = {i: place(known[i]) for i in stations if i in known and known[i].observed}
    changed = [known[i] for i in stations if i in known and describe(known[i], stations[i])]
    upsert(new, ["station_id"], DESCRIBED)  # another run may have met one in its files meanwhile
    Station.objects.bulk_update(changed, DESCRIBED, batch_size=BATCH)
    moved({at for i in places if places[i] != place(known[i]) for at in (places[i][0], known[i].latitude)})
    return len(new), len(changed), len(stations) - len(new) - len(changed)


def place(station):
    return station.latitude, station.longitude


def enter_inventory(parsed):
    """Insert and change what NOAA has of stations; return (new, changed, unchanged) in lines.

    Stations that are new get their position with it.
    """
    keys = stations_at(parsed.stations)
    known = {
        (station, element): years
        for station, element, *years in Inventory.objects.values_list(
            "station", "element", "first_year", "last_year"
        )
    }
    listed = {
        (keys[station_id], element): list(years)
        for station_id, station in parsed.stations.items()
        for element, years in station["elements"].items()
    }
    new = [key for key in listed if key not in known]
    changed = [key for key in listed if key in known and known[key] != listed[key]]
    rows = [
        Inventory(station_id=key[0], element=key[1], first_year=listed[key][0], last_year=listed[key][1])
        for key in (*new, *changed)
    ]
    upsert(rows, ["station", "element"], ["first_year", "last_year"])
    return len(new), len(changed), len(listed) - len(new) - len(changed)


def stations_at(listed):
    """Return {station id: primary key} of listed stations, those that are new made with their position."""
    known = dict(Station.objects.values_list("station_id", "pk"))
    new = [
        Station(
            station_id=station_id,
            country=station_id[:2],
            latitude=listed[station_id]["latitude"],
            longitude=listed[station_id]["longitude"],
        )
        for station_id in sorted(listed.keys() - known)
    ]
    upsert(new, ["station_id"], ["country"])
    return dict(Station.objects.values_list("station_id", "pk")) if new else known


def describe(station, description):
    """Describe a station; return whether that changes anything."""
    before = [getattr(station, field) for field in DESCRIBED]
    for field in DESCRIBED:
        setattr(station, field, description[field])
    return before != [getattr(station, field) for field in DESCRIBED]
