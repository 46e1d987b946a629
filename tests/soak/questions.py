"""What is asked of the API while it is struck, and what must come out: of stations that stay as they are, the
same every time; of those that change, never an older version than somebody has seen before."""

import datetime
import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

MISSING = -9999
VERSION_DAY = datetime.date(2001, 1, 1)
"""The day of a changing station whose rain is the number of the file's version, in tenths of mm."""

YEAR_RAIN = 1000
"""The rain of all other days of that year, in tenths of mm."""

DAYS = 3650
"""How many days a changing station has at first; each version adds one."""


@dataclass(frozen=True)
class Question:
    path: str
    known: bytes = None
    """The whole answer, if it stays as it is."""
    version: str = ""
    """Of a station that changes, its id: the answer says which version it is of."""


# --- Stations that stay ----------------------------------------------------------------------


@cache
def days(file):
    """Return what the API says of a wx file's days, but for flags, reckoned from it in plain Python."""
    rows = []
    for line in file.read_text().splitlines():
        day, *values = line.split()
        tmax, tmin, prcp = (None if int(v) == MISSING else int(v) / 10 for v in values)
        date = datetime.date.fromisoformat(day).isoformat()
        rows.append({"station_id": file.stem, "date": date, "tmax_c": tmax, "tmin_c": tmin, "prcp_mm": prcp})
    return rows


def page(files):
    """Return the path of a page of a station, and the rows on it."""
    file = random.choice(files)
    rows = days(file)
    first = random.randrange(max(1, len(rows) - 100))
    start = rows[first]["date"]
    return f"/api/weather?station_id={file.stem}&start={start}&page_size=100", rows[first : first + 100]


def without_flags(rows):
    """Return rows without the quality letters, which our own checks have set."""
    return [{name: value for name, value in row.items() if not name.endswith("_flag")} for row in rows]


def staying(files, get):
    """Return Questions about files that are in and stay; `get(path)` answers now. Raise AssertionError if
    that is wrong already."""
    found = []
    for _ in range(300):
        path, rows = page(files)
        body = get(path)
        assert without_flags(json.loads(body)["results"]) == rows, path
        found.append(Question(path, body))
    ids = [file.stem for file in random.sample(files, min(len(files), 20))]
    paths = [f"/api/weather/stats?station_id={one}" for one in ids] * 4
    paths += [f"/api/weather/stats/monthly?station_id={one}&year=1999" for one in ids] * 2
    paths += [f"/api/weather?station_id={one}&year=1999&format=csv" for one in ids]
    paths += [f"/api/weather?date=199{n}-07-04&page_size=200" for n in range(10)]
    paths += [f"/api/stations/{one}" for one in ids]
    paths += ["/api/stations?page_size=20"] * 5
    known = {path: get(path) for path in set(paths)}
    return found + [Question(path, known[path]) for path in paths]


# --- Stations that change --------------------------------------------------------------------


def station_id(number):
    return f"ZZ1{number:08}"


def file_of(number, version):
    """Return the wx file of a changing station: every hundredth day differs from version to version."""
    lines = []
    for n in range(DAYS + version):
        day = VERSION_DAY + datetime.timedelta(n)
        changes = n % 100 == 50
        temperature = (number + n * 7 + (version if changes else 0)) % 300
        rain = version if n == 0 else YEAR_RAIN if n == 1 else 0
        lines.append(f"{day:%Y%m%d}\t{temperature:>5}\t{temperature - 100:>5}\t{rain:>5}\n")
    return "".join(lines)


def changing(number):
    """Return Questions about changing stations: a day, and the statistics that its file must have changed."""
    ids = [station_id(n) for n in range(number)]
    day, year = VERSION_DAY.isoformat(), VERSION_DAY.year
    paths = [(f"/api/weather?station_id={one}&date={day}", one) for one in ids]
    paths += [(f"/api/weather/stats?station_id={one}&year={year}", one) for one in ids]
    paths += [("/api/changes?since=0&page_size=100", "generation")] * number
    return [Question(path, version=of) for path, of in paths]


def version_of(body):
    """Return the version that an answer about a changing station, or the archive, is of."""
    told = json.loads(body)
    if "generation" in told:
        return told["generation"]
    [row] = told["results"]
    return round(row["prcp_mm"] * 10) if "prcp_mm" in row else round(row["total_prcp_cm"] * 100) - YEAR_RAIN


class Seen:
    """The newest version that anybody has seen of each station that changes."""

    def __init__(self):
        self.versions, self.lock = {}, Lock()

    def newest(self, question):
        return self.versions.get(question.version, 0)

    def wrong(self, question, body, before):
        """Say what is wrong with an answer to a question, `before` which the newest version was seen."""
        if question.known is not None:
            return "" if body == question.known else "another answer"
        version = version_of(body)
        with self.lock:
            self.versions[question.version] = max(version, self.newest(question))
        return f"version {version} after {before}" if version < before else ""


def write(folder, number, version):
    path = Path(folder) / f"{station_id(number)}.txt"
    path.write_text(file_of(number, version))
    return path
