"""Stations as GeoJSON (RFC 7946), which maps and geographic programs read."""

from rest_framework import serializers

from stats.station_schema import FOUND_EXAMPLE, StationSerializer

MEDIA_TYPE = "application/geo+json"
POSITION = ("longitude", "latitude")


class PointSerializer(serializers.Serializer):
    type = serializers.CharField(help_text="Always `Point`.")
    coordinates = serializers.ListField(
        child=serializers.FloatField(),
        min_length=2,
        max_length=2,
        help_text="Longitude, latitude, decimal degrees (WGS 84).",
    )


class StationFeatureSerializer(serializers.Serializer):
    """A station, and what data it has."""

    type = serializers.CharField(help_text="Always `Feature`.")
    id = serializers.CharField(help_text="GHCN station id.")
    geometry = PointSerializer(allow_null=True, help_text="null where the position is not known.")
    properties = StationSerializer()


class StationCollectionSerializer(serializers.Serializer):
    """A page of stations. `count`, `next` and `previous` stand beside the features."""

    type = serializers.CharField(help_text="Always `FeatureCollection`.")
    count = serializers.IntegerField(
        required=False, help_text="Results on all pages; only with `count=exact`."
    )
    next = serializers.URLField(allow_null=True, help_text="The next page, if there is one.")
    previous = serializers.URLField(allow_null=True, help_text="The page before this one.")
    features = StationFeatureSerializer(many=True)


def collection(beside, stations):
    """Return the FeatureCollection of a page of stations, with what stands beside them."""
    return {"type": "FeatureCollection", **beside, "features": [feature(station) for station in stations]}


def feature(station):
    coordinates = [station[name] for name in POSITION]
    geometry = None if None in coordinates else {"type": "Point", "coordinates": coordinates}
    return {"type": "Feature", "id": station["station_id"], "geometry": geometry, "properties": station}


EXAMPLE = collection({"next": None, "previous": None}, [FOUND_EXAMPLE])
