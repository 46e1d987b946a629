"""A file line by line: bad lines are told with number and reason, good ones written down in one form.

That form is a line of a by-station file for every element of a day, with the number of its line in front.
"""

from itertools import groupby

from weather.formats import ELEMENTS, MOST_REJECTED, duck
from weather.formats.fields import iso
from weather.formats.lines import blocks, numbered, reject

OURS = {element.upper().encode(): element for element in ELEMENTS}
MENDED = f"""
    SELECT line::BIGINT AS line, id, date, element, value, flag
    FROM read_csv({duck.BY_COMMAS}, columns={duck.texts(("line", *duck.SAID))})"""  # noqa: S608 our own names


def element_told(station_id, day, element, value, flag=b""):
    """Return a line of a by-station file without its end."""
    return b"%b,%b,%b,%d,,%b,," % (station_id, day, element, value, flag)


def mend(file, target, layout):
    """Write to `target` what the good lines of a file say; return (number of lines, rejected)."""
    lines, rejected = 0, []
    for first, block in blocks(file):
        if layout.good and first > layout.header and layout.good.fullmatch(block):
            good = block.splitlines()
            target.write(b"".join(b"%d,%b\n" % pair for pair in enumerate(good, first)))
            lines += len(good)
            continue
        for number, line in numbered(first, block):
            if number != layout.header:
                lines += 1
                mend_line(number, line, target, rejected, layout)
    return lines, rejected


def mend_line(number, line, target, rejected, layout):
    try:
        said = layout.read_line(line)
    except ValueError as error:
        reject(rejected, number, error, line, layout.name)
    else:
        target.writelines(b"%d,%b\n" % (number, text) for text in said)


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


def lines_at(path, numbers):
    """Yield (number, line) of lines of a file."""
    with path.open("rb") as file:
        for first, block in blocks(file):
            yield from ((number, line) for number, line in numbered(first, block) if number in numbers)
