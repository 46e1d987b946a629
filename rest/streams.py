"""All rows of an Export as CSV or NDJSON: chunks of bytes, the same on every database.

Numbers are written as in JSON, with at least one decimal where they are decimals, so that nobody who guesses
types from the first rows takes them for whole. Memory does not grow with the rows.
"""

import contextlib
import csv
import fcntl
import io
import os
import threading

import orjson

from rest.database import connection, unhurried
from rest.unpaged import Export, batches, shown, statements

CHUNK = 1 << 18
SMALLEST, GREATEST = -(1 << 15), (1 << 15) - 1
"""What tenths can be: they are stored in two bytes."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With one of these a text would begin that spreadsheets take for a formula."""


def csv_chunks(export, *, guarded=True):
    """Yield CSV. `guarded` has an apostrophe before a text that spreadsheets would take for a formula."""
    chunks = copied_csv(export, guarded) if copies(export) else written_csv(export, guarded)
    head = ",".join(column.name for column in export.columns).encode() + b"\n"
    for chunk in chunks:
        yield head + chunk
        head = b""
    if head:
        yield head


def ndjson_chunks(export):
    """Yield NDJSON: the objects that JSON's pages hold, one to a line."""
    return copied_ndjson(export) if copies(export) else written_ndjson(export)


def copies(export):
    return isinstance(export, Export) and connection().vendor == "postgresql"


def copied_csv(export, guarded):
    cell = guard if guarded else shown
    if not export.selection.owners:  # the texts cost 30 ms, which all rows win back
        [(sql, parameters)] = statements(export, lambda column: looked_up(column) or cell(column))
    else:
        [(sql, parameters)] = statements(export, cell)
    return copied(sql, parameters, "FORMAT csv")


def guard(column):
    """Return the SQL of a column, safe for spreadsheets. All that is dangerous sorts before A."""
    sql = shown(column)
    if column.kind != "text":
        return sql
    first = ", ".join(f"chr({ord(character)})" for character in DANGEROUS)
    danger = f"{sql} COLLATE \"C\" < 'A' AND left({sql}, 1) IN ({first})"
    return f"CASE WHEN {danger} THEN '''' || {sql} ELSE {sql} END"


def looked_up(column):
    """Return the SQL of tenths taken from an array of all their texts, which is cheaper; or None."""
    if column.kind != "tenths":
        return None
    texts = f"""SELECT array_agg((n * 0.1)::text::name ORDER BY n)
        FROM generate_series({SMALLEST}, {GREATEST}) n"""  # noqa: S608 numbers; a name has a fixed length
    return f"({texts})[({column.sql}) + {1 - SMALLEST}]"


def copied_ndjson(export):
    """PostgreSQL makes the objects. COPY quotes only what never stands in JSON, control characters."""
    [(sql, parameters)] = statements(export)
    names = ", ".join(column.name for column in export.columns)
    objects = f"SELECT row_to_json(e) FROM ({sql}) e ({names})"  # noqa: S608 names from the code only
    return copied(objects, parameters, r"FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02'")


def copied(sql, parameters, options):
    """Yield what PostgreSQL copies out, as it comes: no row becomes an object of Python.

    COPY pushes, an answer pulls. So a thread copies into a pipe, on the connection of the thread that reads
    it, which uses that for nothing else until all is read, or the query cancelled.
    """
    asked = connection()
    with asked.cursor() as cursor:
        copy = cursor.mogrify(f"COPY ({sql}) TO STDOUT ({options})", parameters)
        driver = cursor.connection
    reader, writer = pipe()
    failures = []

    def push():
        try:
            with os.fdopen(writer, "wb", CHUNK) as out, unhurried(driver) as cursor:
                cursor.copy_expert(copy, out)
        except Exception as failure:
            failures.append(failure)

    pusher = threading.Thread(target=push, name="copy", daemon=True)
    pusher.start()
    try:
        while chunk := os.read(reader, CHUNK):
            yield chunk
    except BaseException:  # mostly GeneratorExit: nobody wants the rest
        with contextlib.suppress(asked.Database.Error):
            driver.cancel()
        raise
    finally:
        while os.read(reader, CHUNK):  # until the copying has ended
            pass
        pusher.join()
        os.close(reader)
    if failures:
        with asked.wrap_database_errors:
            raise failures[0]


def pipe():
    """Return the ends of a pipe that holds what is written while something else is done."""
    reader, writer = os.pipe()
    with contextlib.suppress(AttributeError, OSError):  # not on Linux, or too many: 64 KB must do
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 1 << 20)
    return reader, writer


def written_csv(export, guarded):
    texts = places(export, "text") if guarded else []
    lists = places(export, "list")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for rows in batches(export):
        rows = (with_lists_as_text(row, lists) for row in rows) if lists else rows
        writer.writerows(guarded_row(row, texts) for row in rows)
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def places(export, kind):
    return [place for place, column in enumerate(export.columns) if column.kind == kind]


def with_lists_as_text(row, lists):
    """Return a row with its lists as texts: what is in them, separated by blanks."""
    return [" ".join(map(str, cell)) if n in lists else cell for n, cell in enumerate(row)]


def guarded_row(row, texts):
    if any(row[place] and row[place][0] in DANGEROUS for place in texts):
        return [
            f"'{cell}" if n in texts and cell and cell[0] in DANGEROUS else cell for n, cell in enumerate(row)
        ]
    return row


def written_ndjson(export):
    names = [column.name for column in export.columns]
    for rows in batches(export):
        objects = (dict(zip(names, row, strict=True)) for row in rows)
        yield b"".join(orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE) for shown in objects)
