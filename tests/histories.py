"""Archives with a past, for tests of what changed and of what was: files that come one after the other."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from hypothesis import strategies as st

from tests.factories import write_wx
from tests.factories_ghcn import write_by_year
from weather.ingest import ingest
from weather.models import Archive

ALEDO, YORK, ADAK = "USC00110072", "USC00259510", "USW00025704"
NO_FLAGS = {"tmax_flag": None, "tmin_flag": None, "prcp_flag": None}

stations = st.sampled_from([ALEDO, YORK, ADAK])
day = st.integers(1, 4).map("198501{:02}".format)
wx_values = st.sampled_from([-9999, 0, 1, 2])
wx_days = st.dictionaries(day, st.tuples(wx_values, wx_values, wx_values), min_size=1)
wx_files = st.tuples(st.sampled_from(["a", "b"]), stations, wx_days)

value = st.sampled_from([None, 0, 1])
row = st.tuples(value, value, value, st.sampled_from(["   ", "I  ", "GX "])).filter(lambda row: any(row[:3]))
by_year_files = st.dictionaries(st.tuples(stations, day), row, min_size=1, max_size=6)

readings = st.tuples(st.one_of(wx_files, wx_files, by_year_files), st.booleans())
"""A file as it is read, of one station or, by year and with flags, of several; and whether to prune."""


def take(folder, station_id, *lines, **options):
    """Ingest a wx file that has these lines; return the generation of the archive after it."""
    folder.mkdir(exist_ok=True)
    return enter(write_wx(folder, station_id, *lines), **options)


def enter(path, **options):
    run = ingest([str(path)], **options)
    assert (run.rejected, run.quarantined) == (0, 0)
    return Archive.objects.get().generation


def take_reading(place, reading):
    file, prune = reading
    if isinstance(file, dict):
        return enter(write_by_year(place / "1985.csv", file), prune=prune)
    folder, station_id, days = file
    lines = (" ".join(map(str, (date, *values))) for date, values in sorted(days.items()))
    return take(place / folder, station_id, *lines, prune=prune)


@contextmanager
def forgotten():
    """Give a folder for files, and forget it and what the archive has of them at the end."""
    folder = tempfile.mkdtemp()
    try:
        with transaction.atomic():
            yield Path(folder)
            transaction.set_rollback(True)
    finally:
        shutil.rmtree(folder)


def pages(client, url, way="next"):
    """Yield the answers from a URL on."""
    while url:
        response = client.get(url)
        assert response.status_code == 200, response.content
        yield response.json()
        url = response.json()[way]


def walked(client, url):
    """Return the results of all pages from a URL on, which are the same on the way back."""
    forth = list(pages(client, url))
    back = pages(client, forth[-2]["next"] if len(forth) > 1 else url, "previous")
    results = [page["results"] for page in forth]
    assert [page["results"] for page in back] == results[::-1]
    return results


def observations(client, query=""):
    """Return what /api/weather has, a page of 3 after the other."""
    url = f"/api/weather?page_size=3{query}"
    return [row for page in pages(client, url) for row in page["results"]]


def cost(ask):
    """Return how much the database reads for what `ask` does, in units of its own."""
    return COSTS[connection.vendor](ask)


def steps(ask):
    """SQLite: the steps of its machine."""
    count = 0

    def step():
        nonlocal count
        count += 1

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, 1)
    ask()
    connection.connection.set_progress_handler(None, 0)
    return count


def rows_fetched(ask):
    """PostgreSQL: the rows fetched by tables' scans; small tables, too, are to be read by their indexes."""
    tables = (
        "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(tables)
        before = cursor.fetchone()[0]
        ask()
        cursor.execute(tables)
        return int(cursor.fetchone()[0] - before)


def rows_handled(ask):
    """MySQL: the rows that its storage was asked for."""

    def handled():
        with connection.cursor() as cursor:
            cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read%%'")
            return sum(int(value) for _, value in cursor.fetchall())

    before = handled()
    ask()
    return handled() - before


COSTS = {"sqlite": steps, "postgresql": rows_fetched, "mysql": rows_handled}
