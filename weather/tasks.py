"""What workers do. A task carries no more than where to look: what is to do stands in the database."""

import mmap
import os
import signal
import threading
import time
from datetime import UTC, datetime

import billiard
from celery import shared_task
from celery.signals import beat_init, before_task_publish, worker_shutting_down
from django.conf import settings
from django.db import InterfaceError, OperationalError

from weather import alerts, emf, schedule, work
from weather.current import going_on
from weather.quality import checking

PATIENCE = 25
"""Seconds that a file gets to finish when the worker is to stop. Then its transaction is taken back."""

DATABASE_AWAY = {
    "autoretry_for": (OperationalError, InterfaceError),
    "retry_backoff": True,
    "retry_backoff_max": 300,
    "retry_jitter": True,
    "max_retries": 8,
}

shutting_down = mmap.mmap(-1, 1)  # shared with the processes of the pool, and without a lock to die with


@shared_task(bind=True, name="weather.tasks.ingest_source", **DATABASE_AWAY)
def ingest_source(self, source=None):
    """Begin a run of a source (or WEATHER_SOURCE), unless one goes on or has begun since it was asked for."""
    source = source or settings.WEATHER_SOURCE
    if not source:
        return "nothing to do: name a source, or set WEATHER_SOURCE"
    asked = datetime.fromtimestamp(self.request.get("asked") or time.time(), UTC)
    run = work.begin([source], asked=schedule.minute(asked))
    return f"run {run.pk}" if run else f"{source}: already running, or done since it was asked for"


@shared_task(name="weather.tasks.work", **DATABASE_AWAY)
def work_on(run):
    """Do what is left of a queued run."""
    with going_on(run):
        return f"run {run} {work.work_on(run, lambda: bool(shutting_down[0]))}"


@shared_task(name="weather.tasks.check_quality", **DATABASE_AWAY)
def check_quality():
    """Check the stations whose observations changed."""
    return checking.check_in_turn(lambda: bool(shutting_down[0]))


@shared_task(name="weather.tasks.sweep")
def sweep():
    """Every few minutes: put right what was left behind, begin what was missed, look whether all is fresh."""
    work.sweep(settings.WEATHER_SWEEP_SECONDS)
    schedule.begin_missed()
    schedule.check_fresh()
    alerts.overdue()
    emf.after_sweep()


@before_task_publish.connect
def note_time(headers, **kwargs):
    headers.setdefault("asked", time.time())


@beat_init.connect
def forget_old(**kwargs):
    schedule.forget_old()


@worker_shutting_down.connect
def stop_at_file_boundary(**kwargs):
    shutting_down[0] = 1
    timer = threading.Timer(PATIENCE, end_children)
    timer.daemon = True
    timer.start()


def end_children():
    for child in billiard.active_children():
        os.kill(child.pid, signal.SIGKILL)
