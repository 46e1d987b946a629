"""One number for what the archive says: the same on every database, and after every restore."""

import hashlib

import orjson

from stats.models import MonthlyStats, YearlyStats, with_data
from weather.models import ELEMENTS, Observation, Station

# Keys of the database depend on the order in which files came; our own checks come after the files. What
# follows from the days with a value is left out, so that archives of before have the digest they had.
DERIVED = ("check", "mask", "gap", "rules")
LEFT_OUT = {
    *("id", "pk", "station", "source_file"),
    *(f"{element}_{what}" for element in ELEMENTS for what in DERIVED),
}
TABLES = {
    "observations": (Observation, ["date"]),
    "monthly statistics": (MonthlyStats, ["basis", "year", "month"]),
    "yearly statistics": (YearlyStats, ["basis", "year"]),
}


def digest(stations=None):
    """Return {table: (rows, sha256 as hex)} of all stations or of a queryset of them.

    Rows are in order of station id, then of the table's own key.
    """
    stations = Station.objects.all() if stations is None else stations
    counts, hashes = dict.fromkeys(TABLES, 0), {table: hashlib.sha256() for table in TABLES}
    for station in with_data(stations).order_by("station_id"):
        for table, (model, order) in TABLES.items():
            rows = content(model, station, order)
            counts[table] += len(rows)
            hashes[table].update(station.station_id.encode() + orjson.dumps(rows))
    return {table: (counts[table], hashes[table].hexdigest()) for table in TABLES}


def content(model, station, order):
    """Return the rows of a station, of statistics those of all values: others depend on our checks."""
    fields = sorted(field.name for field in model._meta.fields if field.name not in LEFT_OUT)
    basis = {"basis": "all"} if "basis" in fields else {}
    return list(model.objects.filter(station=station, **basis).order_by(*order).values_list(*fields))
