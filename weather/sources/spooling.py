"""A folder for what does not fit into memory while files are read."""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "weather-spool-"
"""So begin the names of our folders, and of nobody else's: what is old and not locked is removed."""
NEW = 600
"""Seconds in which a folder may not have its lock yet."""


@contextmanager
def spool():
    """Yield a folder that goes at the end, or with the next one: after a SIGKILL nobody holds its lock."""
    remove_abandoned(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder, locked(folder):
        yield Path(folder)


@contextmanager
def locked(folder):
    """Hold the lock of a folder; raise BlockingIOError if somebody else does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def remove_abandoned(place):
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is in use, or somebody else's, or gone meanwhile
            if time.time() - folder.stat().st_mtime > NEW:
                with locked(folder):
                    shutil.rmtree(folder)
