"""What is shown of normals, anomalies, records and indices, as the schema has it."""

from rest_framework import serializers

STATION = "GHCN station id."
REASON = "Why there is no value, in words; null if there is one."


class NormalSerializer(serializers.Serializer):
    """A normal of one month, or of the year."""

    station_id = serializers.CharField(help_text=STATION)
    month = serializers.IntegerField(allow_null=True, min_value=1, max_value=12, help_text="Null: the year.")
    element = serializers.CharField(
        help_text="`tmax`, `tmin`, `prcp`, or `tavg`, (TMAX + TMIN) / 2 of the unrounded means."
    )
    unit = serializers.CharField(help_text="Of the normal and the quantiles.")
    normal = serializers.FloatField(
        allow_null=True,
        help_text="The mean over the years used; of the year: the mean of the 12 monthly normals with equal "
        "weight, of `prcp` their sum.",
    )
    p10 = serializers.FloatField(allow_null=True, help_text="The 10th percentile of the years used.")
    p25 = serializers.FloatField(allow_null=True, help_text="The 25th percentile.")
    p50 = serializers.FloatField(allow_null=True, help_text="The median.")
    p75 = serializers.FloatField(allow_null=True, help_text="The 75th percentile.")
    p90 = serializers.FloatField(allow_null=True, help_text="The 90th percentile.")
    years_used = serializers.IntegerField(help_text="Years with a value that meets the rule.")
    years_expected = serializers.IntegerField(help_text="Years of the period.")
    years = serializers.ListField(child=serializers.IntegerField(), help_text="Which years were used.")
    reason = serializers.CharField(allow_null=True, help_text="Why there is no normal; null if there is one.")


class AnomalySerializer(serializers.Serializer):
    """How far a month, or a year, is from its normal."""

    station_id = serializers.CharField(help_text=STATION)
    year = serializers.IntegerField()
    month = serializers.IntegerField(allow_null=True, min_value=1, max_value=12, help_text="Null: the year.")
    element = serializers.CharField(
        help_text="`tmax`, `tmin`, `prcp`, or `tavg`, (TMAX + TMIN) / 2 of the unrounded means."
    )
    unit = serializers.CharField(help_text="Of the value, the normal and the anomaly.")
    value = serializers.FloatField(allow_null=True, help_text="The mean, of `prcp` the total.")
    normal = serializers.FloatField(allow_null=True, help_text="As `/api/normals` has it.")
    anomaly = serializers.FloatField(
        allow_null=True, help_text="value - normal, both unrounded: the last digit may differ by one."
    )
    percent = serializers.FloatField(
        allow_null=True, help_text="100 value / normal, of `prcp` only; null if the normal is 0."
    )
    rank = serializers.IntegerField(
        allow_null=True,
        help_text="Among all years of the record, 1 the highest; equal values have the same rank.",
    )
    ranked_of = serializers.IntegerField(help_text="How many years have a value that meets the rule.")
    reason = serializers.CharField(
        allow_null=True, help_text="Why the value or the normal is missing; null if neither is."
    )


class RecordSerializer(serializers.Serializer):
    """The highest or the lowest value of a month of all years, or of all months."""

    station_id = serializers.CharField(help_text=STATION)
    month = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=12, help_text="Null: all months."
    )
    element = serializers.CharField(help_text="`tmax`, `tmin` or `prcp`.")
    kind = serializers.CharField(help_text="`highest` or `lowest`.")
    unit = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Null where the element has no value at all.")
    dates = serializers.ListField(
        child=serializers.DateField(), help_text="All days with that value; of more than 100 the last 100."
    )
    times = serializers.IntegerField(help_text="How many days have that value.")
    years_used = serializers.IntegerField(help_text="Years with a value, if of one day.")
    first_year = serializers.IntegerField(allow_null=True, help_text="The first of them.")
    last_year = serializers.IntegerField(allow_null=True, help_text="The last of them.")


class FreezeDateSerializer(serializers.Serializer):
    """A percentile of the dates between which there is no freeze."""

    station_id = serializers.CharField(help_text=STATION)
    threshold = serializers.CharField(help_text="A freeze is a minimum at or below it, for example `28F`.")
    percentile = serializers.IntegerField(
        help_text="In so many of a hundred years the date, or length, is this or an earlier, or lesser, one."
    )
    last_spring_freeze = serializers.CharField(
        allow_null=True, help_text="MM-DD; null where in so many years there is none."
    )
    first_autumn_freeze = serializers.CharField(
        allow_null=True, help_text="MM-DD; null where in so many years there is none."
    )
    frost_free_days = serializers.FloatField(
        allow_null=True, help_text="Days strictly between the two, of each year by itself."
    )
    years_used = serializers.IntegerField(help_text="Years that meet the rule.")
    years_expected = serializers.IntegerField(help_text="Years of the period.")
    reason = serializers.CharField(allow_null=True, help_text="Why there are no dates; null if there are.")


class ClimateIndexSerializer(serializers.Serializer):
    """An index of one year or month."""

    station_id = serializers.CharField(help_text=STATION)
    index = serializers.CharField(help_text="Its name.")
    year = serializers.IntegerField(help_text="The calendar year; of a season, that in which it begins.")
    month = serializers.IntegerField(allow_null=True, min_value=1, max_value=12, help_text="Null: the year.")
    value = serializers.FloatField(allow_null=True, help_text="In `unit`, reckoned exactly, rounded once.")
    unit = serializers.CharField(help_text="For example `days`, `°C`, `mm`, `%`, `°F d` (degree days).")
    parameters = serializers.CharField(
        allow_null=True, help_text="What it was reckoned with, for example `base=50F cap=86F`."
    )
    start_date = serializers.DateField(
        allow_null=True, help_text="Where the spell or season begins; of `frost_free` the last freeze before."
    )
    end_date = serializers.DateField(
        allow_null=True, help_text="Where the spell or season ends; of `frost_free` the first freeze after."
    )
    days_used = serializers.IntegerField(help_text="Days with what the index needs.")
    days_expected = serializers.IntegerField(help_text="Days in the calendar.")
    reason = serializers.CharField(allow_null=True, help_text=REASON)


NORMAL_EXAMPLE = {
    "station_id": "USC00110072",
    "month": 11,
    "element": "tavg",
    "unit": "°C",
    "normal": 3.77,
    "p10": -0.41,
    "p25": 2.09,
    "p50": 3.84,
    "p75": 5.53,
    "p90": 7.18,
    "years_used": 24,
    "years_expected": 30,
    "years": list(range(1991, 2015)),
    "reason": None,
}
ANOMALY_EXAMPLE = {
    "station_id": "USC00110072",
    "year": 2012,
    "month": 7,
    "element": "prcp",
    "unit": "mm",
    "value": 30.0,
    "normal": 87.18,
    "anomaly": -57.18,
    "percent": 34.4,
    "rank": 21,
    "ranked_of": 26,
    "reason": None,
}
RECORD_EXAMPLE = {
    "station_id": "USC00110072",
    "month": None,
    "element": "tmax",
    "kind": "highest",
    "unit": "°C",
    "value": 39.4,
    "dates": ["1988-06-25"],
    "times": 1,
    "years_used": 30,
    "first_year": 1985,
    "last_year": 2014,
}
FREEZE_DATE_EXAMPLE = {
    "station_id": "USC00110072",
    "threshold": "0C",
    "percentile": 90,
    "last_spring_freeze": "05-10",
    "first_autumn_freeze": "10-22",
    "frost_free_days": 188.0,
    "years_used": 28,
    "years_expected": 30,
    "reason": None,
}
INDEX_EXAMPLE = {
    "station_id": "USC00110072",
    "index": "frost_free",
    "year": 1985,
    "month": None,
    "value": 174.0,
    "unit": "days",
    "parameters": "threshold=0C hemisphere=north",
    "start_date": "1985-04-09",
    "end_date": "1985-10-01",
    "days_used": 175,
    "days_expected": 176,
    "reason": None,
}
