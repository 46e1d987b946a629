"""The figures of runs and of what waits for workers, as log lines of which CloudWatch makes metrics (EMF, the
Embedded Metric Format)."""

import json
import logging

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from weather.models import IngestRun, Work

log = logging.getLogger(__name__)

NAMES = ("files", "skipped", "quarantined", "read", "inserted", "updated", "unchanged", "rejected")


def after_run(run):
    if settings.METRICS_EMF and run.pk:
        log.info("%s", line(run))


def after_sweep():
    if settings.METRICS_EMF:
        log.info("%s", line_of_queue(timezone.now()))


def line(run):
    """Return the line of a finished run."""
    units = dict.fromkeys(NAMES, "Count") | {"seconds": "Seconds"}
    counts = {name: getattr(run, name) for name in NAMES}
    said = {"run": run.pk, "status": run.status, **counts, "seconds": run.seconds}
    return emf(run.finished_at, units, said, dimensions=["status"])


def line_of_queue(now):
    """Return the line of what waits for workers: how many files, and how long the oldest has been due.

    A run that is not listed yet has been due since it began.
    """
    due = Work.objects.filter(claimed_by=None, next_try__lte=now)
    unlisted = IngestRun.objects.filter(queued=True, listed=False, status=IngestRun.Status.RUNNING)
    oldest = [
        due.aggregate(oldest=Min("next_try"))["oldest"],
        unlisted.aggregate(oldest=Min("started_at"))["oldest"],
    ]
    seconds = max((now - since).total_seconds() for since in [now, *filter(None, oldest)])
    said = {"waiting": due.count(), "waiting_seconds": seconds}
    return emf(now, {"waiting": "Count", "waiting_seconds": "Seconds"}, said)


def emf(time, units, said, dimensions=()):
    metrics = [{"Name": name, "Unit": unit} for name, unit in units.items()]
    about = {"Namespace": "Weather", "Dimensions": [list(dimensions)], "Metrics": metrics}
    return json.dumps(
        {"_aws": {"Timestamp": int(time.timestamp() * 1000), "CloudWatchMetrics": [about]}, **said}
    )
