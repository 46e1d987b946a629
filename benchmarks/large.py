"""What is larger than a folder of stations: a by-year file, and ten times the data."""

import tempfile
import time
from pathlib import Path

from benchmarks.ingest import SERVER, highest_memory, ingest, manage, python
from benchmarks.report import Row
from tests.services import postgresql

STREAMED = 512
"""MB the command may take for a by-year file of any size."""

PARSE = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "weatherproj.settings"
from pathlib import Path
from weather import formats, sources
start = time.perf_counter()
[raw] = sources.find([sys.argv[1]])
content = raw.fetch(Path("."))
parsed = formats.choose(content.head()).parse(content, raw.name)
with parsed.held:
    assert sum(series.rows for series in parsed.series) == parsed.rows
print(time.perf_counter() - start)
"""


def measure(data, runs):
    """Yield rows for a by-year file, and for ten times the data against once the data."""
    with tempfile.TemporaryDirectory() as folder, postgresql(**SERVER) as url:
        manage(url, "migrate", "--verbosity=0")
        yield from by_year(url, data, Path(folder), runs)
        yield from ten_times(url, Path(folder), min(runs, 3))


def by_year(url, data, folder, runs):
    """Rows for the data as one file of element lines, in the order of days, as NOAA's by-year files are."""
    path = folder / "by_year.csv"
    lines = write_by_year(path, data)
    inside, parsing = [], []
    for _ in range(runs):
        parsing.append(float(python(url, "-c", PARSE, str(path))))
        manage(url, "flush", "--no-input")
        _, balance = ingest(url, path)
        inside.append(balance["seconds"])
    manage(url, "flush", "--no-input")
    peak = highest_memory(url, path)
    million = [lines / 1e6] * runs
    yield Row(f"by-year CSV, a million of {lines:,} element lines in one second", inside, million, 1)
    yield Row("by-year CSV, of that reading, pivoting and sorting (the rest is loading)", parsing, inside, 1)
    yield Row("by-year CSV, peak memory", [peak], [STREAMED], 1, "MB")


def write_by_year(path, data):
    """Write wx files as one file of element lines; return how many lines it has."""
    lines = []
    for file in data.glob("*.txt"):
        for line in file.read_text().splitlines():
            date, *values = line.split()
            lines += [
                f"{file.stem},{date},{element},{value},,,7,\n"
                for element, value in zip(("TMAX", "TMIN", "PRCP"), values, strict=True)
                if value != "-9999"
            ]
    lines.sort(key=lambda line: (line[12:20], line[:11]))
    path.write_text("".join(lines))
    return len(lines)


def ten_times(url, folder, runs):
    seconds, memory = {}, {}
    for stations in (160, 1600):
        made = folder / str(stations)
        manage(url, "generate_weather", str(made), f"--stations={stations}", "--start=1985", "--end=2014")
        seconds[stations] = []
        for _ in range(runs):
            manage(url, "flush", "--no-input")
            _, balance = ingest(url, made, 2)
            seconds[stations].append(balance["seconds"])
            time.sleep(1)
        manage(url, "flush", "--no-input")
        memory[stations] = [highest_memory(url, made, 2)]
    yield Row(f"ten times the data ({balance['read']:,} rows)", seconds[1600], seconds[160], 11)
    yield Row("ten times the data, peak memory", memory[1600], memory[160], 1.1, "MB")
