"""Rows of statistics as they are shown: sums become means, masks gaps and rules, and a rule leaves out.

A row of the database is its key and then what COLUMNS of stats.api names.
"""

from math import lcm

from stats import completeness
from stats.completeness import KINDS, longest_gap, names, rules_met, why_not, why_year_not
from stats.models import hundredths, mean
from weather.api import TENTHS, Written, tenths
from weather.formats import ELEMENTS

FIELDS = (
    *("avg_tmax_c", "avg_tmin_c", "total_prcp_cm", "days_tmax", "days_tmin", "days_prcp", "days_expected"),
    *("max_tmax_c", "max_tmax_date", "min_tmin_c", "min_tmin_date", "max_prcp_mm", "max_prcp_date"),
    *("gap_tmax", "gap_tmin", "gap_prcp", "rules_tmax", "rules_tmin", "rules_prcp"),
)
OF_ELEMENT = {
    "tmax": ("avg_tmax_c", "max_tmax_c", "max_tmax_date"),
    "tmin": ("avg_tmin_c", "min_tmin_c", "min_tmin_date"),
    "prcp": ("total_prcp_cm", "max_prcp_mm", "max_prcp_date"),
}
"""What is null where the days of an element do not meet a rule."""

NOT_COMPUTED = "which days are missing is not known until compute_stats has run"

RULES = Written(lambda bits: names(bits or 0))


def with_evidence(row):
    """Return a month with gaps and rules in place of its masks: what a year has already."""
    *values, tmax, tmin, prcp = row
    days = values[6]
    masks = zip((tmax, tmin, prcp), KINDS.values(), strict=True)
    evidence = [
        (None, None) if m is None else (longest_gap(m, days), rules_met(m, days, k)) for m, k in masks
    ]
    gaps, rules = zip(*evidence, strict=True)
    return (*values, *gaps, *rules)


def shown(row):
    """Return the values of FIELDS of a year or a month with evidence."""
    tmax, tmin, prcp, days_tmax, days_tmin, days_prcp, expected, *rest = row
    high, high_date, low, low_date, most, most_date, *gaps_and_rules = rest
    return (
        mean(tmax, days_tmax),
        mean(tmin, days_tmin),
        None if prcp is None else prcp / 100,
        *(days_tmax, days_tmin, days_prcp, expected),
        *(tenths(high), high_date, tenths(low), low_date, tenths(most), most_date),
        *gaps_and_rules[:3],
        *(names(bits or 0) for bits in gaps_and_rules[3:]),
    )


def written(row):
    """Return the same as JSON, without braces, by one format: a third of the time of a dict."""
    tmax, tmin, prcp, days_tmax, days_tmin, days_prcp, expected, *rest = row
    high, high_date, low, low_date, most, most_date, *gaps_and_rules = rest
    gap_tmax, gap_tmin, gap_prcp, tmax_rules, tmin_rules, prcp_rules = gaps_and_rules
    return (
        f'"avg_tmax_c":{decimals(hundredths(tmax, days_tmax))},'
        f'"avg_tmin_c":{decimals(hundredths(tmin, days_tmin))},"total_prcp_cm":{decimals(prcp)},'
        f'"days_tmax":{days_tmax},"days_tmin":{days_tmin},"days_prcp":{days_prcp},'
        f'"days_expected":{expected},'
        f'"max_tmax_c":{TENTHS[high]},"max_tmax_date":{day(high_date)},'
        f'"min_tmin_c":{TENTHS[low]},"min_tmin_date":{day(low_date)},'
        f'"max_prcp_mm":{TENTHS[most]},"max_prcp_date":{day(most_date)},'
        f'"gap_tmax":{number(gap_tmax)},"gap_tmin":{number(gap_tmin)},"gap_prcp":{number(gap_prcp)},'
        f'"rules_tmax":{RULES[tmax_rules]},"rules_tmin":{RULES[tmin_rules]},"rules_prcp":{RULES[prcp_rules]}'
    )


def decimals(hundredths):
    return "null" if hundredths is None else repr(hundredths / 100)


def number(value):
    return "null" if value is None else value


def day(date):
    return "null" if date is None else f'"{date}"'


def by_rule(fields, reasons):
    """Return {field: value} of a period, given its values and why elements do not meet a rule, or None."""
    row = dict(zip(FIELDS, fields, strict=True))
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
    return by_rule(shown(with_evidence(row)), reasons)


def year_by_rule(rule, year, row, months):
    """Return {field: value} of a year, null where its days do not meet a rule.

    `months` are {month: row}. But for `simple`, a mean of a year is that of its 12 months with equal weight.
    """
    fields = by_rule(shown(row), [year_reason(rule, year, months, place) for place in range(len(ELEMENTS))])
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
