"""How the commands that ingest say that they could not, or that something was rejected."""

import os
import sys
import threading
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
        interrupted = "interrupted; what is finished is in, the next run takes the rest"
        if (
            threading.active_count() > 1
        ):  # a file that was too large to wait for: its transaction is taken back
            sys.stderr.write(f"CommandError: {interrupted}\n")
            sys.stderr.flush()
            os._exit(1)
        raise CommandError(interrupted) from None
    except SourceError as error:
        raise CommandError(str(error)) from None
    except DatabaseError as error:
        hint = "Is DATABASE_URL right, the server up, and has manage.py migrate been run?"
        raise CommandError(f"the database failed: {error}\n{hint}") from error


def exit_if_rejected(run):
    """End with exit code 3 when the run finished, and something was rejected."""
    if run.rejected or run.quarantined:
        sys.exit(3)
