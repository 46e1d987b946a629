"""The longest gap of a year and the rules that it meets, from the masks of its months.

Only years with a missing day are looked at: the others have no gap, and meet every rule. What is asked is a
hundredth of the statistics; no database could say a run of days over the ends of months as briefly.
"""

import numpy as np

from stats.completeness import KINDS, Months, lengths
from stats.statements import SOURCE
from weather.formats import ELEMENTS

NOT_WHOLE = """
    SELECT station_id, year, month, tmax_mask, tmin_mask, prcp_mask FROM weather_monthly_stats AS m
    WHERE {years} AND {source}
        AND (days_tmax < days_expected OR days_tmin < days_expected OR days_prcp < days_expected)"""
MONTHS_MISSING = """
    SELECT station_id, year, sum(1 << month) FROM weather_monthly_stats AS m
    WHERE {years} AND {source} GROUP BY station_id, year HAVING count(*) < 12"""


def of_years(cursor, basis, years, which):
    """Return a list of (station, year, gaps of the elements, rules of the elements as bits).

    `years` is a condition on monthly statistics with its parameters `which`.
    """
    cursor.execute(NOT_WHOLE.format(years=years, source=SOURCE[basis]), which)
    not_whole = cursor.fetchall()
    cursor.execute(MONTHS_MISSING.format(years=years, source=SOURCE[basis]), which)
    some_missing = cursor.fetchall()
    keys = sorted({tuple(row[:2]) for row in (*not_whole, *some_missing)})
    if not keys:
        return []
    places = {key: place for place, key in enumerate(keys)}
    days = lengths(np.array([year for _, year in keys]))
    masks = np.repeat([(1 << days) - 1], len(ELEMENTS), axis=0)
    for station, year, month, *of_elements in not_whole:
        masks[:, places[station, year], month - 1] = of_elements
    for station, year, there in some_missing:
        absent = [month - 1 for month in range(1, 13) if not int(there) >> month & 1]
        masks[:, places[station, year], absent] = 0
    return evidence(keys, [Months(of_element, days) for of_element in masks])


def evidence(keys, elements):
    """Return the rows of `of_years`, given the Months of the elements."""
    gaps = (months.gap_of_year().tolist() for months in elements)
    rules = (
        months.rules_of_year(KINDS[element]).tolist()
        for element, months in zip(ELEMENTS, elements, strict=True)
    )
    return [(*key, *numbers) for key, *numbers in zip(keys, *gaps, *rules, strict=True)]
