"""When sources are to be ingested by themselves: the schedules of django-celery-beat, whoever wrote them."""

import json
import logging

from django.conf import settings
from django_celery_beat.models import PeriodicTask

from weather import freshness
from weather.models import IngestRun
from weather.work import begin

log = logging.getLogger(__name__)

INGEST = "weather.tasks.ingest_source"


def minute(time):
    """Return the minute of a time. Schedules go by minutes: in one, all instances of beat mean the same."""
    return time.replace(second=0, microsecond=0)


def forget_old():
    """Take out of the table the schedule from the environment, where that has none any more."""
    if not settings.WEATHER_SCHEDULE:
        PeriodicTask.objects.filter(name=settings.FROM_ENVIRONMENT).delete()


def scheduled():
    """Yield (PeriodicTask, sources) of what is enabled."""
    for task in PeriodicTask.objects.filter(enabled=True, task=INGEST):
        named = [*json.loads(task.args), *json.loads(task.kwargs).values()]
        if names := [source for source in named or [settings.WEATHER_SOURCE] if source]:
            yield task, names


def begin_missed():
    """Begin the runs that beat has asked for, and the broker has lost."""
    for task, names in scheduled():
        if task.total_run_count and task.last_run_at:
            begin(names, asked=minute(task.last_run_at))


def check_fresh():
    """Log a warning for every source whose schedule has passed since its last good run began; return them."""
    late = [names for task, names in scheduled() if is_late(task, names)]
    for names in late:
        log.warning("not fresh: %s has no good run since its schedule last said so", ", ".join(names))
    return late


def is_late(task, names):
    """Say whether a schedule has passed since the last good run of its sources began, and none goes on."""
    run = freshness.last(IngestRun.Status.RUNNING, IngestRun.Status.SUCCEEDED, sources=names)
    if run and run.status == IngestRun.Status.RUNNING:
        return False
    return task.schedule.is_due(run.started_at if run else task.date_changed).is_due
