"""Files into the archive: the one door that the command, admin and the scheduler walk through.

For every file `read = inserted + updated + unchanged + rejected`, and all that a file changes
(observations, revisions, rejected lines, statistics, ledger) commits in one transaction, the
archive's generation last.
"""

import logging
import os
import re
from collections import deque
from functools import partial
from queue import SimpleQueue
from threading import Thread

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from weather import sources, store
from weather.formats import NotInFormat, wx
from weather.models import STATION_ID, Archive, IngestRun, RejectedLine, SourceFile, Station
from weather.signals import observations_changed

log = logging.getLogger(__name__)

MOST_JOBS = 4
"""Files worked on at once where the machine has as many processors; --jobs can say more."""

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
    run = IngestRun(started_at=timezone.now(), sources=list(names), files=len(files))
    known = {} if force else known_fingerprints()
    if not dry_run:
        run.save()
    log.info("run %s started: %d files in %s", run.pk or "(dry)", len(files), ", ".join(names))
    status = IngestRun.Status.FAILED
    try:
        work = partial(take, run=run, known=known, dry_run=dry_run)
        for source_file, merge in each(files, work, possible_jobs(jobs)):
            run.count(source_file)
            if progress:
                progress(len(files), source_file, merge)
        status = IngestRun.Status.SUCCEEDED
    except KeyboardInterrupt:
        status = IngestRun.Status.INTERRUPTED
        raise
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}".strip()
        raise
    finally:
        finish(run, status)
    return run


def possible_jobs(wanted):
    """Return how many files can be worked on at once: SQLite has one writer, a transaction one connection."""
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        return 1
    return wanted or min(MOST_JOBS, os.cpu_count() or 1)


def each(files, work, jobs):
    """Yield work(file) for all files; with several jobs as each is done, by threads with a connection each.

    The database works while a thread waits for it, so threads are enough. Whoever stops asking, or an
    error, ends the threads after the file they are at.
    """
    if jobs == 1:
        yield from map(work, files)
        return
    todo, done = deque(files), SimpleQueue()
    threads = [Thread(target=work_off, args=(todo, work, done)) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    try:
        while jobs:
            result = done.get()
            if isinstance(result, BaseException):
                raise result
            if result is None:
                jobs -= 1
            else:
                yield result
    finally:
        todo.clear()
        for thread in threads:
            thread.join()


def work_off(todo, work, done):
    """Put the result of work for each of what is left to do, or the error that ended it, and at last None."""
    try:
        while todo:
            done.put(work(todo.popleft()))
    except IndexError:
        pass  # another thread took the last one
    except BaseException as error:
        done.put(error)
    finally:
        connection.close()
        done.put(None)


def known_fingerprints():
    """Return {uri: fingerprint} of the last ingested reading of every file."""
    ingested = SourceFile.objects.filter(status=SourceFile.Status.INGESTED)
    last = ingested.values("uri").annotate(last=Max("id")).values("last")
    return dict(ingested.filter(id__in=last).values_list("uri", "fingerprint"))


def take(raw, *, run, known, dry_run):
    """Ingest one raw file; return its (SourceFile, Merge): (None, None) if known, (..., None) if refused."""
    source_file = SourceFile(
        uri=raw.uri, read_at=timezone.now(), status=SourceFile.Status.INGESTED, format="wx"
    )
    if not dry_run:
        source_file.run = run
    try:
        content = raw.read()
        source_file.size = len(content)
        source_file.fingerprint = sources.fingerprint(content)
        if source_file.fingerprint == known.get(raw.uri):
            return None, None
        return source_file, enter(source_file, station_id(raw), wx.parse(content), dry_run)
    except (OperationalError, InterfaceError):
        raise  # the database is away: this is not the file's fault, and no other file would fare better
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except NotInFormat as error:
        reason = str(error)
    except Exception as error:
        log.exception("unexpected error in %s", raw.uri)
        reason = f"unexpected error, see the log: {type(error).__name__}: {error}"
    return quarantine(source_file, reason), None


def station_id(raw):
    """Return the station that a file's name says."""
    match = FILE_NAME.fullmatch(raw.name)
    if not match:
        raise NotInFormat("expected a file name like USC00110072.txt, with the GHCN id of its station")
    return match[1]


def enter(source_file, station_id, parsed, dry_run):
    """Enter what was parsed into the archive, in one transaction; return the Merge."""
    if dry_run:
        station = Station.objects.filter(station_id=station_id).first() or Station()
        merge = store.compare(station, parsed.fields)
        source_file.balance(parsed, merge.inserted, merge.updated, merge.unchanged)
        return merge
    with transaction.atomic():
        stations = Station.objects.select_for_update()  # two files of one station go one after the other
        station, _ = stations.get_or_create(station_id=station_id, defaults={"country": station_id[:2]})
        merge = store.compare(station, parsed.fields)
        source_file.station = station
        source_file.save()
        source_file.balance(parsed, *store.apply(merge, station, source_file), merge.unchanged)
        RejectedLine.objects.bulk_create(
            RejectedLine(source_file=source_file, line_number=r.line_number, reason=r.reason, text=r.text)
            for r in parsed.rejected
        )
        if merge.years:
            first, last = merge.years
            observations_changed.send(SourceFile, stations=[station.pk], first_year=first, last_year=last)
        source_file.generation = Archive.advance()
        source_file.save()
    return merge


def quarantine(tried, reason):
    """Enter a file as refused whole, with the reason; nothing of what was tried stays."""
    log.warning("%s quarantined: %s", tried.uri, reason)
    source_file = SourceFile(
        run_id=tried.run_id,
        uri=tried.uri,
        fingerprint=tried.fingerprint,
        size=tried.size,
        status=SourceFile.Status.QUARANTINED,
        reason=reason,
        read_at=tried.read_at,
    )
    if source_file.run_id:
        source_file.save()
    return source_file


def finish(run, status):
    run.status, run.finished_at = status, timezone.now()
    log.info("run %s %s: %s", run.pk or "(dry)", status, run.summary())
    if run.pk:
        run.save()
