"""Rows of statistics as they are shown: sums become means, masks gaps and rules, and a rule leaves out.

A row of the database is its key and then what COLUMNS of stats.api names.
"""

from functools import lru_cache
from math import lcm

from stats import completeness
from stats.completeness import ALL, KINDS, longest_gap, names, rules_met, why_not, why_year_not
from stats.models import mean
from weather.formats import ELEMENTS

OF_ELEMENT = {
    "tmax": ("avg_tmax_c", "max_tmax_c", "max_tmax_date"),
    "tmin": ("avg_tmin_c", "min_tmin_c", "min_tmin_date"),
    "prcp": ("total_prcp_cm", "max_prcp_mm", "max_prcp_date"),
}
"""What is null where the days of an element do not meet a rule."""

NAMES = {bits: names(bits) for bits in range(ALL + 1)} | {None: []}
NOT_COMPUTED = "which days are missing is not known until compute_stats has run"


@lru_cache(1 << 14)
def evidence_of(days, *masks):
    """Return the gaps of a month's elements, then the rules they meet; None if the masks are."""
    evidence = [
        (None, None) if mask is None else (longest_gap(mask, days), rules_met(mask, days, kind))
        for mask, kind in zip(masks, KINDS.values(), strict=True)
    ]
    return [number for numbers in zip(*evidence, strict=True) for number in numbers]


def with_evidence(row):
    """Return a month with gaps and rules in place of its masks: what a year has already."""
    return *row[:13], *evidence_of(row[6], *row[13:])


def shown(
    tmax, tmin, prcp, days_tmax, days_tmin, days_prcp, expected,
    high, high_date, low, low_date, most, most_date,
    gap_tmax, gap_tmin, gap_prcp, rules_tmax, rules_tmin, rules_prcp,
):  # fmt: skip
    """Return what is shown of a year or of a month with evidence, but its key.

    A dict that orjson writes takes 3 µs; formatting it as JSON, as weather.api does shorter rows, takes 5.
    """
    return {
        "avg_tmax_c": mean(tmax, days_tmax),
        "avg_tmin_c": mean(tmin, days_tmin),
        "total_prcp_cm": None if prcp is None else prcp / 100,
        "days_tmax": days_tmax,
        "days_tmin": days_tmin,
        "days_prcp": days_prcp,
        "days_expected": expected,
        "max_tmax_c": None if high is None else high / 10,
        "max_tmax_date": high_date,
        "min_tmin_c": None if low is None else low / 10,
        "min_tmin_date": low_date,
        "max_prcp_mm": None if most is None else most / 10,
        "max_prcp_date": most_date,
        "gap_tmax": gap_tmax,
        "gap_tmin": gap_tmin,
        "gap_prcp": gap_prcp,
        "rules_tmax": NAMES[rules_tmax],
        "rules_tmin": NAMES[rules_tmin],
        "rules_prcp": NAMES[rules_prcp],
    }


def by_rule(row, reasons):
    """Return {field: value} of a period, given that, and why elements do not meet a rule, or None."""
    for element, reason in zip(ELEMENTS, reasons, strict=True):
        if reason:
            row |= dict.fromkeys(OF_ELEMENT[element])
        row[f"reason_{element}"] = reason
    return row


def month_by_rule(rule, row):
    """Return {field: value} of a month, null where its days do not meet a rule."""
    days, masks = row[6], row[-3:]
    reasons = [
        NOT_COMPUTED if mask is None else why_not(rule, mask, days, kind)
        for mask, kind in zip(masks, KINDS.values(), strict=True)
    ]
    return by_rule(shown(*with_evidence(row)), reasons)


def year_by_rule(rule, year, row, months):
    """Return {field: value} of a year, null where its days do not meet a rule.

    `months` are {month: row}. But for `simple`, a mean of a year is that of its 12 months with equal weight.
    """
    fields = by_rule(shown(*row), [year_reason(rule, year, months, place) for place in range(len(ELEMENTS))])
    if completeness.RULES[rule]:
        for place, name in enumerate(("avg_tmax_c", "avg_tmin_c")):
            if fields[name] is not None:
                fields[name] = mean_of_months([(row[place], row[place + 3]) for row in months.values()])
    return fields


def year_reason(rule, year, months, place):
    masks = [months[month][place - 3] if month in months else 0 for month in range(1, 13)]
    if None in masks:
        return NOT_COMPUTED
    return why_year_not(rule, year, masks, KINDS[ELEMENTS[place]])


def mean_of_months(sums):
    """Return the mean of the means of months (sum in tenths, days), in °C to 2 decimals, rounded once."""
    common = lcm(*(days for _, days in sums))
    return mean(sum(total * (common // days) for total, days in sums), common * len(sums))
