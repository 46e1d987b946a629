"""What is to be said of an archive after a strike, reckoned by another process on the archive itself."""

import io
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass

from django.core.management import call_command

from tests.soak.contents import content, faults, halves
from weather.models import IngestRun, SourceFile


@dataclass
class Expected:
    """What the archive says before and after an ingest that nothing disturbs."""

    old: dict
    new: dict
    owner: dict
    """{station id: URI of its file}"""

    def stations(self, uris):
        return [station for station, uri in self.owner.items() if uri in uris]


def ingested(sources, options=()):
    """Ingest without the quality checks, which come after the files; return what the archive says then."""
    with suppress(SystemExit), redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
        call_command("ingest_weather", *sources, "--no-check", *options)  # exits where something is rejected
    return content()


def aftermath(expected, done, sources, options=(), *, stations=(), abandoned=1):
    """Return what is wrong after a strike, and after ingesting once more what was struck.

    The files `done` must be as after an undisturbed ingest already, all sources in the end, and of the
    runs at most so many may have been abandoned, which the next one has to close.
    """
    left = list(IngestRun.objects.filter(status=IngestRun.Status.RUNNING))
    wrong = [*halves(content(), expected, done), *faults(abandoned, stations)]
    after = [*halves(ingested(sources, options), expected, sources), *faults(), *not_closed(left)]
    return wrong + [f"after the rerun: {fault}" for fault in after]


def not_closed(runs):
    """Yield those of the abandoned runs that the next one has not closed as such."""
    for run in runs:
        run.refresh_from_db()
        if run.status != IngestRun.Status.INTERRUPTED or not run.error.startswith("abandoned"):
            yield f"{run}: {run.error}"


def state():
    """Return what the archive says, and what is wrong with it."""
    return content(), list(faults())


def runs():
    """Return how the runs of the archive stand, the first one first."""
    return list(IngestRun.objects.order_by("id").values_list("status", flat=True))


def entered():
    """Return how many files the ledger of the archive has."""
    return SourceFile.objects.count()
