"""What is shown of stations, as the schema has it."""

from rest_framework import serializers


class HoldingSerializer(serializers.Serializer):
    """What there is of an element."""

    first = serializers.DateField(help_text="The first day with a value.")
    last = serializers.DateField(help_text="The last day with a value.")
    days = serializers.IntegerField(help_text="Days with a value.")
    coverage = serializers.FloatField(
        help_text="Their share of the calendar days from `first` to `last`, to 4 decimals."
    )


class ElementsSerializer(serializers.Serializer):
    """What there is of each element; null where there is nothing."""

    tmax = HoldingSerializer(allow_null=True, help_text="Maximum temperature.")
    tmin = HoldingSerializer(allow_null=True, help_text="Minimum temperature.")
    prcp = HoldingSerializer(allow_null=True, help_text="Precipitation.")


class CoverageSerializer(serializers.Serializer):
    """For each element of `has`: the share of the calendar days of the range with a value, to 4 decimals."""

    tmax = serializers.FloatField(required=False, help_text="Maximum temperature.")
    tmin = serializers.FloatField(required=False, help_text="Minimum temperature.")
    prcp = serializers.FloatField(required=False, help_text="Precipitation.")


class DescriptionSerializer(serializers.Serializer):
    station_id = serializers.CharField(help_text="GHCN station id.")
    name = serializers.CharField(allow_null=True)
    state = serializers.CharField(allow_null=True, help_text="US state or Canadian province.")
    country = serializers.CharField(help_text="FIPS code.")
    latitude = serializers.FloatField(allow_null=True, help_text="Decimal degrees, north is positive.")
    longitude = serializers.FloatField(allow_null=True, help_text="Decimal degrees, east is positive.")
    elevation_m = serializers.FloatField(allow_null=True, help_text="Above sea level, m.")
    first_date = serializers.DateField(allow_null=True, help_text="The first day in the archive.")
    last_date = serializers.DateField(allow_null=True, help_text="The last day in the archive.")
    days_tmax = serializers.IntegerField(help_text="Days with a maximum temperature.")
    days_tmin = serializers.IntegerField(help_text="Days with a minimum temperature.")
    days_prcp = serializers.IntegerField(help_text="Days with precipitation reported, if only 0.")
    elements = ElementsSerializer()


class StationSerializer(DescriptionSerializer):
    """A station, and what data it has."""

    distance_km = serializers.FloatField(
        required=False,
        help_text="km from `near`, to 2 decimals, along a great circle on a sphere of radius 6371.0088 km; "
        "only with `near`.",
    )
    coverage = CoverageSerializer(required=False, help_text="Only with `has`.")


class YearsSerializer(serializers.Serializer):
    first_year = serializers.IntegerField()
    last_year = serializers.IntegerField()


class InventorySerializer(serializers.Serializer):
    """The first and the last year of each element; null for an element that NOAA does not have."""

    tmax = YearsSerializer(allow_null=True)
    tmin = YearsSerializer(allow_null=True)
    prcp = YearsSerializer(allow_null=True)


class StationDetailSerializer(DescriptionSerializer):
    """A station, and what data it and NOAA have."""

    inventory = InventorySerializer(
        allow_null=True,
        help_text="What NOAA's inventory says it has of the station; null if none was loaded.",
    )


ELEMENTS_EXAMPLE = {
    "tmax": {"first": "1985-01-01", "last": "2014-12-31", "days": 10568, "coverage": 0.9645},
    "tmin": {"first": "1985-01-01", "last": "2014-12-31", "days": 10587, "coverage": 0.9662},
    "prcp": {"first": "1985-01-01", "last": "2014-12-31", "days": 10676, "coverage": 0.9744},
}
STATION_EXAMPLE = {
    "station_id": "USC00110072",
    "name": "ALEDO",
    "state": "IL",
    "country": "US",
    "latitude": 41.1978,
    "longitude": -90.7447,
    "elevation_m": 222.5,
    "first_date": "1985-01-01",
    "last_date": "2014-12-31",
    "days_tmax": 10568,
    "days_tmin": 10587,
    "days_prcp": 10676,
    "elements": ELEMENTS_EXAMPLE,
}
FOUND_EXAMPLE = STATION_EXAMPLE | {"distance_km": 29.03, "coverage": {"tmax": 0.9645}}
DETAIL_EXAMPLE = STATION_EXAMPLE | {
    "inventory": {
        "tmax": {"first_year": 1901, "last_year": 2026},
        "tmin": {"first_year": 1901, "last_year": 2026},
        "prcp": {"first_year": 1901, "last_year": 2026},
    }
}
