"""The fields of a line: days, ids, values, flags. What is none raises ValueError, which names it."""

import datetime
import re

from weather.formats import FIRST_YEAR, HIGHEST, LAST_YEAR, LOWEST, MISSING, STATION_ID, printable

YEAR = rb"(?:1[7-9]|2[01])\d\d"
"""From FIRST_YEAR to LAST_YEAR."""
LEAP_DAY = (
    rb"(?=%b)(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][48]|[13579][26]|[2468]0)00)0229" % YEAR
)
MONTH_AND_DAY = (
    rb"(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])"
    rb"|(?:0[469]|11)(?:0[1-9]|[12]\d|30)"
    rb"|02(?:0[1-9]|1\d|2[0-8]))"
)
CALENDAR_DAY = rb"(?:%b%b|%b)" % (YEAR, MONTH_AND_DAY, LEAP_DAY)

VALUE = rb" *+(?:-?+[1-9]\d{0,3}+|0) *+"
"""A value as it is usually written; what is longer, or has leading zeros, is looked at more closely."""

ID = re.compile(STATION_ID.encode())
ELEMENT = re.compile(rb"[A-Z0-9]{4}")
WHOLE_NUMBER = re.compile(rb"-?\d{1,18}")
FLAG = re.compile(rb"[A-Za-z]?")


def parse_id(text, where=""):
    if not ID.fullmatch(text):
        raise ValueError(f"expected a station id{where}, got {shown(text)}")
    return text


def parse_element(text, where=""):
    if not ELEMENT.fullmatch(text):
        raise ValueError(f"expected an element such as TMAX{where}, got {shown(text)}")
    return text


def parse_day(text, form="a date YYYYMMDD", written=None):
    """Return the date of YYYYMMDD, which was written in a form."""
    written = text if written is None else written
    try:
        if not re.fullmatch(rb"\d{8}", text):
            raise ValueError
        day = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ValueError(f"expected {form}, got {shown(written)}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year of {shown(written)} is outside {FIRST_YEAR}..{LAST_YEAR}")
    return day


def parse_value(name, text):
    """Return a value in tenths, -9999 where it is missing."""
    if not WHOLE_NUMBER.fullmatch(text):
        raise ValueError(f"expected a whole number for {name}, got {shown(text)}")
    value = int(text)
    if value != int(MISSING) and not LOWEST <= value <= HIGHEST:
        raise ValueError(f"{name} {value} is outside {LOWEST}..{HIGHEST}")
    return value


def parse_flag(name, text):
    """Return a quality flag, empty where there is none."""
    if not FLAG.fullmatch(text):
        raise ValueError(f"expected a letter or none as quality flag of {name}, got {shown(text)}")
    return text


def iso(day):
    """Return YYYYMMDD as YYYY-MM-DD."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def shown(text, most=40):
    return f"'{printable(text[:most])}'"
