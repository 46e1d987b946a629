"""The lines of GHCN-Daily's by-station and by-year files: one element of a day each.

`ID,DATE,ELEMENT,DATA_VALUE,M_FLAG,Q_FLAG,S_FLAG,OBS_TIME`: the date as YYYYMMDD, the value in tenths of °C or
mm, flags of one character or none, the time HHMM or none. A first line may name the columns; columns after
the value may be missing. What is kept of a line is its value and its quality flag.
"""

import re

from weather.formats import STATION_ID, NotInFormat, elements
from weather.formats.element_lines import OURS, element_told, faultless
from weather.formats.fields import parse_day, parse_element, parse_flag, parse_id, parse_value, shown
from weather.formats.lines import BOM, first_line

COLUMNS = b"ID,DATE,ELEMENT,DATA_VALUE,M_FLAG,Q_FLAG,S_FLAG,OBS_TIME"
FEWEST, MOST = 4, 8
LINE = re.compile(
    rb"^(?:%b)?(?:(%b),[^,\n]*,[^,\n]*,|[^,\n]*,\d{8},[A-Za-z0-9]{4},|(?i:ID,DATE,ELEMENT,))"
    % (BOM, STATION_ID.encode()),
    re.MULTILINE,
)

FLAG = rb"[!-+\--~]?"
DROPPED = (("M_FLAG", re.compile(FLAG)), ("S_FLAG", re.compile(FLAG)), ("OBS_TIME", re.compile(rb"\d{0,4}")))


def stations(head):
    """Return the ids of stations in the head of a file; None if it is not made of such lines."""
    ids = LINE.findall(head)
    return set(filter(None, ids)) if ids else None


def parse(content, format_name):
    header = header_line(content.head())
    return elements.parse(content, elements.Layout(format_name, read_line, faultless, header))


def header_line(head):
    """Return the number of the line that names the columns, 0 if there is none."""
    number, line = first_line(head)
    if not line.upper().startswith(b"ID,"):
        return 0
    if not re.match(re.escape(line.strip().upper()) + rb"(,|\Z)", COLUMNS) or line.count(b",") < FEWEST - 1:
        raise NotInFormat(f"expected the columns {COLUMNS.decode()}, got {shown(line, 100)}")
    return number


def read_line(line):
    """Return what a line says, as weather.formats.elements.Layout wants it."""
    columns = line.rstrip(b",\r ").split(b",")
    if not FEWEST <= len(columns) <= MOST:
        raise ValueError(f"expected {FEWEST} to {MOST} columns separated by commas, got {len(columns)}")
    columns += [b""] * (MOST - len(columns))
    station_id, day, element, value, m_flag, q_flag, s_flag, obs_time = columns
    parse_id(station_id), parse_day(day), parse_element(element)
    if element not in OURS:
        return [element_told(station_id, day, element, 0)]
    for (name, good), text in zip(DROPPED, (m_flag, s_flag, obs_time), strict=True):
        if not good.fullmatch(text.strip(b" ")):
            expected = "a time HHMM" if name == "OBS_TIME" else "one character"
            raise ValueError(f"expected {expected} or nothing as {name}, got {shown(text)}")
    value = parse_value(OURS[element], value)
    return [element_told(station_id, day, element, value, parse_flag(OURS[element], q_flag.strip(b" ")))]
