"""Normals of any period, monthly and annual, and how far months and years are from them."""

from bisect import bisect_right
from fractions import Fraction
from math import ceil

from stats.climate.exact import quantile, rounded
from stats.climate.monthly import ANNUAL, ELEMENTS, UNITS, shown, values_of

SHARE = Fraction(4, 5)
"""Of the years of a period that a normal needs, by WMO: 24 of 30."""
QUANTILES = {f"p{percent}": Fraction(percent, 100) for percent in (10, 25, 50, 75, 90)}


def normals(series, station_id, start_year, end_year, rule="wmo"):
    """Return the rows of a station's normals: dicts, by element and month, the year last."""
    if series is None:
        return []
    values = values_of(series, rule)
    rows = []
    for element in ELEMENTS:
        found = of_months(values[element], element, start_year, end_year)
        for month in range(1, ANNUAL + 1):
            rows.append(row(values[element], found, month, element, station_id, start_year, end_year))
    return rows


def of_months(values, element, start_year, end_year):
    """Return {month: (normal, why there is none)}; that of ANNUAL is made of the twelve others."""
    found = {}
    for month in range(1, ANNUAL):
        used = values.of(month, range(start_year, end_year + 1))
        why = too_few(len(used), start_year, end_year)
        found[month] = None if why else Fraction(sum(used.values()), len(used)), why
    missing = [str(month) for month in found if found[month][1]]
    if missing:
        found[ANNUAL] = None, f"no normal of month {', '.join(missing)}"
    else:
        total = sum(normal for normal, _ in found.values())
        found[ANNUAL] = total if element == "prcp" else total / 12, None
    return found


def too_few(used, start_year, end_year):
    """Return in words why some years are not enough; None if they are."""
    expected = end_year - start_year + 1
    needed = ceil(SHARE * expected)
    return f"{used} of {expected} years, {needed} are needed" if used < needed else None


def row(values, found, month, element, station_id, start_year, end_year):
    used = values.of(month, range(start_year, end_year + 1))
    normal, why = found[month]
    in_order = [] if too_few(len(used), start_year, end_year) else sorted(used.values())
    return {
        "station_id": station_id,
        "month": None if month == ANNUAL else month,
        "element": element,
        "unit": UNITS[element],
        "normal": shown(normal),
        **{name: shown(quantile(in_order, share)) for name, share in QUANTILES.items()},
        "years_used": len(used),
        "years_expected": end_year - start_year + 1,
        "years": list(used),
        "reason": why,
    }


def anomalies(series, station_id, first_year, last_year, normal_years, rule="wmo", month=None):
    """Return how far a station's months and years are from a normal: dicts, by element, year and month.

    `normal_years` are the first and the last year of the normal; `month` leaves only that month. A rank is
    among all years of the record, 1 the highest; equal values have the same.
    """
    if series is None:
        return []
    values = values_of(series, rule)
    wanted = [month] if month else range(1, ANNUAL + 1)
    rows = []
    for element in ELEMENTS:
        of_element = values[element]
        normal = of_months(of_element, element, *normal_years)
        ranked = {m: sorted(map(float, of_element.of(m, of_element.years).values())) for m in wanted}
        for year in of_element.years:
            if first_year <= year <= last_year:
                rows += [
                    anomaly(of_element, normal[m], ranked[m], year, m, element, station_id) for m in wanted
                ]
    return rows


def anomaly(values, normal, ranked, year, month, element, station_id):
    value, (normal, why) = values.found.get((year, month)), normal
    both = value is not None and normal is not None
    percent = both and element == "prcp" and normal > 0
    return {
        "station_id": station_id,
        "year": year,
        "month": None if month == ANNUAL else month,
        "element": element,
        "unit": UNITS[element],
        "value": shown(value),
        "normal": shown(normal),
        "anomaly": shown(value - normal) if both else None,
        "percent": rounded(100 * value / normal, 1) if percent else None,
        "rank": None if value is None else 1 + len(ranked) - bisect_right(ranked, float(value)),
        "ranked_of": len(ranked),
        "reason": values.why_not(year, month) if value is None else why,
    }
