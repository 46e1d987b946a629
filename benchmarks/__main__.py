"""`make bench`: our speed as ratios against a baseline measured in the same run on the same machine."""

import argparse
import os
import sys
from pathlib import Path

from benchmarks import ingest, large

SUITES = {"ingest": ingest.measure, "large": large.measure}


def main():
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all if none is named"
    )
    parser.add_argument("--data", type=Path, default=real_data(), help="a folder in the wx format")
    parser.add_argument(
        "--runs", type=int, default=5, help="measurements of each kind, of which the median counts"
    )
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"no such folder: {options.data}; generate_weather makes one")
    if unknown := set(options.suites) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    rows = [row for name in options.suites or SUITES for row in SUITES[name](options.data, options.runs)]
    for row in rows:
        print(row)
    sys.exit(not all(row.met for row in rows))


def real_data():
    here = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("WEATHER_TEST_DATA") or here.parent / "shared/data") / "wx_data"


main()
