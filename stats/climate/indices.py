"""The rows of a station's indices."""

from stats.climate.catalogue import INDICES, bounds
from stats.climate.days import MONTHS
from stats.climate.evidence import Evidence
from stats.climate.exact import quotients
from stats.climate.reckoning import PRCP, TMAX, TMIN, WHOLE_YEAR, Reckoning


def rows(series, station_id, latitude, names, options, first_year=1, last_year=9999):
    """Return the rows of some indices of a station's Series: dicts, ordered by name, year and month."""
    if series is None:
        return []
    reckoning = Reckoning(series, latitude, options)
    found = []
    for name in sorted(names):
        found += rows_of(reckoning, station_id, name, first_year, last_year)
    return found


def rows_of(reckoning, station_id, name, first_year, last_year):
    index = INDICES[name]
    periods = reckoning.periods(index)
    found = index.reckon(reckoning, periods)
    evidence = Evidence.of(reckoning.options.rule, periods, found.present, found.season)
    same = {"station_id": station_id, "index": name}
    unit, parameters = unit_of(name, reckoning), parameters_of(name, reckoning)
    values = quotients(found.numerator, found.denominator, index.places)
    dates = [dates_at(periods, places) for places in (found.first, found.last)]
    result = []
    for place in range(len(periods.starts)):
        year, month = year_and_month(periods, place)
        if not first_year <= year <= last_year or not evidence.expected[place]:
            continue
        why = found.why or evidence.why_not(place) or (found.why_none if values[place] is None else None)
        start, end = (None, None) if why else (dates[0][place], dates[1][place])
        result.append(
            same
            | {
                "year": year,
                "month": month,
                "value": None if why else values[place],
                "unit": unit,
                "parameters": parameters,
                "start_date": start,
                "end_date": end,
                "days_used": evidence.used[place],
                "days_expected": evidence.expected[place],
                "reason": why,
            }
        )
    return result


def year_and_month(periods, place):
    """Return the number of a period's year and of its month, None for a whole year."""
    if not periods.monthly:
        return periods.days.first_year + place, None
    months = periods.days.first_month - 1 + place
    return periods.days.first_year + months // MONTHS, months % MONTHS + 1


def dates_at(periods, places):
    """Return the dates of places of days, None where there is none, or for no places at all."""
    if places is None:
        return [None] * len(periods.starts)
    dates = periods.days.dates
    return [dates[place].item() if place >= 0 else None for place in places.tolist()]


def unit_of(name, reckoning):
    index = INDICES[name]
    return f"°{bounds(name, reckoning.options)[0].unit} d" if index.season == "asked" else index.unit


def parameters_of(name, reckoning):
    """Return in words what an index was reckoned with, such as base=50F cap=86F; None if there is nothing."""
    says, options = INDICES[name].says, reckoning.options
    said = {}
    if "base" in says:
        base, cap = bounds(name, options)
        said |= {"base": base} | ({"cap": cap} if cap else {})
    if "season" in says and options.season != WHOLE_YEAR:
        said |= {
            f"season_{edge}": f"{m:02}-{d:02}"
            for edge, (m, d) in zip(("start", "end"), options.season, strict=True)
        }
    if "threshold" in says:
        said["threshold"] = options.threshold
    if "threshold_mm" in says:
        said["threshold_mm"] = f"{float(options.threshold_mm):g}"
    if "hemisphere" in says:
        assumed = options.hemisphere is None and reckoning.latitude is None
        said["hemisphere"] = f"{reckoning.hemisphere}{' (assumed)' if assumed else ''}"
    if "base_years" in says:
        said["base_years"] = "-".join(map(str, reckoning.bases[element_of(name)]))
    return " ".join(f"{key}={value}" for key, value in said.items()) or None


def element_of(name):
    """Return the place of the element whose percentiles an index needs."""
    if name.startswith("r"):
        return PRCP
    return TMIN if name in ("tn10p", "tn90p", "csdi") else TMAX
