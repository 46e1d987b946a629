"""Agreement with neighbours: what no nearby station has seen, on that day or on the one before or after.

Observers read their instruments at different hours, so the same weather may stand under the next day. What
checks take and return is in weather.quality.integrity.
"""

from dataclasses import dataclass

import numpy as np

from weather.quality.usual import Usual

RADIUS_KM = 75
FEWEST, MOST = 3, 7
"""Neighbours that a value is compared with."""

MARGIN = 15
"""Days before and after a month that belong to its regression."""
FEWEST_PAIRS = 40
CORRELATION = 0.8
RESIDUAL, DEVIATIONS = 80, 4
"""Tenths of °C, and standard deviations: what fails is beyond both."""

ANOMALY = 100
"""Tenths of °C."""

DIFFERENCE, SLOPE = 2692.4, 457.2
"""Tenths of mm; for each e-fold of the difference of ranks, in percent, so much less."""
LEAST_DIFFERENCE = DIFFERENCE - SLOPE * np.log(100)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is left of the neighbours of a station when their own checks are done, the nearest first.

    `values` have the shape (neighbours, 3, days + 2): the day before the station's series begins is the
    first, the day after it ends the last. `anomalies` (neighbours, 2, days + 2) are how far temperatures are
    from the normal of their day, `rain` what is Usual at each.
    """

    values: np.ndarray
    anomalies: np.ndarray
    rain: list


def three_days(values):
    """Return the values of neighbours on the day before, the day and the day after: a new first axis."""
    return np.stack([values[..., :-2], values[..., 1:-1], values[..., 2:]])


def regression(values, days, *, neighbours):
    """S: a temperature 8 °C and 4 standard deviations or more from what its neighbours let expect.

    For every month, with the 15 days before and after it, a straight line is laid through the pairs of each
    neighbour (at least 40). Of the neighbours with the best index of agreement 3 to 7 make the expectation,
    weighted by it, if it correlates with the values by 0.8. Of a neighbour's three days that one counts whose
    value is the nearest.
    """
    failed = np.zeros(values.shape, bool)
    if len(neighbours.values) >= FEWEST:
        months = windows(days)
        for place in (0, 1):
            near = nearest(values[place], three_days(neighbours.values[:, place]))
            failed[place] = unexpected(values[place], near, *months)
    return failed


def nearest(target, others):
    """Return which of each neighbour's values of three days is the nearest to a target; NaN without one."""
    with np.errstate(invalid="ignore"):
        distance = np.abs(others - target)
    distance[np.isnan(distance)] = np.inf
    which = distance.argmin(axis=0)[None]
    found = np.take_along_axis(others, which, axis=0)[0]
    return np.where(np.isfinite(np.take_along_axis(distance, which, axis=0)[0]), found, np.nan)


def windows(days):
    """Return the places of each month's days with the margin around it, -1 beyond the series, and which of
    them are its own."""
    months = days.years * 12 + days.months
    firsts = np.flatnonzero(np.diff(months, prepend=0))[:, None]
    ends = np.append(firsts[1:], len(months))[:, None]
    places = firsts + np.arange(-MARGIN, 31 + MARGIN)
    own = (places >= firsts) & (places < ends)
    places[(places < 0) | (places >= np.minimum(ends + MARGIN, len(months)))] = -1
    return places, own


def unexpected(target, near, places, own):
    """Return which values of one element are far from what the nearest of its neighbours let expect."""
    failed = np.zeros(len(target), bool)
    t, n = (np.append(a, np.full((*a.shape[:-1], 1), np.nan), axis=-1) for a in (target, near))
    t, n = t[places], n[:, places]
    expected = estimate(t, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        residual = t - expected
        alone = np.isfinite(residual)
        mean, sd = moments(residual, alone)
        far = np.abs(residual) >= RESIDUAL
        far &= np.abs(residual - mean[:, None]) >= DEVIATIONS * sd[:, None]
        agrees = correlation(np.where(alone, t, np.nan), expected) >= CORRELATION
    failed[places[far & own & agrees[:, None]]] = True
    return failed


def estimate(target, near):
    """Return what neighbours let expect of (months, days) targets; NaN where they are too few."""
    pairs = np.isfinite(near)
    count = pairs.sum(axis=2)
    x, t = np.where(pairs, near, 0), np.where(pairs, target, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x, mean_t = x.sum(axis=2) / count, t.sum(axis=2) / count
        slope = (x * t).sum(axis=2) - count * mean_x * mean_t
        slope /= (x * x).sum(axis=2) - count * mean_x**2
        reach = np.where(pairs, np.abs(x - mean_t[..., None]) + np.abs(t - mean_t[..., None]), 0)
        agreement = 1 - np.abs(t - x).sum(axis=2) / reach.sum(axis=2)
        usable = (count >= FEWEST_PAIRS) & np.isfinite(slope) & np.isfinite(agreement)
        weight = best(np.where(usable, agreement, 0))[..., None] * pairs
        line = np.where(weight > 0, mean_t[..., None] + slope[..., None] * (x - mean_x[..., None]), 0)
        enough = (weight > 0).sum(axis=0) >= FEWEST
        return np.where(enough, (weight * line).sum(axis=0) / weight.sum(axis=0), np.nan)


def best(agreement):
    """Return the agreements of (neighbours, months) with 0 in place of those beyond the best 7 of a month."""
    rank = np.argsort(np.argsort(-agreement, axis=0, kind="stable"), axis=0, kind="stable")
    return np.where(rank < MOST, agreement, 0)


def moments(values, present):
    """Return the mean and the standard deviation of each row."""
    count = present.sum(axis=1)
    mean = np.where(present, values, 0).sum(axis=1) / count
    squares = np.where(present, (values - mean[:, None]) ** 2, 0).sum(axis=1)
    return mean, np.sqrt(squares / (count - 1))


def correlation(one, other):
    """Return that of the rows of two matrices, NaN of too few pairs."""
    both = np.isfinite(one) & np.isfinite(other)
    (mean_1, sd_1), (mean_2, sd_2) = moments(one, both), moments(other, both)
    products = np.where(both, (one - mean_1[:, None]) * (other - mean_2[:, None]), 0).sum(axis=1)
    return products / (both.sum(axis=1) - 1) / (sd_1 * sd_2)


def corroboration(values, days, *, neighbours):
    """S: a temperature whose anomaly differs by 10 °C or more from those of all neighbours on the day before,
    its day and the day after; precipitation that is further from all of theirs than is plausible.

    Neighbours are the nearest 3 to 7 with values. For precipitation the difference must be more than
    269.24 mm - 45.72 mm * ln(percent), percent being the least difference of climatological ranks: among the
    days with precipitation of the 29 around its day, all years together.
    """
    failed = np.zeros(values.shape, bool)
    if len(neighbours.values) >= FEWEST:
        for place in (0, 1):
            anomaly = anomalies(values[place], days)
            failed[place] = alone(anomaly, three_days(neighbours.anomalies[:, place]))
        failed[2] = implausible_rain(values[2], days, neighbours)
    return failed


def anomalies(values, days):
    """Return how far temperatures are from the normal of their day."""
    mean, _ = Usual.temperatures(values, days).biweight()
    return values - mean[days.columns]


def alone(anomaly, others):
    with np.errstate(invalid="ignore"):
        difference = np.fmin.reduce(np.abs(others - anomaly))
    used = nearest_with_values(difference)
    least = np.where(used, difference, np.inf).min(axis=0)
    return (used.sum(axis=0) >= FEWEST) & (least >= ANOMALY)


def nearest_with_values(values):
    """Return which of (neighbours, days) values are of the nearest 7 neighbours that have one on that day."""
    there = np.isfinite(values)
    return there & (np.cumsum(there, axis=0) <= MOST)


def implausible_rain(rain, days, neighbours):
    """Return which amounts are too far from those of the neighbours."""
    failed = np.zeros(len(rain), bool)
    others = three_days(neighbours.values[:, 2])
    most, least = np.fmax.reduce(others), np.fmin.reduce(others)
    used = nearest_with_values(most)
    most = np.where(used, most, -np.inf).max(axis=0)
    least = np.where(used, least, np.inf).min(axis=0)
    difference = np.fmax(rain - most, least - rain)
    suspicious = (used.sum(axis=0) >= FEWEST) & (difference > LEAST_DIFFERENCE)
    usual = Usual.rain(rain, days)
    for place in np.flatnonzero(suspicious):
        column = days.columns[place]
        ranks = [
            neighbours.rain[k].rank(column, amount)
            for k in np.flatnonzero(used[:, place])
            for amount in others[:, k, place]
        ]
        failed[place] = difference[place] > allowed(usual.rank(column, rain[place]), ranks)
    return failed


def allowed(rank_of_it, ranks):
    """Return the difference of amounts, tenths of mm, that ranks (percent) allow."""
    ranks = np.array(ranks)[np.isfinite(ranks)]
    if np.isnan(rank_of_it) or not len(ranks):
        return DIFFERENCE
    apart = max(rank_of_it - ranks.max(), ranks.min() - rank_of_it, 1)
    return DIFFERENCE - SLOPE * np.log(apart)
