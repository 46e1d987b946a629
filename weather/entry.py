"""One file's transaction: what it says is compared, stored, derived from and written down, or none of it."""

from collections import Counter
from itertools import chain

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from weather import store
from weather.formats import Series
from weather.ledger import keep_rejected, ledger_entry
from weather.merge import Comparison, apply, compare
from weather.models import Archive, Change, SourceFile, Station
from weather.signals import observations_changed

BATCH_ROWS = 100_000
BATCH_STATIONS = 1000
"""Rows and stations compared, stored and summed up at once: what bounds the memory of a large file."""

MOST_TOLD = 100
"""How many corrections of a file are told to whoever watches; the archive has them all."""


class Entry:
    """What is found of a file while its batches are compared one after the other."""

    def __init__(self, reading, parsed, last, prune):
        self.reading, self.parsed = reading, parsed
        self.comparison = comparison(parsed, reading.uri, last, prune)
        self.source_file = ledger_entry(reading, None, status=SourceFile.Status.INGESTED)
        self.counts, self.stations, self.changes, self.corrections = Counter(), set(), [], []

    def compare(self, batch, keys):
        """Return the Merges of a batch, and count what they would do."""
        merges = compare([(keys.get(series.station_id), series) for series in batch], self.comparison)
        for merge in merges:
            self.stations.add(merge.station)
            for name in ("inserted", "updated", "unchanged", "disappeared", "withdrawn"):
                self.counts[name] += getattr(merge, name)
            self.corrections += merge.corrections[: MOST_TOLD - len(self.corrections)]
            if merge.days:
                self.changes.append((merge.station, *merge.days, merge.inserted, len(merge.corrections)))
        return merges

    def gone(self):
        """Yield batches of the stations that the file had and has no more."""
        gone = self.comparison.spans.keys() - self.stations
        stations = Station.objects.filter(pk__in=gone).order_by("station_id") if gone else ()
        empty = store.pack(b"")
        series = (
            Series(station.station_id, empty, 0, *self.comparison.spans[station.pk]) for station in stations
        )
        return batches(series)

    def balance(self):
        file = self.source_file
        file.disappeared, file.withdrawn = self.counts["disappeared"], self.counts["withdrawn"]
        file.balance(self.parsed, *(self.counts[name] for name in ("inserted", "updated", "unchanged")))
        return file


def foresee(reading, parsed, prune):
    """Return the Entry of a file as entering it would make it. Nothing is written."""
    entry = Entry(reading, parsed, SourceFile.objects.last(reading.uri), prune)
    for batch in batches(parsed.series):
        entry.compare(batch, Station.keys([series.station_id for series in batch]))
    for batch in entry.gone():
        entry.compare(batch, Station.keys([series.station_id for series in batch]))
    entry.balance()
    return entry


@transaction.atomic
def enter(reading, parsed, run, *, force, prune):
    """Enter what a file says into the archive; return its Entry, or None if another run has done so."""
    entry, several = None, batches(parsed.series)
    first = next(several, [])
    keys = Station.lock([series.station_id for series in first])
    # Asked only now: another run may have had the file until it let go of the stations.
    last = SourceFile.objects.last(reading.uri)
    if not force and last and last.fingerprint == reading.fingerprint:
        return None
    entry = Entry(reading, parsed, last, prune)
    begin(entry, run, keys)
    for batch in filter(None, chain([first], several)):
        add(entry, batch, keys if batch is first else Station.lock([series.station_id for series in batch]))
    for batch in entry.gone():
        add(entry, batch, Station.lock([series.station_id for series in batch]))
    finish(entry)
    return entry


def begin(entry, run, keys):
    """Write the file into the ledger: its observations refer to it."""
    entry.source_file.run = run
    if len(keys) == 1:
        entry.source_file.station_id = next(iter(keys.values()))
    entry.source_file.save()


def add(entry, batch, keys):
    """Store a batch, with the statistics that follow from it."""
    merges = entry.compare(batch, keys)
    apply(merges, entry.comparison, entry.source_file)
    touched = [merge for merge in merges if merge.days]
    if touched:
        observations_changed.send(
            SourceFile,
            stations=[merge.station for merge in touched],
            first_year=int(min(merge.days[0] for merge in touched)[:4]),
            last_year=int(max(merge.days[1] for merge in touched)[:4]),
        )


def finish(entry):
    """Close the books of the file: the archive's generation is the last thing the transaction changes."""
    if entry.reading.content:
        entry.reading.content.check()
    file = entry.balance()
    keep_rejected(file, entry.parsed.rejected)
    fields = ("station_id", "first", "last", "inserted", "updated")
    Change.objects.bulk_create(
        [Change(source_file=file, **dict(zip(fields, change, strict=True))) for change in entry.changes],
        batch_size=1000,
    )
    if len(entry.stations) != 1:
        file.station = None
    file.generation, file.entered_at = Archive.advance(), timezone.now()
    file.save()


def batches(series):
    """Yield lists of Series, bounded in rows and in stations."""
    batch, rows = [], 0
    for one in series:
        if batch and (rows + one.rows > BATCH_ROWS or len(batch) == BATCH_STATIONS):
            yield batch
            batch, rows = [], 0
        batch.append(one)
        rows += one.rows
    if batch:
        yield batch


def comparison(parsed, uri, last, prune):
    """Return what is to be known of a file before it is compared, `last` being its last reading or None."""
    if last is None:
        return Comparison(parsed.by_element)
    earlier = SourceFile.objects.ingested().filter(uri=uri)
    spans = Change.objects.filter(source_file__in=earlier).order_by().values_list("station")
    return Comparison(
        parsed.by_element,
        frozenset(earlier.values_list("pk", flat=True)),
        {
            station: (first.isoformat(), last.isoformat())
            for station, first, last in spans.annotate(Min("first"), Max("last"))
        },
        prune,
    )
