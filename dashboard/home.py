"""The first page: a map of the stations, and the state of the archive."""

from django.utils import timezone

from dashboard import measures
from dashboard.pages import DataView, PageView
from dashboard.state import state
from rest import database
from rest.database import fetch
from rest.parameters import Query, choice, whole
from rest.views import refused
from weather.formats import ELEMENTS

MEASURES = ("last", "normal", "year", "anomaly", "coverage")
OF_A_YEAR = ("year", "anomaly", "coverage")
OF_A_PERIOD = ("normal", "anomaly")

STATIONS = """
    SELECT id, station_id, name, state, latitude, longitude FROM weather_stations
    WHERE observed = TRUE ORDER BY station_id"""

YEARS = """
    SELECT year, count(*) FROM weather_yearly_stats
    WHERE basis = 'all' AND days_tmax + days_tmin + days_prcp > 0 GROUP BY year ORDER BY year"""


class HomeView(PageView):
    template = "dashboard/home.html"
    here = "home"
    archived = False  # a run begins and ends without the archive

    def context(self, query):
        return {"state": state()}


class StationsView(DataView):
    """The stations of the map, in columns."""

    query = Query()

    def content(self, query):
        rows = fetch(STATIONS, [])
        _, ids, names, states, latitudes, longitudes = zip(*rows, strict=True) if rows else ((),) * 6
        years = fetch(YEARS, [])
        return {
            "station_id": ids,
            "name": names,
            "state": states,
            "latitude": latitudes,
            "longitude": longitudes,
            "years": {"year": [year for year, _ in years], "stations": [count for _, count in years]},
            "period": period(years),
        }


def period(years, today=None):
    """Return the first and last year of the normal period that the archive has most of, given as
    [(year, its stations)]: of many stations a few years are more than many years of one."""
    latest = ((today or timezone.now()).year - 1) // 10 * 10
    return max(
        ([end - measures.PERIOD + 1, end] for end in range(1900, latest + 1, 10)),
        key=lambda period: (sum(n for year, n in years if period[0] <= year <= period[1]), period),
    )


class MapQuery(Query):
    measure = choice(MEASURES, required=True)
    element = choice(ELEMENTS, required=True)
    year = whole(1, 9999)
    start_year = whole(1, 9999)

    def validate(self, query):
        for name, needed in (("year", OF_A_YEAR), ("start_year", OF_A_PERIOD)):
            if name not in query and query["measure"] in needed:
                raise refused(name, f"is required with measure={query['measure']}")
        return super().validate(query)


class MapView(DataView):
    """A measure of the stations of the map, in their order."""

    query = MapQuery()

    def content(self, query):
        found = of_stations(*(query.get(name) for name in ("measure", "element", "year", "start_year")))
        keys = [key for key, *_ in fetch(STATIONS, [])]
        if query["measure"] == "last":
            found = {key: (round(value, 1), day) for key, (value, day) in found.items()}
            values, dates = (
                zip(*(found.get(key, (None, None)) for key in keys), strict=True) if keys else ((), ())
            )
            return {"value": values, "date": dates}
        return {"value": [round(found[key], 2) if key in found else None for key in keys]}


def of_stations(measure, element, year, start_year):
    """Return {station's key: value} of a measure."""
    if measure == "last":
        return measures.last(element)
    if measure == "coverage":
        return measures.coverage(element, year)
    if measure == "year":
        return measures.of_year(element, year)
    first, last, version = start_year, start_year + measures.PERIOD - 1, database.version()
    if measure == "normal":
        return measures.normal_at(version, element, first, last)
    return measures.anomaly(version, element, year, first, last)
