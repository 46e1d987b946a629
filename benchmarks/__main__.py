"""`make bench`: our speed as ratios against a baseline measured in the same run on the same machine."""

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import api, ingest, large, quality, statistics, workers

SUITES = {
    "ingest": lambda options, data: ingest.measure(data, options.runs),
    "large": lambda options, data: large.measure(data, options.runs),
    "workers": lambda options, data: workers.measure(data, options.runs),
    "quality": lambda options, data: quality.measure(data, options.runs),
    "statistics": lambda options, data: statistics.measure(data, options.runs),
    "api": lambda options, data: api.measure(data, options.runs, options.seconds, options.large),
}


def main():
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all if none is named"
    )
    parser.add_argument(
        "--data", type=Path, help="a folder in the wx format; as much is made up where there is none"
    )
    parser.add_argument(
        "--runs", type=int, default=5, help="measurements of each kind, of which the median counts"
    )
    parser.add_argument("--seconds", type=int, default=4, help="how long `api` measures each time")
    parser.add_argument("--large", action="store_true", help="`api` measures ten times the data too")
    options = parser.parse_args()
    if options.data and not options.data.is_dir():
        parser.error(f"no such folder: {options.data}; generate_weather makes one")
    if unknown := set(options.suites) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    sys.exit(not report(options))


def report(options):
    """Print the rows of the suites as they come; return whether all are met."""
    met = True
    with folder(options.data or real_data()) as data:
        for name in options.suites or SUITES:
            for row in SUITES[name](options, data):
                print(row, flush=True)
                met = met and row.met
    return met


def real_data():
    here = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("WEATHER_TEST_DATA") or here.parent / "shared/data") / "wx_data"


@contextlib.contextmanager
def folder(data):
    """Yield the folder or, if there is none, one with made-up data of the same size."""
    if data.is_dir():
        yield data
        return
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "wx_data"
        period = ["--stations=167", "--start=1985", "--end=2014", "--seed=1"]
        ingest.manage("sqlite://:memory:", "generate_weather", str(made), *period)
        print("The data are made up: 167 stations, 1985 to 2014", flush=True)
        yield made


main()
