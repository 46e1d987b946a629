"""Waking the workers. What is to do stands in the database: a ring that nobody hears costs time, no work."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

WORK, CHECK = "weather.tasks.work", "weather.tasks.check_quality"


def ring_after_commit(run, workers=1):
    """Wake so many workers for a queued run, once what they are to do can be seen."""
    transaction.on_commit(partial(ring, run.pk, workers))


def ring(run_id, workers=1, *, wait=None, expires=None):
    """Wake so many workers for a queued run; after `wait` seconds, and within `expires` or never."""
    try:
        for _ in range(workers):
            current_app.send_task(WORK, [run_id], retry=False, countdown=wait or None, expires=expires)
    except (OperationalError, OSError) as error:
        log.warning("run %s: the broker is away (%s); the sweep finds what is to do", run_id, error)


def ring_to_check(*, expires=None):
    """Wake a worker for the stations whose quality is to be checked."""
    try:
        current_app.send_task(CHECK, retry=False, expires=expires)
    except (OperationalError, OSError) as error:
        log.warning("quality: the broker is away (%s); the sweep finds what is to do", error)
