"""Migrations of an archive that is served: observations are locked for a moment only."""

import re

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tests.services import postgresql
from tests.soak.migrations import migrate_large
from weather.models import Station

pytestmark = pytest.mark.django_db

FIRST = ("weather", "0001_initial")
OURS = {"weather", "stats", "access", "dashboard"}
ALTERS = re.compile(
    r"\b(ALTER TABLE|CREATE (UNIQUE )?INDEX \S+ ON|LOCK TABLE|TRUNCATE|VACUUM|CLUSTER)\b"
    r"[^;]*?weather_observations",
    re.I,
)
SHORT = re.compile(
    r'ALTER TABLE "?weather_observations"? (ADD COLUMN "?\w+"? [\w()]+ NULL|DROP COLUMN "?\w+"? CASCADE'
    r"|ADD CONSTRAINT [^;]* NOT VALID|VALIDATE CONSTRAINT [^;]*)",
    re.I,
)
"""What takes a moment, however many rows there are: without a default, or without a look at the rows."""


def statements(app, name):
    """Return what a migration says to PostgreSQL, but for what Python does, which alters nothing."""
    loader = MigrationLoader(connection, replace_migrations=False)
    return [
        s.rstrip(";") for s in loader.collect_sql([(loader.get_migration(app, name), False)]) if s[:2] != "--"
    ]


def later_migrations():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(key for key in loader.graph.nodes if key[0] in OURS and key != FIRST)


def long_ones(statements):
    return [sql for sql in statements if ALTERS.search(sql) and not SHORT.fullmatch(sql.strip())]


@pytest.mark.parametrize("migration", later_migrations(), ids="-".join)
def test_observations_are_locked_for_a_moment_only(migration):
    if connection.vendor == "postgresql":
        assert long_ones(statements(*migration)) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("sql", "long"),
    [
        ('ALTER TABLE "weather_observations" ADD COLUMN "tmax_check" varchar(1) NULL', False),
        ('ALTER TABLE "weather_observations" ADD COLUMN "n" integer DEFAULT 0 NOT NULL', True),
        ('ALTER TABLE "weather_observations" ALTER COLUMN "tmax" TYPE integer', True),
        ('ALTER TABLE "weather_observations" ADD CONSTRAINT "c" CHECK (tmax > 0)', True),
        ('ALTER TABLE "weather_observations" ADD CONSTRAINT "c" CHECK (tmax > 0) NOT VALID', False),
        ('CREATE INDEX "i" ON "weather_observations" ("date")', True),
        ('CREATE INDEX CONCURRENTLY "i" ON "weather_observations" ("date")', False),
        ('ALTER TABLE "weather_stations" ADD COLUMN "x" integer DEFAULT 0 NOT NULL', False),
        ("INSERT INTO weather_changes SELECT station_id FROM weather_observations", False),
    ],
)
def test_what_takes_long_is_told_from_what_does_not(sql, long):
    assert bool(long_ones([sql])) == long


@pytest.mark.once
def test_migrations_of_an_archive_with_data_are_watched():
    with postgresql() as server:
        found = migrate_large(server, 100_000)
    assert len(found) >= 6
    assert not any(found.values())


@pytest.mark.django_db(transaction=True)
def test_half_a_position_becomes_none():
    migrate_to("0009_flag_counts")
    Station.objects.bulk_create(
        Station(station_id=f"USC{number:08}", country="US", latitude=latitude, longitude=longitude)
        for number, (latitude, longitude) in enumerate([(41, None), (None, -90), (41, -90)])
    )
    migrate_to("0010_whole_positions")
    assert list(Station.objects.values_list("latitude", "longitude")) == [(None, None)] * 2 + [(41, -90)]


def migrate_to(name):
    MigrationExecutor(connection).migrate([("weather", name)])
