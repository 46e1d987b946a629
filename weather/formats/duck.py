"""DuckDB's part in the formats that say elements: it reads lines into columns, and makes rows of them.

What a file says is staged as `said`: id, date (YYYYMMDD), element, value, flag, all of them text, one row for
every element of a day, whatever the format. Of that, `told` is what becomes rows: our elements, with a value.
Python checks each column by its distinct texts, so nothing depends on what a database takes for a number.
"""

import os
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

from weather.formats import ELEMENTS, MISSING
from weather.formats.lines import LONGEST_LINE

OURS = ", ".join(f"'{element.upper()}'" for element in ELEMENTS)
NONE = MISSING.decode()
MEMORY = "200MB"
THREADS = 2
BATCH = 2_000_000
"""Elements of which rows are made at once: what bounds the memory."""

FILE = (
    "getvariable('file'), auto_detect=false, header=false, compression='none', "
    "new_line=getvariable('new_line'), max_line_size=65536, buffer_size=4000000"
)
"""How the file at hand is read by read_csv; auto_detect would guess."""


def texts(columns):
    """Return columns as read_csv wants them: all of them text."""
    return "{" + ", ".join(f"'{column}': 'VARCHAR'" for column in columns) + "}"


BY_COMMAS = f"{FILE}, delim=',', quote='', escape='', null_padding=true"
WHOLE_LINES = f"{FILE}, delim='\x1f\x1e\x1f\x1e', quote='', escape='', columns={texts(['line'])}"
SAID = ("id", "date", "element", "value", "m_flag", "flag", "s_flag", "obs_time")
"""The columns of by-station files."""

DATE = "CASE WHEN date < 10000000 THEN lpad(date::VARCHAR, 8, '0') ELSE date::VARCHAR END"
ROWS = f"""
    WITH days AS (
        SELECT id, date, {", ".join(f"max(value) FILTER (element = '{e.upper()}') AS {e}" for e in ELEMENTS)},
            {", ".join(f"max(flag) FILTER (element = '{e.upper()}') AS {e}_flag" for e in ELEMENTS)},
            count(*) AS said
        FROM told WHERE id BETWEEN $first AND $last GROUP BY id, date)
    SELECT id,
        string_agg(concat_ws(chr(9), {DATE},
            {", ".join(f"coalesce({e}, {NONE})" for e in ELEMENTS)},
            {", ".join(f"coalesce(chr({e}_flag), '{NONE}')" for e in ELEMENTS)}), chr(10) ORDER BY date),
        count(*), min(date), max(date), sum(said) = {" + ".join(f"count({e})" for e in ELEMENTS)}
    FROM days GROUP BY id ORDER BY id"""  # noqa: S608 our own names

SEVERAL_TIMES = """
    WITH several AS (
        SELECT DISTINCT id, date // 100 AS month FROM told WHERE id BETWEEN $first AND $last
        GROUP BY id, date, element HAVING count(*) > 1)
    SELECT line, id, date, lower(element), value, flag
    FROM told WHERE id BETWEEN $first AND $last AND (id, date // 100) IN (FROM several)
    ORDER BY id, date // 100, line, date, element"""


class Imperfect(Exception):
    """Something in a file wants to be looked at line by line."""


@contextmanager
def opened(spool):
    """Yield a connection and the folder it works in, made in the folder `spool`. Both go at the end."""
    import duckdb  # takes longer than reading a station

    with tempfile.TemporaryDirectory(prefix="duckdb-", dir=spool) as folder:
        config = {
            "memory_limit": MEMORY,
            "threads": min(THREADS, os.cpu_count() or 1),
            "temp_directory": folder,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with closing(duckdb.connect(":memory:", config=config)) as database:
            yield database, Path(folder)


@contextmanager
def imperfect_where_refused():
    """Take what DuckDB cannot read for Imperfect, but not a full disk."""
    import duckdb

    try:
        yield
    except duckdb.OperationalError:
        raise
    except duckdb.Error as error:
        raise Imperfect from error


def quoted(path):
    return "'" + str(path).replace("'", "''") + "'"


def stage(database, folder, path, select):
    """Store what a SELECT makes of the file at `path` as `said`. Texts repeat: it takes few bytes a line."""
    staged = quoted(
        tempfile.mkdtemp(dir=folder) + "/said.parquet"
    )  # its own: a COPY that failed cleans up late
    with path.open("rb") as file:
        new_line = r"\r\n" if file.readline(LONGEST_LINE).endswith(b"\r\n") else r"\n"
    database.execute(f"SET VARIABLE file = {quoted(path)}; SET VARIABLE new_line = '{new_line}'")
    database.execute(f"COPY ({select}) TO {staged} (FORMAT parquet, COMPRESSION uncompressed)")
    database.execute(f"CREATE OR REPLACE VIEW said AS FROM {staged}")
    tell(database)


def tell(database, where="TRUE"):
    """Say which part of `said` becomes rows; its dates, values and flags as numbers."""
    numbers = "date::INTEGER AS date, TRY_CAST(value AS SMALLINT) AS value, ascii(flag)::UTINYINT AS flag"
    database.execute(
        f"CREATE OR REPLACE VIEW told AS SELECT * REPLACE ({numbers}) FROM said "  # noqa: S608 our own names
        f"WHERE element IN ({OURS}) AND TRY_CAST(value AS SMALLINT) <> {NONE} AND {where}"
    )


def leave_out(database, lines):
    """Take lines, by their numbers, out of what is told."""
    database.execute("CREATE OR REPLACE TABLE conflicting AS SELECT unnest($lines) AS line", {"lines": lines})
    tell(database, "line NOT IN (FROM conflicting)")


def distinct(database, column, where, most):
    """Return the texts of a column. Raise Imperfect if there are more than `most`."""
    texts = database.execute(f"SELECT DISTINCT {column} FROM said WHERE {where} LIMIT {most + 1}").fetchall()  # noqa: S608
    if len(texts) > most:
        raise Imperfect
    return [text for (text,) in texts]


def count(database, where):
    return database.execute(f"SELECT count(*) FROM said WHERE {where}").fetchone()[0]  # noqa: S608


def batches(database):
    """Yield (first, last) station id of batches of what is told, in their order."""
    first = last = None
    elements = 0
    counts = database.execute("SELECT id, count(*) FROM told GROUP BY id ORDER BY id").fetchall()
    for station_id, count in counts:
        if first and elements + count > BATCH:
            yield first, last
            first, elements = None, 0
        first, last, elements = first or station_id, station_id, elements + count
    if first:
        yield first, last


def in_batches(database, query):
    """Yield the rows of a query of what is told, batch by batch of stations."""
    for first, last in batches(database):
        result = database.execute(query, {"first": first, "last": last})
        while rows := result.fetchmany(1000):
            yield from rows
