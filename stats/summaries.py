"""Months and years as NOAA's summaries have them (GSOM, GSOY), of the days of one station.

Values are whole tenths, sums whole numbers; what is a quotient is rounded once, at the end. Which days have a
value decides what is null: see stats.completeness.
"""

from datetime import date
from math import lcm

import numpy as np

from stats import completeness
from stats.climate.days import MONTHS, Days
from stats.climate.exact import quotient
from stats.completeness import MEAN, SUM, why_not, why_year_not

COUNTS = {
    "DX32": ("tmax", lambda tenths: tenths <= 0),
    "DX70": ("tmax", lambda tenths: tenths >= 211),
    "DX90": ("tmax", lambda tenths: tenths >= 322),
    "DT32": ("tmin", lambda tenths: tenths <= 0),
    "DT00": ("tmin", lambda tenths: tenths <= -178),
    "DP01": ("prcp", lambda tenths: tenths >= 3),
    "DP10": ("prcp", lambda tenths: tenths >= 25),
    "DP1X": ("prcp", lambda tenths: tenths >= 254),
}
"""Days at or beyond a threshold: a whole °F, or 0.01, 0.1, 1 inch, as they are stored in tenths."""
EXTREMES = {"EMXT": ("DYXT", "tmax", 1), "EMNT": ("DYNT", "tmin", -1), "EMXP": ("DYXP", "prcp", 1)}
"""The name of an extreme's date, its element, and whether it is the highest or the lowest."""
FREEZES = (0, -22, -44, -67, -89)
"""32, 28, 24, 20 and 16 °F in tenths of °C."""
AUGUST = 7
BASE = 1100
"""65 °F are 1100 sixths of a tenth of °C; so is 3 (TMAX + TMIN) their mean."""
GROUPS = {
    "tmax": ("tmax", MEAN, ("TMAX", "EMXT", "DYXT", "EMXT_times")),
    "tmin": ("tmin", MEAN, ("TMIN", "EMNT", "DYNT", "EMNT_times")),
    "prcp": ("prcp", SUM, ("PRCP", "EMXP", "DYXP", "EMXP_times", "DP01", "DP10", "DP1X")),
    "dx": ("tmax", SUM, ("DX32", "DX70", "DX90")),
    "dt": ("tmin", SUM, ("DT32", "DT00")),
    "dd": ("dd", SUM, ("HTDD", "CLDD")),
}
"""What shares a reason: the days it rests on (`dd`: those with both temperatures), and its kind."""


class Summed:
    """What is summed, counted and found by periods that begin at some places of Days."""

    def __init__(self, days, starts):
        self.days, self.starts = days, starts
        self.values = dict(zip(("tmax", "tmin", "prcp"), days.values, strict=True))
        self.period = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, days.values.shape[1])))

    def sum(self, values):
        return np.add.reduceat(values, self.starts).tolist()

    def total(self, element):
        return self.sum(np.nan_to_num(self.values[element]).astype(np.int64))

    def number(self, element):
        return self.sum((~np.isnan(self.values[element])).astype(np.int64))

    def count(self, name):
        element, counts = COUNTS[name]
        return self.sum(counts(self.values[element]).astype(np.int64))  # nothing compares with NaN

    def degree_days(self):
        """Return the sixths of a tenth of a degree by which days were below the base, and above it."""
        both = 3 * (self.values["tmax"] + self.values["tmin"])
        return [
            self.sum(np.nan_to_num(np.maximum(d, 0)).astype(np.int64)) for d in (BASE - both, both - BASE)
        ]

    def extreme(self, element, sign):
        """Return [(value, last day that has it, how many have it)] by period; None without a value."""
        values = np.where(np.isnan(self.values[element]), -np.inf, sign * self.values[element])
        best = np.maximum.reduceat(values, self.starts)
        places = np.flatnonzero((values == best[self.period]) & np.isfinite(values))
        last, times = np.zeros(len(self.starts), np.int64), np.zeros(len(self.starts), np.int64)
        last[self.period[places]] = places  # the last of several is what stays
        np.add.at(times, self.period[places], 1)
        dates = self.days.dates[last].tolist()
        return [
            (int(sign * value), day, number) if number else (None, None, None)
            for value, day, number in zip(best.tolist(), dates, times.tolist(), strict=True)
        ]

    def rows(self):
        """Return a dict for every period: sums and extremes, the means and degree days as (sum, number)."""
        columns = {name: self.count(name) for name in COUNTS}
        for name, element in (("TMAX", "tmax"), ("TMIN", "tmin"), ("PRCP", "prcp")):
            columns[name] = list(zip(self.total(element), self.number(element), strict=True))
        columns["HTDD"], columns["CLDD"] = self.degree_days()
        for name, (day, element, sign) in EXTREMES.items():
            found = zip(*self.extreme(element, sign), strict=True)
            columns[name], columns[day], columns[f"{name}_times"] = found
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def masks_of(days):
    """Return {basis of a group: masks of its days, a list of the 12 months of each year}."""
    first = date(days.first_year, 1, 1)
    present = dict(zip(("tmax", "tmin", "prcp"), ~np.isnan(days.values), strict=True))
    present["dd"] = present["tmax"] & present["tmin"]
    return {name: completeness.months(first, there).masks.tolist() for name, there in present.items()}


def monthly(series, rule):
    """Return every month of a weather.series.Series, from its first day to its last, as dicts in order."""
    days = Days.of(series)
    masks, months = masks_of(days), Summed(days, days.months).rows()
    first, last = (day.year * MONTHS + day.month - 1 for day in series.days[[0, -1]].tolist())
    rows = []
    for place in range(first - days.first_year * MONTHS, last - days.first_year * MONTHS + 1):
        year, month = days.first_year + place // MONTHS, place % MONTHS + 1
        length = completeness.month_lengths(year)[month - 1]
        of_month = {name: years[place // MONTHS][month - 1] for name, years in masks.items()}
        reasons = {
            group: why_not(rule, of_month[of], length, kind) for group, (of, kind, _) in GROUPS.items()
        }
        missing = {of: length - mask.bit_count() for of, mask in of_month.items()}
        found = shown(months[place], reasons)
        rows.append({"year": year, "month": month} | found | evidence(missing, reasons))
    return rows


def yearly(series, rule):
    """Return every year of a series as dicts in order."""
    days = Days.of(series)
    masks, months = masks_of(days), Summed(days, days.months).rows()
    freezes, rows = freezes_of(days), []
    for place, found in enumerate(Summed(days, days.years).rows()):
        year = days.first_year + place
        of_year = {name: years[place] for name, years in masks.items()}
        reasons = {
            group: why_year_not(rule, year, of_year[of], kind) for group, (of, kind, _) in GROUPS.items()
        }
        if completeness.RULES[rule]:
            found |= of_months(months[place * MONTHS : (place + 1) * MONTHS], reasons)
        length = sum(completeness.month_lengths(year))
        missing = {of: length - sum(map(int.bit_count, twelve)) for of, twelve in of_year.items()}
        seasons = season_reasons(rule, year, of_year["tmin"])
        cold = freezes_shown(days, freezes, place, seasons)
        rows.append({"year": year} | shown(found, reasons) | cold | evidence(missing, reasons | seasons))
    return rows


def of_months(months, reasons):
    """Return the means of a year, as (sum, days), that are those of its months with equal weight."""
    named = (("TMAX", "tmax"), ("TMIN", "tmin"))
    return {name: equally([month[name] for month in months]) for name, of in named if not reasons[of]}


def equally(months):
    """Return the mean of the means of months, each (sum, days), as (sum, days)."""
    common = lcm(*(days for _, days in months))
    return sum(total * (common // days) for total, days in months), common * len(months)


def shown(found, reasons):
    """Return what is shown of a period, null where a group has a reason."""
    (tmax, tmax_days), (tmin, tmin_days) = found["TMAX"], found["TMIN"]
    tavg = None
    if tmax_days and tmin_days and not (reasons["tmax"] or reasons["tmin"]):
        tavg = quotient(tmax * tmin_days + tmin * tmax_days, 20 * tmax_days * tmin_days, 2)
    prcp, prcp_days = found["PRCP"]
    row = {
        "TMAX": quotient(tmax, 10 * tmax_days, 2) if tmax_days else None,
        "TMIN": quotient(tmin, 10 * tmin_days, 2) if tmin_days else None,
        "TAVG": tavg,
        "PRCP": prcp / 10 if prcp_days else None,
        **{name: found[name] for name in COUNTS},
        "HTDD": quotient(found["HTDD"], 60, 1),
        "CLDD": quotient(found["CLDD"], 60, 1),
    }
    for name, (day, _, _) in EXTREMES.items():
        value = found[name]
        row |= {name: None if value is None else value / 10, day: found[day]}
        row[f"{name}_times"] = found[f"{name}_times"]
    for group, reason in reasons.items():
        if reason:
            row |= dict.fromkeys(GROUPS[group][2])
    return row


def evidence(missing, reasons):
    return {f"missing_{of}": number for of, number in missing.items()} | {
        f"reason_{group}": reason for group, reason in reasons.items()
    }


def freezes_of(days):
    """Return, for FZF0 to FZF9, the place of the first freeze of August to December or of the last of January
    to July in each year; -1 where there is none."""
    middle, ends = days.months[AUGUST::MONTHS], np.append(days.years[1:], days.values.shape[1])
    places = [np.flatnonzero(days.tmin <= threshold) for threshold in FREEZES]
    autumn = [edge(at, middle, ends, last=False) for at in places]
    spring = [edge(at, days.years, middle, last=True) for at in places]
    return [found.tolist() for found in (*autumn, *spring)]


def edge(places, starts, ends, last):
    """Return the first or the last of sorted places in each range, -1 where there is none."""
    left, right = np.searchsorted(places, starts), np.searchsorted(places, ends)
    padded = np.append(places, -1)
    return np.where(left < right, padded[right - 1 if last else np.minimum(left, len(places))], -1)


def season_reasons(rule, year, masks):
    """Return why the minima of August to December, and of January to July, do not meet a rule, or None."""
    lengths = completeness.month_lengths(year)
    why = [why_not(rule, mask, days) for mask, days in zip(masks, lengths, strict=True)]
    return {"autumn": season_reason(rule, why, 8, 12), "spring": season_reason(rule, why, 1, 7)}


def season_reason(rule, why, first, last):
    failing = [str(month) for month in range(first, last + 1) if why[month - 1]]
    if not failing:
        return None
    if rule == "simple":
        return "no value" if len(failing) == last - first + 1 else None
    return f"{rule} not met by month {', '.join(failing)}"


def freezes_shown(days, freezes, place, seasons):
    row = {}
    for number, places in enumerate(freezes):
        at = places[place]
        if at < 0 or seasons["autumn" if number < len(FREEZES) else "spring"]:
            row |= {f"FZF{number}": None, f"FZF{number}_date": None}
        else:
            row |= {f"FZF{number}": int(days.tmin[at]) / 10, f"FZF{number}_date": days.dates[at].item()}
    return row
