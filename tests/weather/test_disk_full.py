"""A disk that is full: a clear error, the archive intact, the run failed, and the next one catches up.

A small disk cannot be mounted everywhere. In its place SQLite may have no more pages, which to it is a full
disk; on the others the table of observations answers as it does on one.
"""

from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from tests.soak.contents import faults
from tests.soak.files import NEW
from weather.ingest import ingest
from weather.models import IngestRun, Observation

pytestmark = pytest.mark.django_db(transaction=True)

FULL = {
    "postgresql": """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
        END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON weather_observations EXECUTE FUNCTION full_disk()""",
    "mysql": """
        CREATE TRIGGER full_disk BEFORE INSERT ON weather_observations FOR EACH ROW
            SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'""",
}
ROOM_AGAIN = {
    "postgresql": "DROP FUNCTION full_disk CASCADE",
    "mysql": "DROP TRIGGER full_disk",
    "sqlite": "PRAGMA max_page_count = 1073741823",
}
SAID = {
    "postgresql": "No space left on device",
    "mysql": "The table is full",
    "sqlite": "database or disk is full",
}[connection.vendor]


@contextmanager
def full_disk():
    execute(FULL[connection.vendor] if connection.vendor in FULL else limit_of_pages())
    try:
        yield
    finally:
        execute(ROOM_AGAIN[connection.vendor])


def limit_of_pages():
    """Return the statement that leaves SQLite some room: for the run, and for a file or two."""
    execute("VACUUM")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        return f"PRAGMA max_page_count = {cursor.fetchone()[0] + 24}"


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_run_fails_visibly_and_the_next_one_catches_up(tmp_path, caplog):
    paths = NEW.files(tmp_path, 20)
    ingest(paths[:2])
    days = Observation.objects.count()
    with full_disk():
        with pytest.raises(OperationalError, match=SAID):
            ingest(paths)
        assert list(faults()) == []
        failed = IngestRun.objects.get(status="failed")
        assert (SAID in failed.error, SAID in caplog.text, failed.quarantined) == (True, True, 0)
        assert Observation.objects.count() - days == failed.inserted < 18 * 400
        with pytest.raises(CommandError, match=SAID):
            call_command("ingest_weather", *paths)
    run = ingest(paths)
    assert (run.status, run.files, run.quarantined) == ("succeeded", 20, 0)
    assert (Observation.objects.count(), list(faults())) == (20 * 400, [])
