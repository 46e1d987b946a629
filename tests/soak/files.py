"""Files to be ingested while something strikes, and what they are when they have been corrected."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from tests.factories import write_wx
from tests.factories_ghcn import write_by_year

FIRST, DAYS = date(2001, 1, 1), 400
NONSENSE = ["20010230 1 2 3", "20010101 a b c"]
STATIONS = 3
"""Stations of a file by year."""


def station_id(number):
    return f"ZZ0{number:08}"


def days(number, corrected=False, first=FIRST):
    """Return the days of a station as (date, tmax, tmin, prcp).

    Corrected, some have other values, some are gone, some are new.
    """
    rng = random.Random(number)
    rows = [(first + timedelta(n), *(rng.randrange(-300, 300) for _ in range(3))) for n in range(DAYS)]
    if corrected:
        rows = [(day, tmax + (n % 9 == 0), tmin, prcp) for n, (day, tmax, tmin, prcp) in enumerate(rows)]
        rows = [row for row in rows if row[0].day != 3]
        rows += [(first + timedelta(DAYS + n), n, -n, 0) for n in range(50)]
    return rows


def wx(folder, number, corrected=False, beside=()):
    """Write the file of one station; return its path."""
    lines = [" ".join([f"{day:%Y%m%d}", *map(str, values)]) for day, *values in days(number, corrected)]
    return str(write_wx(folder, station_id(number), *lines, *beside))


def by_year(folder, number, corrected=False):
    """Write the file of three stations; return its path. Corrected, one of them is gone."""
    numbers = range(STATIONS * number, STATIONS * (number + 1) - corrected)
    return str(by_year_of(folder / f"{number:04}.csv", numbers, corrected))


def by_year_of(path, numbers, corrected=False, first=FIRST):
    rows = {
        (station_id(number), f"{day:%Y%m%d}"): (*values, "   ")
        for number in numbers
        for day, *values in days(number, corrected, first)
    }
    return write_by_year(path, rows)


def overlapping(folder, number):
    """Write files of stations, and others that say other days of all of them; return their paths."""
    numbers = range(number)
    years = [date(FIRST.year + 2 * n, 1, 1) for n in range(1, 5)]
    several = [str(by_year_of(folder / f"{first.year}.csv", numbers, first=first)) for first in years]
    return several + [wx(folder, n) for n in numbers]


@dataclass(frozen=True)
class Case:
    """What is ingested, and how: `write(folder, number, corrected)` writes a file of `stations(number)`."""

    name: str
    write: Callable = wx
    corrected: bool = False
    options: tuple = ()
    stations: Callable = lambda number: [station_id(number)]

    def files(self, folder, number, *targets):
        """Write files, what they correct being in the targets if they are corrections; return their paths."""
        if self.corrected:
            earlier = [self.write(folder, n) for n in range(number)]
            for target in targets:
                target.ingest(earlier)
        return [self.write(folder, n, self.corrected) for n in range(number)]

    def owner(self, paths):
        """Return {station id: path of its file}."""
        return {station: path for n, path in enumerate(paths) for station in self.stations(n)}


def stations_by_year(number):
    return [station_id(n) for n in range(STATIONS * number, STATIONS * (number + 1))]


NEW = Case("new files")
REJECTED = Case("new files with bad lines", partial(wx, beside=NONSENSE))
CORRECTED = Case("corrected files", wx, True, ("--prune",))
BY_YEAR_CORRECTED = replace(
    CORRECTED, name="corrected files by year", write=by_year, stations=stations_by_year
)
