"""A transaction: what files say is compared, stored, derived from and written down, or none of it."""

from collections import Counter
from contextlib import closing, contextmanager
from itertools import chain

from django.db import connection, transaction
from django.utils import timezone

from weather.formats import Series
from weather.history import recall
from weather.jobs import one_ahead
from weather.ledger import keep_rejected, ledger_entry
from weather.merge import apply, compare
from weather.models import Archive, SourceFile, Station, upsert
from weather.signals import observations_changed
from weather.store import database, pack

BATCH_ROWS = 100_000
BATCH_STATIONS = 1000
"""Rows and stations compared, stored and summed up at once: what bounds the memory of a large file, and how
many small ones are entered together."""

MOST_TOLD = 100
"""How many corrections of a file are told to whoever watches; the archive has them all."""

CHANGE = ("station_id", "first", "last", "inserted", "updated", "source_file_id")
"""The columns of weather_changes."""

FOUND = (
    *(*SourceFile.COUNTS, *SourceFile.BESIDE),
    *("station", "generation", "entered_at"),
)
"""What the ledger learns of a file while it is entered."""


class NotTogether(Exception):
    """A file wants a transaction to itself."""


class Entry:
    """What is found of a file while its batches are compared one after the other."""

    def __init__(self, reading, parsed, run=None):
        self.reading, self.parsed = reading, parsed
        self.source_file = ledger_entry(reading, run, status=SourceFile.Status.INGESTED)
        self.counts, self.stations, self.changes, self.corrections = Counter(), set(), [], []
        self.known, self.comparison = False, None

    def recall(self, earlier, prune):
        """Take in what the archive knows of the file, as weather.history has it."""
        self.known = earlier.fingerprint == self.reading.fingerprint and not (prune and earlier.left)
        # What a line said that is rejected has not disappeared for certain.
        self.comparison = earlier.comparison(self.parsed.by_element, prune and not self.parsed.rejected)

    def count(self, merge):
        self.stations.add(merge.station)
        for name in ("inserted", "updated", "unchanged", "disappeared", "withdrawn"):
            self.counts[name] += getattr(merge, name)
        self.corrections += merge.corrections[: MOST_TOLD - len(self.corrections)]
        if merge.days:
            self.changes.append((merge.station, *merge.days, merge.inserted, len(merge.corrections)))

    def gone(self):
        """Yield (Entry, Series) of the stations that the file had and has no more."""
        spans = self.comparison.spans
        gone = spans.keys() - self.stations
        stations = Station.objects.filter(pk__in=gone).order_by("station_id") if gone else ()
        empty = pack(b"")
        for station in stations:
            yield self, Series(station.station_id, empty, 0, *spans[station.pk])

    def balance(self):
        file = self.source_file
        file.station_id = next(iter(self.stations)) if len(self.stations) == 1 else None
        file.disappeared, file.withdrawn = self.counts["disappeared"], self.counts["withdrawn"]
        file.balance(self.parsed, *(self.counts[name] for name in ("inserted", "updated", "unchanged")))
        return file


def foresee(reading, parsed, prune):
    """Return the Entry of a file as entering it would make it. Nothing is written."""
    entry = Entry(reading, parsed)
    recall([entry], prune)
    for part in (said([entry]), entry.gone()):
        for batch in batches(part):
            merged(batch, Station.keys(ids(batch)))
    entry.balance()
    return entry


@contextmanager
def interrupts_kept():
    """Raise the KeyboardInterrupt that an error hides: at a COMMIT Django fails to end what it interrupts."""
    try:
        yield
    except Exception as error:
        hidden = error
        while hidden := hidden.__context__:
            if isinstance(hidden, KeyboardInterrupt):
                raise hidden from None
        raise


@interrupts_kept()
@transaction.atomic
def enter(files, run, *, force, prune):
    """Enter what files [(Reading, Parsed)] say into the archive; return an Entry for each, or None where
    another run has entered it.

    Several files are in one format, have no station in common and are small: all of them make one batch.
    Raise NotTogether if they have to be entered one by one all the same.
    """
    take_time()
    entries = [Entry(*file, run) for file in files]
    several = batches(said(entries))
    with closing(one_ahead(several) if files[0][0].content else several) as several:
        first = next(several, [])
        keys = Station.lock(ids(first))
        # Asked only now: another run may have had a file until it let go of the stations.
        recall(entries, prune)
        new = [entry for entry in entries if force or not entry.known]
        if new:
            begin(new)
            for batch in filter(None, chain([first], several)):
                mine = batch if len(new) == len(entries) else [pair for pair in batch if pair[0] in new]
                if mine:
                    add(mine, keys if batch is first else Station.lock(ids(batch)))
            add_gone(new, alone=len(files) == 1)
            finish(new)
    return [entry if entry in new else None for entry in entries]


def add_gone(entries, alone):
    """Store what it means that stations are gone from files. Raise NotTogether if they are not `alone`."""
    for batch in batches(chain.from_iterable(entry.gone() for entry in entries)):
        if not alone:
            raise NotTogether
        add(batch, Station.lock(ids(batch)))


def take_time():
    """Lift what limits the statements of requests: admin enters files, too."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout TO 0")


def said(entries):
    """Return (Entry, Series) of all that files say, in the order of the station ids."""
    pairs = ((entry, series) for entry in entries for series in entry.parsed.series)
    return pairs if len(entries) == 1 else sorted(pairs, key=lambda pair: pair[1].station_id)


def batches(pairs):
    """Yield lists of (Entry, Series), bounded in rows and in stations."""
    batch, rows = [], 0
    for pair in pairs:
        if batch and (rows + pair[1].rows > BATCH_ROWS or len(batch) == BATCH_STATIONS):
            yield batch
            batch, rows = [], 0
        batch.append(pair)
        rows += pair[1].rows
    if batch:
        yield batch


def ids(batch):
    return [series.station_id for _, series in batch]


def begin(entries):
    """Write files into the ledger: their observations refer to them."""
    files = [entry.source_file for entry in entries]
    if connection.features.can_return_rows_from_bulk_insert:
        SourceFile.objects.bulk_create(files)
    else:
        for file in files:
            file.save()


def merged(batch, keys):
    """Return [(Entry, Merge)] of a batch, and count what they would do."""
    merges = compare([(keys.get(series.station_id), series, entry.comparison) for entry, series in batch])
    pairs = [(entry, merge) for (entry, _), merge in zip(batch, merges, strict=True)]
    for entry, merge in pairs:
        entry.count(merge)
    return pairs


def add(batch, keys):
    """Store a batch, with the statistics that follow from it."""
    merges, comparison = merged(batch, keys), batch[0][0].comparison
    apply([(merge, entry.source_file.pk) for entry, merge in merges], comparison.fields)
    touched = [merge for _, merge in merges if merge.days]
    if touched:
        stations = [merge.station for merge in touched]
        Station.objects.filter(pk__in=stations).update(check_due=True)
        observations_changed.send(
            SourceFile,
            stations=stations,
            first_year=int(min(merge.days[0] for merge in touched)[:4]),
            last_year=int(max(merge.days[1] for merge in touched)[:4]),
            letters=comparison.by_element and not all(series.bare for _, series in batch),
            derived=derived(batch, merges),
        )


def derived(batch, merges):
    """Return {station: what was derived from its file} where all days of the file went in."""
    pairs = zip((series for _, series in batch), (merge for _, merge in merges), strict=True)
    return {merge.station: series.derived for series, merge in pairs if merge.insert is series.text}


def finish(entries):
    """Close the books of files: the archive's generation is the last thing the transaction changes."""
    files = []
    for entry in entries:
        if entry.reading.content:
            entry.reading.content.check()
        files.append(entry.balance())
        keep_rejected(entry.source_file, entry.parsed.rejected)
    changes = [(*change, entry.source_file.pk) for entry in entries for change in entry.changes]
    if changes:
        database().write("weather_changes", CHANGE, changes)
    last, now = Archive.advance(len(files)), timezone.now()
    for generation, file in enumerate(files, last - len(files) + 1):
        file.generation, file.entered_at = generation, now
    upsert(files, ["id"], FOUND)
