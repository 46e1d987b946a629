"""When the last freeze of spring and the first of autumn come: quantiles over the years of a period."""

from datetime import date, timedelta
from fractions import Fraction

from stats.climate import frost
from stats.climate.days import Periods
from stats.climate.evidence import Evidence
from stats.climate.exact import quantile, rounded
from stats.climate.normals import too_few
from stats.climate.reckoning import JULY, TMIN, Reckoning

PERCENTILES = (10, 20, 30, 40, 50, 60, 70, 80, 90)
COMMON_YEAR = 2001
"""A year that has no 29 February, nor has the next one: its days are named by month and day."""
NEVER = 10_000
"""Days from the year's first to a freeze that does not come, before or after all others."""


def freeze_dates(series, station_id, latitude, start_year, end_year, options):
    """Return the rows of a station's freeze dates: dicts, one a percentile."""
    if series is None:
        return []
    reckoning = Reckoning(series, latitude, options)
    days = reckoning.days_from(JULY if reckoning.hemisphere == "south" else 1)
    seasons = seasons_of(days, options, start_year, end_year)
    spring, autumn, between = map(sorted, zip(*seasons, strict=True)) if seasons else ([], [], [])
    why = too_few(len(seasons), start_year, end_year)
    rows = []
    for percentile in PERCENTILES:
        share = Fraction(percentile, 100)
        length = None if why else rounded(quantile(between, share), 1)
        rows.append(
            {
                "station_id": station_id,
                "threshold": str(options.threshold),
                "percentile": percentile,
                "last_spring_freeze": None if why else named(quantile(spring, share), days.first_month),
                "first_autumn_freeze": None if why else named(quantile(autumn, share), days.first_month),
                "frost_free_days": length,
                "years_used": len(seasons),
                "years_expected": end_year - start_year + 1,
                "reason": why,
            }
        )
    return rows


def seasons_of(days, options, start_year, end_year):
    """Return (last freeze of spring, first of autumn, days between) of each year that meets the rule.

    The freezes are days of a common year, counted from 0.
    """
    columns = frost.frost_free(days, options.threshold.tenths)
    season = frost.between(days, *columns[1:])
    evidence = Evidence.of(options.rule, Periods(days), days.present([TMIN]), season)
    length, spring, autumn = (column.tolist() for column in columns)
    return [
        (place_of(days, spring[row], -NEVER), place_of(days, autumn[row], NEVER), length[row])
        for row in range(len(days.years))
        if start_year <= days.first_year + row <= end_year and not evidence.why_not(row)
    ]


def place_of(days, place, never):
    """Return where a day lies in a common year that begins as those of Days do; 29 February is the 28th."""
    if place < 0:
        return never
    day = days.dates[place].item()
    number = 28 if (day.month, day.day) == (2, 29) else day.day
    same = date(COMMON_YEAR + (day.month < days.first_month), day.month, number)
    return (same - date(COMMON_YEAR, days.first_month, 1)).days


def named(place, first_month):
    """Return the day MM-DD of a place in a common year, to the nearest; None where freezes do not come."""
    if abs(place) >= NEVER / 10:  # between a day and never, too
        return None
    start = date(COMMON_YEAR, first_month, 1)
    return (start + timedelta(days=int(rounded(place, 0)))).strftime("%m-%d")
