"""Every day of a station as columns: what its page draws, in one request.

30 years of a real station are 150 kB of JSON, and 36 kB gzipped. Deltas, or the bytes of 16-bit numbers a
plane at a time, would save 8 to 12 kB of those, and be read by nobody but their own decoder.
"""

import re

import numpy as np
from django.http import Http404

from dashboard.pages import DataView
from rest.parameters import Query
from weather import series
from weather.formats import ELEMENTS, STATION_ID
from weather.models import Observation, SourceFile, Station

VALUES = dict(zip(("tmax_c", "tmin_c", "prcp_mm"), ELEMENTS, strict=True))
FIELDS = {"id": "id", "run": "run_id", "uri": "uri", "format": "format", "entered_at": "entered_at"}


class StationDaysView(DataView):
    """Columns of values in °C and mm, a day a place from `first` on, null where there is none.

    `flags` are the places by element and letter; `spans` say which days are from which of the `readings`, as
    [first place, number of days, id]. A day in no span has no observation.
    """

    query = Query()

    def content(self, query, station_id):
        return columns(station_id, key_of(station_id))


def key_of(station_id):
    """Return the primary key of a station; raise Http404 if there is none."""
    keys = Station.keys([station_id]) if re.fullmatch(STATION_ID, station_id) else {}
    if not keys:
        raise Http404(f"No station {station_id}.")
    return keys[station_id]


def columns(station_id, key):
    days = series.load(key)
    if days is None:
        return EMPTY | {"station_id": station_id}
    spans = spans_of(key, days)
    return {
        "station_id": station_id,
        "first": days.days[0].item(),
        "last": days.days[-1].item(),
        **{name: (tenths / 10).tolist() for name, tenths in zip(VALUES, days.values, strict=True)},
        "flags": {element: places(letters) for element, letters in zip(ELEMENTS, days.flags, strict=True)},
        "readings": readings({file for *_, file in spans}),
        "spans": spans,
    }


EMPTY = {
    **dict.fromkeys(("first", "last")),
    **{name: [] for name in VALUES},
    "flags": {element: {} for element in ELEMENTS},
    "readings": [],
    "spans": [],
}


def places(letters):
    """Return {letter: places} of the codes of an element's flags."""
    return {chr(code): np.flatnonzero(letters == code).tolist() for code in np.unique(letters) if code}


def spans_of(key, days):
    """Return [first place, number of days, source file] of runs of days from one reading of a file."""
    first, last = days.days[[0, -1]].tolist()
    there = Observation.objects.filter(station=key, date__range=(first, last)).order_by("date")
    spans = []
    for day, file in there.values_list("date", "source_file_id").iterator():
        place = (day - first).days
        if spans and spans[-1][2] == file and sum(spans[-1][:2]) == place:
            spans[-1][1] += 1
        else:
            spans.append([place, 1, file])
    return spans


def readings(files):
    rows = SourceFile.objects.filter(pk__in=files).order_by("pk").values_list(*FIELDS.values())
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]
