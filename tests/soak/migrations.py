"""Migrations of an archive with millions of observations: whoever reads and writes these need not wait."""

import threading
import time

import psycopg2
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.soak.archives import archive

ROWS = 17_000_000
DAYS = 10_957
LONGEST = 2
"""Seconds that observations may be locked."""

FILL = """
    INSERT INTO weather_stations (station_id, name, state, country)
        SELECT 'ZZ1' || to_char(n, 'FM00000000'), '', '', 'ZZ' FROM generate_series(1, {stations}) n;
    INSERT INTO weather_ingest_runs (read, inserted, updated, unchanged, rejected, started_at, finished_at,
            status, sources, files, skipped, quarantined, error)
        VALUES (0, 0, 0, 0, 0, now(), now(), 'succeeded', '[]', 0, 0, 0, '');
    INSERT INTO weather_source_files (read, inserted, updated, unchanged, rejected, uri, fingerprint, size,
            format, status, reason, read_at, generation, run_id, station_id)
        SELECT {days}, {days}, 0, 0, 0, '/data/' || station_id || '.txt', md5(station_id), 1,
            'wx', 'ingested', '', now(), s.id, (SELECT id FROM weather_ingest_runs), s.id
        FROM weather_stations s;
    INSERT INTO weather_observations (station_id, date, tmax, tmin, prcp, source_file_id)
        SELECT f.station_id, date '1985-01-01' + n, n % 400, n % 300, 0, f.id
        FROM weather_source_files f CROSS JOIN generate_series(0, {days} - 1) n;
    ANALYZE
"""
LOCKED = """
    SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE relname = 'weather_observations' AND granted AND database = (
            SELECT oid FROM pg_database WHERE datname = current_database())
        AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""
"""The locks for which somebody waits who reads or writes."""


class Watch:
    """How long observations were locked at a time, while a thread looks for the length of a `with`."""

    def __init__(self, url):
        self.url, self.longest, self.looks, self.ended = url, 0, 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.thread.join()

    def look(self):
        connection, since = psycopg2.connect(self.url), None
        connection.autocommit = True
        with connection.cursor() as cursor:
            while not self.ended.wait(0.02):
                cursor.execute(LOCKED)
                now, self.looks = time.monotonic(), self.looks + 1
                since = (since or now) if cursor.fetchone()[0] else None
                self.longest = max(self.longest, now - since if since else 0)
        connection.close()


def migrate_large(server, rows=ROWS):
    """Migrate an archive of so many observations from the first migration to the last, one at a time."""
    found = {}
    with archive(server, prepare=first_migration) as target:
        target.ask(fill, rows)
        for app, name in target.ask(missing):
            with Watch(target.url) as watch:
                began = time.monotonic()
                target.ask(migrate_to, app, name)
            took = f"{time.monotonic() - began:.0f} s, observations locked for {watch.longest:.2f} s"
            found[f"{app} {name}: {took}"] = [] if watch.longest <= LONGEST and watch.looks else ["too long"]
    return found


def first_migration():
    migrate_to("weather", "0001_initial")


def fill(rows):
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(stations=max(1, rows // DAYS), days=min(rows, DAYS)))


def missing():
    """Return the migrations that are not applied, in order, as (app, name)."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _ in plan]


def migrate_to(app, name):
    MigrationExecutor(connection).migrate([(app, name)])  # without signals, whose tables may not be there yet
