"""Exact quotients, their quantiles and their one rounding."""

from fractions import Fraction
from math import floor

import numpy as np

THIRD = Fraction(1, 3)


def rounded(value, places):
    """Return a Fraction rounded to some decimals, halves away from zero, as a float; None stays None."""
    if value is None:
        return None
    return quotient(value.numerator, value.denominator, places)


def quotient(numerator, denominator, places):
    """Return what `rounded` does of two whole numbers, of which the second is positive."""
    scale = 10**places
    size = (2 * abs(numerator) * scale + denominator) // (2 * denominator)
    return (-size if numerator < 0 else size) / scale


def quotients(numerators, denominators, places):
    """Return what `quotient` does of arrays of whole numbers, as a list; None where the second is 0."""
    pairs = zip(numerators.tolist(), np.broadcast_to(denominators, numerators.shape).tolist(), strict=True)
    return [quotient(n, d, places) if d else None for n, d in pairs]


def quantile(values, share):
    """Return a quantile of sorted numbers, exactly, or None without any: Hyndman and Fan's type 8.

    It lies at the place h = (n + 1/3) share + 1/3 of the n values, counted from 1 and interpolated between
    two of them; what would lie before the first or after the last is that.
    """
    if not values:
        return None
    place = (len(values) + THIRD) * share + THIRD
    below = floor(place)
    if below < 1 or below >= len(values):
        return Fraction(values[0] if below < 1 else values[-1])
    low, high = values[below - 1], values[below]
    return low + (place - below) * (high - low)
