"""The lines of a file as columns: those without fault together, the others told with number and reason."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import numpy as np

from weather.formats import MOST_REJECTED
from weather.formats.element_lines import Lines, columns
from weather.formats.fields import iso
from weather.formats.lines import blocks, numbered, reject
from weather.formats.pivot import Days

MUCH = 4 << 20
"""Bytes of lines that are taken at once if none of them has a fault."""
FEW = 4096
"""Bytes of lines that are looked at one by one where one of them may have a fault."""
THREADS = 2
"""As much as numpy gains from: regular expressions hold Python's lock."""


def mend(file, layout, rejected):
    """Yield (number of lines, Columns of what they say or None) of the lines of a file behind its header;
    what is rejected goes into a list. Blank lines do not count."""
    number = layout.header + 1
    for text, said in applied(layout.at_once, texts(file, layout.header)):
        number = yield from mend_text(number, text, said, layout, rejected)


def texts(file, header):
    """Yield the lines of a file behind its header, many at once, all of them ended."""
    for block in blocks(file, MUCH):
        text = block if block.endswith(b"\n") else block + b"\n"
        if header:
            text, header = text.split(b"\n", header)[-1], 0
        if text:
            yield text


def applied(function, items):
    """Yield (item, function(item)) in their order; threads are ahead with the next ones."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = deque()
        for item in items:
            waiting.append((item, pool.submit(function, item)))
            if len(waiting) > THREADS:
                item, future = waiting.popleft()
                yield item, future.result()
        yield from ((item, future.result()) for item, future in waiting)


def mend_text(number, text, said, layout, rejected):
    """Yield what `mend` does of lines, the first of which has a number; `said` is what they say at once.

    If that is nothing they are halved, and halved again, until a part has no fault or is small. Return the
    number of the line behind them.
    """
    middle = text.find(b"\n", len(text) // 2) + 1
    count = text.count(b"\n")
    if said:
        yield count, said._replace(lines=said.lines + number)
    elif len(text) < FEW or middle == len(text):
        yield mend_lines(number, text, layout, rejected)
    else:
        behind = number
        for part in (text[:middle], text[middle:]):
            behind = yield from mend_text(behind, part, layout.at_once(part), layout, rejected)
    return number + count


def mend_lines(first, text, layout, rejected):
    """Return what `mend` yields of lines, each looked at by itself."""
    lines, said, numbers = 0, [], []
    for number, line in numbered(first, text):
        lines += 1
        try:
            told = [b"%b\n" % element_line for element_line in layout.read_line(line)]
        except ValueError as error:
            reject(rejected, number, error, line, layout.name)
        else:
            said += told
            numbers += [number] * len(told)
    return lines, columns(Lines(b"".join(said)))._replace(lines=np.array(numbers)) if said else None


class Contradictions:
    """Lines that say otherwise what an earlier one says: why they are rejected, and how many lines say what
    was said before them."""

    def __init__(self):
        self.reasons, self.repeated = {}, 0

    def settle(self, days):
        """Return Days without what lines in contradiction say."""
        reasons, repeated = resolve(days.several_times())
        self.reasons |= reasons
        self.repeated += repeated
        kept = ~np.isin(days.records["line"], list(reasons))
        return Days(days.records[kept])


def resolve(rows):
    """Return ({number of a line in conflict: reason}, how many lines say what was said before them).

    `rows` are (line, id, day, element, value, flag) of such months of a station in which an element of a day
    is said several times, in order of month and line. The first line that says something is right.
    """
    conflicts, repeated = {}, 0
    for _, month in groupby(rows, key=lambda row: (row[1], row[2] // 100)):
        known = {}
        for line, said in groupby(month, key=lambda row: row[0]):
            new = {(day, element): (value, flag, line) for _, _, day, element, value, flag in said}
            both = [(key, known[key]) for key in new.keys() & known.keys()]
            differing = sorted((line, *key) for key, (*what, line) in both if what != [*new[key][:2]])
            if differing:
                conflicts[line] = conflict(*differing[0])
                if len(conflicts) > MOST_REJECTED:
                    return conflicts, repeated
            else:
                repeated += len(both) == len(new)
                known = new | known
    return conflicts, repeated


def conflict(line, day, element):
    return f"{element} of {iso(f'{day:08}')} stands in line {line} already, with another value or flag"


def lines_at(file, numbers):
    """Yield (number, line) of lines of a file."""
    first = 1
    for block in blocks(file):
        yield from ((number, line) for number, line in numbered(first, block) if number in numbers)
        first += block.count(b"\n")
