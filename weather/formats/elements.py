"""What GHCN's formats have in common: they say elements of days, in tenths, with quality flags.

A file is first read at once, and only its distinct ids, dates, values and flags are looked at. If one of them
is not as it must be, or an element of a day is said twice, the file is read again line by line, in Python,
which knows numbers and reasons; what is good goes through the same query. Every line is taken whole or
rejected whole. Elements but ours are left out, a day without any of ours makes no row.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from weather.formats import NotInFormat, Parsed, Series, duck
from weather.formats.duck import Imperfect
from weather.formats.fields import ELEMENT, FLAG, ID, iso, parse_day, parse_value
from weather.formats.lines import count_lines, nothing_kept, reject
from weather.formats.mending import MENDED, lines_at, mend, resolve

MOST_TEXTS = 200_000
"""Distinct texts of a column; GHCN has 130,000 stations and 100,000 days."""

IN_MEMORY = 8 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a file say elements."""

    name: str
    """Of the format."""
    read_line: Callable[[bytes], Iterable[bytes]]
    """Return what a line says, as lines in the form of by-station files. Raise ValueError with the reason."""
    header: int = 0
    """The number of the line that names the columns, if one does."""
    select: str = ""
    """SQL: what the lines say, as id, date, element, value and flag. Empty: DuckDB cannot know."""
    counted: str = "TRUE"
    """SQL: which row of `said` stands for its line; a line has one such row."""
    good: re.Pattern | None = None
    """Lines that say elements already in the form of by-station files."""


def parse(content, layout):
    """Return what a file says. Raise NotInFormat when none of its lines is good."""
    path = content.path()
    with duck.opened(content.spool) as (database, folder):
        try:
            return at_once(database, folder, path, layout)
        except Imperfect:
            return line_by_line(database, folder, path, layout)


def at_once(database, folder, path, layout):
    """Return what a file without fault says. Raise Imperfect if it may have one."""
    if not layout.select:
        raise Imperfect
    with duck.imperfect_where_refused():
        duck.stage(database, folder, path, layout.select)
    check_texts(database)
    lines = duck.count(database, layout.counted) + bool(layout.header)
    if lines <= bool(layout.header) or lines != count_lines(path):  # blank lines, perhaps, or a CR alone
        raise Imperfect
    series, rows, held = collect(database, strict=True)
    return Parsed(series, rows, 0, [], lines, left_out(database), True, held)


def check_texts(database):
    """Raise Imperfect if a text is not what its column should have."""
    for column, (good, where) in CHECKS.items():
        texts = duck.distinct(database, column, where, MOST_TEXTS)
        if not all(good((text or "").encode()) for text in texts):
            raise Imperfect


def is_day(text):
    return does_not_raise(parse_day, text)


def is_value(text):
    return does_not_raise(parse_value, "", text)


def does_not_raise(parse_field, *args):
    try:
        parse_field(*args)
    except ValueError:
        return False
    return True


CHECKS = {
    "id": (ID.fullmatch, "TRUE"),
    "date": (is_day, "TRUE"),
    "element": (ELEMENT.fullmatch, "TRUE"),
    "value": (is_value, f"element IN ({duck.OURS}) OR value IS NULL"),
    "flag": (FLAG.fullmatch, f"element IN ({duck.OURS})"),
}


def left_out(database):
    return duck.count(database, f"element NOT IN ({duck.OURS})")


def collect(database, strict):
    """Return the series, their number of rows, and what holds their text until they are taken.

    `strict` raises Imperfect if an element of a day is said twice.
    """
    with ExitStack() as held:
        spool = held.enter_context(SpooledTemporaryFile(IN_MEMORY))
        index, rows = [], 0
        for station_id, text, count, first, last, once in duck.in_batches(database, duck.ROWS):
            if strict and not once:
                raise Imperfect
            index.append((station_id, spool.write(text.encode() + b"\n"), count, first, last))
            rows += count
        return series_of(spool, index), rows, held.pop_all()


def series_of(spool, index):
    spool.seek(0)
    for station_id, size, rows, first, last in index:
        yield Series(station_id, spool.read(size), rows, iso(f"{first:08}"), iso(f"{last:08}"))


def line_by_line(database, folder, path, layout):
    """Return what a file says, and which of its lines are rejected."""
    mended = folder / "mended.csv"
    with path.open("rb") as file, mended.open("wb") as target:
        lines, rejected = mend(file, target, layout)
    if lines == len(rejected):
        raise NotInFormat(nothing_kept(rejected, layout.name, layout.header))
    duck.stage(database, folder, mended, MENDED)
    conflicts, repeated = resolve(duck.in_batches(database, duck.SEVERAL_TIMES))
    if conflicts:
        duck.leave_out(database, list(conflicts))
        for number, line in lines_at(path, conflicts):
            reject(rejected, number, conflicts[number], line, layout.name)
        rejected.sort(key=lambda line: line.line_number)
    series, rows, held = collect(database, strict=False)
    lines += bool(layout.header)
    return Parsed(series, rows, repeated, rejected, lines, left_out(database), True, held)
