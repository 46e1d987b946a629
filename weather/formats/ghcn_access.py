"""NOAA's access form of GHCN-Daily: a CSV with a line for every day and columns for every element.

The first line names the columns: STATION, DATE (YYYY-MM-DD), some about the place, then for each element X
its value in tenths and X_ATTRIBUTES, which are its flags "measurement,quality,source[,time]". Fields are
quoted and padded with blanks; what is missing is blank. What is kept are values and quality flags of our
elements.
"""

import csv
import re
from functools import partial

from weather.formats import ELEMENTS, MISSING, NotInFormat, duck, elements
from weather.formats.fields import parse_day, parse_id, parse_value, shown
from weather.formats.lines import BOM, EMPTY, first_line
from weather.formats.mending import element_told

NAME = "ghcn-access"
HEADER = re.compile(rb'(?:%b)?"?STATION"?,"?DATE"?,' % BOM)
OURS = [element.upper() for element in ELEMENTS]
NOTHING = "NONE"
"""As an element: a line that says none of ours."""

FLAGS = r"[ -+\--~]?,([ A-Za-z]?),[ -+\--~]?(,[0-9]{0,4})? *"
"""The attributes of a value, in the regular expressions of Python and of DuckDB."""

COLUMN = r'(?:"[^"\x00-\x1f]*"|[^",\x00-\x1f]*)'
PLACED = """trim(fields[{}], '" ')"""
VALUE = "coalesce(nullif({value}, '{none}'), '') AS {name}, {flags} AS {name}_flags"
SAID = "{{'element': '{name}', 'value': {name}, 'flags': {name}_flags}}"
SELECT = r"""
    WITH lines AS (
        SELECT line || ',' AS line FROM read_csv({file}, skip={header}) WHERE trim(line) <> ''),
    split AS (
        SELECT CASE WHEN regexp_full_match(line, '(?:{field},){{{width}}}')
            THEN regexp_extract_all(line, '({field}),', 1) ELSE error('odd') END AS fields FROM lines),
    days AS (
        SELECT {station} AS id, {day} AS day, {fields} FROM split),
    said AS (SELECT id, day, {texts} = '' AS nothing, unnest([{said}], recursive := true) FROM days)
    SELECT id, CASE WHEN day LIKE '____-__-__' THEN replace(day, '-', '') END AS date,
        CASE WHEN nothing THEN '{nothing}' ELSE element END AS element,
        CASE WHEN value = '' THEN '{none}' ELSE value END AS value,
        CASE WHEN flags <> '' AND NOT regexp_full_match(flags, '{pattern}') THEN error('odd')
            WHEN value <> '' THEN nullif(trim(split_part(flags, ',', 2)), '') END AS flag
    FROM said WHERE value <> '' OR element = '{first}'"""
"""Lines are taken apart here: read_csv has more to say about quotes than we want to allow. The first element
of a line stands for it, also where the line does not say it."""


def recognise(head):
    return bool(HEADER.match(first_line(head)[1]))


def parse(content, name):
    header, names = header_line(content.head())
    places = {name: (place(names, name), place(names, f"{name}_ATTRIBUTES")) for name in OURS}
    layout = elements.Layout(
        NAME,
        partial(read_line, width=len(names), places=places),
        header,
        select(header, len(names), places),
        counted=f"element IN ('{OURS[0]}', '{NOTHING}')",
    )
    return elements.parse(content, layout)


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


def select(header, width, places):
    """Return the SQL of Layout for a file with so many columns."""
    fields = (
        VALUE.format(name=name, value=column(value), flags=column(flags), none=MISSING.decode())
        for name, (value, flags) in places.items()
    )
    return SELECT.format(
        fields=", ".join(fields),
        station=column(0),
        day=column(1),
        file=duck.WHOLE_LINES,
        width=width,
        field=COLUMN,
        header=header,
        texts=" || ".join(OURS),
        said=", ".join(SAID.format(name=name) for name in OURS),
        nothing=NOTHING,
        none=MISSING.decode(),
        pattern=FLAGS,
        first=OURS[0],
    )


def column(place):
    return "''" if place is None else PLACED.format(place + 1)


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
    try:
        if not re.fullmatch(rb"\d{4}-\d\d-\d\d", text):
            raise ValueError
        parse_day(text.replace(b"-", b""))
    except ValueError:
        raise ValueError(f"expected a date YYYY-MM-DD, got {shown(text)}") from None
    return text.replace(b"-", b"")


def quality_flag(element, text):
    """Return the quality flag of attributes."""
    match = re.fullmatch(FLAGS.encode(), text) if text else None
    if text and not match:
        raise ValueError(f"expected flags such as ',I,S' as {element}_ATTRIBUTES, got {shown(text)}")
    return match[1].strip() if match else b""
