"""Where the processes of one server count together."""

import os
import tempfile
from pathlib import Path


def folder_of_server():
    """Return the path of a folder that goes by the process which started this one and its siblings."""
    return f"{tempfile.gettempdir()}/weather-metrics-{os.getuid()}-{os.getppid()}"


def make(path):
    """Make the folder. Raise PermissionError where it is another user's."""
    folder = Path(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} is another user's: name one of your own in PROMETHEUS_MULTIPROC_DIR")
