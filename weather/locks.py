"""Locks that end with the process that holds them: whoever is killed leaves none behind."""

import fcntl
import os
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

SPACE = 0x57454154
"""What tells our advisory locks from those of others in the same PostgreSQL database."""


@contextmanager
def try_lock(number):
    """Take the lock of a number for the length of a `with`; yield whether it was free.

    It belongs to the database's session, on SQLite to an open file beside the database.
    """
    with LOCKS[connection.vendor](number) as free:
        yield free


@contextmanager
def postgresql(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, number])
        free = cursor.fetchone()[0]
    try:
        yield free
    finally:
        # With a connection lost the server has unlocked already.
        if free and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, number])


@contextmanager
def mysql(number):
    name = f"{connection.settings_dict['NAME']} weather {number}"[-64:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, 0)", [name])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT RELEASE_LOCK(%s)", [name])


@contextmanager
def sqlite(number):
    name = str(connection.settings_dict["NAME"])
    with ExitStack() as stack:
        if connection.is_in_memory_db():
            yield True  # nobody else can be there
            return
        path = Path(f"{name}-lock-{number}")
        file = stack.enter_context(path.open("a"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        stack.callback(path.unlink, missing_ok=True)
        # Somebody may have removed the file between opening and locking it: then it is not the lock.
        yield path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))


LOCKS = {"postgresql": postgresql, "mysql": mysql, "sqlite": sqlite}
