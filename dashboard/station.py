"""The page of a station, and that of several beside each other: scripts draw them."""

from dashboard.pages import PageView
from dashboard.station_days import key_of
from stats import holdings

NAMES = {"tmax": "Highs", "tmin": "Lows", "prcp": "Precipitation"}


class StationPageView(PageView):
    template = "dashboard/station.html"
    here = "home"

    def context(self, query, station_id):
        key = key_of(station_id)
        station = holdings.described([key])[key]
        return {"station": station, "key": key, "coverage": coverage(station)}


def coverage(station):
    """Return (name, percent of its days or None) of every element of a station."""
    has = station["elements"]
    return [(name, has[element] and 100 * has[element]["coverage"]) for element, name in NAMES.items()]


class CompareView(PageView):
    template = "dashboard/compare.html"
    here = "compare"
