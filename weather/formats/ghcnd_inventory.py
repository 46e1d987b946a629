"""NOAA's list of what it has, ghcnd-inventory.txt: fixed columns, a line for every element of a station.

Id 1-11, latitude 13-20, longitude 22-30 (degrees), element 32-35, first year 37-40, last year 42-45, of the
values that passed NOAA's checks.
"""

import re
from typing import NamedTuple

from weather.formats import ELEMENTS, RANGES, STATION_ID, NotInFormat, Rejected
from weather.formats.ghcnd_stations import as_text, nothing_listed, number
from weather.formats.lines import BOM, numbered, plain, reject

NAME = "ghcnd-inventory"
LINE = re.compile(
    rb"^(?:%b)?%b [ \d.-]{18} [A-Z0-9]{4} \d{4} \d{4}" % (BOM, STATION_ID.encode()), re.MULTILINE
)
OURS = {element.upper(): element for element in ELEMENTS}


class Inventory(NamedTuple):
    """What a list says: `read = elements of stations + repeated + len(rejected)`.

    `stations` is {station_id: dictionary of latitude, longitude and elements}, where elements is
    {element: (first year, last year)}; `repeated` counts lines that say the same once more, `left_out` those
    of other elements.
    """

    stations: dict
    repeated: int
    rejected: list[Rejected]
    left_out: int = 0

    @property
    def read(self):
        elements = sum(len(station["elements"]) for station in self.stations.values())
        return elements + self.repeated + len(self.rejected)


def recognise(head):
    return bool(LINE.search(head))


def parse(text):
    """Return what a list says as Inventory. Raise NotInFormat when no line says an element of a station."""
    stations, repeated, rejected, left_out = {}, 0, [], 0
    for line_number, line in numbered(1, plain(text)):
        try:
            station_id, place, element, years = parse_line(as_text(line))
            if element not in OURS:
                left_out += 1
            else:
                repeated += not add(stations, station_id, place, OURS[element], years)
        except ValueError as error:
            reject(rejected, line_number, error, line, NAME)
    if not stations and not left_out:
        raise NotInFormat(nothing_listed(rejected))
    return Inventory(stations, repeated, rejected, left_out)


def add(stations, station_id, place, element, years):
    """Add an element to what is listed; return whether it is new. Raise ValueError if it contradicts."""
    station = stations.get(station_id, place | {"elements": {}})
    if any(station[name] != place[name] for name in place):
        raise ValueError(f"station {station_id} stands in the file already, at another place")
    known = station["elements"].get(element)
    if known not in (None, years):
        raise ValueError(f"{element} of {station_id} stands in the file already, with other years")
    stations[station_id] = station
    station["elements"][element] = years
    return known is None


def parse_line(line):
    """Return (station_id, place, element, (first year, last year)). Raise ValueError with the reason."""
    station_id, element = line[:11], line[31:35]
    if not re.fullmatch(STATION_ID, station_id):
        raise ValueError(f"expected a station id in columns 1-11, got '{station_id.strip()}'")
    place = {
        "latitude": number(line, 13, 20, "a latitude", *RANGES["latitude"]),
        "longitude": number(line, 22, 30, "a longitude", *RANGES["longitude"]),
    }
    if not re.fullmatch("[A-Z0-9]{4}", element):
        raise ValueError(f"expected an element in columns 32-35, got '{element.strip()}'")
    years = year(line, 37, 40), year(line, 42, 45)
    if years[0] > years[1]:
        raise ValueError(f"expected the first year before the last, got {years[0]} and {years[1]}")
    return station_id, place, element, years


def year(line, first, last):
    column = line[first - 1 : last]
    if not re.fullmatch("[0-9]{4}", column) or column == "0000":
        raise ValueError(f"expected a year in columns {first}-{last}, got '{column.strip()}'")
    return int(column)
