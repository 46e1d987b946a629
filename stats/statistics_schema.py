"""What is shown of statistics, as the schema has it."""

from rest_framework import serializers

from stats.completeness import RULES

LAST = "Its day; the last one of several."
GAP = "The longest run of days without one, within the period."
MET = "Which rules the days behind it meet; `completeness` describes them."
REASON = "Only with `completeness`: why {} null, in words; null if nothing is missing."


def days(what):
    return serializers.IntegerField(help_text=f"Days with {what}.")


def gap():
    return serializers.IntegerField(allow_null=True, help_text=GAP)


def rules():
    return serializers.ListField(child=serializers.ChoiceField(list(RULES)), help_text=MET)


def reason(what):
    return serializers.CharField(required=False, allow_null=True, help_text=REASON.format(what))


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
    days_tmax = days("a maximum temperature")
    days_tmin = days("a minimum temperature")
    days_prcp = days("precipitation reported, if only 0")
    days_expected = serializers.IntegerField(help_text="Days in the calendar.")
    max_tmax_c = serializers.FloatField(allow_null=True, help_text="Highest temperature, °C.")
    max_tmax_date = serializers.DateField(allow_null=True, help_text=LAST)
    min_tmin_c = serializers.FloatField(allow_null=True, help_text="Lowest temperature, °C.")
    min_tmin_date = serializers.DateField(allow_null=True, help_text=LAST)
    max_prcp_mm = serializers.FloatField(allow_null=True, help_text="Greatest precipitation of a day, mm.")
    max_prcp_date = serializers.DateField(allow_null=True, help_text=LAST)
    gap_tmax, gap_tmin, gap_prcp = gap(), gap(), gap()
    rules_tmax, rules_tmin, rules_prcp = rules(), rules(), rules()


class ReasonSerializer(serializers.Serializer):
    reason_tmax = reason("mean and highest temperature are")
    reason_tmin = reason("mean and lowest temperature are")
    reason_prcp = reason("total and greatest precipitation are")


class YearlyFields(YearSerializer, SummarySerializer):
    """What every row has."""


class MonthlyFields(MonthSerializer, SummarySerializer):
    """What every row has."""


class YearlyStatisticsSerializer(YearlyFields, ReasonSerializer):
    """One station, one calendar year."""


class MonthlyStatisticsSerializer(MonthlyFields, ReasonSerializer):
    """One station, one month."""


MET_BY_ALL = ["simple", "noaa", "wmo"]
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
    "gap_tmax": 0,
    "gap_tmin": 1,
    "gap_prcp": 0,
    "rules_tmax": MET_BY_ALL,
    "rules_tmin": MET_BY_ALL,
    "rules_prcp": MET_BY_ALL,
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
    "gap_tmax": 0,
    "gap_tmin": 0,
    "gap_prcp": 0,
    "rules_tmax": MET_BY_ALL,
    "rules_tmin": MET_BY_ALL,
    "rules_prcp": MET_BY_ALL,
}
