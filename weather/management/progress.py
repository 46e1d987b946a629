"""How far something is, on stderr: stdout is for what comes out."""

import sys
from contextlib import contextmanager

from tqdm import tqdm

from weather.management.failures import failures_told
from weather.quality.checking import check


@contextmanager
def stations_told():
    """Yield a function that shows, on a terminal, how many stations of how many are done."""
    tqdm.monitor_interval = 0  # no thread of its own
    with tqdm(unit=" stations", disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(done, of):
            bar.total, bar.n = of, done
            bar.refresh()

        yield show


def check_what_came(*, skip):
    """Check the stations whose observations changed, after an ingest."""
    if not skip:
        with failures_told(), stations_told() as show:
            check(progress=show)
