"""Queued runs: begun once, listed once, their files claimed by workers until nothing is left, closed once.

All of it stands in the database; a broker only wakes the workers (weather.doorbell). Who begins, lists or has
claimed something holds a lock that ends with its process, so a sweep can tell what was left behind.
"""

import json
import logging
import math
import random
import time
import zlib
from contextlib import closing, contextmanager, suppress
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F, Min
from django.utils import timezone

from weather import sources
from weather.doorbell import ring, ring_after_commit, ring_to_check
from weather.ingest import known_files, outcomes
from weather.ledger import Reading, Stopped, close, close_abandoned, note_end, quarantine, tell_end
from weather.locks import try_lock
from weather.models import IngestRun, SourceFile, Work
from weather.quality.checking import anything_due
from weather.sources import SourceError

log = logging.getLogger(__name__)

RUNNING = IngestRun.Status.RUNNING

MOST_WORKERS = 64
"""How many are woken for a run at most."""

MOST_CLAIMED = 50
"""Files claimed at once: a claim costs about as much as a small file."""

MOST_ATTEMPTS = 3
"""How often a file is claimed whose worker ends over it, before it is refused."""

SLICE = 600
"""Seconds after which a worker that has more to do goes to the end of the queue, behind what waits."""

LOCKS = 1 << 30
"""Numbers of locks below 0: as many for sources, and as many for workers. Above are those of runs."""


def begin(names, *, asked=None, retry_of=None):
    """Open a queued run of sources and wake a worker; return the run.

    Return None where a run of these sources goes on already, or has begun since it was `asked` for: what
    was to be done then is done.
    """
    with try_lock(-1 - zlib.crc32(json.dumps(names).encode()) % LOCKS) as free:
        if not free or any(run.sources == names for run in begun_since(asked)):
            return None
        with transaction.atomic():
            run = IngestRun.objects.create(
                started_at=timezone.now(), sources=names, queued=True, retry_of=retry_of
            )
            ring_after_commit(run)
        log.info("run %s queued: %s", run.pk, ", ".join(names))
        return run


def begun_since(asked):
    queued = IngestRun.objects.filter(queued=True)
    going_on = queued.filter(status=RUNNING)
    return going_on | queued.filter(started_at__gte=asked, retry_of=None) if asked else going_on


def work_on(run_id, stopping):
    """Do what is left of a queued run, as long as there is any, and `stopping()` does not say otherwise.

    Return in a few words how it stands then.
    """
    run = IngestRun.objects.get(pk=run_id)
    if run.status != RUNNING:
        return f"has {run.status} already"
    if not run.stop and not run.listed and not listed_now(run):
        return "is being listed by another worker, or could not be"
    until = time.monotonic() + SLICE

    def to_stop():
        return stopping() or run.stop_asked()

    with suppress(Stopped), claims() as token:
        while time.monotonic() < until and not to_stop() and (batch := claim(run, token)):
            enter(run, batch, to_stop)
    if not finish(run) and (stopping() or time.monotonic() >= until):
        ring(run.pk)
    run.refresh_from_db()
    return run.status


# --- Listing ---------------------------------------------------------------------------------


def listed_now(run):
    """List the files of a queued run, unless somebody else does; say whether it has been done."""
    with try_lock(run.pk) as free:
        run.refresh_from_db()
        if not free or run.status != RUNNING:
            return False
        if not run.listed:
            try:
                keep_list(run, files_of(run))
            except SourceError as error:
                run.error = str(error)
                close(run, IngestRun.Status.FAILED)
        return run.listed


def files_of(run):
    """Return the files of a run as sources list them; of a retry those that were quarantined.

    Nobody typed these sources, so they must be allowed ones. Raise SourceError.
    """
    files = sources.find(run.sources, allowed=settings.WEATHER_ALLOWED_SOURCES)
    if not run.retry_of:
        return files
    refused = run.retry_of.source_files.filter(status=SourceFile.Status.QUARANTINED)
    wanted = set(refused.values_list("uri", flat=True))
    return [file for file in files if file.uri in wanted]


def keep_list(run, files):
    """Write down what is to do: all files but those whose version is known."""
    known, now = known_files(), timezone.now()
    todo = [file for file in files if not file.version or known.get(file.uri, ("", ""))[1] != file.version]
    with transaction.atomic():
        if IngestRun.objects.select_for_update().get(pk=run.pk).status != RUNNING:
            return  # stopped meanwhile
        Work.objects.bulk_create((Work.of(run, file, now) for file in todo), batch_size=1000)
        run.files, run.listed = len(files), True
        run.save(update_fields=["files", "listed"])
        ring_after_commit(run, workers_for(len(todo)) - 1)
    log.info("run %s: %d files, %d to do", run.pk, len(files), len(todo))


def workers_for(files):
    """Return how many workers are worth having, each for WEATHER_FAN_OUT files. SQLite has one writer."""
    if connection.vendor == "sqlite":
        return 1
    return min(max(1, files // settings.WEATHER_FAN_OUT), MOST_WORKERS)


# --- Claiming --------------------------------------------------------------------------------


@contextmanager
def claims():
    """Hold a lock of one's own for the length of a `with`; yield its number, by which files are claimed.

    What is still claimed in the end is due again.
    """
    token = -LOCKS - random.randrange(1, LOCKS)  # noqa: S311 no secret
    with try_lock(token):
        try:
            yield token
        except Stopped:
            Work.objects.filter(claimed_by=token).update(claimed_by=None, attempts=F("attempts") - 1)
            raise
        finally:
            with suppress(Error):  # it is away; the sweep gives back
                give_back(Work.objects.filter(claimed_by=token))


def claim(run, token):
    """Claim files of a run that are due; return their Works.

    Those that were claimed before come one at a time: one of them may be what ends workers.
    """
    locked = {"skip_locked": connection.features.has_select_for_update_skip_locked}
    most = min(MOST_CLAIMED, max(1, settings.WEATHER_FAN_OUT // 4))
    with transaction.atomic():
        due = run.work.filter(claimed_by=None, next_try__lte=timezone.now()).select_for_update(**locked)
        batch = list(due.filter(attempts=0)[:most]) or list(due[:1])
        mine = Work.objects.filter(pk__in=[work.pk for work in batch])
        mine.update(claimed_by=token, claimed_at=timezone.now(), attempts=F("attempts") + 1)
    return batch


def enter(run, batch, stopping):
    """Enter the files of a batch; they are no longer to be done then. Raise Stopped when `stopping()`."""
    uris = [work.uri for work in batch]
    done = set(
        run.source_files.filter(uri__in=uris).values_list("uri", flat=True)
    )  # by a worker that is gone
    files = [work.raw_file() for work in batch if work.uri not in done]
    jobs = 1 if workers_for(run.files) > 1 else None
    with closing(outcomes(files, run, known_files(uris), jobs=jobs, stopping=stopping)) as several:
        for _ in several:
            pass
    Work.objects.filter(pk__in=[work.pk for work in batch]).delete()


def give_back(works):
    """Make claimed files due again, later with every attempt; refuse those tried too often."""
    for work in works.select_related("run"):
        if work.attempts >= MOST_ATTEMPTS:
            refuse(work)
        else:
            wait = timedelta(seconds=random.uniform(0.5, 1) * 2**work.attempts)  # noqa: S311 no secret
            again = works.filter(pk=work.pk, claimed_by=work.claimed_by)
            again.update(claimed_by=None, next_try=timezone.now() + wait)


def refuse(work):
    file = work.raw_file()
    reason = f"the worker ended {work.attempts} times while it was at this file"
    with transaction.atomic():
        if Work.objects.filter(pk=work.pk).delete()[0]:
            quarantine(Reading(file.uri, file.name, timezone.now()), work.run, reason)


# --- Ending ----------------------------------------------------------------------------------


def finish(run):
    """Close a queued run if nothing is left to do; say whether it is closed."""
    if left(run):  # asked first without the lock, for which a file's transaction would be waited for
        return False
    with transaction.atomic():
        run = IngestRun.objects.select_for_update().get(pk=run.pk)
        if run.status != RUNNING or left(run):
            return run.status != RUNNING
        entered = run.source_files.values("uri").distinct()
        missing = run.work.exclude(uri__in=entered).count()
        run.work.all().delete()
        run.skipped = run.files - missing - entered.count()
        run.error = "stopped; what is missing, the next run takes" if missing or run.stop else ""
        note_end(run, IngestRun.Status.INTERRUPTED if run.error else IngestRun.Status.SUCCEEDED)
        transaction.on_commit(ring_to_check)
    tell_end(run)
    return True


def left(run):
    """Say whether a run has something to do yet; one that is to stop, whether anybody is at it."""
    run.refresh_from_db(fields=["stop", "listed"])
    if run.stop:
        return run.work.exclude(claimed_by=None).exists()
    return not run.listed or run.work.exists()


def sweep(seconds):
    """Put right what a process left behind that is no more, and wake a worker for what is due.

    `seconds` is how often this is done.
    """
    close_abandoned(IngestRun.objects.all())
    for run in IngestRun.objects.filter(queued=True, status=RUNNING):
        release(run)
        wait = seconds_until_due(run)
        if not finish(run) and wait < seconds:  # what is due later, the next sweep finds
            ring(run.pk, wait=wait, expires=wait + seconds)
    if anything_due():
        ring_to_check(expires=seconds)


def seconds_until_due(run):
    """Return in how many seconds something of a run is to be done, infinity if all of it is being done."""
    if not run.listed:
        return 0
    soonest = run.work.filter(claimed_by=None).aggregate(time=Min("next_try"))["time"]
    return max(0, (soonest - timezone.now()).total_seconds()) if soonest else math.inf


def release(run):
    """Give back what was claimed by workers of which nobody holds the lock any more."""
    for token in set(run.work.exclude(claimed_by=None).values_list("claimed_by", flat=True)):
        with try_lock(token) as free:
            if free:
                log.warning("run %s: a worker ended with files claimed; they are due again", run.pk)
                give_back(run.work.filter(claimed_by=token))
