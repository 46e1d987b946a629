"""Which stations, which days, as of when: what queries about stations and their rows have in common."""

import datetime
import re
from operator import itemgetter

from rest import keyset
from rest.exports import MEDIA_TYPES
from rest.parameters import MOST_VALUES, Parameter, Query, box, code, day, expected, whole
from rest.unpaged import Export, columns_of
from rest.views import ListView, refused
from weather.emptiness import why_empty
from weather.formats import STATION_ID
from weather.models import Archive, SourceFile, Station

OBSERVED = "s.observed = TRUE"

STATION = code(STATION_ID, "a station id such as USC00110072")
YEAR = whole(1, 9999)


class StationFilters(Query):
    station_id = code(
        STATION_ID,
        "a station id such as USC00110072",
        "GHCN station id, for example `USC00110072`. Repeat it, or separate several by commas.",
        several=True,
        most=MOST_VALUES,
    )
    state = code(
        "[A-Za-z]{2}",
        "two letters such as NE",
        "US state or Canadian province, for example `NE`. Repeat it, or separate several by commas.",
        change=str.upper,
        several=True,
    )
    bbox = box(
        "Stations inside `west,south,east,north`, decimal degrees, for example `-100,40,-95,43`. "
        "West is greater than east in a box across the 180th meridian."
    )


class YearFilters(Query):
    year = whole(1, 9999, "The calendar year, for example `1985`.")
    start_year = whole(1, 9999, "The first year, inclusive.")
    end_year = whole(1, 9999, "The last year, inclusive.")

    def validate(self, query):
        in_order(query, "start_year", "end_year")
        return super().validate(query)


class DayFilters(YearFilters):
    date = day("The day, YYYY-MM-DD, for example `1985-01-01`.")
    start = day("The first day, inclusive, YYYY-MM-DD.")
    end = day("The last day, inclusive, YYYY-MM-DD.")

    def validate(self, query):
        in_order(query, "start", "end")
        return super().validate(query)


GENERATION = "[0-9]{1,9}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"


def moment(help_text="", **kwargs):
    """A parameter that is a generation of the archive, an int, or a time, a datetime."""

    def parse(text):
        if re.fullmatch(GENERATION, text):
            return int(text)
        text = text.replace(" ", "+")  # a + that was not encoded
        try:
            if re.fullmatch(TIME, text):
                time = datetime.datetime.fromisoformat(text)
                return (time if time.tzinfo else time.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
        except (ValueError, OverflowError):
            pass
        raise expected("a generation or a time such as 2026-01-01T06:00Z", text)

    schema = {"type": "string", "format": "moment", "pattern": f"^({GENERATION}|{TIME})$"}
    return Parameter(parse, schema, help_text, **kwargs)


def generation_now():
    return Archive.objects.values_list("generation", flat=True).get()


def generation_at(name, moment):
    """Return the generation that the archive had at the moment of a parameter.

    A time that has not come yet is now. A generation that has not is refused: mostly a date is meant.
    """
    if not isinstance(moment, int):
        return SourceFile.objects.generation_at(moment)
    if moment > (now := generation_now()):
        message = f"generation {moment} has not come yet: it is {now} now; a date is written 2026-01-01"
        raise refused(name, message)
    return moment


def in_order(query, start, end, defaults=None):
    """Refuse a range that ends before it begins; what is to blame is that of the two which was given."""
    if start not in query or end not in query or query[start] <= query[end]:
        return
    by_default = [name for name in (start, end) if query[name] == (defaults or {}).get(name)]
    told = " (by default)" if by_default else ""
    if start in by_default:
        raise refused(end, f"is before {start}: {query[end]} < {query[start]}{told}")
    raise refused(start, f"is after {end}: {query[start]} > {query[end]}{told}")


def overlap(starts, ends):
    """Return the range in which several ranges overlap: their latest start, their earliest end."""
    return max(starts), min(ends)


def years_of(query):
    """Return the first and the last year the query leaves."""
    return overlap(
        [query.get("year", 1), query.get("start_year", 1)],
        [query.get("year", 9999), query.get("end_year", 9999)],
    )


def days_of(query):
    """Return the first and the last day the query leaves."""
    first_year, last_year = years_of(query)
    first, last = datetime.date(first_year, 1, 1), datetime.date(last_year, 12, 31)
    return overlap(
        [first, query.get("date", first), query.get("start", first)],
        [last, query.get("date", last), query.get("end", last)],
    )


def stations_of(query):
    """Return the query's conditions on weather_stations, alias s, as (SQL, parameters)."""
    conditions = []
    for column in ("station_id", "state"):
        if values := query.get(column):
            conditions.append((f"s.{column} IN ({', '.join(['%s'] * len(values))})", values))
    if "bbox" in query:
        west, south, east, north = query["bbox"]
        across = "s.longitude >= %s OR s.longitude <= %s"
        conditions.append(("s.latitude BETWEEN %s AND %s", [south, north]))
        conditions.append((across if west > east else "s.longitude BETWEEN %s AND %s", [west, east]))
    return conditions


def require_stations(query, rows):
    """Raise a ValidationError if the query names a station that the archive does not have.

    `rows` start with the ids of stations known to exist: mostly all that were named, and then
    the database is not asked.
    """
    unseen = set(query.get("station_id", ())).difference(map(itemgetter(0), rows))
    if not unseen:
        return
    known = Station.objects.filter(station_id__in=unseen).values_list("station_id", flat=True)
    if unknown := sorted(unseen.difference(known)):
        raise refused("station_id", f"unknown station {', '.join(unknown)}")


def only(values):
    """Return the value if there is but one, otherwise None."""
    return values[0] if len(values) == 1 else None


class StationRowsView(ListView):
    """Rows of stations, ordered by station id, then by their own key."""

    tells_version = True
    media_types = MEDIA_TYPES
    serializer = None
    """The serializer of a row, which has the fields of a row in its order."""

    def export(self, query):
        require_stations(query, [])
        table = self.table(query)
        return Export(table, self.selection(query), columns_of(self.serializer, table))

    def rows(self, query, position, limit):
        selection = self.selection(query)
        selection.one = only(query.get("station_id", ()))
        rows = keyset.page(self.table(query), selection, position, limit)
        require_stations(query, rows)
        return rows

    def count(self, query):
        return keyset.count(self.table(query), self.selection(query))

    def beside(self, query, rows):
        if rows or "cursor" in query:
            return {}
        now = {name: value for name, value in query.items() if name != "as_of"}
        return {"empty": why_empty(query, self.table(now), self.selection(now))}
