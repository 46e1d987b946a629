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

import numpy as np

from weather.formats import HIGHEST, MISSING, STATION_ID, NotInFormat, elements
from weather.formats.digits import WORD, are_days, are_digits, bytes_like, number, signed
from weather.formats.element_lines import (
    LINE_END,
    OTHER,
    OURS,
    Columns,
    Lines,
    are_elements,
    element_places,
    element_told,
    stations,
)
from weather.formats.fields import ID, parse_day, parse_element, parse_id, parse_value, shown
from weather.formats.lines import BOM, first_line
from weather.formats.padded import BLANK, are_values, fitting, unpadded

NAME = "ghcn-dly"
MONTH, ELEMENT, FIRST = 11, 17, 21
"""Where month, element and the fields of the first day begin."""
DAYS, WIDTH, VALUE = 31, 8, 5
"""How many days there are, how wide are their fields, and the value of these."""
LONGEST = FIRST + WIDTH * DAYS
ROW = LONGEST + 1
SHORTEST = LONGEST - 3
"""A line without the blanks at its end: the value of the 31st day is never blank."""

LINE = re.compile(rb"^(?:%b)?%b\d{6}[A-Za-z0-9]{4}[ \d-]" % (BOM, STATION_ID.encode()), re.MULTILINE)
FLAGS = "[A-Za-z ]{2}[A-Za-z0-9 ]"
"""Measurement, quality and source."""

NAMES = ["ID", "YEAR", "MONTH", "ELEMENT"]
NAMES += [f"{what}{day}" for day in range(1, DAYS + 1) for what in ("VALUE", "MFLAG", "QFLAG", "SFLAG")]

IS_VALUE = fitting(rb" *-?[1-9]\d*| *0")
LETTER, SOURCE = bytes_like(rb"[A-Za-z ]"), bytes_like(rb"[A-Za-z0-9 ]")
"""Whether a byte is a measurement or quality flag, or a source flag."""


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
        layout = elements.Layout(NAME, read_csv_line, at_once=one_by_one, header=header)
    else:
        layout = elements.Layout(NAME, read_line, at_once)
    return elements.parse(content, layout)


def one_by_one(text):
    """Say of any lines that they are to be looked at."""


def at_once(text):
    """Return the Columns of lines of fixed columns, None if one of them may have a fault."""
    text = b"".join([line.ljust(LONGEST) + b"\n" for line in text.split(b"\n")[:-1]])
    if len(text) % ROW or not is_table(table := np.frombuffer(text, np.uint8).reshape(-1, ROW)):
        return None
    lines = Lines(text)
    (ids, station), element = stations(lines), element_places(lines.at(ELEMENT))
    month, ours = lines.at(MONTH) << 8 * (WORD - len("YYYYMM")), element != OTHER
    first = number(month) * 100 + 1
    good = (
        all(map(ID.fullmatch, ids))
        and are_elements(lines.at(ELEMENT)[~ours])
        and are_digits(month | int.from_bytes(b"00")).all()
        and are_days(first).all()
        and are_months(table[ours])
    )
    if not good:
        return None
    words = np.ndarray((len(table), DAYS), "<u8", text, FIRST + VALUE - WORD, (ROW, WIDTH))
    values, flags = signed(unpadded(words)), days_of(table)[..., VALUE + 1]
    # A line of another element is told by its first day.
    there = np.where(ours[:, None], values != int(MISSING), np.arange(DAYS) == 0)
    line, day = np.nonzero(there)
    dates = first[line] + day
    if not are_days(dates).all() or (values > HIGHEST).any():
        return None
    flags = np.where(flags == BLANK, 0, flags)
    return Columns(ids, station[line], dates, element[line], values[there], flags[there], line)


def is_table(table):
    """Say whether rows of bytes are lines of plain ASCII text that end where they should."""
    text = table[:, :-1]
    return (
        (table[:, -1] == LINE_END).all()
        and ((text >= BLANK) & (text <= ord("~"))).all()
        and (text[:, SHORTEST - 1] != BLANK).all()
    )


def days_of(lines):
    """Return the fields of days of lines that are rows of bytes, (lines, 31, 8)."""
    return lines[:, FIRST:LONGEST].reshape(-1, DAYS, WIDTH)


def are_months(lines):
    """Say whether values and flags are such in lines that are rows of bytes."""
    days = days_of(lines)
    return (
        are_values(np.moveaxis(days[..., :VALUE], -1, 0), IS_VALUE)
        and LETTER[days[..., VALUE : VALUE + 2]].all()
        and SOURCE[days[..., VALUE + 2]].all()
    )


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
    first = parse_day(month + b"01", "a year and month YYYYMM", month)
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
