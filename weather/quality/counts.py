"""The letters of a station counted by year, as they are after its check."""

import numpy as np

from weather.models import ELEMENTS, FlagCount


def keep_counts(station, series, letters):
    """Write how many values of a station have which letter; say whether that is new.

    `letters` are those of our checks. Without a Series it has no values.
    """
    counts = counted(series, letters) if series else {}
    rows = FlagCount.objects.filter(station=station)
    known = {(row.year, row.element, row.letter): (row.source, row.own) for row in rows}
    if counts == known:
        return False
    rows.delete()
    FlagCount.objects.bulk_create(
        FlagCount(station_id=station, year=year, element=element, letter=letter, source=source, own=own)
        for (year, element, letter), (source, own) in sorted(counts.items())
    )
    return True


def counted(series, letters):
    """Return {(year, element, letter's code): (values that came with it, values to which we gave it)}."""
    years, counts = series.days.astype("M8[Y]").astype(int) + 1970, {}
    for origin, codes in enumerate((series.source, letters)):
        places, days = np.nonzero(codes)
        keys, sizes = np.unique([places, years[days], codes[places, days]], axis=1, return_counts=True)
        for place, year, code, size in zip(*keys.tolist(), sizes.tolist(), strict=True):
            counts.setdefault((year, ELEMENTS[place], code), [0, 0])[origin] = size
    return {key: tuple(both) for key, both in counts.items()}
