"""Invented weather in the wx format, as many stations and years as wanted.

The same seed gives the same bytes on every platform and Python: every choice comes from Random's
`random` and `randbytes`, and becomes weather by integers and the four operations on floats, which
IEEE 754 rounds alike everywhere. What differs by platform (the mathematics library) or by version
(`sum` of floats, since 3.12) is not called. A station depends on its number, not on how many others
are made. Frequencies and quantiles are those of 167 cooperative stations of the US Midwest, 1985-2014.
"""

import bisect
import datetime
import functools
import itertools
import os
import random
import struct
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

COUNTRY = "ZZ"
"""ISO 3166 leaves ZZ to its users and FIPS 10-4, whose codes begin GHCN's ids, gave it to no
country: no real station can have such an id."""

YEARS = range(1700, 2200)
MOST_STATIONS = 1_000_000

OPENS_LATE = 5  # every fifth station opens in mid-period
COLDEST_DAY = 20
PERSISTENCE = 0.7
WET_AFTER_WET = 112  # of 256

MISSING = "\t-9999"
F_OFFSET = 150
TEMPERATURES = [f"\t{(100 * (f - 32) + 9) // 18:5}" for f in range(-F_OFFSET, 200)]
"""The text of each whole °F, from -150: observers read whole °F, and the archive keeps tenths of °C."""

RAIN_QUANTILES = [
    (0.0, 1), (0.05, 1), (0.1, 2), (0.25, 6), (0.5, 18), (0.75, 47), (0.9, 93),
    (0.95, 131), (0.99, 229), (0.999, 410), (1.0, 1200),
]  # fmt: skip
"""How much falls on a wet day, in hundredths of an inch: on half of them less than 0.18 inch."""

NO_RAIN = "\t    0"

FLAWS = {"absent": 60, "reversed": 28, "tmax": 66, "tmin": 122, "both": 800, "prcp": 860, "all": 450}
"""What is wrong with a day, and on how many days of 65,536: no line at all; tmin > tmax, as when an
observer dates the maximum a day late; or these values missing."""
FLAW_KINDS, FLAW_LIMITS = list(FLAWS), list(itertools.accumulate(FLAWS.values()))
FLAWED = FLAW_LIMITS[-1]


def station_id(number):
    return f"{COUNTRY}0{number:08}"


def write_stations(folder, stations, first_year, last_year, seed):
    """Write one file a station; return (files, lines, bytes).

    Raise ValueError for an impossible period or number, FileExistsError for a folder with other files.
    """
    folder = Path(folder)
    check(folder, stations, first_year, last_year)
    folder.mkdir(parents=True, exist_ok=True)
    write = functools.partial(write_station, folder, first_year=first_year, last_year=last_year, seed=seed)
    numbers = range(1, stations + 1)
    if stations * (last_year - first_year + 1) < 1000:  # starting processes takes longer than the work
        sizes = list(map(write, numbers))
    else:
        with ProcessPoolExecutor(min(stations, os.cpu_count()), get_context("spawn")) as pool:
            sizes = list(pool.map(write, numbers))
    return stations, sum(lines for lines, _ in sizes), sum(size for _, size in sizes)


def check(folder, stations, first_year, last_year):
    if not 1 <= stations <= MOST_STATIONS:
        raise ValueError(f"stations: expected 1 to {MOST_STATIONS}, got {stations}")
    for name, year in (("start", first_year), ("end", last_year)):
        if year not in YEARS:
            raise ValueError(f"{name}: expected a year from {YEARS[0]} to {YEARS[-1]}, got {year}")
    if first_year > last_year:
        raise ValueError(f"start {first_year} is after end {last_year}")
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is not a folder")
    ours = {f"{station_id(number)}.txt" for number in range(1, stations + 1)}
    if others := sorted(path.name for path in folder.glob("*.txt") if path.name not in ours):
        raise FileExistsError(
            f"{folder} holds {len(others)} other .txt files, such as {others[0]}: generated weather is "
            "never mixed with other data, choose an empty folder"
        )


def write_station(folder, number, **period):
    """Write a station's file; return (lines, bytes)."""
    text = "".join(station_lines(number, **period))
    return text.count("\n"), (folder / f"{station_id(number)}.txt").write_bytes(text.encode("ascii"))


def station_lines(number, first_year, last_year, seed):
    """Yield the lines of a station's file."""
    rng = random.Random(f"{seed}/{station_id(number)}")  # noqa: S311 weather, not secrets
    normals = climate(rng)
    days = calendar(first_year, last_year)
    opens = int((0.2 + 0.6 * rng.random()) * len(days)) if number % OPENS_LATE == 0 else 0
    for start, stop in working_spells(rng, opens, len(days)):
        yield from weather(rng, days[start:stop], *normals)


@functools.cache
def calendar(first_year, last_year):
    """Return every day of the period as (YYYYMMDD, day of the year from 0)."""
    first, last = datetime.date(first_year, 1, 1), datetime.date(last_year, 12, 31)
    days = map(datetime.date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
    return [(day.isoformat().replace("-", ""), day.timetuple().tm_yday - 1) for day in days]


def working_spells(rng, start, end):
    """Yield (start, stop) of the spells with observations: years, between gaps of weeks to years."""
    while start < end:
        stop = start + 1 + int(rng.random() * 10_000)
        yield start, min(stop, end)
        chance = rng.random()
        start = stop + 14 + int(1100 * chance * chance * chance * chance * chance)


def climate(rng):
    """Return what is normal for one station: the middle between tmax and tmin (°F, counted from
    the first of TEMPERATURES) and the size of its swings for each day of the year, and how many
    of 256 dry days are followed by a wet one."""
    latitude = 36 + 12 * rng.random()
    mean = 58 - 1.4 * (latitude - 36) + 3 * rng.random()
    amplitude = 21 + 0.6 * (latitude - 36) + 2 * rng.random()
    seasons = [season(day) for day in range(366)]
    middles = [F_OFFSET + mean + amplitude * place for place in seasons]
    swings = [0.95 - 0.3 * place for place in seasons]
    return middles, swings, 45 + int(24 * rng.random())


def season(day):
    """Return the day's place between midwinter (-1) and midsummer (1).

    A cosine by Bhaskara's formula, off by 0.002 at most.
    """
    turn = (day - COLDEST_DAY) % 366 / 183
    half = (turn + 0.5) % 1
    hump = half * (1 - half)
    sine = 16 * hump / (5 - 4 * hump)
    return sine if 0.5 <= turn < 1.5 else -sine


def weather(rng, days, middles, swings, wet_after_dry):
    """Yield the lines of consecutive days.

    A day's anomaly is a part of yesterday's and something new; rain is a Markov chain of two states.
    """
    shocks, ranges, rains = tables()
    anomaly, wet = 0.0, False
    draws = struct.iter_unpack("<4B2H", rng.randbytes(8 * len(days)))
    for (date, day), (shock, above, below, turn, amount, flaw) in zip(days, draws, strict=True):
        anomaly = PERSISTENCE * anomaly + shocks[shock]
        wet = turn < (WET_AFTER_WET if wet else wet_after_dry)
        middle = int(middles[day] + swings[day] * anomaly)
        tmax = TEMPERATURES[middle + ranges[wet][above]]
        tmin = TEMPERATURES[middle - ranges[wet][below]]
        prcp = rains[amount] if wet else NO_RAIN
        if flaw < FLAWED:
            yield flawed(flaw, date, tmax, tmin, prcp)
        else:
            yield f"{date}{tmax}{tmin}{prcp}\n"


@functools.cache
def tables():
    """Return what a draw means: the new part of an anomaly (°F), for a dry and a wet day half the
    range between tmin and tmax (°F), and the text of the rain of a wet day."""
    rng = random.Random("tables")  # noqa: S311
    bell = [(sum(rng.randbytes(12)) - 1530) / 256 for _ in range(128)]  # near enough to normal, sd 1
    bell += [-value for value in bell]
    ranges = [
        [max(0, int(11.5 + 4.5 * value)) for value in bell],
        [max(0, int(9 + 4 * value)) for value in bell],
    ]
    return [7 * value for value in bell], ranges, [rain(draw) for draw in range(65536)]


def rain(draw):
    """Return the text of an amount, as GHCN-Daily converts it: inches * 254, halves up."""
    quantile = draw / 65536
    after = bisect.bisect(RAIN_QUANTILES, quantile, key=lambda pair: pair[0])
    (low, least), (high, most) = RAIN_QUANTILES[after - 1 : after + 1]
    hundredths = int(least + (most - least) * (quantile - low) / (high - low))
    return f"\t{(254 * hundredths + 50) // 100:5}"


def flawed(flaw, date, tmax, tmin, prcp):
    """Return the line of a day on which something went wrong."""
    kind = FLAW_KINDS[bisect.bisect(FLAW_LIMITS, flaw)]
    if kind == "absent":
        return ""
    if kind == "reversed":
        tmax, tmin = tmin, tmax
    if kind in ("tmax", "both", "all"):
        tmax = MISSING
    if kind in ("tmin", "both", "all"):
        tmin = MISSING
    if kind in ("prcp", "all"):
        prcp = MISSING
    return f"{date}{tmax}{tmin}{prcp}\n"
