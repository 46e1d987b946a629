"""The longest gap of a year and the rules that it meets, from the masks of its months.

Only years with a missing day are looked at: the others have no gap, and meet every rule. What is asked is a
hundredth of the statistics; no database could say a run of days over the ends of months as briefly.
"""

from collections import defaultdict

from stats.completeness import KINDS, of_year
from stats.statements import SOURCE
from weather.formats import ELEMENTS

NOTHING = (0,) * len(ELEMENTS)
"""The masks of a month without observations."""

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
    months = defaultdict(dict)
    cursor.execute(NOT_WHOLE.format(years=years, source=SOURCE[basis]), which)
    for station, year, month, *masks in cursor.fetchall():
        months[station, year][month] = masks
    cursor.execute(MONTHS_MISSING.format(years=years, source=SOURCE[basis]), which)
    there = {(station, year): int(bits) for station, year, bits in cursor.fetchall()}
    return [
        (*key, *of_elements(key[1], months[key], there.get(key, -1))) for key in months.keys() | there.keys()
    ]


def of_elements(year, months, there):
    """Return the gaps, then the rules met, of a year's elements.

    `months` are {month: masks of the elements} of those that are not whole; `there` has a bit for every month
    with observations.
    """
    months = {**months, **{month: NOTHING for month in range(1, 13) if not there >> month & 1}}
    evidence = []
    for place, element in enumerate(ELEMENTS):
        masks = {month: masks[place] for month, masks in months.items()}
        evidence.append(of_year(year, masks, KINDS[element]))
    return [number for numbers in zip(*evidence, strict=True) for number in numbers]
