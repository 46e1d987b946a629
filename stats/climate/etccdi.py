"""The 27 indices of ETCCDI: each a function of a Reckoning and its Periods."""

from fractions import Fraction

import numpy as np

from stats.climate import frost, spells
from stats.climate.reckoning import PRCP, TMAX, TMIN, WET, Found

LEAST = 6
"""Days of a warm or cold spell."""


def count_of(element, holds):
    """Return the index that counts the days on which the tenths of an element hold something."""

    def index(reckoning, periods):
        values = periods.days.values[element]
        return Found(periods.sum(holds(values)), 1, ~np.isnan(values))

    return index


def extreme_of(element, sign):
    """Return the index that is the greatest (sign 1) or the least (-1) value of an element."""

    def index(reckoning, periods):
        present = periods.days.present([element])
        greatest = periods.greatest(sign * periods.days.whole(element), present)
        some = periods.sum(present) > 0
        return Found(np.where(some, sign * greatest, 0), np.where(some, 10, 0), present)

    return index


def share_of(element, sign):
    """Return the index that is the percentage of days below (sign 1) or above (-1) their percentile."""

    def index(reckoning, periods):
        if why := reckoning.why_no_base(element):
            return nothing(periods, element, why)
        below = reckoning.compared(element, sign).by_bootstrap()
        number = periods.sum(below.known)
        return Found(100 * periods.sum(below.count), number * below.of, below.known)

    return index


def duration_of(element, sign):
    """Return the index that is the number of days in spells below or above their percentile."""

    def index(reckoning, periods):
        if why := reckoning.why_no_base(element):
            return nothing(periods, element, why)
        below = reckoning.compared(element, sign).plainly()
        return Found(spells.days_in_long(periods, below.count > 0, LEAST), 1, below.known)

    return index


def nothing(periods, element, why):
    return Found(np.zeros(len(periods.starts), np.int64), 0, periods.days.present([element]), why=why)


def gsl(reckoning, periods):
    length, first, last = frost.growing_season(periods.days)
    return Found(length, 1, periods.days.present([TMAX, TMIN]), first, last)


def dtr(reckoning, periods):
    days = periods.days
    present = days.present([TMAX, TMIN])
    ranges = np.where(present, days.whole(TMAX) - days.whole(TMIN), 0)
    return Found(periods.sum(ranges), 10 * periods.sum(present), present)


def rx5day(reckoning, periods):
    """Credited to the period of the last of the five days. A day without a value adds nothing."""
    days = periods.days
    total = np.convolve(days.whole(PRCP), np.ones(5, np.int64))[: days.values.shape[1]]
    return Found(periods.greatest(total, np.ones(len(total), bool)), 10, days.present([PRCP]))


def sdii(reckoning, periods):
    wet = periods.days.prcp >= WET
    total = periods.sum(np.where(wet, periods.days.whole(PRCP), 0))
    return Found(total, 10 * periods.sum(wet), periods.days.present([PRCP]), why_none="no wet day")


def rnnmm(reckoning, periods):
    least = 10 * reckoning.options.threshold_mm
    wet = periods.days.prcp * least.denominator >= least.numerator
    return Found(periods.sum(wet), 1, periods.days.present([PRCP]))


def longest_spell(wet, threshold=lambda options: Fraction(WET, 10)):
    """Return the index that is the longest run of wet days, or of dry ones, that ends in a year."""

    def index(reckoning, periods):
        least, prcp = 10 * threshold(reckoning.options), periods.days.prcp
        at_least = prcp * least.denominator >= least.numerator
        true = at_least if wet else (prcp * least.denominator < least.numerator)
        length, first, last = spells.longest(periods, true)
        ends = np.where(length < 0, 0, 1)
        why = "the spell goes on beyond the year"
        return Found(length, ends, periods.days.present([PRCP]), first, last, why_none=why)

    return index


def total_above(share):
    """Return the index that is the total of days with more than a percentile of the base's wet days."""

    def index(reckoning, periods):
        if why := reckoning.why_no_base(PRCP):
            return nothing(periods, PRCP, why)
        limit = reckoning.wet_percentile(share)
        if limit is None:
            return nothing(periods, PRCP, "no wet day in the base period")
        prcp = periods.days.whole(PRCP)
        more = prcp * limit.denominator > limit.numerator
        return Found(periods.sum(np.where(more, prcp, 0)), 10, periods.days.present([PRCP]))

    return index


def prcptot(reckoning, periods):
    wet = periods.days.prcp >= WET
    return Found(periods.sum(np.where(wet, periods.days.whole(PRCP), 0)), 10, periods.days.present([PRCP]))


def below(limit):
    return lambda tenths: tenths < limit


def above(limit):
    return lambda tenths: tenths > limit


def at_least(limit):
    return lambda tenths: tenths >= limit
