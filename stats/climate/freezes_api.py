"""Freeze dates as JSON."""

from rest import schema
from rest.cursors import cursor
from rest.parameters import whole
from stats.by_station import ByStationView
from stats.climate.api import FROM_ITS_DAYS, days_of
from stats.climate.freezes import freeze_dates
from stats.climate.indices_api import SeasonQuery
from stats.climate.reckoning import FREEZING, Options
from stats.climate.shown import FREEZE_DATE_EXAMPLE, FreezeDateSerializer
from weather import emptiness
from weather.selection import STATION, in_order


class FreezeQuery(SeasonQuery):
    start_year = whole(1, 9999, "The first year of the period.", default=1991)
    end_year = whole(1, 9999, "The last year of the period.", default=2020)
    cursor = cursor(STATION, whole(0, 99))

    def validate(self, query):
        in_order(query, "start_year", "end_year", self.defaults)
        return super().validate(query)


@schema.listing(
    FreezeDateSerializer,
    FreezeQuery(),
    FREEZE_DATE_EXAMPLE,
    operation_id="listFreezeDates",
    summary="Freeze dates by probability",
    description="When the last freeze of spring and the first of autumn come: quantiles (Hyndman and Fan's "
    "type 8) over the years of a period, of which 80 % have to meet the rule; ordered by station id and "
    "percentile. If the 90th percentile of the last spring freeze is 05-10, there is a later one in one year "
    "of ten. What counts as a freeze of spring is as in `frost_free` of `/api/indices`, and so is the rule. "
    f"{FROM_ITS_DAYS}",
    tags=["Climate"],
    beside=emptiness.IN_SCHEMA,
)
class FreezeDateListView(ByStationView):
    query = FreezeQuery()
    key_length = 2
    serializer = FreezeDateSerializer

    def reckoned(self, query, station):
        options = Options(
            threshold=query.get("threshold", FREEZING),
            hemisphere=query.get("hemisphere"),
            rule=query["completeness"],
        )
        years = query["start_year"], query["end_year"]
        rows = freeze_dates(days_of(query, station), station.station_id, station.latitude, *years, options)
        return [(station.station_id, row["percentile"], row) for row in rows]
