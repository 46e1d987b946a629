"""Spells: runs of days on which something holds. A day without a value ends them."""

import numpy as np

from stats.climate.days import runs


def longest(periods, true):
    """Return (length, first, last) of the longest run that ends in each period, the last one on ties.

    A run may begin in an earlier period. Where none ends the length is 0 and the places are -1; in a period
    that lies wholly within a run the length is -1.
    """
    first, last = runs(true)
    length, period = last - first + 1, periods.of(last)
    order = np.lexsort((first, length, period))
    every = np.arange(len(periods.starts))
    best = np.searchsorted(period[order], every, "right") - 1
    found = best >= 0
    found[found] = period[order][best[found]] == every[found]
    chosen = order[best[found]]
    result = np.zeros(len(every), np.int64), np.full(len(every), -1), np.full(len(every), -1)
    for column, values in zip(result, (length, first, last), strict=True):
        column[found] = values[chosen]
    within = ~found & (periods.sum(true) == periods.ends - periods.starts)
    result[0][within] = -1
    return result


def days_in_long(periods, true, least):
    """Return how many days of each period are in runs of `least` days or more, cut where a period begins."""
    first, last = runs(true, periods.starts)
    length = last - first + 1
    long = length >= least
    weights = length[long].astype(float)
    return np.bincount(periods.of(first[long]), weights, len(periods.starts)).astype(np.int64)
