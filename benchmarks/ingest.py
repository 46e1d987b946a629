"""ingest_weather, the whole command but for the checks that follow, against the bare loader of each database.

The baseline has its rows parsed, presorted and in memory before the clock starts, and loads them into
the same empty table of the same server, without ledger or statistics, in one transaction.
"""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2

from benchmarks.report import Row
from tests.processes import alive, memory
from tests.services import postgresql

COLUMNS = "date, tmax, tmin, prcp, station_id, source_file_id"
MEMORY = 200
"""MB the command may take at its highest, what processes share counted once."""
LOOK = 0.2
"""Seconds between two looks at what it takes."""
SERVER = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
}
TURN = re.compile(rb"(?m)^((?:[^\n]*\n){99}\d{8}\t[ \d-]*)(\d)\t")
"""Every hundredth line of a file, up to the last digit of its first value."""


def measure(data, runs):
    """Yield rows for PostgreSQL and SQLite: first run, run again unchanged and slightly changed, memory."""
    lines = presorted(data)
    with tempfile.TemporaryDirectory() as folder, postgresql(**SERVER) as url:
        corrected = one_percent(data, Path(folder))
        loader = "COPY", lambda: copy(url, lines)
        yield from compare("PostgreSQL, 2 jobs", url, *loader, 1.0, data, runs, corrected, 2)
        yield from compare("PostgreSQL, 1 job", url, *loader, 1.4, data, runs, corrected, 1)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/weather.sqlite3"
        rows = [parsed(line) for line in lines]
        loader = "executemany", lambda: executemany(Path(folder), rows)
        yield from compare("SQLite", url, *loader, 1.3, data, runs, one_percent(data, Path(folder)), 1)


def compare(name, url, loader, load, most, data, runs, corrected, jobs):
    baseline, first, again, changed = [], [], [], []
    manage(url, "migrate", "--verbosity=0")
    for _ in range(runs):
        manage(url, "flush", "--no-input")
        baseline.append(load())
        manage(url, "flush", "--no-input")
        seconds, balance = ingest(url, data, jobs)
        first.append((seconds, balance["seconds"]))
        before = written(url)
        again.append(ingest(url, data, jobs)[1]["seconds"])
        if written(url) != before:
            raise AssertionError("a run of unchanged files wrote rows")
        seconds, _ = correct(url, data, corrected, jobs)
        changed.append(seconds)
    manage(url, "flush", "--no-input")
    peak = highest_memory(url, data, jobs)
    inside = [inside for _, inside in first]
    yield Row(f"{name}, first ingest, against {loader}", [whole for whole, _ in first], baseline, most)
    yield Row(f"{name}, the same without the start of Python", inside, baseline, most)
    yield Row(f"{name}, 1 % of all lines corrected, against {loader}", changed, baseline, 3)
    yield Row(f"{name}, unchanged files, against first ingest", again, inside, 0.03)
    yield Row(f"{name}, peak memory", [peak], [MEMORY], 1, "MB")


def one_percent(data, folder):
    """Write the files anew with every hundredth line corrected; return their folder."""
    copies = folder / "corrected"
    copies.mkdir()
    for path in data.glob("*.txt"):
        turned = TURN.sub(lambda m: b"%b%d\t" % (m[1], (int(m[2]) + 1) % 10), path.read_bytes())
        (copies / path.name).write_bytes(turned)
    return copies


def correct(url, data, corrected, jobs):
    """Ingest the corrected files as if they were those of before; return what ingest does."""
    rename = "UPDATE weather_source_files SET uri = replace(uri, '{}', '{}')"
    execute(url, rename.format(data.absolute(), corrected))
    result = ingest(url, corrected, jobs)
    _, balance = result
    if not 0.009 < balance["updated"] / balance["read"] < 0.011 or balance["inserted"]:
        raise AssertionError(f"1 % was to be corrected: {balance}")
    return result


def python(url, *arguments):
    """Run Python on a database; return what it prints."""
    with started(url, *arguments) as process:
        printed, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return printed


def started(url, *arguments):
    environment = os.environ | {"DATABASE_URL": url, "SECRET_KEY": "bench", "LOG_LEVEL": "WARNING"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as for everybody, modules are compiled once
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "start_new_session": True}
    return subprocess.Popen([sys.executable, *arguments], env=environment, **quiet)


def manage(url, *arguments):
    return python(url, "manage.py", *arguments)


def execute(url, sql):
    manage(
        url,
        "shell",
        "--no-imports",
        "-c",
        f"from django.db import connection as c; c.cursor().execute({sql!r})",
    )


def ingest(url, data, jobs=1):
    """Return (seconds of the whole command, its balance)."""
    start = time.perf_counter()
    printed = manage(url, *command(data, jobs))
    return time.perf_counter() - start, json.loads(printed)


def command(data, jobs):
    return "ingest_weather", str(data), "--json", "--no-check", f"--jobs={jobs}"


def highest_memory(url, data, jobs=1):
    """Return how many MB an ingest takes at its highest. To look slows it down, so no such run is timed."""
    peak = 0
    with started(url, "manage.py", *command(data, jobs)) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(memory, alive(process.pid))))
            time.sleep(LOOK)
    return peak / 1024


def written(url):
    """Return what tells whether anything but the run itself was written."""
    counts = (
        "from weather.models import *; print([m.objects.count() for m in (Observation, SourceFile, Revision)]"
    )
    return manage(url, "shell", "--no-imports", "-c", f"{counts}, Archive.objects.get().generation)")


def presorted(data):
    """Return every row of a folder as COPY text, in the order of the primary key."""
    lines = []
    for number, path in enumerate(sorted(data.glob("*.txt")), 1):
        text = path.read_bytes().replace(b" ", b"")
        lines += [b"%b\t%d\t%d\n" % (line, number, number) for line in sorted(text.splitlines())]
    return lines


def parsed(line):
    date, *numbers = line.decode().split()
    values = [None if number == "-9999" else int(number) for number in numbers]
    return (f"{date[:4]}-{date[4:6]}-{date[6:]}", *values)


def copy(url, lines):
    """Load rows by one COPY; return the seconds it takes."""
    text = io.BytesIO(b"".join(lines))
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.copy_expert(
            f"COPY weather_observations ({COLUMNS}) FROM STDIN WITH (NULL '-9999')", text, 1 << 20
        )
        connection.commit()
        return time.perf_counter() - start


def executemany(folder, rows):
    """Load rows by one executemany; return the seconds it takes."""
    with closing(sqlite3.connect(folder / "weather.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA cache_size=-65536")
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            f"INSERT INTO weather_observations ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
        connection.execute("COMMIT")
        return time.perf_counter() - start
