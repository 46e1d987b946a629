"""Into and out of weather_observations: the only code of the archive that differs by database.

Rows wait in the form in which their database takes them: packed, that is text for PostgreSQL's COPY, a
flat list of parameters for SQLite's INSERT. Packing needs no connection, so another process can do it.
"""

import io
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from django.db import connection

from weather.formats import MISSING, WIDTH
from weather.models import ELEMENTS, Observation, Revision

COLUMNS = ", ".join(("date", *ELEMENTS))
BATCH = 100
"""Rows an INSERT statement carries. SQLite: 1.7 s for 1.7 million rows, against 2.8 s one by one."""

MOST_DATES = 5000
"""Dates named in one statement: every database has a limit of parameters."""


@dataclass(slots=True)
class Merge:
    """What merging rows would do, or did. `insert` is packed, `replace` are rows in place of others."""

    insert: bytes | list
    inserted: int
    replace: list = field(default_factory=list)
    unchanged: int = 0
    years: tuple | None = None
    """The first and last year touched, if any."""
    rejected: list = field(default_factory=list)
    """The lines that are no rows, as weather.formats.Rejected."""

    @property
    def updated(self):
        return len(self.replace)

    @property
    def corrections(self):
        """The rows that replace others, as (date, [tmax, tmin, prcp])."""
        return [(database().day(row), database().values(row)) for row in self.replace]


class Copy:
    """PostgreSQL. A row is a line of text, its dates are YYYYMMDD, and it stays so from the file to COPY."""

    def pack(self, text):
        return text.replace(b" ", b"")

    def rows(self, packed):
        return packed.splitlines()

    def join(self, rows):
        return b"".join(row + b"\n" for row in rows)

    def date(self, row):
        return row[:8]

    def day(self, row):
        return date.fromisoformat(row[:8].decode())

    def values(self, row):
        return [None if value == MISSING else int(value) for value in row.split(b"\t")[1:]]

    def present(self, station):
        """Return a station's observations as a set of rows."""
        values = " || E'\\t' || ".join(f"coalesce({element}, {MISSING.decode()})" for element in ELEMENTS)
        sql = f"SELECT to_char(date, 'YYYYMMDD') || E'\\t' || {values} FROM weather_observations"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} WHERE station_id = %s", [station.pk])
            return {row.encode() for (row,) in cursor.fetchall()}

    def insert(self, packed, station, source_file):
        end = b"\t%d\t%d\n" % (station.pk, source_file.pk)
        sql = f"COPY weather_observations ({COLUMNS}, station_id, source_file_id) FROM STDIN"
        with connection.cursor() as cursor:
            text = io.BytesIO(packed.replace(b"\n", end))
            cursor.cursor.copy_expert(f"{sql} WITH (NULL '{MISSING.decode()}')", text, size=1 << 20)
            return cursor.rowcount


class Values:
    """SQLite. A row is a tuple of parameters, its dates are YYYY-MM-DD."""

    def pack(self, text):
        return list(map(PARAMETERS.__getitem__, text.split()))

    def rows(self, packed):
        return list(zip(*[iter(packed)] * WIDTH, strict=True))

    def join(self, rows):
        return list(chain.from_iterable(rows))

    def date(self, row):
        return row[0]

    def day(self, row):
        return date.fromisoformat(row[0])

    def values(self, row):
        return list(row[1:])

    def present(self, station):
        sql = f"SELECT date || '', {', '.join(ELEMENTS)} FROM weather_observations WHERE station_id = %s"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [station.pk])
            return set(cursor.fetchall())

    def insert(self, packed, station, source_file):
        size = BATCH * WIDTH
        whole = len(packed) // size * size
        full = [packed[i : i + size] for i in range(0, whole, size)]
        rest = [packed[whole:]] if whole < len(packed) else []
        return self.execute(full, station, source_file) + self.execute(rest, station, source_file)

    def execute(self, batches, station, source_file):
        """Insert batches of equal length, each by one statement; return how many rows that makes."""
        if not batches:
            return 0
        row = f"({', '.join(['%s'] * WIDTH)}, {station.pk}, {source_file.pk})"
        sql = f"INSERT INTO weather_observations ({COLUMNS}, station_id, source_file_id) VALUES "  # noqa: S608
        with connection.cursor() as cursor:
            cursor.executemany(sql + ", ".join([row] * (len(batches[0]) // WIDTH)), batches)
            return cursor.rowcount


class Parameters(dict):
    """Fields as parameters, each made once: a date has eight digits, a value never."""

    def __missing__(self, field):
        self[field] = parameter = self.make(field.decode())
        return parameter

    def make(self, field):
        if len(field) == 8:
            return f"{field[:4]}-{field[4:6]}-{field[6:]}"
        return None if field == MISSING.decode() else int(field)


PARAMETERS = Parameters()
DATABASES = {"postgresql": Copy(), "sqlite": Values()}


def database():
    return DATABASES[connection.vendor]


def pack(text):
    """Return the text of weather.formats.Parsed as the database takes it. Needs no connection."""
    return database().pack(text)


def compare(station, parsed, packed):
    """Return the Merge of a file, parsed and packed, into a station's observations. Nothing is written."""
    form = database()
    present = form.present(station) if station.pk else set()
    if not present:
        return Merge(packed, parsed.rows, years=parsed.years, rejected=parsed.rejected)
    known = {form.date(row) for row in present}
    differing = [row for row in form.rows(packed) if row not in present]
    new = [row for row in differing if form.date(row) not in known]
    years = [int(form.date(row)[:4]) for row in differing]
    return Merge(
        insert=form.join(new),
        inserted=len(new),
        replace=[row for row in differing if form.date(row) in known],
        unchanged=parsed.rows - len(differing),
        years=(min(years), max(years)) if years else None,
        rejected=parsed.rejected,
    )


def apply(merge, station, source_file):
    """Write a Merge; return (inserted, updated) as the database counted them."""
    withdrawn = sum(
        withdraw(merge.replace[i : i + MOST_DATES], station, source_file)
        for i in range(0, len(merge.replace), MOST_DATES)
    )
    updated = insert(database().join(merge.replace), station, source_file)
    if updated != withdrawn:
        raise ValueError(f"{withdrawn} observations went and {updated} came in their place")
    return insert(merge.insert, station, source_file), updated


def insert(packed, station, source_file):
    """Insert packed rows that are not there yet; return how many the database took."""
    return database().insert(packed, station, source_file) if packed else 0


def withdraw(rows, station, source_file):
    """Remove the observations that rows replace, keep a revision of each value; return how many."""
    new = {database().day(row): database().values(row) for row in rows}
    old = Observation.objects.filter(station=station, date__in=list(new))
    Revision.objects.bulk_create(
        Revision(
            station=station,
            date=day,
            element=element,
            old_value=before,
            new_value=after,
            old_source_file_id=old_file,
            source_file=source_file,
        )
        for day, *values, old_file in old.values_list("date", *ELEMENTS, "source_file_id")
        for element, before, after in zip(ELEMENTS, values, new[day], strict=True)
        if before != after
    )
    return old.delete()[0]
