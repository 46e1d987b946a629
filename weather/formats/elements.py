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
from weather.formats.pivot import Days, Told


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
    """Return what a file says; its rows, what is repeated and what contradicts are known when the series are
    taken. Raise NotInFormat when none of its lines is good, or then when too many are not."""
    lines, rejected = 0, []
    with ExitStack() as held:
        told = held.enter_context(closing(Told(content.spool)))
        with content.stream() as file:
            for count, said in mend(file, layout, rejected):
                lines += count
                if said:
                    told.add(said)
        if lines == len(rejected):
            raise NotInFormat(nothing_kept(rejected, layout.name, layout.header))
        lines += bool(layout.header)
        parsed = Parsed((), 0, 0, rejected, lines, told.left_out, by_element=True, held=held.pop_all())
        parsed.series = series(parsed, told, content, layout)
        return parsed


def series(parsed, told, content, layout):
    """Yield the series of Parsed, and add to it what is only known then."""
    contradictions = Contradictions()
    for ids, records in told.batches():
        days = Days(records)
        if not days.once():
            days = contradictions.settle(days)
        for place, text, rows, *about in days.series():
            parsed.rows += rows
            yield Series(ids[place].decode(), text, rows, *about)
    parsed.repeated = contradictions.repeated
    if reasons := contradictions.reasons:
        with content.stream() as file:
            for number, line in lines_at(file, reasons):
                reject(parsed.rejected, number, reasons[number], line, layout.name)
        parsed.rejected.sort(key=lambda line: line.line_number)
