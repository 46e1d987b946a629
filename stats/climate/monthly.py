"""The exact value of every month and year of a station by a rule of completeness, and why there is none."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from stats.climate.days import MONTHS, Days, Periods
from stats.climate.exact import quotient
from stats.climate.reckoning import PRCP, TMAX, TMIN
from stats.completeness import MEAN, SUM, months, why_not, why_year_not

ELEMENTS = ("tmax", "tmin", "tavg", "prcp")
UNITS = {"tmax": "°C", "tmin": "°C", "tavg": "°C", "prcp": "mm"}
PARTS = 10 * lcm(*range(1, 32)) * 24
"""Values are whole numbers of these parts of a unit: means of up to 31 tenths, of twelve such means, halves
of both. Fractions would have to be reduced at every step."""
ANNUAL = 13
"""In place of a month: the year."""
PLACES = ((TMAX, "tmax", MEAN), (TMIN, "tmin", MEAN), (PRCP, "prcp", SUM))


@dataclass(frozen=True)
class Values:
    """What an element has by (year, month), in PARTS of its unit; for ANNUAL, by year."""

    found: dict
    reasons: dict
    years: range

    def of(self, month, years):
        """Return {year: value} of the years that have one."""
        pairs = ((year, self.found.get((year, month))) for year in years)
        return {year: value for year, value in pairs if value is not None}

    def why_not(self, year, month):
        return self.reasons.get((year, month), "no value")


def values_of(series, rule):
    """Return the Values of each of ELEMENTS of a Series."""
    days = Days.of(series)
    found = {name: values_of_element(series, days, place, kind, rule) for place, name, kind in PLACES}
    found["tavg"] = halfway(found["tmax"], found["tmin"])
    return found


def values_of_element(series, days, place, kind, rule):
    present = days.present([place])
    by_month = Periods(days, monthly=True)
    sums, counts = (by_month.sum(x).tolist() for x in (days.whole(place), present))
    masks = months(series.first, ~np.isnan(series.values[place]))
    met, lengths, masks = (x.tolist() for x in (masks.met(rule, kind), masks.days, masks.masks))
    found, reasons = {}, {}
    years = range(days.first_year, days.first_year + len(met))
    for row, year in enumerate(years):
        first = row * MONTHS
        for month in range(MONTHS):
            total, number = sums[first + month], counts[first + month]
            if number and met[row][month]:
                found[year, month + 1] = total * (PARTS // (10 * (number if kind == MEAN else 1)))
            else:
                reasons[year, month + 1] = why_not(rule, masks[row][month], lengths[row][month], kind)
        why = why_year_not(rule, year, masks[row], kind)
        if why:
            reasons[year, ANNUAL] = why
        else:
            of_months = [found.get((year, month)) for month in range(1, ANNUAL)]
            whole = slice(first, first + MONTHS)
            found[year, ANNUAL] = annual(of_months, sum(sums[whole]), sum(counts[whole]), kind, rule)
    return Values(found, reasons, years)


def annual(of_months, total, number, kind, rule):
    """Return the value of a year: the sum, or the mean, of its months; for `simple` of all of its days."""
    if rule == "simple":
        return Fraction(total * PARTS, 10 * (number if kind == MEAN else 1))
    return sum(of_months) // (MONTHS if kind == MEAN else 1)


def halfway(tmax, tmin):
    """Return the Values of the mean temperature, (TMAX + TMIN) / 2 of their unrounded means."""
    both = tmax.found.keys() & tmin.found.keys()
    found = {key: half(tmax.found[key] + tmin.found[key]) for key in both}
    reasons = tmin.reasons | tmax.reasons
    return Values(found, reasons, tmax.years)


def half(value):
    return value // 2 if isinstance(value, int) else value / 2


def shown(value, places=2):
    """Return PARTS of a unit, whole or a Fraction, as that unit with some decimals; None stays None."""
    return None if value is None else quotient(value.numerator, value.denominator * PARTS, places)
