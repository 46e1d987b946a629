"""Into and out of weather_observations: the only code of the archive that differs by database.

Rows wait in the form in which their database takes them: packed, that is text for PostgreSQL's COPY,
parameters for INSERT. Packing needs no connection, so another process can do it.

A row has four fields (date, tmax, tmin, prcp), or seven, with the quality flags of the three, where its
format speaks of single elements: see weather.formats.
"""

import io
import marshal
from collections import defaultdict
from datetime import date
from itertools import chain

from django.db import connection

from weather.formats import MISSING

ENDS = ("station_id", "source_file_id")
"""The columns that follow those of a row."""

BATCH = 100
"""Rows an INSERT statement carries. SQLite: 1.7 s for 1.7 million rows, against 2.8 s one by one."""

STATEMENT = 1 << 16
"""Bytes of rows an INSERT statement of MySQL carries: a server takes at least a megabyte."""

FEW = 50
"""So few stations are asked for one by one: to find out whose a line is takes longer."""


NO_FLAGS = b"\t%b" % MISSING * 3
"""The end of a row in which no value has a flag."""


class Copy:
    """PostgreSQL. A row is a line of text, its dates are YYYYMMDD, and it stays so from the file to COPY."""

    def pack(self, text):
        """The server skips padding faster than we take it away, except beside what is missing."""
        padded = b" " + MISSING in text or MISSING + b" " in text
        return text.replace(b" ", b"") if padded else text

    def rows(self, packed, width):
        return packed.replace(b" ", b"").splitlines()

    def with_no_flags(self, rows):
        return [row + NO_FLAGS for row in rows]

    def join(self, rows):
        return b"".join(row + b"\n" for row in rows)

    def row(self, day, fields):
        texts = (MISSING.decode() if value is None else str(value) for value in fields)
        return "\t".join((f"{day.year:04}{day:%m%d}", *texts)).encode()

    def date(self, row):
        return row[:8]

    def day(self, date_field):
        return date.fromisoformat(date_field.decode())

    def said(self, row):
        values = [None if value == MISSING else value for value in row.split(b"\t")[1:]]
        numbers = [value if value is None else int(value) for value in values[:3]]
        return (*numbers, *(flag and flag.decode() for flag in values[3:]))

    def present(self, stations, first, last, fields):
        """Return {station's primary key: rows that are there} of stations and days."""
        columns = ", ".join(("replace(date::text, '-', '')", *fields[1:]))
        days = f"date BETWEEN '{first}' AND '{last}'"
        if len(stations) <= FEW:
            there = self.stations_present(stations, days)
            return {key: self.lines(columns, f"station_id = {key:d} AND {days}") for key in there}
        rows, keys = defaultdict(list), ", ".join(map(str, stations))
        for line in self.lines(f"station_id, {columns}", f"station_id IN ({keys}) AND {days}"):
            station, _, row = line.partition(b"\t")
            rows[int(station)].append(row)
        return rows

    def stations_present(self, stations, days):
        """Return those of stations that have rows of some days: in a first ingest none."""
        rows = f"SELECT FROM weather_observations WHERE station_id = id AND {days}"
        sql = f"SELECT id FROM unnest(%s) AS id WHERE EXISTS ({rows})"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [stations])
            return [station for (station,) in cursor]

    def lines(self, columns, where):
        sql = f"COPY (SELECT {columns} FROM weather_observations WHERE {where}) TO STDOUT"  # noqa: S608
        text = io.BytesIO()
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.cursor.copy_expert(f"{sql} WITH (NULL '{MISSING.decode()}')", text)
        return text.getvalue().splitlines()

    def insert(self, packed, fields):
        """Insert (station's primary key, SourceFile's, packed rows) that are not there; return how many."""
        text = b"".join(
            rows.replace(b"\n", b"\t%d\t%d\n" % (station, file)) for station, file, rows in packed
        )
        return self.copy("weather_observations", (*fields, *ENDS), text, MISSING.decode())

    def write(self, table, columns, rows):
        """Insert rows of numbers, plain words and None into a table."""
        self.copy(table, columns, self.pack_rows(rows), "None")

    def pack_rows(self, rows):
        """Return rows that a station's primary key is to follow, for `write_packed`. Needs no connection."""
        line = "\t".join(["%s"] * len(rows[0])) + "\n" if rows else ""
        return "".join([line % tuple(row) for row in rows]).encode()

    def write_packed(self, table, columns, packed):
        """Insert [(station's primary key, its packed rows)] into a table; return how many rows."""
        text = b"".join(rows.replace(b"\n", b"\t%d\n" % key) for key, rows in packed)
        return self.copy(table, columns, text, "None")

    def copy(self, table, columns, text, null):
        sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (NULL '{null}')"
        with connection.cursor() as cursor, connection.wrap_database_errors:  # as Django's own methods do
            cursor.cursor.copy_expert(sql, io.BytesIO(text), 1 << 20)
            return cursor.rowcount


class Values:
    """SQLite. A row is a tuple of parameters, its dates are YYYY-MM-DD.

    Packed they are marshalled: to hand them to another process by pickle takes three times as long.
    """

    def pack(self, text):
        return marshal.dumps(list(map(PARAMETERS.__getitem__, text.split())))

    def rows(self, packed, width):
        return list(zip(*[iter(marshal.loads(packed))] * width, strict=True))  # noqa: S302 our own

    def with_no_flags(self, rows):
        return [(*row, None, None, None) for row in rows]

    def join(self, rows):
        return marshal.dumps(list(chain.from_iterable(rows)))

    def row(self, day, fields):
        return (day.isoformat(), *fields)

    def date(self, row):
        return row[0]

    def day(self, date_field):
        return date.fromisoformat(date_field)

    def said(self, row):
        return row[1:]

    def present(self, stations, first, last, fields):
        columns = ", ".join(("date || ''", *fields[1:]))  # as text: Django would make dates of it
        sql = f"SELECT {columns} FROM weather_observations WHERE station_id = %s AND date BETWEEN %s AND %s"  # noqa: S608
        rows = {}
        with connection.cursor() as cursor:
            for station in stations:
                cursor.execute(sql, [station, first, last])
                rows[station] = cursor.fetchall()
        return rows

    def insert(self, packed, fields):
        return sum(
            self.insert_rows(marshal.loads(values), fields, *ends)  # noqa: S302 our own
            for *ends, values in packed
        )

    def write(self, table, columns, rows):
        marks = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
            return cursor.rowcount

    def pack_rows(self, rows):
        return marshal.dumps(rows)

    def write_packed(self, table, columns, packed):
        rows = [(*row, key) for key, rows in packed for row in marshal.loads(rows)]  # noqa: S302 our own
        return self.write(table, columns, rows)

    def insert_rows(self, values, fields, *ends):
        size = BATCH * len(fields)
        whole = len(values) // size * size
        full = [values[i : i + size] for i in range(0, whole, size)]
        rest = [values[whole:]] if whole < len(values) else []
        return self.execute(full, fields, ends) + self.execute(rest, fields, ends)

    def execute(self, batches, fields, ends):
        """Insert batches of equal length, each by one statement; return how many rows that makes.

        The statement is the same for all stations and files, so SQLite prepares it once.
        """
        if not batches:
            return 0
        width, length = len(fields), len(batches[0])
        end = f"?{length + 1}, ?{length + 2})"
        rows = (f"({', '.join(f'?{i}' for i in range(n, n + width))}, {end}" for n in range(1, length, width))
        sql = f"INSERT INTO weather_observations ({', '.join((*fields, *ENDS))}) VALUES "  # noqa: S608
        with connection.cursor() as cursor:
            cursor.executemany(sql + ", ".join(rows), [[*values, *ends] for values in batches])
            return cursor.rowcount


class Literals(Copy):
    """MySQL and MariaDB. A row is a line of text as for COPY; its fields become literals of an INSERT.

    1.7 million rows: 4 s, 7 s as parameters, 3 s by LOAD DATA LOCAL. MySQL refuses that one if not told
    otherwise, and it takes what does not fit for a warning.
    """

    write, pack_rows, write_packed = Values.write, Values.pack_rows, Values.write_packed

    def pack(self, text):
        return text.replace(b" ", b"")

    def present(self, stations, first, last, fields):
        """Ask for the rows of a station as one text: 0.7 s for 1.7 million, against 6 s as rows."""
        line = ", '\t', ".join(
            ["replace(date, '-', '')", *(f"coalesce({field}, '{MISSING.decode()}')" for field in fields[1:])]
        )
        sql = f"""SELECT station_id, count(*), group_concat({line} SEPARATOR '\n') FROM weather_observations
            WHERE station_id IN ({", ".join(map(str, stations))}) AND date BETWEEN %s AND %s
            GROUP BY station_id"""  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [first, last])
            return {station: whole(text, count) for station, count, text in cursor.fetchall()}

    def insert(self, packed, fields):
        text = b"".join(
            rows.replace(b"\t", b"','").replace(b"\n", b"',%d,%d),('" % (station, file))
            for station, file, rows in packed
        )
        sql = f"INSERT INTO weather_observations ({', '.join((*fields, *ENDS))}) VALUES "  # noqa: S608
        with connection.cursor() as cursor:
            return sum(cursor.execute(sql + values) for values in statements(text))


def whole(text, count):
    """Return the lines of a text that MySQL put together, which it cuts off without a word if it is long."""
    lines = (text or "").encode().splitlines()
    if len(lines) != count:
        raise ValueError(f"{count} rows came as {len(lines)}: group_concat_max_len is too small for them")
    return lines


def statements(rows):
    """Yield rows (..),(..),(' in pieces of about STATEMENT bytes, each the VALUES of an INSERT."""
    rows = (b"('" + rows).replace(b"'" + MISSING + b"'", b"NULL").decode()
    start, last = 0, len(rows) - len(",('")
    while start < last:
        end = rows.find("),('", start + STATEMENT)
        end = last if end < 0 else end + 1
        yield rows[start:end]
        start = end + 1


class Parameters(dict):
    """Fields as parameters, each made once: a date has eight digits, a value never, a flag is a letter."""

    def __missing__(self, field):
        self[field] = parameter = self.make(field.decode())
        return parameter

    def make(self, field):
        if len(field) == 8:
            return f"{field[:4]}-{field[4:6]}-{field[6:]}"
        if field == MISSING.decode():
            return None
        return field if field.isalpha() else int(field)


PARAMETERS = Parameters()
DATABASES = {"postgresql": Copy(), "sqlite": Values(), "mysql": Literals()}


def database():
    return DATABASES[connection.vendor]


def pack(text):
    """Return the text of a weather.formats.Series as the database takes it. Needs no connection."""
    return database().pack(text)


def insert(packed, fields):
    """Insert [(station's primary key, SourceFile's, packed rows)] that are not there yet; return how many
    rows the database took."""
    return database().insert(packed, fields) if packed else 0
