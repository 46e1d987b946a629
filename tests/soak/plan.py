"""What `make soak` tries: (title, function that returns {trial: what is wrong}), the longest first."""

import random
import signal
from functools import partial

from tests.soak import files, tasks
from tests.soak.at_moments import end_at_random
from tests.soak.at_points import strike_between_files, strike_every_point
from tests.soak.crowds import crowd
from tests.soak.migrations import ROWS, migrate_large

FILES, PROCESSES = 40, 8


def plan(server, folder, options, most_jobs):
    """Return the trials on a server; in the folder there is room for files."""
    return [
        *at_moments(server, folder, options),
        *at_points(server, folder, most_jobs),
        *in_crowds(server, folder, options),
        *of_tasks(server, folder, options),
    ]


def at_moments(server, folder, options):
    paths = sorted(options.data.glob("*.txt"))
    real, owner = list(map(str, paths)), {path.stem: str(path) for path in paths}
    made = files.NEW.files(room(folder, "made"), FILES)
    yield (
        f"SIGKILL at {options.kills} random moments of a full ingest",
        partial(end_at_random, server, real, owner, signal.SIGKILL, options.kills),
    )
    yield (
        f"SIGTERM at {options.ends} random moments of an ingest of {FILES} files",
        partial(end_at_random, server, made, files.NEW.owner(made), signal.SIGTERM, options.ends),
    )


def at_points(server, folder, most_jobs):
    of_a_file, between_files = ("of a file", strike_every_point), ("between files", strike_between_files)
    of_two_files = "of two files together", partial(strike_every_point, together=2)
    for case, jobs, (where, strike), signals in [
        (files.BY_YEAR_CORRECTED, 1, of_a_file, [signal.SIGKILL]),
        (files.CORRECTED, 1, of_a_file, [signal.SIGKILL, signal.SIGTERM]),
        (files.REJECTED, most_jobs, of_a_file, [signal.SIGKILL, signal.SIGTERM]),
        (files.NEW, most_jobs, of_two_files, [signal.SIGKILL, signal.SIGTERM]),
        (files.CORRECTED, 1, of_two_files, [signal.SIGKILL, signal.SIGTERM]),
        (files.NEW, most_jobs, between_files, [signal.SIGKILL, signal.SIGTERM]),
    ]:
        for sent in signals:
            title = f"{sent.name} at every point {where}, {case.name}, {jobs} at once"
            yield title, partial(strike, server, room(folder, title), case, jobs, sent)


def in_crowds(server, folder, options):
    real = list(map(str, sorted(options.data.glob("*.txt"))))
    some, mixed = random.sample(real, min(FILES, len(real))), files.overlapping(room(folder, "mixed"), FILES)
    for paths, what, rounds in [
        (some, f"{len(some)} files", options.rounds),
        (mixed, f"{len(mixed)} files that share stations", options.rounds),
        (real, f"all {len(real)} files", 1),
    ]:
        yield f"{PROCESSES} processes at {what}", partial(crowd, server, paths, PROCESSES, rounds)


def of_tasks(server, folder, options):
    for name, trial in (tasks.TRIALS | tasks.LONG_TRIALS).items():
        title = f"tasks: {name}"
        yield title, partial(tasks.repeated, server, room(folder, title), trial, options.rounds)
    if server.startswith("postgres"):
        yield f"migrations of {ROWS:,} observations", partial(migrate_large, server)
        title = "tasks: database killed"
        place = room(folder, title)
        yield title, partial(tasks.repeated_on_its_own, place, tasks.database_killed, options.rounds)


def room(folder, name):
    place = folder / name.replace(" ", "-")
    place.mkdir()
    return place
