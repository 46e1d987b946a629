"""Into and out of weather_observations: the only code of the archive that differs by database."""

import datetime
import io
from dataclasses import dataclass

from django.db import connection

from weather.formats import MISSING, WIDTH, lines
from weather.models import ELEMENTS, Observation, Revision

BATCH = 50
"""Rows an INSERT statement carries. SQLite: 1.75 s for 1.7 million rows, against 2.8 s one by one."""

MOST_DATES = 5000
"""Dates named in one statement: every database has a limit of parameters."""

DATE_AS_WRITTEN = {"postgresql": "to_char(date, 'YYYYMMDD')", "sqlite": "replace(date, '-', '')"}


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging rows would do, or did: the fields of rows to insert, and of those that replace others."""

    insert: list[bytes]
    replace: list[bytes]
    unchanged: int

    @property
    def inserted(self):
        return len(self.insert) // WIDTH

    @property
    def updated(self):
        return len(self.replace) // WIDTH

    @property
    def years(self):
        """The first and last year touched, or None."""
        dates = self.insert[::WIDTH] + self.replace[::WIDTH]
        return (int(min(dates)[:4]), int(max(dates)[:4])) if dates else None


def compare(station, fields):
    """Return the Merge of parsed fields into a station's observations. Nothing is written."""
    dates = fields[::WIDTH]
    present = present_lines(station, min(dates), max(dates))
    if not present:
        return Merge(fields, [], 0)
    known = {line[:8] for line in present}
    insert, replace, unchanged = [], [], 0
    for line in lines(fields):
        if line in present:
            unchanged += 1
        else:
            (replace if line[:8] in known else insert).extend(line.split(b"\t"))
    return Merge(insert, replace, unchanged)


def present_lines(station, first, last):
    """Return a station's observations between two dates (YYYYMMDD) as a set of lines."""
    columns = [
        DATE_AS_WRITTEN[connection.vendor],
        *(f"coalesce({name}, {MISSING.decode()})" for name in ELEMENTS),
    ]
    line = " || '\t' || ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {line} FROM weather_observations WHERE station_id = %s AND date BETWEEN %s AND %s",  # noqa: S608
            [station.pk, to_date(first), to_date(last)],
        )
        return {line.encode() for (line,) in cursor.fetchall()}


def apply(merge, station, source_file):
    """Write a Merge; return (inserted, updated) as the database counted them."""
    updated = withdraw(merge.replace, station, source_file)
    written = insert(merge.insert + merge.replace, station, source_file)
    return written - updated, updated


def withdraw(fields, station, source_file):
    """Remove the observations that rows replace, keep a revision of each value; return how many."""
    step = MOST_DATES * WIDTH
    return sum(withdraw_some(fields[i : i + step], station, source_file) for i in range(0, len(fields), step))


def withdraw_some(fields, station, source_file):
    new = {
        to_date(date): [PARAMETERS[value] for value in values]
        for date, *values in zip(*[iter(fields)] * WIDTH, strict=True)
    }
    rows = Observation.objects.filter(station=station, date__in=list(new))
    old = rows.values_list("date", *ELEMENTS, "source_file_id")
    Revision.objects.bulk_create(
        Revision(
            station=station,
            date=date,
            element=element,
            old_value=before,
            new_value=after,
            old_source_file_id=old_file,
            source_file=source_file,
        )
        for date, *values, old_file in old
        for element, before, after in zip(ELEMENTS, values, new[date], strict=True)
        if before != after
    )
    return rows.delete()[0]


def insert(fields, station, source_file):
    """Insert rows that are not there yet; return how many the database took."""
    return INSERT[connection.vendor](fields, station.pk, source_file.pk) if fields else 0


def insert_by_copy(fields, station, source_file):
    end = b"\t%d\t%d\n" % (station, source_file)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY weather_observations (date, {', '.join(ELEMENTS)}, station_id, source_file_id)"
            f" FROM STDIN WITH (NULL '{MISSING.decode()}')",
            io.BytesIO(end.join(lines(fields)) + end),
            size=1 << 20,
        )
        return cursor.rowcount


def insert_by_values(fields, station, source_file):
    """Insert some rows a statement."""
    params = list(map(PARAMETERS.__getitem__, fields))
    step = BATCH * WIDTH
    whole = len(params) // step * step
    full = insert_rows(BATCH, [params[i : i + step] for i in range(0, whole, step)], station, source_file)
    return full + insert_rows((len(params) - whole) // WIDTH, [params[whole:]], station, source_file)


def insert_rows(rows, batches, station, source_file):
    """Insert batches of so many rows each; return how many the database took."""
    if not rows or not batches:
        return 0
    row = f"({station}, {source_file}, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO weather_observations (station_id, source_file_id, date, {', '.join(ELEMENTS)})"  # noqa: S608
            f" VALUES {', '.join([row] * rows)}",
            batches,
        )
        return cursor.rowcount


INSERT = {"postgresql": insert_by_copy, "sqlite": insert_by_values}


class Parameters(dict):
    """Fields as parameters of a statement, each made once: a date has eight digits, a value never."""

    def __missing__(self, field):
        self[field] = parameter = self.make(field.decode())
        return parameter

    def make(self, field):
        if len(field) == 8:
            return f"{field[:4]}-{field[4:6]}-{field[6:]}"
        return None if field == MISSING.decode() else int(field)


PARAMETERS = Parameters()


def to_date(field):
    return datetime.date.fromisoformat(PARAMETERS[field])
