"""Statistics by year and by month as JSON."""

from collections import defaultdict

from rest import schema
from rest.cursors import cursor
from rest.database import VERSION, connection, fetch
from rest.keyset import Rows, Selection, joined
from rest.parameters import choice, whole
from rest.unpaged import Column, Export, Made, batches, columns_made, one_state
from rest.views import ExportQuery
from stats import shown
from stats.completeness import RULES
from stats.statistics_schema import (
    MONTH_EXAMPLE,
    YEAR_EXAMPLE,
    MonthlyFields,
    MonthlyStatisticsSerializer,
    YearlyFields,
    YearlyStatisticsSerializer,
)
from weather import emptiness
from weather.formats import ELEMENTS
from weather.selection import (
    OBSERVED,
    STATION,
    StationFilters,
    StationRowsView,
    YearFilters,
    require_stations,
    stations_of,
    years_of,
)

YEAR, MONTH = whole(1, 9999), whole(1, 12)
COMPLETENESS = (
    "A statistic is null, and `reason_...` says why, unless enough days are behind it. `simple`: one value. "
    "`noaa`: of a month at most 5 days are missing and at most 3 in a row; of a year every month is so, and "
    "its mean is that of the 12 months with equal weight. `wmo`: at most 10 and 4, of totals none; of a year "
    "likewise."
)


class BasisQuery(StationFilters, YearFilters, ExportQuery):
    basis = choice(
        ["all", "accepted"],
        "`all` counts every value as it came; `accepted` those without a quality letter.",
        default="all",
    )
    completeness = choice(list(RULES), COMPLETENESS)


class YearlyQuery(BasisQuery):
    cursor = cursor(STATION, YEAR)


class MonthlyQuery(BasisQuery):
    month = whole(1, 12, "The month of every year, for example `7`.")
    cursor = cursor(STATION, YEAR, MONTH)


COLUMNS = (
    *("tmax_sum", "tmin_sum", "prcp_sum", "days_tmax", "days_tmin", "days_prcp", "days_expected"),
    *("tmax_max", "tmax_max_date", "tmin_min", "tmin_min_date", "prcp_max", "prcp_max_date"),
)


def statistics(table, key, *evidence):
    """Return the rows of a table of statistics, in the order that stats.shown takes them."""
    return Rows(
        table=table,
        reference="station_id",
        key=key,
        span=(1, 9999),
        columns=(*COLUMNS, *(f"{element}_{what}" for what in evidence for element in ELEMENTS), VERSION),
        owners="weather_stations",
        owner_name="station_id",
        with_rows=OBSERVED,
    )


YEARLY = statistics("weather_yearly_stats", ("year",), "gap", "rules")
MONTHLY = statistics("weather_monthly_stats", ("year", "month"), "mask")
MEANS = (*("tmax_sum", "tmin_sum", "prcp_sum", "days_tmax", "days_tmin", "days_prcp"),)
MASKS = tuple(f"{element}_mask" for element in ELEMENTS)


def on_basis(basis, rows):
    """Return the condition on statistics, alias o: those of accepted values, or where there are none, all."""
    if basis == "all":
        return "o.basis = %s", ["all"]
    same = " AND ".join(f"a.{column} = o.{column}" for column in ("station_id", *rows.key))
    there = f"EXISTS (SELECT 1 FROM {rows.table} a WHERE a.basis = 'accepted' AND {same})"  # noqa: S608
    return f"o.basis = 'accepted' OR (o.basis = 'all' AND NOT {there})", []


ROUNDING = (
    "A mean is the sum of the values there are, in tenths of a degree, over their number, rounded to "
    "2 decimals from the exact quotient, halves away from zero (0.125 is 0.13, -0.125 is -0.13). "
    "Days without a value count for nothing; what no day stands behind is null."
)


class StatisticsView(StationRowsView):
    """Rows of statistics. With `completeness`, what is shown of a row comes in place of its columns."""

    fields = None
    """The serializer of a row without reasons."""
    statistics = None
    """The Rows."""

    def table(self, query):
        return self.statistics

    def selection(self, query):
        rows = [on_basis(query["basis"], self.statistics), *self.also(query)]
        return Selection(*years_of(query), owners=stations_of(query), rows=rows)

    def also(self, query):
        """Return further conditions on rows."""
        return []

    def rows(self, query, position, limit):
        if "completeness" not in query:
            return super().rows(query, position, limit)
        with one_state(connection()):
            rows = super().rows(query, position, limit)
            return [
                (*row[: self.key_length], fields, row[-1])
                for row, fields in zip(rows, self.by_rule(query, [row[:-1] for row in rows]), strict=True)
            ]

    def by_rule(self, query, rows):
        """Return {field: value} of each of rows, null where it does not meet the rule asked for."""
        raise NotImplementedError

    def values(self, row):
        """Return {field: value} of a row as it is."""
        raise NotImplementedError

    def export(self, query):
        require_stations(query, [])
        serializer = self.serializer if "completeness" in query else self.fields
        table = self.table(query)
        names = (f"s.{table.owner_name}", *(f"o.{column}" for column in table.key), *table.columns[:-1])
        stored = Export(table, self.selection(query), tuple(Column(name, "integer", name) for name in names))

        def made():
            for rows in batches(stored):
                yield self.exported(query, rows)

        return Made(columns_made(serializer), made)

    def exported(self, query, rows):
        """Return rows as tuples of what is shown."""
        key = self.key_length
        found = self.by_rule(query, rows) if "completeness" in query else [self.values(row) for row in rows]
        return [(*row[:key], *fields.values()) for row, fields in zip(rows, found, strict=True)]


@schema.listing(
    YearlyStatisticsSerializer,
    YearlyQuery(),
    YEAR_EXAMPLE,
    operation_id="listYearlyStatistics",
    summary="Statistics by year",
    description=f"Ordered by station id (by its bytes), then year. {ROUNDING}",
    tags=["Statistics"],
    beside=emptiness.IN_SCHEMA,
)
class YearlyListView(StatisticsView):
    query = YearlyQuery()
    key_length = 2
    serializer = YearlyStatisticsSerializer
    fields = YearlyFields
    statistics = YEARLY

    def by_rule(self, query, rows):
        months = months_of(query["basis"], rows)
        return [
            shown.year_by_rule(query["completeness"], row[1], row[2:], months[row[:2]])
            for row in map(tuple, rows)
        ]

    def values(self, row):
        return shown.shown(*row[2:21])

    def show(self, row):
        values = row[2] if len(row) == 4 else self.values(row)
        return {"station_id": row[0], "year": row[1], **values}


def months_of(basis, rows):
    """Return {(station, year): {month: sums, days and masks}} of the years that are rows."""
    months = defaultdict(dict)
    if rows:
        stations, years = {row[0] for row in rows}, {row[1] for row in rows}
        named = f"s.station_id IN ({', '.join(['%s'] * len(stations))})", list(stations)
        within = "o.year BETWEEN %s AND %s", [min(years), max(years)]
        where, parameters = joined([named, within, on_basis(basis, MONTHLY)])
        sql = f"""SELECT s.station_id, o.year, o.month, {", ".join((*MEANS, *MASKS))}
            FROM weather_stations s JOIN weather_monthly_stats o ON o.station_id = s.id WHERE {where}"""  # noqa: S608
        for station, year, month, *rest in fetch(sql, parameters):
            months[station, year][month] = rest
    return months


@schema.listing(
    MonthlyStatisticsSerializer,
    MonthlyQuery(),
    MONTH_EXAMPLE,
    operation_id="listMonthlyStatistics",
    summary="Statistics by month",
    description=f"Ordered by station id (by its bytes), then year and month. {ROUNDING}",
    tags=["Statistics"],
    beside=emptiness.IN_SCHEMA,
)
class MonthlyListView(StatisticsView):
    query = MonthlyQuery()
    key_length = 3
    serializer = MonthlyStatisticsSerializer
    fields = MonthlyFields
    statistics = MONTHLY

    def also(self, query):
        return [("o.month = %s", [query["month"]])] if "month" in query else []

    def by_rule(self, query, rows):
        return [shown.month_by_rule(query["completeness"], row[3:]) for row in rows]

    def values(self, row):
        return shown.shown(*row[3:16], *shown.evidence_of(row[9], *row[16:19]))

    def show(self, row):
        values = row[3] if len(row) == 5 else self.values(row)
        return {"station_id": row[0], "year": row[1], "month": row[2], **values}
