"""Files into the archive: the one door that the command, admin and the scheduler walk through.

For every file `read = inserted + updated + unchanged + rejected`, and all that a file changes
(observations, revisions, rejected lines, statistics, ledger) commits in one transaction, the
archive's generation last. Several small files share one (weather.chunks).
"""

import logging
import re
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.db import InterfaceError, OperationalError
from django.db.models import Max
from django.utils import timezone

from weather import formats, raw_archive, sources, store
from weather.chunks import chunks
from weather.entry import NotTogether, enter, foresee
from weather.formats import Series
from weather.jobs import each, possible_jobs
from weather.ledger import Reading, Stopped, attempt, quarantine, recorded, why_refused
from weather.models import IngestRun, SourceFile
from weather.signals import days_read

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a file is tried that the database chose as the victim of a deadlock."""

DEADLOCKS = {"40P01", 1205, 1213, 1467}
"""As PostgreSQL names it, and as MySQL and MariaDB do: 1205 is waiting too long, 1467 being the victim while
waiting for a number."""

FLAGS = re.compile(rb"(?:\t[^\t\n]*){3}\n")

one_large = threading.Lock()
"""Held while a large file is entered: one at a time fits into memory."""


@dataclass(slots=True)
class Outcome:
    """What became of a file: its entry in the ledger (None if skipped), and the details worth telling."""

    source_file: SourceFile | None = None
    rejected: list = field(default_factory=list)
    corrections: list = field(default_factory=list)


def ingest(
    names,
    *,
    format="auto",
    force=False,
    dry_run=False,
    prune=False,
    unsigned=False,
    allowed=None,
    jobs=None,
    progress=None,
):
    """Take files, folders, globs and s3:// URIs into the archive; return the finished IngestRun.

    `format` is a format's name, or `auto`: by content. `force` reads files again that are known; `dry_run`
    reads everything, compares, writes nothing and returns an unsaved run with the counts that would be;
    `prune` withdraws values that a file had and has no more; `unsigned` asks S3 without credentials;
    `allowed` are the folders and prefixes to which names are confined (None: any); `jobs` files are worked on
    at once (by default as many as the database gains from). `progress(total, outcome)` is called after every
    file. Raise SourceError when there is no file at all. A bad file stops no other: it is quarantined.
    """
    files = sources.find(names, unsigned=unsigned, allowed=allowed)
    known = {} if force else known_files(prune=prune)
    run = IngestRun(started_at=timezone.now(), sources=list(map(sources.storable, names)), files=len(files))
    with (
        recorded(run, dry_run),
        closing(
            outcomes(files, run, known, format=format, force=force, dry_run=dry_run, prune=prune, jobs=jobs)
        ) as several,
    ):
        for outcome in several:
            run.count(outcome.source_file)
            if progress:
                progress(len(files), outcome)
    return run


def outcomes(
    files, run, known, *, format="auto", force=False, dry_run=False, prune=False, jobs=None, stopping=None
):
    """Read and enter files for a run, all but those `known` (see known_files); yield their Outcomes.

    Raise Stopped after a file when somebody wants the run to stop, or `stopping()`.
    """
    asked = every_second(stopping or (lambda: not dry_run and run.stop_asked()))
    jobs = possible_jobs(jobs)
    with sources.spool() as spool:
        reading = partial(read, known=known, wanted=format, spool=spool, keep=not dry_run)
        gathering = partial(chunks, files=len(files), jobs=jobs)
        entering = partial(take, run=None if dry_run else run, force=force, prune=prune)
        with closing(each(files, reading, gathering, entering, jobs)) as chunks_entered:
            for chunk in chunks_entered:
                yield from chunk
                if asked():
                    raise Stopped("stopped; what is finished is in, the next run takes the rest")


def every_second(asked):
    """Return a function that calls `asked` at most once a second, and says no meanwhile."""
    last = time.monotonic()

    def now_and_then():
        nonlocal last
        if time.monotonic() < last + 1:
            return False
        last = time.monotonic()
        return asked()

    return now_and_then


def known_files(uris=None, *, prune=False):
    """Return {uri: (fingerprint, version)} of the last ingested reading of every file, or of some.

    To `prune`, those are not known of which something is left to withdraw.
    """
    ingested = SourceFile.objects.ingested()
    if uris is not None:
        ingested = ingested.filter(uri__in=uris)
    last = ingested.values("uri").annotate(last=Max("id")).values("last")
    rows = ingested.filter(id__in=last)
    rows = rows.exclude(rows.LEFT) if prune else rows
    rows = rows.values_list("uri", "fingerprint", "version")
    return {uri: (fingerprint, version) for uri, fingerprint, version in rows}


def read(raw_file, *, known, wanted, spool, keep):
    """Read and parse a raw file that is not in `known`; return a Reading, whatever happens."""
    fingerprint, version = known.get(raw_file.uri, ("", ""))
    if raw_file.version and raw_file.version == version:
        return Reading(raw_file.uri, raw_file.name, timezone.now(), version=version, known=True)

    def parse(reading, content):
        reading.known, reading.new = content.fingerprint == fingerprint, keep and not fingerprint
        if reading.known:
            return
        if keep:
            raw_archive.keep(content)
        format = formats.choose(content.head(), wanted)
        reading.format = format.NAME
        if content.large:
            reading.content = content  # parsed where it is entered: what it says is too much to carry over
        else:
            what = format.parse(content, raw_file.name)
            reading.parsed = carried(what, reading.new)

    return attempt(raw_file, spool, parse)


def carried(parsed, new):
    """Return what a small file says, packed, so that one process can hand it to another."""
    with parsed.held:
        parsed.series = list(packed_series(parsed.series, parsed.by_element, new))
    return parsed


def packed_series(several, by_element, new):
    """Yield the series of a file packed.

    Of a `new` file, what follows from its days is made here, too, beside what the database does.
    """
    for series in several:
        if new:
            days = FLAGS.sub(b"\n", series.text) if by_element and not series.bare else series.text
            [(_, series.derived)] = days_read.send(Series, text=days)
        yield packed(series)


def packed(series):
    series.text = store.pack(series.text)
    return series


def take(readings, *, run, force, prune):
    """Enter Readings, or without a run only look what that would do; return an Outcome for each.

    If they do not all go in together, each is entered by itself: a bad file stops no other.
    """
    if run and len(readings) > 1:
        try:
            return take_together(readings, run, force=force, prune=prune)
        except (OperationalError, InterfaceError) as error:
            if not is_deadlock(error):
                raise
            log.info("%d files: ended by a deadlock, once more one by one", len(readings))
        except NotTogether:
            log.info("%d files are entered one by one: one of them has lost a station", len(readings))
        except Exception as error:
            log.warning("%d files are entered one by one: %s: %s", len(readings), type(error).__name__, error)
    return [take_one(reading, run=run, force=force, prune=prune) for reading in readings]


def take_together(readings, run, *, force, prune):
    files = [(reading, reading.parsed) for reading in readings]
    entries = enter(files, run, force=force, prune=prune)
    return [outcome(entry) for entry in entries]


def outcome(entry):
    """Return the Outcome of an Entry, or of None: a file that another run has entered."""
    return Outcome(entry.source_file, entry.parsed.rejected, entry.corrections) if entry else Outcome()


def take_one(reading, *, run, force, prune):
    """Enter a Reading, or without a run only look what that would do; return the Outcome."""
    if reading.refusal:
        return Outcome(quarantine(reading, run, reading.refusal))
    if reading.known:
        return skip(reading, run)
    try:
        return enter_or_retry(reading, run, force=force, prune=prune)
    except Exception as error:
        return Outcome(quarantine(reading, run, why_refused(reading.uri, error)))
    finally:
        if reading.content:
            reading.content.close()


def skip(reading, run):
    """Note the version that S3 has given to a content we know: then it is not even read next time."""
    if run and reading.version:
        last = SourceFile.objects.last(reading.uri)
        if last.version != reading.version:
            SourceFile.objects.filter(pk=last.pk).update(version=reading.version)
    return Outcome()


def enter_or_retry(reading, run, *, force, prune):
    """Enter a file, again if the database ended its transaction to break a deadlock."""
    for left in reversed(range(ATTEMPTS)):
        try:
            with parsed(reading) as what:
                if not run:
                    return outcome(foresee(reading, what, prune))
                [entry] = enter([(reading, what)], run, force=force, prune=prune)
                return outcome(entry)
        except OperationalError as error:
            if not left or not is_deadlock(error):
                raise
            log.info("%s: ended by a deadlock, once more", reading.uri)
    return None


def is_deadlock(error):
    """Say whether a database error is a deadlock that the database broke."""
    return bool(DEADLOCKS & {getattr(error.__cause__, "pgcode", None), *error.args[:1]})


@contextmanager
def parsed(reading):
    """Yield what a file says, its series packed."""
    if not reading.content:
        yield reading.parsed
        return
    with one_large:
        what = formats.choose(b"", reading.format).parse(reading.content, reading.name)
        with what.held:
            what.series = packed_series(what.series, what.by_element, reading.new)
            yield what
