"""Killed at every point. The trials return {point: what is wrong}: nothing where the promises hold."""

import signal
from functools import partial

from tests.soak import points
from tests.soak.archives import FINISHED, archive, empty
from tests.soak.children import wait
from tests.soak.contents import content
from tests.soak.verdicts import Expected, aftermath

MOST_BETWEEN_FILES = 40


def strike_every_point(server, folder, case, jobs=1, sent=signal.SIGKILL, together=1):
    """End the ingest at every point of a transaction, each time of other files: one, or two `together`, which
    come after another one.

    With more than one job other files are entered beside them.
    """
    options, each = [*case.options, f"--jobs={jobs}"], jobs if together == 1 else 6 * jobs
    with archive(server) as target, archive(server) as undisturbed:
        names = names_of_points(target, folder, case, options, each, together)
        target.ask(empty)
        paths, expected = prepare(case, folder, len(names) * each, options, target, undisturbed)
        result = {}
        for n, name in enumerate(names, 1):
            before, now = (n - 1) * each, paths[: n * each]
            first = before + together - 1
            reached, wrong = strike(target, (paths[first], n, sent), now, options)
            done = paths[:before]
            if n == len(names):  # after the last point the files are in
                done += paths[first : first + together]
            judge = partial(aftermath, stations=case.stations(first), abandoned=sent == signal.SIGKILL)
            wrong += target.ask(judge, expected, done, now, options)
            result[f"{n} {name}"] = wrong if reached else ["not reached"]
        return result


def names_of_points(target, folder, case, options, each, together):
    """Return the names of the points of a transaction, found by an ingest in which nothing strikes."""
    paths, found = case.files(folder, each, target), target.folder / "points"
    wait(target.start([*paths, *options], partial(points.record, found)))
    lines = [line.split("\t") for line in found.read_text().splitlines()]
    first, entered = together - 1, {uri for uri, _ in lines}
    if not {paths[0], paths[first]} <= entered or entered & set(paths[first + 1 : first + together]):
        raise AssertionError(f"{together} files were to be entered together: {entered}")
    return [name for uri, name in lines if uri == paths[first]]


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
