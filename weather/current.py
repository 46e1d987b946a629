"""The run that is going on, known to everything it calls: the log tells it in every line."""

from contextlib import contextmanager
from contextvars import ContextVar

run_id = ContextVar("run_id", default=None)


@contextmanager
def going_on(run):
    """Let what is called within a `with` know the id of a run."""
    token = run_id.set(run)
    try:
        yield
    finally:
        run_id.reset(token)
