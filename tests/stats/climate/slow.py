"""The percentile indices again, as their definition says them: date by date, in Fractions, without numpy."""

from datetime import date, timedelta
from fractions import Fraction

from stats.climate.exact import quantile

DAY = timedelta(1)


def share_below(values, base):
    """Return {date: share of the comparisons in which a day is below its 10th percentile}.

    `values` are numbers by date. In the base (first and last year) a day's year is replaced in turn by each
    other year that has values, and the day is compared with the percentile of what that makes.
    """
    first, last = base
    of_base = sorted({day.year for day in values if first <= day.year <= last})
    found = {}
    for day, value in values.items():
        others = [None]
        if day.year in of_base and len(of_base) > 1:
            others = [year for year in of_base if year != day.year]
        below = [value < percentile(values, base, day, other) for other in others]
        found[day] = Fraction(sum(below), len(below))
    return found


def percentile(values, base, day, other):
    """Return the 10th percentile around a day of the year, with the day's year replaced by another or not."""
    around = []
    for year in range(base[0], base[1] + 1):
        for step in range(-2, 3):
            near = moved(date(year, day.month, min(day.day, 28) if day.month == 2 else day.day), step)
            if other is not None and near.year == day.year:
                near = near.replace(year=other)
            if near in values:
                around.append(values[near])
    return quantile(sorted(around), Fraction(1, 10))


def moved(day, steps):
    """Return the date some days later in a calendar without 29 February."""
    way = 1 if steps > 0 else -1
    for _ in range(abs(steps)):
        day += way * DAY
        if (day.month, day.day) == (2, 29):
            day += way * DAY
    return day


def by_year(shares):
    """Return {year: percentage} of shares by date, unrounded."""
    years = sorted({day.year for day in shares})
    return {
        year: 100 * sum(some) / len(some)
        for year in years
        for some in [[share for day, share in shares.items() if day.year == year]]
    }
