"""NOAA's access form of GHCN-Daily: a CSV with a line for every day and columns for every element.

The first line names the columns: STATION, DATE (YYYY-MM-DD), some about the place, then for each element X
its value in tenths and X_ATTRIBUTES, which are its flags "measurement,quality,source[,time]". Fields are
quoted and padded with blanks; what is missing is blank. What is kept are values and quality flags of our
elements.
"""

import csv
import re
from functools import lru_cache, partial
from itertools import chain

import numpy as np

from weather.formats import ELEMENTS, MISSING, NotInFormat, elements
from weather.formats.element_lines import element_told, faultless
from weather.formats.fields import parse_day, parse_id, parse_value, shown
from weather.formats.lines import BOM, EMPTY, first_line

NAME = "ghcn-access"
HEADER = re.compile(rb'(?:%b)?"?STATION"?,"?DATE"?,' % BOM)
OURS = [element.upper() for element in ELEMENTS]
NOTHING = "NONE"
"""As an element: a line that says none of ours."""

FLAGS = re.compile(rb"[ -+\--~]?,([ A-Za-z]?),[ -+\--~]?(?:,\d{0,4})? *")
"""The attributes of a value."""

COLUMN = rb'(?:"[^"\x00-\x1f]*+"|[^",\x00-\x1f]*+)'


def recognise(head):
    return bool(HEADER.match(first_line(head)[1]))


def parse(content, name):
    header, names = header_line(content.head())
    places = {name: (place(names, name), place(names, f"{name}_ATTRIBUTES")) for name in OURS}
    read = partial(read_line, width=len(names), places=places)
    return elements.parse(content, elements.Layout(NAME, read, several_reader(len(names), places), header))


def header_line(head):
    """Return (number, columns) of the line that names the columns."""
    header, line = first_line(head)
    if not HEADER.match(line):
        raise NotInFormat(f"expected a line that begins STATION,DATE, got {shown(line)}" if line else EMPTY)
    try:
        return header, columns_of(line)
    except ValueError as error:
        raise NotInFormat(f"line {header}: {error}") from None


def place(names, name):
    """Return the index of a column, None where there is no such column."""
    if names.count(name) > 1:
        raise NotInFormat(f"expected one column {name}, got {names.count(name)}")
    return names.index(name) if name in names else None


def several_reader(width, places):
    """Return the function `at_once` of Layout for lines of so many columns."""
    wanted = [0, 1, *sorted(column for both in places.values() for column in both if column is not None)]
    columns = (b"(%b)" % COLUMN if column in wanted else COLUMN for column in range(width))
    line = re.compile(b"^%b$" % b",".join(columns), re.MULTILINE)
    found = {
        element.encode(): [column and wanted.index(column) for column in both]
        for element, both in places.items()
    }
    return partial(at_once, line=line, found=found)


def at_once(text, *, line, found):
    """Return the Columns of lines, None if one of them may have a fault.

    `line` finds some columns of a line; `found` says where among these the value and the attributes of each
    element are.
    """
    rows = line.findall(text)
    if len(rows) != text.count(b"\n") or not is_utf8(text):
        return None
    try:
        said = [said_at_once(row, found) for row in rows]
    except ValueError:
        return None
    columns = faultless(b"".join(chain.from_iterable(said)))
    return columns and columns._replace(lines=np.repeat(np.arange(len(said)), list(map(len, said))))


def said_at_once(row, found):
    """Return what a line says as element lines, of which faults are still to be found."""
    station_id, day, *_ = columns = [column.strip(b'" ') for column in row]
    if len(day) != len("YYYY-MM-DD") or day[4::3] != b"--":
        raise ValueError
    begin = b"%b,%b," % (station_id, day.replace(b"-", b""))
    said = []
    for element, (value, flags) in found.items():
        if value and columns[value] not in (b"", MISSING):
            flag = quality_flag(element, columns[flags] if flags else b"")
            said.append(b"%b%b,%b,,%b,,\n" % (begin, element, columns[value], flag))
    return said or [b"%b%b,0,,,,\n" % (begin, NOTHING.encode())]


def is_utf8(text):
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def columns_of(line):
    """Return the columns of a line. Raise ValueError if it is no line of a CSV."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise ValueError("expected text in UTF-8") from None
    if re.search(r"[\x00-\x1f]", text):
        raise ValueError(f"expected printable text, got {shown(line)}")
    try:
        [columns] = csv.reader([text], strict=True)
    except csv.Error as error:
        raise ValueError(f"expected columns separated by commas: {error}") from None
    return columns


def read_line(line, *, width, places):
    """Return what a line says, as weather.formats.elements.Layout wants it."""
    columns = columns_of(line)
    if len(columns) > width and not any(columns[width:]):
        del columns[width:]
    if len(columns) != width:
        raise ValueError(f"expected {width} columns as in the first line, got {len(columns)}")
    columns = [column.strip(" ").encode() for column in columns]
    station_id, day = parse_id(columns[0]), parse_iso(columns[1])
    said = []
    for element, (place, flags) in places.items():
        text = columns[place] if place is not None else b""
        value = parse_value(element.lower(), text) if text else int(MISSING)
        if value != int(MISSING):
            flag = quality_flag(element, columns[flags] if flags is not None else b"")
            said.append(element_told(station_id, day, element.encode(), value, flag))
    return said or [element_told(station_id, day, NOTHING.encode(), 0)]


def parse_iso(text):
    """Return the date YYYY-MM-DD as YYYYMMDD."""
    day = text.replace(b"-", b"") if re.fullmatch(rb"\d{4}-\d\d-\d\d", text) else b""
    parse_day(day, "a date YYYY-MM-DD", text)
    return day


@lru_cache(1000)
def quality_flag(element, text):
    """Return the quality flag of attributes."""
    match = FLAGS.fullmatch(text) if text else None
    if text and not match:
        raise ValueError(f"expected flags such as ',I,S' as {element}_ATTRIBUTES, got {shown(text)}")
    return match[1].strip() if match else b""
