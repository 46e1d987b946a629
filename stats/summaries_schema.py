"""What is shown of months and years as NOAA's summaries have them, as the schema has it."""

from rest_framework import serializers

from stats.statistics_schema import MonthSerializer, YearSerializer

LAST = "The last day of the period that has it."
TIMES = "How many days have it."


def decimal(help_text):
    return serializers.FloatField(allow_null=True, help_text=help_text)


def whole(help_text):
    return serializers.IntegerField(allow_null=True, help_text=help_text)


def day(help_text):
    return serializers.DateField(allow_null=True, help_text=help_text)


def missing(what):
    return serializers.IntegerField(help_text=f"Days without {what}.")


def reason(what):
    return serializers.CharField(allow_null=True, help_text=f"Why {what} null, in words; or null.")


class ValuesSerializer(serializers.Serializer):
    TMAX = decimal("Mean of the daily maxima, °C. Of a year: of its 12 months, with equal weight.")
    TMIN = decimal("Mean of the daily minima, °C, likewise.")
    TAVG = decimal("(TMAX + TMIN) / 2 of the unrounded means, °C.")
    PRCP = decimal("Total precipitation, mm.")
    DX32 = whole("Days with a maximum of at most 32 °F (0 °C).")
    DX70 = whole("Days with a maximum of at least 70 °F (21.1 °C).")
    DX90 = whole("Days with a maximum of at least 90 °F (32.2 °C).")
    DT32 = whole("Days with a minimum of at most 32 °F (0 °C).")
    DT00 = whole("Days with a minimum of at most 0 °F (-17.8 °C).")
    DP01 = whole("Days with at least 0.01 inch (0.3 mm).")
    DP10 = whole("Days with at least 0.1 inch (2.5 mm).")
    DP1X = whole("Days with at least 1 inch (25.4 mm).")
    HTDD = decimal("Heating degree days, °C: the sum of max(0, 65 °F - (TMAX + TMIN) / 2), means unrounded.")
    CLDD = decimal("Cooling degree days, °C: the sum of max(0, (TMAX + TMIN) / 2 - 65 °F), likewise.")
    EMXT, DYXT, EMXT_times = decimal("Highest maximum, °C."), day(LAST), whole(TIMES)
    EMNT, DYNT, EMNT_times = decimal("Lowest minimum, °C."), day(LAST), whole(TIMES)
    EMXP, DYXP, EMXP_times = decimal("Greatest precipitation of a day, mm."), day(LAST), whole(TIMES)


class EvidenceSerializer(serializers.Serializer):
    missing_tmax = missing("a maximum temperature")
    missing_tmin = missing("a minimum temperature")
    missing_prcp = missing("precipitation")
    missing_dd = missing("one of the two temperatures, which degree days need")
    reason_tmax = reason("TMAX and EMXT are")
    reason_tmin = reason("TMIN and EMNT are")
    reason_prcp = reason("PRCP, EMXP, DP01, DP10 and DP1X are")
    reason_dx = reason("DX32, DX70 and DX90 are")
    reason_dt = reason("DT32 and DT00 are")
    reason_dd = reason("HTDD and CLDD are")


def freeze(number):
    degrees = (32, 28, 24, 20, 16)[number % 5]
    which = "first day of August to December" if number < 5 else "last day of January to July"
    return decimal(f"The minimum, °C, on the {which} with at most {degrees} °F; null without one.")


FREEZES = {
    name: field
    for number in range(10)
    for name, field in ((f"FZF{number}", freeze(number)), (f"FZF{number}_date", day("Its date.")))
}
FreezeSerializer = type("FreezeSerializer", (serializers.Serializer,), FREEZES)


class SeasonSerializer(serializers.Serializer):
    reason_autumn = reason("FZF0 to FZF4 are, though there may be such a day,")
    reason_spring = reason("FZF5 to FZF9 are, though there may be such a day,")


class MonthlySummarySerializer(MonthSerializer, ValuesSerializer, EvidenceSerializer):
    """One station, one month, in the element names of NOAA's Global Summary of the Month."""


class YearlySummarySerializer(
    YearSerializer, ValuesSerializer, FreezeSerializer, EvidenceSerializer, SeasonSerializer
):
    """One station, one year, in the element names of NOAA's Global Summary of the Year."""


MONTH_EXAMPLE = {
    "station_id": "USC00110072",
    "year": 1985,
    "month": 7,
    "TMAX": 30.46,
    "TMIN": 17.72,
    "TAVG": 24.09,
    "PRCP": 64.0,
    "DX32": 0,
    "DX70": 31,
    "DX90": 9,
    "DT32": 0,
    "DT00": 0,
    "DP01": 9,
    "DP10": 8,
    "DP1X": 0,
    "HTDD": 0.0,
    "CLDD": 178.6,
    "EMXT": 34.4,
    "DYXT": "1985-07-13",
    "EMXT_times": 2,
    "EMNT": 12.2,
    "DYNT": "1985-07-23",
    "EMNT_times": 1,
    "EMXP": 12.7,
    "DYXP": "1985-07-30",
    "EMXP_times": 1,
    "missing_tmax": 0,
    "missing_tmin": 0,
    "missing_prcp": 0,
    "missing_dd": 0,
    "reason_tmax": None,
    "reason_tmin": None,
    "reason_prcp": None,
    "reason_dx": None,
    "reason_dt": None,
    "reason_dd": None,
}
YEAR_EXAMPLE = {
    "station_id": "USC00110072",
    "year": 1985,
    "TMAX": 15.25,
    "TMIN": 4.24,
    "TAVG": 9.75,
    "PRCP": 780.1,
    "DX32": 68,
    "DX70": 167,
    "DX90": 24,
    "DT32": 124,
    "DT00": 26,
    "DP01": 102,
    "DP10": 70,
    "DP1X": 7,
    "HTDD": 3627.1,
    "CLDD": 547.9,
    "EMXT": 36.1,
    "DYXT": "1985-09-07",
    "EMXT_times": 1,
    "EMNT": -30.6,
    "DYNT": "1985-01-20",
    "EMNT_times": 1,
    "EMXP": 45.5,
    "DYXP": "1985-10-09",
    "EMXP_times": 1,
    "FZF0": 0.0,
    "FZF0_date": "1985-10-01",
    "FZF1": -2.2,
    "FZF1_date": "1985-11-05",
    "FZF2": -8.9,
    "FZF2_date": "1985-11-20",
    "FZF3": -8.9,
    "FZF3_date": "1985-11-20",
    "FZF4": -8.9,
    "FZF4_date": "1985-11-20",
    "FZF5": -3.9,
    "FZF5_date": "1985-04-09",
    "FZF6": -3.9,
    "FZF6_date": "1985-04-09",
    "FZF7": -7.8,
    "FZF7_date": "1985-03-06",
    "FZF8": -7.8,
    "FZF8_date": "1985-03-06",
    "FZF9": -8.9,
    "FZF9_date": "1985-02-19",
    "missing_tmax": 0,
    "missing_tmin": 2,
    "missing_prcp": 0,
    "missing_dd": 2,
    "reason_tmax": None,
    "reason_tmin": None,
    "reason_prcp": None,
    "reason_dx": None,
    "reason_dt": None,
    "reason_dd": None,
    "reason_autumn": None,
    "reason_spring": None,
}
