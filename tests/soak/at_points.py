"""Killed at every point. The trials return {point: what is wrong}: nothing where the promises hold."""

import signal
from functools import partial

from tests.soak import points
from tests.soak.archives import FINISHED, archive, empty
from tests.soak.children import wait
from tests.soak.contents import content
from tests.soak.verdicts import Expected, aftermath

MOST_BETWEEN_FILES = 40


def strike_every_point(server, folder, case, jobs=1, sent=signal.SIGKILL):
    """End the ingest at every point of a file's transaction, each time of another file.

    With more than one job other files are entered beside it.
    """
    options = [*case.options, f"--jobs={jobs}"]
    with archive(server) as target, archive(server) as undisturbed:
        names = names_of_points(target, folder, case, options, jobs)
        target.ask(empty)
        paths, expected = prepare(case, folder, len(names) * jobs, options, target, undisturbed)
        result = {}
        for n, name in enumerate(names, 1):
            first, now = (n - 1) * jobs, paths[: n * jobs]
            reached, wrong = strike(target, (paths[first], n, sent), now, options)
            done = paths[: first + (n == len(names))]  # after the last point the file is in
            judge = partial(aftermath, stations=case.stations(first), abandoned=sent == signal.SIGKILL)
            wrong += target.ask(judge, expected, done, now, options)
            result[f"{n} {name}"] = wrong if reached else ["not reached"]
        return result


def names_of_points(target, folder, case, options, jobs):
    """Return the names of the points of a file, found by an ingest in which nothing strikes."""
    paths, found = case.files(folder, jobs, target), target.folder / "points"
    wait(target.start([*paths, *options], partial(points.record, found)))
    lines = [line.split("\t") for line in found.read_text().splitlines()]
    return [name for uri, name in lines if uri == paths[0]]


def prepare(case, folder, number, options, target, undisturbed):
    """Write the files of a case; return their paths, and what they make of an archive."""
    paths = case.files(folder, number, target, undisturbed)
    return paths, Expected(target.ask(content), undisturbed.ingest(paths, *options), case.owner(paths))


def strike(target, point, paths, options):
    """End an ingest at a point (URI, number, signal); return whether it was reached, and what is wrong."""
    process = target.start([*paths, *options], partial(points.strike, *point))
    wrong = target.end(process, point[-1])
    return process.exitcode not in FINISHED, wrong


def strike_between_files(server, folder, case, jobs=1, sent=signal.SIGKILL):
    """End the ingest at every point of the run's own books, each time with one file more to be ingested."""
    options, result = [*case.options, f"--jobs={jobs}"], {}
    judge = partial(aftermath, abandoned=sent == signal.SIGKILL)
    with archive(server) as target, archive(server) as undisturbed:
        paths, expected = prepare(case, folder, MOST_BETWEEN_FILES, options, target, undisturbed)
        for n in range(1, MOST_BETWEEN_FILES):
            reached, wrong = strike(target, ("", n, sent), paths[:n], options)
            if not reached:
                break
            result[str(n)] = wrong + target.ask(judge, expected, paths[: n - 1], paths[:n], options)
    return result
