"""The figures of a run as a log line that CloudWatch makes metrics of (Embedded Metric Format)."""

import json
import logging

from django.conf import settings

log = logging.getLogger(__name__)

NAMES = ("files", "skipped", "quarantined", "read", "inserted", "updated", "unchanged", "rejected")


def after_run(run):
    if settings.METRICS_EMF and run.pk:
        log.info("%s", line(run))


def line(run):
    """Return the line of a finished run."""
    units = [{"Name": name, "Unit": "Count"} for name in NAMES] + [{"Name": "seconds", "Unit": "Seconds"}]
    metrics = {"Namespace": "Weather", "Dimensions": [["status"]], "Metrics": units}
    about = {"Timestamp": int(run.finished_at.timestamp() * 1000), "CloudWatchMetrics": [metrics]}
    counts = {name: getattr(run, name) for name in NAMES}
    return json.dumps({"_aws": about, "run": run.pk, "status": run.status, **counts, "seconds": run.seconds})
