"""All rows of an Export as a Parquet file, which DuckDB makes of their CSV while the database sends it."""

import os
import tempfile
import threading
from contextlib import closing

from rest.streams import csv_chunks, pipe

MEMORY = "256MB"
TYPES = {
    "text": "VARCHAR",
    "list": "VARCHAR",
    "date": "DATE",
    "integer": "INTEGER",
    "tenths": "DOUBLE",
}


def made(export):
    """Return an open file, at its start, that has no name: it goes with the process, however that ends."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 the answer closes it
    try:
        convert(csv_chunks(export, guarded=False), export.columns, file)
    except BaseException:
        file.close()
        raise
    return file


def convert(chunks, columns, file):
    """Write chunks of CSV as Parquet. DuckDB reads them from a pipe, in a thread."""
    reader, writer = pipe()
    failures = []

    def write():
        try:
            copy(columns, f"/dev/fd/{reader}", f"/dev/fd/{file.fileno()}")
        except Exception as failure:
            failures.append(failure)
        finally:
            os.close(reader)  # if it is not read to the end, the other end notices

    duck = threading.Thread(target=write, name="parquet", daemon=True)
    duck.start()
    try:
        with closing(chunks), os.fdopen(writer, "wb", 0) as out:
            for chunk in chunks:
                out.write(chunk)
    except BrokenPipeError:
        pass
    finally:
        duck.join()
    if failures:
        raise failures[0]


def copy(columns, source, target):
    import duckdb  # takes longer than most answers

    types = ", ".join(f"'{column.name}': '{TYPES[column.kind]}'" for column in columns)
    config = {
        "memory_limit": MEMORY,
        "threads": 1,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with closing(duckdb.connect(":memory:", config=config)) as database:
        database.execute(
            f"""COPY (SELECT * FROM read_csv('{source}', columns={{{types}}}, auto_detect=false, header=true,
            delim=',', quote='"', escape='"', nullstr='', new_line='\\n'))
            TO '{target}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"""  # noqa: S608 our own names
        )
