"""The books: what was read of a file, its entry in the ledger, and the run it belongs to."""

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from weather import alerts, emf
from weather.current import going_on
from weather.formats import NotInFormat, Parsed
from weather.locks import try_lock
from weather.models import IngestRun, RejectedLine, SourceFile
from weather.sources import Content, Refused, storable

log = logging.getLogger(__name__)


class Stopped(KeyboardInterrupt):
    """Somebody wants the run to end: as after Ctrl-C the books are in order."""


@contextmanager
def recorded(run, dry_run=False):
    """Keep the books of a run for the length of a `with`: when it began, how it ended. A dry run has none."""
    with ExitStack() as locks:
        try:
            if not dry_run:
                open_books(run, locks)
            log.info("run %s started: %d files in %s", run.pk or "(dry)", run.files, ", ".join(run.sources))
            try:
                yield run
            except Exception as error:
                run.error = f"{type(error).__name__}: {error}".strip()
                close(run, IngestRun.Status.FAILED)
                raise
            close(run, IngestRun.Status.SUCCEEDED)
        except KeyboardInterrupt as error:  # also one that comes while the books are opened or closed
            if not connection.in_atomic_block:  # else somebody's transaction, which takes everything back
                connection.rollback()  # one may have begun of which Django does not know yet,
                connection.set_autocommit(True)  # or one that it could not end
            if dry_run or IngestRun.objects.filter(pk=run.pk).exists():
                run.error = str(error)
                close(run, IngestRun.Status.INTERRUPTED)
            raise


def open_books(run, locks):
    """Write a run down, take its lock, and close those that were left open."""
    with transaction.atomic():  # who sees the run finds its lock taken
        run.save()
        locks.enter_context(try_lock(run.pk))
    locks.enter_context(going_on(run.pk))
    close_abandoned(IngestRun.objects.exclude(pk=run.pk))


def close(run, status):
    """Note how a run ended, and tell it."""
    note_end(run, status)
    tell_end(run)


def note_end(run, status):
    """Note how a run ended. Its totals are those of its files in the ledger."""
    run.status, run.finished_at = status, timezone.now()
    if run.pk:
        run.sum_up()
        run.save()


def tell_end(run):
    """Tell how a run ended: the log, CloudWatch, and who wants alerts. A mail server may take its time."""
    level = logging.ERROR if run.status == IngestRun.Status.FAILED else logging.INFO
    why = f"; {run.error}" if run.error else ""
    log.log(level, "run %s %s: %s%s", run.pk or "(dry)", run.status, run.summary(), why)
    emf.after_run(run)
    alerts.after_run(run)


def close_abandoned(runs):
    """Close those of a queryset of runs whose process ended without a word: nobody holds their lock.

    Queued runs outlive processes: they are closed by weather.work.
    """
    for run in runs.filter(status=IngestRun.Status.RUNNING, queued=False):
        with try_lock(run.pk) as free:
            run.refresh_from_db()
            if free and run.status == IngestRun.Status.RUNNING:
                run.error = "abandoned: its process ended without a word; what is missing, the next run takes"
                close(run, IngestRun.Status.INTERRUPTED)


@dataclass(slots=True)
class Reading:
    """What was read of a raw file: parsed, or a large content to be parsed, or refused with a reason, or
    nothing of these because it is known."""

    uri: str
    name: str
    read_at: datetime
    size: int = 0
    fingerprint: str = ""
    version: str = ""
    format: str = ""
    parsed: Parsed | None = None
    content: Content | None = None
    known: bool = False
    new: bool = False
    """Whether nothing of this name was read before."""
    refusal: str = ""


def attempt(raw, spool, parse):
    """Read a raw file and call parse(reading, content); return the Reading, refused if any of it fails.

    The content is closed, unless parse has put it into the reading.
    """
    reading, content = Reading(raw.uri, raw.name, timezone.now(), version=raw.version), None
    try:
        content = raw.fetch(spool)
        reading.size, reading.fingerprint = content.size, content.fingerprint
        reading.version = content.version
        parse(reading, content)
    except Exception as error:
        reading.refusal = why_refused(raw.uri, error)
    finally:
        if content and not reading.content:
            content.close()
    return reading


def why_refused(uri, error):
    """Return why an error keeps a file out. Raise it where the database is away: that is no file's fault,
    and no other file would fare better."""
    if isinstance(error, OperationalError | InterfaceError):
        raise error
    if isinstance(error, NotInFormat | Refused):
        return str(error)
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    log.error("unexpected error in %s", uri, exc_info=error)
    return f"unexpected error, see the log: {type(error).__name__}: {error}"


def ledger_entry(reading, run, **fields):
    """Return the unsaved SourceFile of a Reading."""
    return SourceFile(
        run=run,
        uri=reading.uri,
        fingerprint=reading.fingerprint,
        version=reading.version,
        size=reading.size,
        format=reading.format,
        read_at=reading.read_at,
        **fields,
    )


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
    reason = storable(reason)  # it may name a path
    log.warning("%s quarantined: %s", reading.uri, reason)
    source_file = ledger_entry(reading, run, status=SourceFile.Status.QUARANTINED, reason=reason)
    if run:
        source_file.save()
    return source_file
