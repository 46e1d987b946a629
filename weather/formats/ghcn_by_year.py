"""GHCN-Daily by year: the lines of weather.formats.ghcn_csv, of many stations."""

from weather.formats import ghcn_csv

NAME = "ghcn-by-year"


def recognise(head):
    stations = ghcn_csv.stations(head)
    return stations is not None and len(stations) > 1


def parse(content, name):
    return ghcn_csv.parse(content, NAME)
