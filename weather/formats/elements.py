"""What GHCN's formats have in common: they say elements of days, in tenths, with quality flags.

What a file says becomes columns of numbers (weather.formats.element_lines): lines without fault many at
once, as each format knows how, others one by one, in Python, which knows numbers and reasons. Of the columns
rows are made (weather.formats.pivot). Every line is taken whole or rejected whole. Elements but ours are left
out, a day without any of ours makes no row.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass

from weather.formats import NotInFormat, Parsed, Series
from weather.formats.element_lines import Columns
from weather.formats.lines import nothing_kept, reject
from weather.formats.mending import Contradictions, lines_at, mend
from weather.formats.pivot import Days, Told, temporary_file


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a file say elements."""

    name: str
    """Of the format."""
    read_line: Callable[[bytes], Iterable[bytes]]
    """Return what a line says, as element lines. Raise ValueError with the reason."""
    at_once: Callable[[bytes], Columns | None]
    """Return what lines say, None if one of them may have a fault."""
    header: int = 0
    """The number of the line that names the columns, if one does."""


def parse(content, layout):
    """Return what a file says. Raise NotInFormat when none of its lines is good."""
    path, spool = content.path(), content.spool
    lines, rejected, contradictions = bool(layout.header), [], Contradictions()
    with closing(Told(spool)) as told:
        with path.open("rb") as file:
            for count, said in mend(file, layout, rejected):
                lines += count
                if said:
                    told.add(said)
        if lines - bool(layout.header) == len(rejected):
            raise NotInFormat(nothing_kept(rejected, layout.name, layout.header))
        series, rows, held = collect(told, spool, contradictions)
    with held:
        reject_lines(path, contradictions.reasons, rejected, layout)
        repeated = contradictions.repeated
        return Parsed(series, rows, repeated, rejected, lines, told.left_out, True, held.pop_all())


def collect(told, spool, contradictions):
    """Return the series, their number of rows, and what holds their text until they are taken."""
    with ExitStack() as held:
        text = held.enter_context(temporary_file(spool))
        index, rows = [], 0
        for ids, records in told.batches():
            days = Days(records)
            if not days.once():
                days = contradictions.settle(days)
            for place, lines, count, *span in days.series():
                index.append((ids[place].decode(), text.write(lines), count, *span))
                rows += count
        return series_of(text, index), rows, held.pop_all()


def series_of(text, index):
    text.seek(0)
    for station_id, size, rows, first, last in index:
        yield Series(station_id, text.read(size), rows, first, last)


def reject_lines(path, reasons, rejected, layout):
    """Add lines of a file to the rejected ones, for {number of a line: reason}."""
    if reasons:
        for number, line in lines_at(path, reasons):
            reject(rejected, number, reasons[number], line, layout.name)
        rejected.sort(key=lambda line: line.line_number)
