"""Whether the run that the schedule promises has happened."""

import datetime

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from weather.models import IngestRun

GRACE = datetime.timedelta(hours=1)
"""So long a run may take, or begin later, before anybody is told."""


MOST = 1000
"""Runs looked through for one of the schedule's."""


def last(*statuses, sources=None):
    """Return the last run of some sources (or of any) that has one of the statuses, or None."""
    runs = IngestRun.objects.filter(status__in=statuses).order_by("-id")[:MOST]
    # Compared here: not every database compares JSON.
    return next((run for run in runs if sources in (None, run.sources)), None)


def scheduled():
    """Return the sources that the schedule promises, or None where any run will do."""
    return [settings.WEATHER_SOURCE] if settings.WEATHER_SOURCE else None


def last_good():
    return last(IngestRun.Status.SUCCEEDED, sources=scheduled())


def missed():
    """Return since when a run of the schedule is overdue.

    None: all is well, a run is at it, or there is no schedule.
    """
    if not settings.WEATHER_SCHEDULE:
        return None
    good = last_good()
    due = next_due(good.started_at if good else since_ever())
    if timezone.now() < due + GRACE:
        return None
    running = last(IngestRun.Status.RUNNING, sources=scheduled())
    return None if running and running.started_at >= due else due


def next_due(time):
    """Return when the schedule is due for the first time after a time."""
    from celery.schedules import crontab  # here: it takes a tenth of a second, and commands need it not

    start, delta, _ = crontab.from_string(settings.WEATHER_SCHEDULE).remaining_delta(time, tz=datetime.UTC)
    return start + delta


def since_ever():
    """Return when the archive was made."""
    return MigrationRecorder.Migration.objects.filter(app="weather").earliest("applied").applied
