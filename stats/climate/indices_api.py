"""Indices as JSON: which ones, and with what."""

from fractions import Fraction

from rest import schema
from rest.cursors import cursor
from rest.parameters import choice, code, whole
from rest.views import refused
from stats.by_station import ByStationView
from stats.climate.api import FROM_ITS_DAYS, BasisQuery, days_of
from stats.climate.catalogue import BASE, INDICES
from stats.climate.evidence import RULES
from stats.climate.indices import rows
from stats.climate.reckoning import BASES, FREEZING, WHOLE_YEAR, Options
from stats.climate.shown import INDEX_EXAMPLE, ClimateIndexSerializer
from stats.climate.temperature import parameter as temperature
from weather import emptiness
from weather.selection import STATION, YEAR, YearFilters, in_order, years_of

DAY_OF_YEAR = (
    "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9])"
)
MILLIMETRES = r"[0-9]{1,4}(\.[0-9]{1,2})?"
MOST_BASE_YEARS = 100
BY_MONTH = [name for name, index in INDICES.items() if index.monthly]
NEEDS = {
    "season_start": "season_end",
    "season_end": "season_start",
    "base_start_year": "base_end_year",
    "base_end_year": "base_start_year",
}
"""Parameters that say something only with another."""

SAID = {
    **{name: name for name in ("base", "cap", "threshold", "threshold_mm", "hemisphere")},
    **dict.fromkeys(("season_start", "season_end"), "season"),
    **dict.fromkeys(("base_start_year", "base_end_year"), "base_years"),
}
"""What an index says of a parameter that it takes."""
ITS_OWN = {("gdd_corn", "base"), ("gdd_corn", "cap")}
"""What it says, and nobody can ask for."""
TAKEN_BY = {
    parameter: [name for name, index in INDICES.items() if said in index.says and (name, said) not in ITS_OWN]
    for parameter, said in SAID.items()
}
"""The indices that take a parameter."""


def day_of_year(help_text):
    def change(text):
        return tuple(map(int, text.split("-")))

    return code(f"({DAY_OF_YEAR})", "a day of the year MM-DD", help_text, change=change, format="month-day")


class SeasonQuery(BasisQuery):
    threshold = temperature("A freeze is at or below it, °C or °F, for example `28F`; `0C` without it.")
    hemisphere = choice(
        ["north", "south"],
        "Where seasons are: in the south their years begin in July. Without it by the station's latitude; a "
        "station without position is taken for a northern one, and `parameters` says so.",
    )
    completeness = choice(
        RULES,
        "`etccdi`: a month lacks at most 3 days, a year at most 15 and none of its months more than 3; a "
        "season likewise. `simple`: one day is enough.",
        default="etccdi",
    )


class IndexQuery(SeasonQuery, YearFilters):
    index = choice(
        INDICES,
        "Which indices, for example `gdd_corn,frost_free`: repeat it, or separate them by commas. Their "
        "definitions are in the description.",
        several=True,
        required=True,
    )
    frequency = choice(
        ["yearly", "monthly"],
        f"A value a year, or a month; by month there are {', '.join(f'`{name}`' for name in BY_MONTH)}.",
        default="yearly",
    )
    base = temperature(
        "Of degree days, °C or °F: `10`, `10C`, `50F`. They come in its unit. Without it 10 °C for `gdd`, "
        "65 °F for `hdd` and `cdd`."
    )
    cap = temperature("Of `gdd`: temperatures above it count as it does, those below the base as the base.")
    threshold_mm = code(
        MILLIMETRES,
        "millimetres such as 1 or 0.25",
        "Of `dry_spell`, `wet_spell` and `rnnmm`: what makes a day a wet one; `1` without it.",
        change=Fraction,
        format="millimetres",
    )
    season_start = day_of_year(
        "The first day of the season that degree days are summed over, for example `04-01`. If it is later "
        "in the year than `season_end`, the season ends in the next one, and counts in that where it begins."
    )
    season_end = day_of_year("The last day of that season. `02-29` is the last of February in every year.")
    base_start_year = whole(
        1,
        9999,
        "The first year of the base period of percentiles. Without it that of "
        f"{', '.join(f'{first}-{last}' for first, last in BASES)} of which 80 % of the days have a value; "
        "the first of several.",
    )
    base_end_year = whole(1, 9999, "The last year of the base period of percentiles.")
    cursor = cursor(STATION, choice(INDICES), YEAR, whole(0, 12))

    def validate(self, query):
        for name, other in NEEDS.items():
            if name in query and other not in query:
                raise refused(name, f"says something only with {other}")
        for name, indices in TAKEN_BY.items():
            if name in query and not set(indices).intersection(query["index"]):
                raise refused(name, f"says something only of {', '.join(indices)}")
        in_order(query, "base_start_year", "base_end_year")
        if "base_start_year" in query:
            years = query["base_end_year"] - query["base_start_year"] + 1
            if years > MOST_BASE_YEARS:
                raise refused("base_end_year", f"makes {years:,} years; at most {MOST_BASE_YEARS} are a base")
        base = query.get("base", BASE["gdd"])
        if "cap" in query and query["cap"].tenths <= base.tenths:
            raise refused("cap", f"is not above the base: {query['cap']} <= {base}")
        refuse_season(query)
        if query["frequency"] == "monthly" and (yearly := sorted(set(query["index"]).difference(BY_MONTH))):
            raise refused("frequency", f"there are no months of {', '.join(yearly)}")
        return super().validate(query)


def refuse_season(query):
    """Refuse a season that begins in the month in which the one before it ends: that month has no season."""
    start, end = query.get("season_start"), query.get("season_end")
    if start and start > end and start[0] == end[0]:
        raise refused("season_end", "is in the month of season_start, and before it: take an earlier month")


def options_of(query):
    base_years = (query["base_start_year"], query["base_end_year"]) if "base_start_year" in query else None
    season = (query["season_start"], query["season_end"]) if "season_start" in query else WHOLE_YEAR
    return Options(
        base=query.get("base"),
        cap=query.get("cap"),
        threshold=query.get("threshold", FREEZING),
        threshold_mm=query.get("threshold_mm", Fraction(1)),
        season=season,
        base_years=base_years,
        hemisphere=query.get("hemisphere"),
        rule=query["completeness"],
        monthly=query["frequency"] == "monthly",
    )


def table():
    """Return the definitions of all indices as Markdown."""
    lines = ["| `index` | | unit | by month | source |", "|---|---|---|---|---|"]
    for name, index in INDICES.items():
        by_month = "yes" if index.monthly else ""
        about = f"{index.title}. {index.definition}"
        lines.append(f"| `{name}` | {about} | {index.unit} | {by_month} | {index.source} |")
    return "\n".join(lines)


@schema.listing(
    ClimateIndexSerializer,
    IndexQuery(),
    INDEX_EXAMPLE,
    operation_id="listIndices",
    summary="Agronomic and climate indices",
    description="Degree days, frost, spells and the 27 indices of ETCCDI, ordered by station id, index (by "
    f"its name), year and month. {FROM_ITS_DAYS}\n\n{table()}\n\n"
    "Percentiles of calendar days are those of the five days around each in all years of the base period "
    "(Hyndman and Fan's type 8); within it a year is compared with the others by the bootstrap of Zhang et "
    "al. (2005), except for WSDI and CSDI. 29 February is compared with the percentile of 28 February.",
    tags=["Climate"],
    beside=emptiness.IN_SCHEMA,
)
class IndexListView(ByStationView):
    query = IndexQuery()
    key_length = 4
    serializer = ClimateIndexSerializer

    def reckoned(self, query, station):
        found = rows(
            days_of(query, station),
            station.station_id,
            station.latitude,
            query["index"],
            options_of(query),
            *years_of(query),
        )
        return [(station.station_id, row["index"], row["year"], row["month"] or 0, row) for row in found]
