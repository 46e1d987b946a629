"""GHCN-Daily by station: the lines of weather.formats.ghcn_csv, all of one station.

Nothing else tells such a file from one by year; either is read whatever stations it has.
"""

from weather.formats import ghcn_csv

NAME = "ghcn-by-station"


def recognise(head):
    stations = ghcn_csv.stations(head)
    return stations is not None and len(stations) <= 1


def parse(content, name):
    return ghcn_csv.parse(content, NAME)
