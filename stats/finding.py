"""Which stations a query finds, in which order: by id, by how well the name matches, or by distance.

Every order has a key (place, station id), of which cursors are made. The place is the rank of the name, the
distance in hundredths of a kilometre, or 0 where the id alone orders.
"""

from bisect import bisect_left, bisect_right
from itertools import islice

from rest.database import fetch
from rest.keyset import joined
from stats import holdings
from weather.directory import HALF_WAY, directory
from weather.selection import days_of, stations_of

MOST = 1000
"""Stations asked about in one statement."""

RING = 30_000
"""Hundredths of km around a point in which there mostly is a page of stations."""


def found(query, position, size):
    """Yield (place, station id, primary key, coverage or None) from the position on, or backward.

    The database is asked for `size` stations at first, and for more later.
    """
    stations = ordered(query, position) if {"name", "near"} & query.keys() else by_id(query, position, size)
    if "has" in query:
        return covered(query, stations, size)
    return ((*station, None) for station in stations)


def count(query):
    if {"name", "near", "has"} & query.keys():
        return sum(1 for _ in found(query, None, MOST))
    where, parameters = joined(conditions(query))
    return fetch(f"SELECT count(*) FROM weather_stations s WHERE {where}", parameters)[0][0]  # noqa: S608


def conditions(query):
    """Return the query's conditions on stations, alias s, as far as the database has the answer.

    Of `has` it knows which stations have any value in the years of the range: mostly these are few.
    """
    first, last = days_of({name: query[name] for name in ("start", "end") if name in query})
    had = (
        f"""EXISTS (SELECT 1 FROM weather_yearly_stats y WHERE y.station_id = s.id AND y.basis = 'all'
            AND y.year BETWEEN %s AND %s AND y.days_{element} > 0)"""  # noqa: S608 from ELEMENTS
        for element in query.get("has", ())
    )
    return [*stations_of(query), *((sql, [first.year, last.year]) for sql in had)]


def by_id(query, position, size):
    """Yield (0, station id, primary key) in the order of ids."""
    order, sign = ("DESC", "<") if position and position.backward else ("ASC", ">")
    beyond = [(f"s.station_id {sign} %s", [position.key[1]])] if position else []
    while True:
        where, parameters = joined([*conditions(query), *beyond])
        sql = f"""SELECT 0, s.station_id, s.id FROM weather_stations s WHERE {where}
            ORDER BY s.station_id {order} LIMIT %s"""  # noqa: S608
        some = fetch(sql, [*parameters, size])
        yield from some
        if len(some) < size:
            return
        beyond, size = [(f"s.station_id {sign} %s", [some[-1][1]])], MOST


def ordered(query, position):
    """Yield (place, station id, primary key) in the order of names or distances."""
    known = directory()
    stations, base = known.stations, len(known.stations)

    def key(entry):
        place, number = divmod(entry, base)
        return place, stations[number][0]

    for places in parts(query, position, known):
        # A place and a number make one integer: integers sort four times as fast as pairs.
        entries = sorted(place * base + number for number, place in places.items())
        if position and position.backward:
            entries = reversed(entries[: bisect_left(entries, position.key, key=key)])
        elif position:
            entries = entries[bisect_right(entries, position.key, key=key) :]
        yield from ((*key(entry), stations[entry % base][1]) for entry in entries)


def parts(query, position, known):
    """Yield {number: place} of the stations found, in parts that follow one another, from the position on."""
    numbers = selected(query, known)
    if "name" in query:
        ranks = {number: rank for number, rank in known.named(query["name"]).items() if number in numbers}
        if "near" not in query:
            yield ranks
            return
        numbers = ranks.keys()
    between = known.around(*query["near"], numbers)
    farthest = int(100 * query.get("radius_km", HALF_WAY))
    yield from (between(*ring) for ring in rings(position, min(farthest, HALF_WAY)))


def rings(position, farthest):
    """Yield (nearest, farthest) distance of rings from the position out, or in, each twice as wide."""
    edge, width = (position.key[0] if position else 0), RING
    if position and position.backward:
        edge = min(edge, farthest)
        while edge >= 0:
            yield max(edge - width, 0), edge
            edge, width = edge - width - 1, 2 * width
        return
    while edge <= farthest:
        yield edge, min(edge + width, farthest)
        edge, width = edge + width + 1, 2 * width


def selected(query, known):
    """Return the numbers of the stations that the database selects."""
    if not (wanted := conditions(query)):
        return range(len(known.stations))
    where, parameters = joined(wanted)
    keys = fetch(f"SELECT s.id FROM weather_stations s WHERE {where}", parameters)  # noqa: S608
    return {known.numbers[key] for (key,) in keys if key in known.numbers}  # perhaps it came just now


def covered(query, stations, size):
    """Yield of stations those that have the data, with their coverage."""
    wanted = [query["has"], query.get("start"), query.get("end"), query.get("min_coverage", 0)]
    while some := list(islice(stations, size)):
        coverage = holdings.coverage([key for *_, key in some], *wanted)
        yield from ((*station, coverage[station[2]]) for station in some if station[2] in coverage)
        size = min(2 * size, MOST)
