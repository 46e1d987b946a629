"""`make soak`: ingest and workers killed, interrupted, crowded, and the archive exact after every time."""

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from pathlib import Path
from statistics import median

import django

from tests.services import ENVIRONMENT, SERVERS

DATABASES = {"sqlite": lambda: nullcontext("sqlite:///:memory:"), **SERVERS}
MOST_JOBS = {"sqlite": 1}
"""Files worked on at once, where not two."""

AT_ONCE = 2
"""Trials at once, each with an archive of its own."""


def arguments():
    parser = argparse.ArgumentParser(prog="make soak ARGS=...", description=__doc__)
    parser.add_argument("databases", nargs="*", metavar="DATABASE", help=f"of {', '.join(DATABASES)}")
    parser.add_argument("--kills", type=int, default=100, help="random moments of SIGKILL (%(default)s)")
    parser.add_argument("--ends", type=int, default=100, help="random moments of SIGTERM (%(default)s)")
    parser.add_argument("--rounds", type=int, default=20, help="rounds of the other trials (%(default)s)")
    parser.add_argument("--only", default="", metavar="TEXT", help="trials whose title has this text")
    parser.add_argument("--data", type=Path, default=real_data(), help="a folder in the wx format")
    options = parser.parse_args()
    options.databases = options.databases or ["sqlite", "postgresql"]
    if unknown := set(options.databases) - set(DATABASES):
        parser.error(f"no such database: {', '.join(sorted(unknown))}")
    if not options.data.is_dir():
        parser.error(f"no such folder: {options.data}; generate_weather makes one")
    return options


def real_data():
    here = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("WEATHER_TEST_DATA") or here.parent / "shared/data") / "wx_data"


def main():
    options = arguments()
    os.environ |= ENVIRONMENT | {"DATABASE_URL": "sqlite:///:memory:"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "weatherproj.settings"
    django.setup()
    from tests.soak.children import stopped

    for sent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, end)
    with ExitStack() as servers, ThreadPoolExecutor(AT_ONCE) as pool:
        trials = [
            (title, pool.submit(timed, trial))
            for kind in options.databases
            for title, trial in planned(kind, servers, options)
        ]
        try:
            good = [told(title, *trial.result()) for title, trial in trials]
        except BaseException:
            stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
    sys.exit(not all(good))


def end(number, frame):
    """End after the trials at hand, with all that was made cleared away; a second signal changes nothing."""
    for sent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, signal.SIG_IGN)
    sys.exit("ended before its time")


def planned(kind, servers, options):
    """Start a database server; yield what is tried on it, as (title, function)."""
    from tests.soak.plan import plan

    server = servers.enter_context(DATABASES[kind]())
    folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
    for title, trial in plan(server, folder, options, MOST_JOBS.get(kind, 2)):
        if options.only in title:
            yield f"{title} on {kind}", trial


def timed(trial):
    """Return what a trial finds, and the seconds it took."""
    began = time.monotonic()
    try:
        found = trial()
    except Exception:
        found = {"ended": [traceback.format_exc()]}
    return found, time.monotonic() - began


def told(title, trials, seconds):
    """Print how many trials were exact, and what is wrong after the others; return whether all were."""
    wrong = {name: faults for name, faults in trials.items() if faults}
    took = getattr(trials, "recovered", ())
    well = f"well after {median(took):.1f} s, at most {max(took):.1f} s; " if took else ""
    say(f"{title}: {len(trials) - len(wrong)} of {len(trials)} exact, {well}{seconds:.0f} s in all")
    for name, faults in wrong.items():
        say(f"  {name}: {'; '.join(faults)}")
    return bool(trials) and not wrong


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
