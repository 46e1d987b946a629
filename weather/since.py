"""What files changed since a generation: station-days in the order of (generation, station id, date).

No index on observations tells which file a row came from. But weather_changes knows for every file and
station the first and the last day it changed. So a page goes from the files, by generation, to their changes,
by station, and to the observations between two days, by primary key: those that point to the file. What a
later file changed again points to that one. Every step reads about as much as the page has left to fill.
"""

import datetime
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import NamedTuple

from rest.database import connection, fetch
from rest.keyset import joined
from weather.formats import ELEMENTS, FLAGS

MOST_SPANS = 400
"""Spans that one statement looks into: SQLite takes no more than 500 SELECTs in a UNION."""

FEW_ROWS = 100
"""So many may as well be read where fewer are wanted: perhaps later files have changed most of them."""

COLUMNS = ", ".join(f"o.{name}" for name in (*ELEMENTS, *FLAGS))
REVISIONS = ", ".join(
    # By day, not by file, whose index (+ 0 shuts it off) may lead to a million revisions.
    f"""(SELECT r.id FROM weather_revisions r WHERE r.station_id = o.station_id AND r.date = o.date
    AND r.element = '{element}' AND r.source_file_id + 0 = o.source_file_id LIMIT 1)"""  # noqa: S608
    for element in ELEMENTS
)


def in_this_order(*tables):
    """Return the SQL that joins tables. PostgreSQL may do so in another order; its statistics are good."""
    return (" STRAIGHT_JOIN " if connection().vendor == "mysql" else " CROSS JOIN ").join(tables)


@dataclass(frozen=True)
class Since:
    """Which changes: after one generation and up to another, of some days, of some stations.

    `stations` are conditions on weather_stations, alias s, as in rest.keyset; `few` is how many stations they
    name, or 0.
    """

    after: int
    until: int
    first: datetime.date
    last: datetime.date
    stations: list
    few: int = 0

    @property
    def tables(self):
        """Files, changes and stations, to be read in this order."""
        tables = ("weather_source_files f", "weather_changes c", "weather_stations s")
        return tables[::-1] if self.few else tables

    @property
    def changes(self):
        """The conditions on a change, alias c, and its station."""
        days = ("c.first <= %s AND c.last >= %s", [self.last, self.first])
        return [("s.id = c.station_id", []), days, *self.stations]

    @property
    def files(self):
        """The condition on a file, alias f, that it has such changes."""
        where, parameters = joined(self.changes)
        if self.few:
            tables = in_this_order(*self.tables[:2])
            return f"f.id IN (SELECT c.source_file_id FROM {tables} WHERE {where})", parameters  # noqa: S608
        tables, where = in_this_order(*self.tables[1:]), f"c.source_file_id = f.id AND {where}"
        # Not EXISTS, which a planner may take for a join of all there is.
        return f"(SELECT 1 FROM {tables} WHERE {where} LIMIT 1) = 1", parameters  # noqa: S608


class Span(NamedTuple):
    """The days between two of a station that a file changed, and how many they are at most."""

    generation: int
    station_id: str
    uri: str
    file: int
    station: int
    first: datetime.date
    last: datetime.date
    days: int


def page(since, position, limit):
    """Return at most `limit` rows next to a Position or None; backward, the nearest comes first.

    A row is (generation, station id, date, uri, three values, three flags), and then for each element (old
    value, old flag) if that file corrected it, or None.
    """
    backward = position is not None and position.backward
    rows = []
    if since.first > since.last:
        return rows
    for spans in spans_in_order(since, position, limit):
        spans = [left for span in spans if (left := narrowed(span, since, position))]
        while spans and len(rows) < limit:
            wanted = limit - len(rows)
            some = head(spans, max(wanted, FEW_ROWS))[:MOST_SPANS]
            rows += rows_of(some, backward, wanted)
            spans = spans[len(some) :]
        if len(rows) == limit:
            break
    return with_revisions(rows)


def count(since):
    """Return the number of rows on all pages."""
    where, parameters = joined(since.changes)
    sql = f"""SELECT count(*) FROM {in_this_order(*since.tables, "weather_observations o")}
        WHERE f.generation BETWEEN %s AND %s AND c.source_file_id = f.id AND {where}
        AND o.station_id = c.station_id AND o.source_file_id = f.id
        AND o.date BETWEEN c.first AND c.last AND o.date BETWEEN %s AND %s"""  # noqa: S608
    return fetch(sql, [since.after + 1, since.until, *parameters, since.first, since.last])[0][0]


def spans_in_order(since, position, limit):
    """Yield lists of Spans, from that of the position on, where there is one."""
    backward = position is not None and position.backward
    low, high, beyond, sign = since.after + 1, since.until, [], "<" if backward else ">"
    if position is not None:
        generation, station_id, _ = position.key
        low, high = (low, min(high, generation)) if backward else (max(low, generation), high)
        beyond = [stations_from(generation, station_id, f"{sign}=")]
        limit += 1  # nothing may be left of the first
    while files := some_files(since, low, high, backward, limit):
        spans = spans_of(files, since, beyond, backward, limit)
        yield spans
        generation, beyond = files[-1].generation + (-1 if backward else 1), []
        if len(spans) == limit:  # there may be more in these files
            generation = spans[-1].generation
            beyond = [stations_from(generation, spans[-1].station_id, sign)]
        low, high = (low, generation) if backward else (generation, high)


def stations_from(generation, station_id, sign):
    return f"f.generation <> %s OR s.station_id {sign} %s", [generation, station_id]


class File(NamedTuple):
    generation: int
    changes: int
    """How many stations it changed at most."""


def some_files(since, low, high, backward, wanted):
    """Return the next Files between two generations: one, or several of no more changes than are wanted."""
    condition, parameters = since.files
    sql = f"""SELECT f.generation,
        CASE WHEN f.station_id IS NULL THEN f.inserted + f.updated + f.withdrawn ELSE 1 END
        FROM weather_source_files f WHERE f.generation BETWEEN %s AND %s AND {condition}
        ORDER BY f.generation {"DESC" if backward else "ASC"} LIMIT %s"""  # noqa: S608
    files = fetch(sql, [low, high, *parameters, wanted])
    return head([File(generation, min(most, since.few or most)) for generation, most in files], wanted)


def spans_of(files, since, beyond, backward, limit):
    """Return the first Spans of files that follow each other, under a condition more."""
    low, high = sorted([files[0].generation, files[-1].generation])
    order = "DESC" if backward else "ASC"
    where, parameters = joined([*since.changes, *beyond])
    sql = f"""SELECT f.generation, s.station_id, f.uri, f.id, s.id, c.first, c.last, c.inserted + c.updated
        FROM {in_this_order(*since.tables)}
        WHERE f.generation BETWEEN %s AND %s AND c.source_file_id = f.id AND {where}
        ORDER BY f.generation {order}, s.station_id {order} LIMIT %s"""  # noqa: S608
    rows = fetch(sql, [low, high, *parameters, limit])
    return [Span(*names, as_day(first), as_day(last), days) for *names, first, last, days in rows]


def as_day(value):
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


def narrowed(span, since, position):
    """Return what is left of a Span: the days asked for, and beyond the position if it is in it; or None."""
    first, last = max(span.first, since.first).toordinal(), min(span.last, since.last).toordinal()
    if position is not None and position.key[:2] == span[:2]:
        day = position.key[2].toordinal()
        first, last = (first, min(last, day - 1)) if position.backward else (max(first, day + 1), last)
    if first > last:
        return None
    days = map(datetime.date.fromordinal, (first, last))
    return Span(*span[:5], *days, min(span.days, last - first + 1))


def head(items, wanted):
    """Return the first items whose last fields sum up to no more than is wanted, or one."""
    sums = accumulate(item[-1] for item in items)
    return items[: max(1, sum(total <= wanted for total in sums))]


def rows_of(spans, backward, wanted):
    """Return the first rows of Spans, with the primary keys of their revisions."""
    numbered = numbered_lateral if connection().vendor == "postgresql" else numbered_united
    days, parameters = numbered(spans, backward, wanted)
    sql = f"""SELECT o.n, o.date, {COLUMNS}, {REVISIONS} FROM ({days}) o
        ORDER BY o.n, o.date {"DESC" if backward else "ASC"} LIMIT %s"""  # noqa: S608
    rows = fetch(sql, [*parameters, wanted])
    return [(*spans[n][:2], date, spans[n].uri, *values) for n, date, *values in rows]


def numbered_lateral(spans, backward, wanted):
    """Return the SQL of the first observations of each Span, with the Span's number, and its parameters."""
    rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(spans))
    one = observations("c.n", "c.station", "c.file", "c.first", "c.last", backward)
    sql = f"""SELECT o.* FROM (VALUES {rows}) c (n, station, file, first, last)
        CROSS JOIN LATERAL ({one}) o"""  # noqa: S608
    parameters = [(n, span.station, span.file, span.first, span.last) for n, span in enumerate(spans)]
    return sql, [*chain.from_iterable(parameters), wanted]


def numbered_united(spans, backward, wanted):
    """The same where there is no LATERAL, or where only constants make a range of an index (MySQL)."""
    one = observations("%s", "%s", "%s", "%s", "%s", backward)
    sql = " UNION ALL ".join([f"SELECT * FROM ({one}) one"] * len(spans))  # noqa: S608
    parameters = [(n, span.station, span.file, span.first, span.last, wanted) for n, span in enumerate(spans)]
    # A LIMIT that cuts nothing keeps SQLite from working the outer query into each of the SELECTs.
    return f"{sql} LIMIT %s", [*chain.from_iterable(parameters), len(spans) * wanted]


def observations(n, station, file, first, last, backward):
    return f"""SELECT {n} AS n, o.station_id, o.date, o.source_file_id, {COLUMNS} FROM weather_observations o
        WHERE o.station_id = {station} AND o.source_file_id = {file} AND o.date BETWEEN {first} AND {last}
        ORDER BY o.date {"DESC" if backward else "ASC"} LIMIT %s"""  # noqa: S608


def with_revisions(rows):
    """Return rows with what the revisions at their ends say in place of the primary keys."""
    keys = [key for row in rows for key in row[-3:] if key]
    if not keys:
        return rows
    marks = ", ".join(["%s"] * len(keys))
    sql = f"SELECT r.id, r.old_value, r.old_flag FROM weather_revisions r WHERE r.id IN ({marks})"  # noqa: S608
    old = {key: values for key, *values in fetch(sql, keys)}
    return [(*row[:-3], *map(old.get, row[-3:])) for row in rows]
