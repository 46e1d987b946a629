"""One number for what the archive says: the same on every database, and after every restore."""

import hashlib
import json

from stats.models import MonthlyStats, YearlyStats
from weather import store
from weather.models import Station


def digest():
    """Return {table: (rows, sha256 as hex)} for observations and statistics, in order of station and date.

    Keys of the database are left out: they depend on the order in which files came.
    """
    hashes = {
        name: [0, hashlib.sha256()] for name in ("observations", "monthly statistics", "yearly statistics")
    }
    for station in Station.objects.order_by("station_id"):
        tables = (
            sorted(store.present_lines(station, b"00010101", b"99991231")),
            lines(MonthlyStats, station, "basis", "year", "month"),
            lines(YearlyStats, station, "basis", "year"),
        )
        for entry, rows in zip(hashes.values(), tables, strict=True):
            entry[0] += len(rows)
            entry[1].update(b"%b\n" % station.station_id.encode() + b"\n".join(rows))
    return {name: (rows, sha.hexdigest()) for name, (rows, sha) in hashes.items()}


def lines(model, station, *key):
    fields = [field.name for field in model._meta.fields if field.name not in ("id", "station")]
    rows = model.objects.filter(station=station).order_by(*key).values_list(*fields)
    return [json.dumps(row, default=str).encode() for row in rows]
