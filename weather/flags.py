"""Quality letters as JSON: what they mean, and how many values have them."""

from collections import defaultdict

from rest_framework import serializers

from rest import schema
from rest.cursors import cursor
from rest.database import fetch
from rest.keyset import joined
from rest.parameters import code
from rest.views import ListView, PageQuery
from weather.formats import ELEMENTS
from weather.quality.letters import LETTERS, Letter
from weather.selection import StationFilters, YearFilters, require_stations, stations_of, years_of

ORIGINS = ("source", "check")
UNKNOWN = Letter("unknown", "No letter of GHCN-Daily: it came with the file.", None, None)


class QualityQuery(StationFilters, YearFilters, PageQuery):
    cursor = cursor(code("[!-~]", "a letter"))


def came(element):
    return serializers.IntegerField(help_text=f"Values of {element} that came with this letter.")


def given(element):
    return serializers.IntegerField(help_text=f"Values of {element} to which our checks gave this letter.")


class LetterSerializer(serializers.Serializer):
    """A quality letter, and how many values of the selected stations and years have it."""

    letter = serializers.CharField(help_text="As `tmax_flag`, `tmin_flag` and `prcp_flag` show it.")
    name = serializers.CharField(help_text="The test that gives it.")
    meaning = serializers.CharField(help_text="What is wrong with the value.")
    temperature = serializers.CharField(
        allow_null=True,
        help_text="Our test of maximum and minimum, with its thresholds; null if we have none.",
    )
    precipitation = serializers.CharField(
        allow_null=True, help_text="Our test of precipitation, with its thresholds; null if we have none."
    )
    own_check = serializers.BooleanField(
        help_text="Whether our own checks give this letter; the others only come with values."
    )
    tmax_source, tmax_check = came("TMAX"), given("TMAX")
    tmin_source, tmin_check = came("TMIN"), given("TMIN")
    prcp_source, prcp_check = came("PRCP"), given("PRCP")


@schema.listing(
    LetterSerializer,
    QualityQuery(),
    {"letter": "N"}
    | LETTERS["N"]._asdict()
    | {
        "own_check": True,
        "tmax_source": 0,
        "tmax_check": 12,
        "tmin_source": 0,
        "tmin_check": 12,
        "prcp_source": 0,
        "prcp_check": 0,
    },
    operation_id="listQualityLetters",
    summary="What the quality letters mean",
    description="Every letter of GHCN-Daily in alphabetical order, whether a value has it or not, with the "
    "test behind it (Durre et al. 2010, doi:10.1175/2010JAMC2375.1) and counts for the selected stations and "
    "years.\n\n"
    "A letter that came with a value is kept and never overwritten. Values without one are tested by our own "
    "checks after every ingest, each test on what passed the ones before: N, D, X, K, G, O, I, T, R, S, M. "
    "Values stay as they are: `/api/weather?qc=accepted` gives null in place of those with a letter.\n\n"
    "Counts are those of each station's last check; `stations_due` says how many wait for one.",
    tags=["Observations"],
    beside={
        "stations_due": serializers.IntegerField(
            help_text="Stations of the selection that have changed since they were checked."
        )
    },
    beside_example={"stations_due": 0},
)
class QualityView(ListView):
    query = QualityQuery()
    archived = False  # what is due changes without the archive

    def letters(self, query):
        """Return [(letter, Letter, {(element, place of the origin): values})], in order."""
        counts = counted(query)
        return [(letter, LETTERS.get(letter, UNKNOWN), counts[letter]) for letter in sorted(LETTERS | counts)]

    def rows(self, query, position, limit):
        require_stations(query, [])
        rows = self.letters(query)
        if position and position.backward:
            return [row for row in reversed(rows) if row[0] < position.key[0]][:limit]
        return [row for row in rows if not position or row[0] > position.key[0]][:limit]

    def count(self, query):
        return len(self.letters(query))

    def beside(self, query, rows):
        where, parameters = joined([("s.check_due OR s.spatial_due", []), *stations_of(query)])
        sql = f"SELECT count(*) FROM weather_stations s WHERE s.observed = TRUE AND {where}"  # noqa: S608
        return {"stations_due": fetch(sql, parameters)[0][0]}

    def show(self, row):
        letter, about, counts = row
        values = {
            f"{element}_{origin}": counts[element, origin] for element in ELEMENTS for origin in ORIGINS
        }
        return {"letter": letter, **about._asdict(), "own_check": about.own, **values}


def counted(query):
    """Return {letter: {(element, origin): values that have it}} of a query's stations and years."""
    first, last = years_of(query)
    where, parameters = joined([("c.year BETWEEN %s AND %s", [first, last]), *stations_of(query)])
    sql = f"""SELECT c.letter, c.element, sum(c.source), sum(c.own)
        FROM weather_flag_counts c JOIN weather_stations s ON s.id = c.station_id
        WHERE {where} GROUP BY c.letter, c.element"""  # noqa: S608
    counts = defaultdict(lambda: defaultdict(int))
    for letter, element, *values in fetch(sql, parameters):
        for origin, value in zip(ORIGINS, values, strict=True):
            counts[chr(letter)][element, origin] = int(value)
    return counts
