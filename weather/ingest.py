"""Files into the archive: the one door that the command, admin and the scheduler walk through.

For every file `read = inserted + updated + unchanged + rejected`, and all that a file changes
(observations, revisions, rejected lines, statistics, ledger) commits in one transaction, the
archive's generation last.
"""

import logging
import re
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from django.utils import timezone

from weather import sources, store
from weather.formats import STATION_ID, NotInFormat, Parsed, wx
from weather.jobs import each, possible_jobs
from weather.models import Archive, IngestRun, RejectedLine, SourceFile, Station
from weather.signals import observations_changed

log = logging.getLogger(__name__)

FILE_NAME = re.compile(rf"({STATION_ID})(\.(?i:txt))?")


def ingest(names, *, force=False, dry_run=False, jobs=None, progress=None):
    """Take files, folders and globs into the archive; return the finished IngestRun.

    `force` reads files again that are known; `dry_run` reads everything, compares, writes nothing and
    returns an unsaved run with the counts that would be; `jobs` files are worked on at once (by default
    as many as the database gains from). `progress(total, source_file, merge)` is called after every
    file, with None, None for a skipped one and None as merge for a quarantined one.
    Raise SourceError when there is no file at all. A bad file never stops the others: it is quarantined.
    """
    files = sources.find(names)
    known = {} if force else known_fingerprints()
    run = IngestRun(started_at=timezone.now(), sources=list(names), files=len(files))
    with recorded(run, dry_run):
        entering = partial(take, run=run, force=force, dry_run=dry_run)
        with closing(each(files, partial(read, known=known), entering, possible_jobs(jobs))) as entered:
            for source_file, merge in entered:
                run.count(source_file)
                if progress:
                    progress(len(files), source_file, merge)
    return run


@contextmanager
def recorded(run, dry_run=False):
    """Keep the books of a run for the length of a `with`: when it began, how it ended. A dry run has none."""
    if not dry_run:
        run.save()
    log.info("run %s started: %d files in %s", run.pk or "(dry)", run.files, ", ".join(run.sources))
    status = IngestRun.Status.FAILED
    try:
        yield run
        status = IngestRun.Status.SUCCEEDED
    except KeyboardInterrupt:
        status = IngestRun.Status.INTERRUPTED
        raise
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}".strip()
        raise
    finally:
        run.status, run.finished_at = status, timezone.now()
        if run.pk:
            run.sum_up()
            run.save()
        log.info("run %s %s: %s", run.pk or "(dry)", status, run.summary())


def known_fingerprints():
    """Return {uri: fingerprint} of the last ingested reading of every file."""
    ingested = SourceFile.objects.ingested()
    last = ingested.values("uri").annotate(last=Max("id")).values("last")
    return dict(ingested.filter(id__in=last).values_list("uri", "fingerprint"))


@dataclass(slots=True)
class Reading:
    """What was read of a raw file: parsed, or refused with a reason, or neither because it is known."""

    uri: str
    read_at: datetime
    size: int = 0
    fingerprint: str = ""
    station_id: str = ""
    parsed: Parsed | None = None
    packed: bytes | list = b""
    refusal: str = ""


def read(raw, known):
    """Read and parse a raw file whose fingerprint is not in `known`; return a Reading, whatever happens."""

    def parse(reading, content):
        if reading.fingerprint != known.get(raw.uri):
            reading.station_id = station_id(raw)
            reading.parsed = wx.parse(content)
            reading.packed = store.pack(reading.parsed.text)
            reading.parsed.text = b""  # what is packed need not be carried twice

    return attempt(raw, parse)


def attempt(raw, parse):
    """Read a raw file and call parse(reading, content); return the Reading, refused if any of it fails."""
    reading = Reading(raw.uri, timezone.now())
    try:
        content = raw.read()
        reading.size, reading.fingerprint = len(content), sources.fingerprint(content)
        parse(reading, content)
    except OSError as error:
        reading.refusal = f"cannot be read: {error.strerror or error}"
    except NotInFormat as error:
        reading.refusal = str(error)
    except Exception as error:
        reading.refusal = unexpected(raw.uri, error)
    return reading


def unexpected(uri, error):
    log.error("unexpected error in %s", uri, exc_info=error)
    return f"unexpected error, see the log: {type(error).__name__}: {error}"


def take(reading, *, run, force, dry_run):
    """Enter a Reading; return its (SourceFile, Merge): (None, None) if known, (..., None) if refused."""
    run = None if dry_run else run
    if reading.refusal:
        return quarantine(reading, run, reading.refusal), None
    if not reading.parsed:
        return None, None
    try:
        return compare(reading) if dry_run else enter(reading, run, force)
    except (OperationalError, InterfaceError):
        raise  # the database is away: this is not the file's fault, and no other file would fare better
    except Exception as error:
        return quarantine(reading, run, unexpected(reading.uri, error)), None


def station_id(raw):
    """Return the station that a file's name says."""
    match = FILE_NAME.fullmatch(raw.name)
    if not match:
        raise NotInFormat("expected a file name like USC00110072.txt, with the GHCN id of its station")
    return match[1]


def ledger_entry(reading, run, **fields):
    """Return the unsaved SourceFile of a Reading."""
    return SourceFile(
        run=run,
        uri=reading.uri,
        fingerprint=reading.fingerprint,
        size=reading.size,
        read_at=reading.read_at,
        **fields,
    )


def compare(reading):
    """Return what entering would count and change. Nothing is written."""
    source_file = ledger_entry(reading, None, format="wx", status=SourceFile.Status.INGESTED)
    station = Station.objects.filter(station_id=reading.station_id).first() or Station()
    merge = store.compare(station, reading.parsed, reading.packed)
    source_file.balance(reading.parsed, merge.inserted, merge.updated, merge.unchanged)
    return source_file, merge


@transaction.atomic
def enter(reading, run, force):
    """Enter what was parsed into the archive, in one transaction; return (None, None) if another run has."""
    stations = Station.objects.select_for_update()  # two files of one station go one after the other
    country = reading.station_id[:2]
    station, new = stations.get_or_create(station_id=reading.station_id, defaults={"country": country})
    if not (new or force) and station.source_files.last_fingerprint(reading.uri) == reading.fingerprint:
        return None, None
    source_file = ledger_entry(reading, run, station=station, format="wx", status=SourceFile.Status.INGESTED)
    source_file.save()
    merge = store.compare(station, reading.parsed, reading.packed)
    counts = store.apply(merge, station, source_file)
    source_file.balance(reading.parsed, *counts, merge.unchanged)
    keep_rejected(source_file, reading.parsed.rejected)
    if merge.years:
        first, last = merge.years
        observations_changed.send(SourceFile, stations=[station.pk], first_year=first, last_year=last)
    source_file.generation = Archive.advance()
    source_file.save()
    return source_file, merge


def keep_rejected(source_file, rejected):
    RejectedLine.objects.bulk_create(
        [
            RejectedLine(source_file=source_file, line_number=r.line_number, reason=r.reason, text=r.text)
            for r in rejected
        ],
        batch_size=1000,
    )


def quarantine(reading, run, reason):
    """Enter a file as refused whole, with the reason."""
    log.warning("%s quarantined: %s", reading.uri, reason)
    source_file = ledger_entry(reading, run, status=SourceFile.Status.QUARANTINED, reason=reason)
    if run:
        source_file.save()
    return source_file
