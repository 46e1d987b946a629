"""How the commands that ingest say that they could not, or that something was rejected."""

import sys
from contextlib import contextmanager

from django.core.management import CommandError
from django.db import DatabaseError

from weather.sources import SourceError


@contextmanager
def failures_told():
    """Turn what keeps an ingest from running into a CommandError with exit code 1."""
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError("interrupted; what is finished is in, the next run takes the rest") from None
    except SourceError as error:
        raise CommandError(str(error)) from None
    except DatabaseError as error:
        hint = "Is DATABASE_URL right, the server up, and has manage.py migrate been run?"
        raise CommandError(f"the database failed: {error}\n{hint}") from error


def exit_if_rejected(run):
    """End with exit code 3 when the run finished, and something was rejected."""
    if run.rejected or run.quarantined:
        sys.exit(3)
