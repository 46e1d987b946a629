"""How the archive is: what it holds, and whether its runs happen."""

from django.db.models import Sum

from weather import freshness
from weather.formats import FORMATS
from weather.models import IngestRun, SourceFile, Station

MOST_BARS = 40
"""Runs in the chart."""

PARTS = ("rejected", "updated", "inserted", "unchanged")
"""What a bar is made of, from its foot: a few rejected lines are seen there."""


def state():
    """Return what the first pages, people's and admin's, tell of the archive."""
    return {
        "stations": Station.objects.filter(observed=True).count(),
        "observations": observations(),
        "last_run": IngestRun.objects.first(),
        "missed": freshness.missed(),
    }


def observations():
    """Return how many there are, without counting them: a day is inserted once, and stays."""
    files = SourceFile.objects.filter(format__in=FORMATS, inserted__gt=0)
    return files.aggregate(days=Sum("inserted"))["days"] or 0


def newest():
    return list(IngestRun.objects.all()[:MOST_BARS])


def chart(runs):
    """Return bars of runs, given newest first, the oldest first: (run, [(part, foot, height)]) in percent."""
    most = max((run.read for run in runs), default=0) or 1
    return [(run, stacked(run, most)) for run in reversed(runs)]


def stacked(run, most):
    parts, foot = [], 0.0
    for name in PARTS:
        if count := getattr(run, name):
            height = max(100 * count / most, 1.5)  # what there is is seen
            parts.append((name, round(foot, 2), round(height, 2)))
            foot += height
    return parts
