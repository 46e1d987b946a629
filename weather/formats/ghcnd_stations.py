"""NOAA's list of stations, ghcnd-stations.txt: fixed columns, a line a station.

Id 1-11, latitude 13-20, longitude 22-30 (degrees), elevation 32-37 (m, -999.9 is missing), state 39-40,
name 42-71; what follows is left out.
"""

import re
from typing import NamedTuple

from weather.formats import RANGES, STATION_ID, NotInFormat, Rejected
from weather.formats.lines import BOM, numbered, plain, reject, told

NAME = "ghcnd-stations"
NO_ELEVATION = -999.9
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DECIMAL = r"-?\d{1,4}(\.\d+)?"
LINE = re.compile(rb"^(?:%b)?%b [ \d.-]{18} [ \d.-]{6}(?: |$)" % (BOM, STATION_ID.encode()), re.MULTILINE)


class Listed(NamedTuple):
    """What a list says: `read = len(stations) + repeated + len(rejected)`.

    `stations` is {station_id: dictionary of state, name, latitude, longitude and elevation_m}; `repeated`
    counts lines that say the same once more.
    """

    stations: dict
    repeated: int
    rejected: list[Rejected]
    left_out = 0

    @property
    def read(self):
        return len(self.stations) + self.repeated + len(self.rejected)


def recognise(head):
    return bool(LINE.search(head))


def parse(text):
    """Return what a list says as Listed. Raise NotInFormat when no line describes a station."""
    stations, repeated, rejected = {}, 0, []
    for number, line in numbered(1, plain(text)):
        try:
            station_id, description = parse_line(as_text(line))
            known = stations.setdefault(station_id, description)
            if known != description:
                raise ValueError(f"station {station_id} stands in the file already, described otherwise")
            repeated += known is not description
        except ValueError as error:
            reject(rejected, number, error, line, NAME)
    if not stations:
        raise NotInFormat(nothing_listed(rejected))
    return Listed(stations, repeated, rejected)


def nothing_listed(rejected):
    return f"no line describes a station; {told(rejected) if rejected else 'it is empty'}"


def as_text(line):
    """Return a line as text that every database can hold. Raise ValueError if it is none."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise ValueError("expected text in UTF-8") from None
    if control := CONTROL.search(text):
        raise ValueError(f"expected text, got a control character in column {control.start() + 1}")
    return text


def parse_line(line):
    """Return (station_id, description) of a line. Raise ValueError with the reason."""
    station_id = line[:11]
    if not re.fullmatch(STATION_ID, station_id):
        raise ValueError(f"expected a station id in columns 1-11, got '{station_id.strip()}'")
    elevation = number(line, 32, 37, "an elevation", *RANGES["elevation_m"])
    return station_id, {
        "latitude": number(line, 13, 20, "a latitude", *RANGES["latitude"]),
        "longitude": number(line, 22, 30, "a longitude", *RANGES["longitude"]),
        "elevation_m": None if elevation == NO_ELEVATION else elevation,
        "state": line[38:40].strip(),
        "name": line[41:71].strip(),
    }


def number(line, first, last, what, low, high):
    """Return the number in columns `first` to `last`, counted from 1."""
    column = line[first - 1 : last].strip()
    if not re.fullmatch(DECIMAL, column) or not low <= float(column) <= high:
        raise ValueError(f"expected {what} from {low} to {high} in columns {first}-{last}, got '{column}'")
    return float(column)
