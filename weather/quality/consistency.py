"""Consistency of maximum and minimum with each other and with those of the days before and after.

What checks take and return is in weather.quality.integrity.
"""

import numpy as np

TOLERANCE = 10
"""Tenths of °C: two thermometers, each rounded."""
SPIKE, RANGE = 250, 400
"""Tenths of °C."""
FEWEST_OF_MONTH = 140
"""Values of a calendar month that its lowest or highest is taken of."""


def shifted(values, by):
    """Return for each day the values of another one, `by` days later; NaN beyond the ends."""
    other = np.full(values.shape, np.nan)
    if by > 0:
        other[..., :-by] = values[..., by:]
    else:
        other[..., -by:] = values[..., :by]
    return other


def internal(values, days):
    """I: a maximum more than 1 °C below the minimum of its day or of the next one, a minimum more than 1 °C
    above the maximum of the next day.

    Of all values those fail that are in most contradictions, then the same of what is left, until there are
    none: one bad value does not take its neighbours with it.
    """
    tmax, tmin = values[0].copy(), values[1].copy()
    failed = np.zeros(values.shape, bool)
    while (most := (counts := contradictions(tmax, tmin)).max(initial=0)) > 0:
        worst = counts == most
        failed[:2] |= worst
        tmax[worst[0]] = tmin[worst[1]] = np.nan
    return failed


def contradictions(tmax, tmin):
    """Return in how many contradictions each maximum and minimum is."""
    same_day = tmax < tmin - TOLERANCE
    cooler = tmax < shifted(tmin, 1) - TOLERANCE
    warmer = tmin > shifted(tmax, 1) + TOLERANCE
    counts = np.zeros((2, len(tmax)), np.int64)
    counts[:] = same_day
    counts[0] += cooler
    counts[1, 1:] += cooler[:-1]
    counts[1] += warmer
    counts[0, 1:] += warmer[:-1]
    return counts


def spike(values, days):
    """T: a temperature 25 °C or more away from that of the day before and from that of the day after."""
    failed = np.zeros(values.shape, bool)
    before, after = (np.abs(values[:2] - shifted(values[:2], by)) >= SPIKE for by in (-1, 1))
    failed[:2] = before & after
    return failed


def lagged_range(values, days):
    """R: a maximum 40 °C or more above the highest minimum of the day before, its day and the day after, or a
    minimum 40 °C or more below their lowest maximum; and what they were compared with."""
    tmax, tmin = values[0], values[1]
    high = tmax >= np.fmax.reduce([tmin, shifted(tmin, -1), shifted(tmin, 1)]) + RANGE
    low = tmin <= np.fmin.reduce([tmax, shifted(tmax, -1), shifted(tmax, 1)]) - RANGE
    failed = np.array([high | beside(low), low | beside(high), np.zeros_like(high)])
    return failed & np.isfinite(values)


def beside(mask):
    """Return the days of a mask, those before and those after."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    return wide


def mega(values, days):
    """M: a maximum below the lowest minimum of its calendar month, all years together, or a minimum above the
    highest maximum (of at least 140 values)."""
    failed = np.zeros(values.shape, bool)
    for month in np.unique(days.months):
        tmax, tmin = values[:2, days.months == month]
        for place, (element, beyond, reference) in enumerate(
            ((tmax, np.less, tmin[np.isfinite(tmin)]), (tmin, np.greater, tmax[np.isfinite(tmax)]))
        ):
            if len(reference) >= FEWEST_OF_MONTH:
                end = reference.min() if place == 0 else reference.max()
                failed[place, days.months == month] = beyond(element, end)
    return failed
