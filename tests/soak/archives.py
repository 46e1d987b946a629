"""Archives to be struck: databases that are made, emptied and dropped, with the processes that use them."""

import secrets
import signal
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection

from tests.processes import alive
from tests.soak import children, verdicts
from tests.soak.children import PATIENCE, soon, wait
from tests.soak.contents import TABLES
from weather.models import Archive

TOLD = 300
FINISHED = (0, 3)
"""How an ingest ends that has come to its end, everything in or something rejected."""

DROP = {"postgresql": "DROP DATABASE {} WITH (FORCE)", "mysql": "DROP DATABASE {}"}
SESSIONS = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = %s",
    "mysql": "SELECT count(*) FROM information_schema.processlist WHERE db = %s",
}


@dataclass
class Target:
    """An archive of its own: the URLs of its server (where that is SQLite, of any database) and of itself."""

    server: str
    url: str
    folder: Path

    def ask(self, function, *args):
        """Return function(*args) as another process reckons it, whose database this is."""
        return children.ask(self.url, function, *args)

    def ingest(self, sources, *options):
        """Ingest undisturbed; return what the archive says then."""
        return self.ask(verdicts.ingested, sources, options)

    def start(self, arguments, watch=None, log="log"):
        """Start `manage.py ingest_weather`; return the process. `watch` is called in it first."""
        (self.folder / log).write_text("")
        return children.start(self.url, arguments, self.folder / log, watch)

    def said(self, log="log"):
        """Return the end of what the last ingest with this log said."""
        return (self.folder / log).read_text()[-TOLD:]

    def end(self, process, sent):
        """Wait for the end of an ingest that got a signal; return what is wrong with it."""
        code, wrong = wait(process, PATIENCE), []
        if code is None:
            wrong.append(f"lives {PATIENCE} s after {sent.name}")
            process.kill()
            wait(process)
        elif not self.ended_well(code, sent):
            wrong.append(f"ended with {code}, last run {self.ask(verdicts.runs)[-1:]}: {self.said()}")
        return wrong + self.left_by(process)

    def ended_well(self, code, sent):
        """Say whether a signal has ended an ingest as it should; SIGTERM with its books in order."""
        if sent == signal.SIGKILL:
            return code == -sent
        return "running" not in self.ask(verdicts.runs)

    def left_by(self, process):
        """Return what a process that has ended leaves behind, and should not."""
        left = []
        if not soon(lambda: not alive(process.pid)):
            left.append(f"its processes {alive(process.pid)} live on")
        if not is_file(self.url) and not children.ask(self.server, nobody_connected, name_of(self.url)):
            left.append("its database session lives on")
        return left


@contextmanager
def archive(server, prepare=None):
    """Yield the Target of an empty archive, made on the server at a URL, or as a file if that is SQLite's.

    Its tables are made by prepare(), or else by all migrations.
    """
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        name = f"soak_{secrets.token_hex(6)}"
        if is_file(server):
            url = f"sqlite:///{folder}/archive.sqlite3"
        else:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            children.ask(server, execute, f"CREATE DATABASE {name}")
        try:
            children.ask(url, prepare or migrate)
            yield Target(server, url, Path(folder))
        finally:
            if not is_file(url):
                children.ask(server, drop, name)


def is_file(url):
    return url.startswith("sqlite")


def name_of(url):
    return urlsplit(url).path.removeprefix("/")


def migrate():
    call_command("migrate", verbosity=0)


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def drop(name):
    execute(DROP[connection.vendor].format(name))


def empty():
    """Make this process's archive as it was when it was new."""
    flush = connection.ops.sql_flush(no_style(), TABLES, reset_sequences=False, allow_cascade=False)
    connection.ops.execute_sql_flush(flush)
    Archive.objects.create(pk=1)


def nobody_connected(name):
    """Say whether soon nobody is connected to a database of this process's server any more."""
    return soon(lambda: not sessions(name))


def sessions(name):
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS[connection.vendor], [name])
        return cursor.fetchone()[0]
