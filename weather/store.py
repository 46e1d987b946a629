"""Into and out of weather_observations: the only code of the archive that differs by database."""

import datetime
import io
from dataclasses import dataclass

from django.db import connection

from weather.formats import MISSING
from weather.models import ELEMENTS, Observation, Revision

BATCH = 50
"""Rows an INSERT statement carries. SQLite: 1.75 s for 1.7 million rows, against 2.8 s one by one."""

MOST_DATES = 5000
"""Dates named in one statement: every database has a limit of parameters."""

DATE_AS_WRITTEN = {"postgresql": "to_char(date, 'YYYYMMDD')", "sqlite": "replace(date, '-', '')"}


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging rows would do, or did: canonical lines to insert, and those that replace others."""

    insert: list[bytes]
    replace: list[bytes]
    unchanged: int

    @property
    def years(self):
        """The first and last year touched, or None."""
        lines = [*self.insert, *self.replace]
        return (int(min(lines)[:4]), int(max(lines)[:4])) if lines else None


def compare(station, rows):
    """Return the Merge of canonical rows into a station's observations. Nothing is written."""
    present = present_lines(station, min(rows)[:8], max(rows)[:8])
    if not present:
        return Merge(rows, [], 0)
    dates = {line[:8] for line in present}
    differing = [line for line in rows if line not in present]
    return Merge(
        [line for line in differing if line[:8] not in dates],
        [line for line in differing if line[:8] in dates],
        len(rows) - len(differing),
    )


def present_lines(station, first, last):
    """Return a station's observations between two dates as a set of canonical lines."""
    values = " || '\t' || ".join(f"coalesce({element}, {MISSING.decode()})" for element in ELEMENTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {DATE_AS_WRITTEN[connection.vendor]} || '\t' || {values} FROM weather_observations"
            " WHERE station_id = %s AND date BETWEEN %s AND %s",
            [station.pk, to_date(first), to_date(last)],
        )
        return {line.encode() for (line,) in cursor.fetchall()}


def apply(merge, station, source_file):
    """Write a Merge; return (inserted, updated) as the database counted them."""
    updated = withdraw(merge.replace, station, source_file) if merge.replace else 0
    written = insert([*merge.insert, *merge.replace], station, source_file)
    return written - updated, updated


def withdraw(lines, station, source_file):
    """Remove the observations that lines replace, keep a revision of each value; return how many."""
    parts = (lines[i : i + MOST_DATES] for i in range(0, len(lines), MOST_DATES))
    return sum(withdraw_some(part, station, source_file) for part in parts)


def withdraw_some(lines, station, source_file):
    new = {to_date(line[:8]): to_values(line) for line in lines}
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


def insert(lines, station, source_file):
    """Insert canonical lines that are not there yet; return how many the database took."""
    if not lines:
        return 0
    return INSERT[connection.vendor](lines, station.pk, source_file.pk)


def insert_by_copy(lines, station, source_file):
    ends = b"\t%d\t%d\n" % (station, source_file)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY weather_observations (date, {', '.join(ELEMENTS)}, station_id, source_file_id)"
            f" FROM STDIN WITH (NULL '{MISSING.decode()}')",
            io.BytesIO(ends.join(lines) + ends),
            size=1 << 20,
        )
        return cursor.rowcount


def insert_by_values(lines, station, source_file):
    """Insert some rows a statement. Text becomes values by dictionaries: a date or a value is made once."""
    fields = b"\t".join(lines).split(b"\t")
    fields[::4] = map(DATES.__getitem__, fields[::4])
    for element in (1, 2, 3):
        fields[element::4] = map(VALUES.__getitem__, fields[element::4])
    whole = len(lines) // BATCH * BATCH * 4
    batches = [fields[i : i + BATCH * 4] for i in range(0, whole, BATCH * 4)]
    written = 0
    with connection.cursor() as cursor:
        for rows, params in ((BATCH, batches), (len(lines) % BATCH, [fields[whole:]])):
            if rows and params:
                row = f"({station}, {source_file}, %s, %s, %s, %s)"
                cursor.executemany(
                    f"INSERT INTO weather_observations (station_id, source_file_id, date, {', '.join(ELEMENTS)})"  # noqa: S608
                    f" VALUES {', '.join([row] * rows)}",
                    params,
                )
                written += cursor.rowcount
    return written


INSERT = {"postgresql": insert_by_copy, "sqlite": insert_by_values}


class Cache(dict):
    """A dictionary that makes what it lacks."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, text):
        self[text] = self.make(text)
        return self[text]


VALUES = Cache(lambda text: None if text == MISSING else int(text))
DATES = Cache(lambda text: f"{text[:4].decode()}-{text[4:6].decode()}-{text[6:].decode()}")


def to_date(text):
    return datetime.date.fromisoformat(DATES[text])


def to_values(line):
    """Return the three values of a canonical line, None for missing."""
    return [VALUES[value] for value in line.split(b"\t")[1:]]
