"""The connection that answers reads: the replica's, where there is one and it answers."""

import datetime
import logging
import threading
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from psycopg2 import Error
from psycopg2.extensions import new_type, register_type

from rest.outage import Outage

REPLICA = "replica"
HAS_REPLICA = REPLICA in settings.DATABASES
PAUSE = 10
"""Seconds in which a replica that was away is not asked again."""

VERSION = f"({settings.ARCHIVE_VERSION})"
"""The SQL of the archive's version. As a column it is that of the rows beside it."""

AWAY = (OperationalError, InterfaceError)
"""What Django raises when the database is away, or has no time for a statement."""

LIMITS = {
    "postgresql": "SET statement_timeout = {milliseconds}; SET idle_session_timeout = {idle}000",
    "mariadb": "SET max_statement_time = {seconds}, wait_timeout = {idle}",
    "mysql": "SET max_execution_time = {milliseconds}, wait_timeout = {idle}",
}
"""How each database is told how long a statement may take, and a connection be idle. SQLite cannot be."""

IDLE = 900
"""Seconds. The threads that the server ends when there is little to do leave their connections open."""

MOST_PREPARED = 200
"""Statements that a connection keeps."""

DATE_AS_TEXT = new_type((1082,), "DATE", lambda text, cursor: text)
"""To make Python's dates, only to write them as text again, takes longer than the rest of a row."""


class State(threading.local):
    reading = False


state = State()
outage = Outage(logging.getLogger(__name__), PAUSE, "The replica is away, the primary answers in its place")


@contextmanager
def reading():
    """Answer a request that only reads, for the length of a `with`: its queries may go to the replica."""
    before, state.reading = state.reading, True
    try:
        # A lost connection is noticed by the statement that fails and is asked again: see answered.
        connections[alias()].health_check_done = True
        yield
    finally:
        state.reading = before


def answered(ask):
    """Return ask(), asked a second time if the connection turns out to be lost, which is closed then."""
    try:
        return ask()
    except AWAY:
        connection = connections[alias()]
        if connection.in_atomic_block or connection.connection is None or connection.is_usable():
            raise
        connection.close()
        return ask()


def alias():
    """Return the name of the database that is to be read."""
    return REPLICA if HAS_REPLICA and state.reading and replica_answers() else DEFAULT_DB_ALIAS


def replica_answers():
    if outage.lasts():
        return False
    try:
        connections[REPLICA].ensure_connection()
    except AWAY as error:
        outage.begins(error)
        return False
    return True


def connection():
    return connections[alias()]


class Router:
    """Sends what the API reads to the replica; whatever writes, or reads what it wrote, to the primary."""

    def db_for_read(self, model, **hints):
        return alias()

    def db_for_write(self, model, **hints):
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == DEFAULT_DB_ALIAS


def limit_statements(connection, **kwargs):
    """Receive django.db.backends.signals.connection_created: no request takes longer than it may, and what
    nobody uses any more goes."""
    vendor = "mariadb" if getattr(connection, "mysql_is_mariadb", False) else connection.vendor
    if vendor in LIMITS:
        seconds = settings.STATEMENT_TIMEOUT
        with connection.cursor() as cursor:
            cursor.execute(LIMITS[vendor].format(seconds=seconds, milliseconds=seconds * 1000, idle=IDLE))


@contextmanager
def unhurried(driver):
    """Yield a cursor of a connection to PostgreSQL whose statements last as long as somebody reads them."""
    with driver.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SET statement_timeout = 0")
        try:
            yield cursor
        finally:
            with suppress(Error):  # what ended it may have ended the connection, too
                cursor.execute("SET statement_timeout = %s", [before])


def fetch(sql, parameters, *, often=False):
    """Return a list of all rows as tuples. Dates come as ISO text, from MySQL as dates.

    `often` says that the statement is one of a few that come again and again: it is prepared.
    """
    asked = connection()
    dates = asked.ops.adapt_datefield_value
    parameters = [dates(p) if isinstance(p, datetime.date) else p for p in parameters]
    with asked.cursor() as cursor:
        if asked.vendor == "postgresql":
            register_type(DATE_AS_TEXT, cursor.cursor)
            if often and settings.PREPARE_STATEMENTS:
                sql = prepared(asked, cursor, sql, len(parameters))
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def prepared(asked, cursor, sql, marks):
    """Return the statement that executes another one, with its marks.

    PostgreSQL reads and plans that once for a connection, which saves a third of its work for a page.
    """
    driver, names = getattr(asked, "prepared", (None, None))
    if driver is not asked.connection:
        driver, names = asked.prepared = asked.connection, {}
    if sql not in names:
        if len(names) == MOST_PREPARED:
            return sql
        cursor.execute(f"PREPARE page_{len(names)} AS {sql % tuple(f'${n + 1}' for n in range(marks))}")
        names[sql] = f"page_{len(names)}"
    return f"EXECUTE {names[sql]} ({', '.join(['%s'] * marks)})"


def version():
    """Return the archive's version: a number that stays the same as long as the archive does."""
    return fetch(settings.ARCHIVE_VERSION, [])[0][0]
