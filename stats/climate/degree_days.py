"""Degree days, exactly: whole numbers until the sum of a period is rounded once."""

from math import lcm

import numpy as np


def growing(tmax, tmin, base, cap=None):
    """Return (degrees of each day, parts): the growing degrees of tenths of °C, in that part of a °C.

    `base` and `cap` are Fractions of tenths of °C. Without a cap it is the daily mean above the base; with
    one both temperatures are first brought between the two, as for corn (86/50 °F).
    """
    if cap is None:
        return cooling(tmax, tmin, base)
    scale = lcm(base.denominator, cap.denominator)
    low, high = int(base * scale), int(cap * scale)
    return np.clip(tmax * scale, low, high) + np.clip(tmin * scale, low, high) - 2 * low, 20 * scale


def cooling(tmax, tmin, base):
    """Return the same of the daily mean above the base."""
    scale = base.denominator
    return np.maximum((tmax + tmin) * scale - 2 * base.numerator, 0), 20 * scale


def heating(tmax, tmin, base):
    """Return the same of the daily mean below the base."""
    scale = base.denominator
    return np.maximum(2 * base.numerator - (tmax + tmin) * scale, 0), 20 * scale


def in_season(dates, start, end):
    """Say of each date whether it is from one (month, day) to another; across the year's end if that is less.

    29 February is the last of February in any year.
    """
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    place = month * 100 + day
    first, last = (m * 100 + d for m, d in (start, end))
    if start == (2, 29):
        is_last = (month == 2) & ((dates + 1).astype("datetime64[M]") > months)
        place = np.where(is_last, 229, place)
    return (place >= first) & (place <= last) if start <= end else (place >= first) | (place <= last)
