"""How far something is, on stderr where that is a terminal."""

import sys
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def stations_told():
    """Yield a function that shows how many stations of how many are done."""
    tqdm.monitor_interval = 0
    with tqdm(unit=" stations", disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(done, of):
            bar.total, bar.n = of, done
            bar.refresh()

        yield show
