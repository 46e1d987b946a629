"""Every index by its name: what it is, in words and as a function."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stats.climate import degree_days, etccdi, frost
from stats.climate.reckoning import PRCP, TMAX, TMIN, Found
from stats.climate.temperature import temperature

CORN = temperature("50F"), temperature("86F")
BASE = {"gdd": temperature("10C"), "hdd": temperature("65F"), "cdd": temperature("65F")}
"""The base of degree days where none is asked for."""


@dataclass(frozen=True)
class Index:
    """An index: how it is shown and defined, and what reckons it.

    `season` is what its years are: "calendar"; "july" if they begin in July in the southern hemisphere;
    "asked" if they are a season that is asked for. `says` names the parameters that are shown with it.
    """

    title: str
    definition: str
    unit: str
    source: str
    reckon: Callable
    places: int = 0
    monthly: bool = False
    season: str = "calendar"
    says: tuple = ()


def degrees(name, reckon):
    """Return the index that is the sum of the degrees of each day, in the unit of its base."""

    def index(reckoning, periods):
        base, cap = bounds(name, reckoning.options)
        days, (start, end) = periods.days, reckoning.options.season
        limits = [base.tenths, *([cap.tenths] if cap else [])]
        daily, parts = reckon(days.whole(TMAX), days.whole(TMIN), *limits)
        season = degree_days.in_season(days.dates, start, end)
        present = days.present([TMAX, TMIN])
        total = periods.sum(np.where(present & season, daily, 0))
        times, over = (9, 5) if base.unit == "F" else (1, 1)
        return Found(times * total, over * parts, present, season=season)

    return index


def bounds(name, options):
    """Return the base and the cap of an index of degree days."""
    if name == "gdd_corn":
        return CORN
    return options.base or BASE[name], options.cap if name == "gdd" else None


def frost_free(reckoning, periods):
    days = periods.days
    length, spring, autumn = frost.frost_free(days, reckoning.options.threshold.tenths)
    season = frost.between(days, spring, autumn)
    return Found(length, 1, days.present([TMIN]), spring, autumn, season)


DEGREES = {"unit": "degree days", "places": 1, "monthly": True, "season": "asked"}
DEGREES_SAY = ("base", "season")
ETCCDI = {"source": "ETCCDI"}
DAYS = ETCCDI | {"unit": "days"}
CELSIUS = ETCCDI | {"unit": "°C", "places": 1, "monthly": True}
SHARE = ETCCDI | {"unit": "%", "places": 2, "monthly": True}
MM = ETCCDI | {"unit": "mm", "places": 1}

INDICES = {
    "gdd": Index(
        "Growing degree days",
        "The sum of max(0, (TMAX + TMIN) / 2 - base) over the days of the season. With a cap: of "
        "(TMAX' + TMIN') / 2 - base, where TMAX' and TMIN' are first brought between base and cap. "
        "In °C or °F as the base is; the base is 10 °C unless another is asked for.",
        source="NCEI GRDD-BASE50; McMaster and Wilhelm 1997",
        reckon=degrees("gdd", degree_days.growing),
        says=("base", "cap", "season"),
        **DEGREES,
    ),
    "gdd_corn": Index(
        "Growing degree days of corn",
        "The same with base 50 °F and cap 86 °F, in °F.",
        source="NCEI GRDD-TB5086",
        reckon=degrees("gdd_corn", degree_days.growing),
        says=("base", "cap", "season"),
        **DEGREES,
    ),
    "hdd": Index(
        "Heating degree days",
        "The sum of max(0, base - (TMAX + TMIN) / 2), the mean not rounded; base 65 °F unless another is "
        "asked for.",
        source="GSOM HTDD",
        reckon=degrees("hdd", degree_days.heating),
        says=DEGREES_SAY,
        **DEGREES,
    ),
    "cdd": Index(
        "Cooling degree days",
        "The sum of max(0, (TMAX + TMIN) / 2 - base), likewise. (Dry days in a row are `cdd_etccdi`.)",
        source="GSOM CLDD",
        reckon=degrees("cdd", degree_days.cooling),
        says=DEGREES_SAY,
        **DEGREES,
    ),
    "frost_free": Index(
        "Frost-free season",
        "The days strictly between the last day of January to July and the first of August to December with "
        "TMIN <= threshold (0 °C); these two are `start_date` and `end_date`. Without one of them it goes to "
        "that end of the year. The days used and expected are those from the one date to the other: on any "
        "of them a freeze would move a date. In the southern hemisphere the year is July to June, and the "
        "months are six later.",
        unit="days",
        source="GSOY FZF0 to FZF9",
        reckon=frost_free,
        season="july",
        says=("threshold", "hemisphere"),
    ),
    "dry_spell": Index(
        "Longest dry spell",
        "The longest run of days with PRCP < threshold_mm (1 mm) that ends in the year, whenever it began; "
        "the last one on ties. A day without a value ends it.",
        unit="days",
        source="ETCCDI CDD with any threshold",
        reckon=etccdi.longest_spell(False, lambda options: options.threshold_mm),
        says=("threshold_mm",),
    ),
    "wet_spell": Index(
        "Longest wet spell",
        "The longest run of days with PRCP >= threshold_mm (1 mm) that ends in the year, likewise.",
        unit="days",
        source="ETCCDI CWD with any threshold",
        reckon=etccdi.longest_spell(True, lambda options: options.threshold_mm),
        says=("threshold_mm",),
    ),
    "fd": Index(
        "FD, frost days", "Days with TMIN < 0 °C.", reckon=etccdi.count_of(TMIN, etccdi.below(0)), **DAYS
    ),
    "su": Index(
        "SU, summer days", "Days with TMAX > 25 °C.", reckon=etccdi.count_of(TMAX, etccdi.above(250)), **DAYS
    ),
    "id": Index(
        "ID, icing days", "Days with TMAX < 0 °C.", reckon=etccdi.count_of(TMAX, etccdi.below(0)), **DAYS
    ),
    "tr": Index(
        "TR, tropical nights",
        "Days with TMIN > 20 °C.",
        reckon=etccdi.count_of(TMIN, etccdi.above(200)),
        **DAYS,
    ),
    "gsl": Index(
        "GSL, growing season length",
        "Days from the first of the first 6 days in a row of January to June with (TMAX + TMIN) / 2 > 5 °C "
        "to the day before the first 6 in a row of July to December with (TMAX + TMIN) / 2 < 5 °C, or to the "
        "end of the year; 0 if it never begins. In the southern hemisphere the year is July to June.",
        reckon=etccdi.gsl,
        season="july",
        says=("hemisphere",),
        **DAYS,
    ),
    "txx": Index("TXx", "The highest TMAX.", reckon=etccdi.extreme_of(TMAX, 1), **CELSIUS),
    "tnx": Index("TNx", "The highest TMIN.", reckon=etccdi.extreme_of(TMIN, 1), **CELSIUS),
    "txn": Index("TXn", "The lowest TMAX.", reckon=etccdi.extreme_of(TMAX, -1), **CELSIUS),
    "tnn": Index("TNn", "The lowest TMIN.", reckon=etccdi.extreme_of(TMIN, -1), **CELSIUS),
    "tn10p": Index(
        "TN10p, cool nights",
        "Percentage of days with TMIN below the 10th percentile of their calendar day.",
        reckon=etccdi.share_of(TMIN, 1),
        says=("base_years",),
        **SHARE,
    ),
    "tx10p": Index(
        "TX10p, cool days",
        "Percentage of days with TMAX below the 10th percentile of their calendar day.",
        reckon=etccdi.share_of(TMAX, 1),
        says=("base_years",),
        **SHARE,
    ),
    "tn90p": Index(
        "TN90p, warm nights",
        "Percentage of days with TMIN above the 90th percentile of their calendar day.",
        reckon=etccdi.share_of(TMIN, -1),
        says=("base_years",),
        **SHARE,
    ),
    "tx90p": Index(
        "TX90p, warm days",
        "Percentage of days with TMAX above the 90th percentile of their calendar day.",
        reckon=etccdi.share_of(TMAX, -1),
        says=("base_years",),
        **SHARE,
    ),
    "wsdi": Index(
        "WSDI, warm spell duration",
        "Days in runs of at least 6 with TMAX above the 90th percentile of their calendar day; runs are cut "
        "at 1 January.",
        reckon=etccdi.duration_of(TMAX, -1),
        says=("base_years",),
        **DAYS,
    ),
    "csdi": Index(
        "CSDI, cold spell duration",
        "Days in runs of at least 6 with TMIN below the 10th percentile of their calendar day; runs are cut "
        "at 1 January.",
        reckon=etccdi.duration_of(TMIN, 1),
        says=("base_years",),
        **DAYS,
    ),
    "dtr": Index(
        "DTR, diurnal temperature range",
        "The mean of TMAX - TMIN over the days that have both.",
        unit="°C",
        places=2,
        monthly=True,
        reckon=etccdi.dtr,
        **ETCCDI,
    ),
    "rx1day": Index(
        "Rx1day", "The greatest PRCP of a day.", reckon=etccdi.extreme_of(PRCP, 1), monthly=True, **MM
    ),
    "rx5day": Index(
        "Rx5day",
        "The greatest total PRCP of five days in a row, counted where the last of them is; a missing day "
        "adds nothing.",
        reckon=etccdi.rx5day,
        monthly=True,
        **MM,
    ),
    "sdii": Index(
        "SDII, simple daily intensity",
        "The mean PRCP of wet days, those with PRCP >= 1 mm; null without any.",
        unit="mm",
        places=2,
        reckon=etccdi.sdii,
        **ETCCDI,
    ),
    "r10mm": Index(
        "R10mm", "Days with PRCP >= 10 mm.", reckon=etccdi.count_of(PRCP, etccdi.at_least(100)), **DAYS
    ),
    "r20mm": Index(
        "R20mm", "Days with PRCP >= 20 mm.", reckon=etccdi.count_of(PRCP, etccdi.at_least(200)), **DAYS
    ),
    "rnnmm": Index(
        "Rnnmm",
        "Days with PRCP >= threshold_mm (1 mm).",
        reckon=etccdi.rnnmm,
        says=("threshold_mm",),
        **DAYS,
    ),
    "cdd_etccdi": Index(
        "CDD, dry days in a row",
        "The longest run of days with PRCP < 1 mm that ends in the year; null where the year lies within a "
        "run.",
        reckon=etccdi.longest_spell(False),
        **DAYS,
    ),
    "cwd_etccdi": Index(
        "CWD, wet days in a row",
        "The longest run of days with PRCP >= 1 mm that ends in the year, likewise.",
        reckon=etccdi.longest_spell(True),
        **DAYS,
    ),
    "r95ptot": Index(
        "R95pTOT, very wet days",
        "The total PRCP of days with more than the 95th percentile of the wet days of the base period.",
        reckon=etccdi.total_above(Fraction(95, 100)),
        says=("base_years",),
        **MM,
    ),
    "r99ptot": Index(
        "R99pTOT, extremely wet days",
        "The total PRCP of days with more than the 99th percentile of the wet days of the base period.",
        reckon=etccdi.total_above(Fraction(99, 100)),
        says=("base_years",),
        **MM,
    ),
    "prcptot": Index(
        "PRCPTOT", "The total PRCP of wet days, those with PRCP >= 1 mm.", reckon=etccdi.prcptot, **MM
    ),
}
"""In the order in which they are explained. Rows come in that of their names."""
