"""Statistics by year and by month as JSON."""

from dataclasses import replace

from rest_framework import serializers

from rest import schema
from rest.cursors import cursor
from rest.database import VERSION
from rest.keyset import Rows, Selection
from rest.parameters import whole
from rest.unpaged import rounded
from rest.views import ExportQuery
from stats.models import mean
from weather import emptiness
from weather.selection import (
    OBSERVED,
    STATION,
    StationFilters,
    StationRowsView,
    YearFilters,
    stations_of,
    years_of,
)

YEAR, MONTH = whole(1, 9999), whole(1, 12)


class YearlyQuery(StationFilters, YearFilters, ExportQuery):
    cursor = cursor(STATION, YEAR)


class MonthlyQuery(StationFilters, YearFilters, ExportQuery):
    month = whole(1, 12, "The month of every year, for example `7`.")
    cursor = cursor(STATION, YEAR, MONTH)


class YearSerializer(serializers.Serializer):
    station_id = serializers.CharField(help_text="GHCN station id.")
    year = serializers.IntegerField()


class MonthSerializer(YearSerializer):
    month = serializers.IntegerField(min_value=1, max_value=12)


class SummarySerializer(serializers.Serializer):
    avg_tmax_c = serializers.FloatField(
        allow_null=True, help_text="Mean of daily maximum temperatures, °C, to 2 decimals."
    )
    avg_tmin_c = serializers.FloatField(
        allow_null=True, help_text="Mean of daily minimum temperatures, °C, to 2 decimals."
    )
    total_prcp_cm = serializers.FloatField(allow_null=True, help_text="Total precipitation, cm, exact.")
    days_tmax = serializers.IntegerField(help_text="Days with a maximum temperature.")
    days_tmin = serializers.IntegerField(help_text="Days with a minimum temperature.")
    days_prcp = serializers.IntegerField(help_text="Days with precipitation reported, if only 0.")
    days_expected = serializers.IntegerField(help_text="Days in the calendar.")
    max_tmax_c = serializers.FloatField(allow_null=True, help_text="Highest temperature, °C.")
    max_tmax_date = serializers.DateField(allow_null=True, help_text="Its day; the last one of several.")
    min_tmin_c = serializers.FloatField(allow_null=True, help_text="Lowest temperature, °C.")
    min_tmin_date = serializers.DateField(allow_null=True, help_text="Its day; the last one of several.")
    max_prcp_mm = serializers.FloatField(allow_null=True, help_text="Greatest precipitation of a day, mm.")
    max_prcp_date = serializers.DateField(allow_null=True, help_text="Its day; the last one of several.")


class YearlyStatisticsSerializer(YearSerializer, SummarySerializer):
    """One station, one calendar year."""


class MonthlyStatisticsSerializer(MonthSerializer, SummarySerializer):
    """One station, one month."""


def statistics(table, *key):
    """Return the rows of a table of statistics, in the order that `summary` takes them."""
    return Rows(
        table=table,
        reference="station_id",
        key=key,
        span=(1, 9999),
        columns=(
            *("tmax_sum", "tmin_sum", "prcp_sum"),
            *("days_tmax", "days_tmin", "days_prcp", "days_expected"),
            *("tmax_max", "tmax_max_date", "tmin_min", "tmin_min_date", "prcp_max", "prcp_max_date"),
            VERSION,
        ),
        owners="weather_stations",
        owner_name="station_id",
        with_rows=OBSERVED,
    )


YEARLY = statistics("weather_yearly_stats", "year")
MONTHLY = statistics("weather_monthly_stats", "year", "month")
EVERY_VALUE = ("o.basis = %s", ["all"])

ROUNDING = (
    "A mean is the sum of the values there are, in tenths of a degree, over their number, rounded to "
    "2 decimals from the exact quotient, halves away from zero (0.125 is 0.13, -0.125 is -0.13). "
    "Days without a value count for nothing; what no day stands behind is null."
)


def tenths(value):
    return None if value is None else value / 10


def summary(row):
    tmax_sum, tmin_sum, prcp_sum, days_tmax, days_tmin, days_prcp, days_expected, *extremes, _ = row
    tmax_max, tmax_max_date, tmin_min, tmin_min_date, prcp_max, prcp_max_date = extremes
    return {
        "avg_tmax_c": mean(tmax_sum, days_tmax),
        "avg_tmin_c": mean(tmin_sum, days_tmin),
        "total_prcp_cm": None if prcp_sum is None else prcp_sum / 100,
        "days_tmax": days_tmax,
        "days_tmin": days_tmin,
        "days_prcp": days_prcp,
        "days_expected": days_expected,
        "max_tmax_c": tenths(tmax_max),
        "max_tmax_date": tmax_max_date,
        "min_tmin_c": tenths(tmin_min),
        "min_tmin_date": tmin_min_date,
        "max_prcp_mm": tenths(prcp_max),
        "max_prcp_date": prcp_max_date,
    }


HUNDREDTHS = ("avg_tmax_c", "avg_tmin_c", "total_prcp_cm")


def with_means(table):
    """Return the rows of a table of statistics as they are exported: `summary` in SQL."""
    tmax_sum, tmin_sum, prcp_sum, days_tmax, days_tmin, *rest = table.columns
    means = (mean_sql(tmax_sum, days_tmax), mean_sql(tmin_sum, days_tmin))
    return replace(table, columns=(*means, prcp_sum, days_tmax, days_tmin, *rest))


def mean_sql(total, days):
    """Return the SQL of what stats.models.mean returns, in hundredths."""
    return rounded(f"(10 * {total})", days)


YEAR_EXAMPLE = {
    "station_id": "USC00110072",
    "year": 1985,
    "avg_tmax_c": 15.33,
    "avg_tmin_c": 4.33,
    "total_prcp_cm": 78.01,
    "days_tmax": 365,
    "days_tmin": 363,
    "days_prcp": 365,
    "days_expected": 365,
    "max_tmax_c": 36.1,
    "max_tmax_date": "1985-09-07",
    "min_tmin_c": -30.6,
    "min_tmin_date": "1985-01-20",
    "max_prcp_mm": 45.5,
    "max_prcp_date": "1985-10-09",
}
MONTH_EXAMPLE = {
    "station_id": "USC00110072",
    "year": 1985,
    "month": 7,
    "avg_tmax_c": 30.46,
    "avg_tmin_c": 17.72,
    "total_prcp_cm": 6.4,
    "days_tmax": 31,
    "days_tmin": 31,
    "days_prcp": 31,
    "days_expected": 31,
    "max_tmax_c": 34.4,
    "max_tmax_date": "1985-07-13",
    "min_tmin_c": 12.2,
    "min_tmin_date": "1985-07-23",
    "max_prcp_mm": 12.7,
    "max_prcp_date": "1985-07-30",
}


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
class YearlyListView(StationRowsView):
    query = YearlyQuery()
    key_length = 2
    serializer = YearlyStatisticsSerializer
    hundredths = HUNDREDTHS

    def stored(self, query):
        return with_means(self.table(query))

    def table(self, query):
        return YEARLY

    def selection(self, query):
        return Selection(*years_of(query), owners=stations_of(query), rows=[EVERY_VALUE])

    def show(self, row):
        station_id, year, *rest = row
        return {"station_id": station_id, "year": year, **summary(rest)}


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
class MonthlyListView(StationRowsView):
    query = MonthlyQuery()
    key_length = 3
    serializer = MonthlyStatisticsSerializer
    hundredths = HUNDREDTHS

    def stored(self, query):
        return with_means(self.table(query))

    def table(self, query):
        return MONTHLY

    def selection(self, query):
        month = [("o.month = %s", [query["month"]])] if "month" in query else []
        return Selection(*years_of(query), owners=stations_of(query), rows=[EVERY_VALUE, *month])

    def show(self, row):
        station_id, year, month, *rest = row
        return {"station_id": station_id, "year": year, "month": month, **summary(rest)}
