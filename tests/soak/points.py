"""Named points before and after whatever a process says to its database.

They are found from outside, so that a new statement is a new point: Django's execute_wrapper sees the
statements, and what passes it by (COPY, commits) is watched where it goes through. Production code knows
nothing of this.
"""

import os
import re
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg2.extensions
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from weather import ingest

WORDS = re.compile(r"\w+")
TABLE = re.compile(r"\bweather_\w+")


def record(path):
    """Write the points that this process passes into a file, as lines: the URI, a tab, the name."""
    file = Path(path).open("a", buffering=1)  # noqa: SIM115 until the process ends
    watch(lambda uri, name: file.write(f"{uri}\t{name}\n"))


def strike(uri, which, sent):
    """Have this process send itself a signal at a point of a chunk: the how manieth, or one of a name.

    The URI is that of the first file of the chunk, or empty for the points of the run itself, between chunks.
    """
    passed = Counter()

    def reach(where, name):
        passed[where] += 1
        if where == uri and which in (passed[where], name):
            os.kill(os.getpid(), sent)

    watch(reach)


def linger(uri):
    """Have the reading of a file take longer than anybody waits."""
    read = ingest.read

    def reading(raw_file, **options):
        if raw_file.uri == uri:
            time.sleep(3600)
        return read(raw_file, **options)

    ingest.read = reading


def watch(reach):
    """Have reach(URI of the file that this thread enters, name of the point) called at every point."""
    here = threading.local()

    @contextmanager
    def around(what):
        uri = getattr(here, "uri", "")
        reach(uri, f"before {what}")
        yield
        reach(uri, f"after {what}")

    watch_files(here)
    watch_statements(around)
    watch_commits(around)


def watch_files(here):
    """Keep in here.uri which file this thread enters, the first one of a chunk."""
    take = ingest.take

    def taking(readings, **options):
        here.uri = readings[0].uri
        try:
            return take(readings, **options)
        finally:
            here.uri = ""

    ingest.take = taking


def watch_statements(around):
    def watched(execute, sql, params, many, context):
        with around(named(sql)):
            return execute(sql, params, many, context)

    def created(connection, **kwargs):
        if watched not in connection.execute_wrappers:
            connection.execute_wrappers.append(watched)
        if connection.vendor == "postgresql":
            connection.connection.cursor_factory = partial(Cursor, around)

    connection_created.connect(created, weak=False)


class Cursor(psycopg2.extensions.cursor):
    """A cursor of psycopg2 that is watched where Django looks away."""

    def __init__(self, around, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.around = around

    def copy_expert(self, sql, *args, **kwargs):
        with self.around(named(sql)):
            return super().copy_expert(sql, *args, **kwargs)


def watch_commits(around):
    commit = BaseDatabaseWrapper._commit

    def committing(connection):
        with around("COMMIT"):
            return commit(connection)

    BaseDatabaseWrapper._commit = committing


def named(sql):
    """Return what a statement does, and to which table of ours, in a few words."""
    verb, *rest = WORDS.findall(sql)
    table = TABLE.search(sql)
    return f"{verb} {table[0] if table else ' '.join(rest[:1])}"
