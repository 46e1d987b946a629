"""GHCN-Daily's .dly files: a line is one element of a month at a station.

Fixed columns, counted from 1: id 1-11, year 12-15, month 16-17, element 18-21, then for each of 31 days its
value in 5 columns and three flags of one (measurement, quality, source). -9999 is what is missing, also the
days that a month has not. Blanks at the end of a line may be gone. What is kept are values and quality flags.

The same exists as a CSV with the columns id, year, month, element, VALUE1, MFLAG1, QFLAG1, SFLAG1 and so on,
in which NA is what is missing.
"""

import calendar
import csv
import re

from weather.formats import MISSING, STATION_ID, NotInFormat, duck, elements
from weather.formats.fields import parse_day, parse_element, parse_id, parse_value, shown
from weather.formats.lines import BOM, first_line
from weather.formats.mending import OURS, element_told

NAME = "ghcn-dly"
FIRST, WIDTH, DAYS = 21, 8, 31
LONGEST = FIRST + WIDTH * DAYS
SHORTEST = LONGEST - 3
"""A line without the blanks at its end: the value of the 31st day is never blank."""

LINE = re.compile(rb"^(?:%b)?%b\d{6}[A-Za-z0-9]{4}[ \d-]" % (BOM, STATION_ID.encode()), re.MULTILINE)
VALUE = r"(?:    \d|   [-\d]\d|  [-\d]\d\d| [-\d]\d\d\d|[-\d]\d\d\d\d)"
FLAGS = "[A-Za-z ]{2}[A-Za-z0-9 ]"
"""Measurement, quality and source."""

GOOD = rf"{STATION_ID}\d{{6}}[A-Z0-9]{{4}}(?:{VALUE}{FLAGS}){{30}}{VALUE}(?:{FLAGS}|[A-Za-z ]{{0,2}})"
"""A line in which nothing has slipped: values end where their columns end."""

NAMES = ["ID", "YEAR", "MONTH", "ELEMENT"]
NAMES += [f"{what}{day}" for day in range(1, DAYS + 1) for what in ("VALUE", "MFLAG", "QFLAG", "SFLAG")]

SELECT = f"""
    WITH lines AS (
        SELECT CASE WHEN regexp_full_match(line, '{GOOD}') THEN line ELSE error('odd') END AS line
        FROM read_csv({duck.WHOLE_LINES})
        WHERE trim(line) <> ''),
    fields AS (
        SELECT line[:11] AS id, line[12:17] || lpad(day::VARCHAR, 2, '0') AS date, line[18:21] AS element,
            day,
            trim(line[14 + 8 * day : 18 + 8 * day]) AS value,
            nullif(trim(line[20 + 8 * day : 20 + 8 * day]), '') AS flag
        FROM lines, range(1, 32) days(day))
    SELECT id, date, element, value, CASE WHEN value <> '{MISSING.decode()}' THEN flag END AS flag
    FROM fields
    WHERE day = 1 OR element IN ({duck.OURS}) AND value <> '{MISSING.decode()}'"""  # noqa: S608 our own names


def recognise(head):
    return bool(LINE.search(head)) or bool(header_line(head))


def header_line(head):
    """Return the number of the line that names the columns of the CSV, 0 if there is none."""
    number, line = first_line(head)
    return number if re.match(rb'"?id"?,"?year"?,"?month"?,', line, re.IGNORECASE) else 0


def parse(content, name):
    head = content.head()
    if header := header_line(head):
        if first_line(head)[1].replace(b'"', b"").upper() != ",".join(NAMES).encode():
            raise NotInFormat(f"expected the columns {','.join(NAMES[:8])} and so on to SFLAG31")
        layout = elements.Layout(NAME, read_csv_line, header)
    else:
        layout = elements.Layout(NAME, read_line, select=SELECT, counted="date[7:] = '01'")
    return elements.parse(content, layout)


def read_line(line):
    """Return what a line of fixed columns says, as weather.formats.elements.Layout wants it."""
    line = line.rstrip()
    if not re.fullmatch(rb"[ -~]*", line):
        raise ValueError(f"expected plain ASCII text, got {shown(line, 300)}")
    if not SHORTEST <= len(line) <= LONGEST:
        raise ValueError(f"expected {SHORTEST} to {LONGEST} characters, got {len(line)}")
    fields = (line[i : i + WIDTH].ljust(WIDTH) for i in range(FIRST, LONGEST, WIDTH))
    station_id = parse_id(line[:11], " in columns 1-11")
    element = parse_element(line[17:21], " in columns 18-21")
    return month_told(station_id, line[11:17], element, ((field[:5].lstrip(), field[5:]) for field in fields))


def read_csv_line(line):
    """Return what a line of the CSV says, as weather.formats.elements.Layout wants it."""
    try:
        [columns] = csv.reader([line.decode("ascii")], strict=True)
    except (UnicodeDecodeError, csv.Error):
        raise ValueError(f"expected columns separated by commas, got {shown(line)}") from None
    if len(columns) != len(NAMES):
        raise ValueError(f"expected {len(NAMES)} columns separated by commas, got {len(columns)}")
    station_id, year, month, element, *fields = (column.encode() for column in columns)
    days = (
        (MISSING if value == b"NA" else value, b"".join(flag or b" " for flag in flags))
        for value, *flags in zip(*[iter(fields)] * 4, strict=True)
    )
    return month_told(parse_id(station_id), year + month.zfill(2), parse_element(element), days)


def month_told(station_id, month, element, fields):
    """Return lines of a by-station file. `fields` are those of 31 days: a value, and its three flags."""
    try:
        first = parse_day(month + b"01")
    except ValueError:
        raise ValueError(f"expected a year and month YYYYMM, got {shown(month)}") from None
    if element not in OURS:
        return [element_told(station_id, month + b"01", element, 0)]
    days, said = calendar.monthrange(first.year, first.month)[1], []
    for day, (text, flags) in enumerate(fields, 1):
        name = f"{OURS[element]} of day {day}"
        value = parse_value(name, text)
        if not re.fullmatch(FLAGS.encode(), flags):
            raise ValueError(f"expected letters or blanks as the three flags of {name}, got {shown(flags)}")
        if value == int(MISSING):
            continue
        if day > days:
            raise ValueError(f"expected -9999 as {name} in a month of {days} days, got {shown(text)}")
        said.append(element_told(station_id, month + b"%02d" % day, element, value, flags[1:2].strip()))
    return said
