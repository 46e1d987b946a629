"""What the lists of admin have in common: columns, and reading millions of rows in pages.

Lists answer from an index however large the table is: no count goes further than MOST_LISTED rows,
and a column can be sorted where an index or a small table has it in order.
"""

import calendar
import datetime
import functools
import operator
import re
from decimal import Decimal

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html

from rest.admin import ReadOnly
from weather.models import Station

MOST_LISTED = 10_000

LISTS = {"all": ["weather/lists.css"]}
"""The stylesheet of lists, for their Media."""

UNITS = {"tmax": "°C", "tmin": "°C", "prcp": "mm"}


def tenths(value):
    """Return whole tenths as a decimal."""
    return None if value is None else Decimal(value).scaleb(-1)


def column(description, show, ordering=None):
    """Return a column of a list from a function of the row."""

    @admin.display(description=description, ordering=ordering)
    def shown(row):
        return show(row)

    shown.__name__ = re.sub(r"\W+", "_", description)  # the column's CSS class
    return shown


def count(field):
    return column(field, lambda row: f"{getattr(row, field):,}", ordering=field)


def link(url_name, text, *args, query=""):
    return format_html('<a href="{}{}">{}</a>', reverse(f"admin:{url_name}", args=args), query, text)


def unbroken(text):
    return format_html('<span style="white-space: nowrap">{}</span>', text)


day = column("date", lambda row: row.date.isoformat())  # as the search takes it
station = column(
    "station",
    lambda row: row.station and link("weather_station_change", row.station.station_id, row.station_id),
)
source_file = column(
    "source file", lambda row: link("weather_sourcefile_change", row.source_file, row.source_file_id)
)


class ShortPaginator(Paginator):
    """Counts and pages no further than MOST_LISTED rows: neither costs more in a larger table."""

    @cached_property
    def found(self):
        return self.object_list[: MOST_LISTED + 1].count()

    @property
    def count(self):
        return min(self.found, MOST_LISTED)

    @property
    def more(self):
        return self.found > MOST_LISTED


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    paginator = ShortPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the whole table
    sortable_by = ()

    class Media:
        css = LISTS


def period(word):
    """Return the first and last day of a year, month or day such as 1990, 1990-07, 1990-07-31; None if
    it is not meant as one. Raise ValueError for one that no calendar has."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", word)
    if not match:
        return None
    year, month, day = (part and int(part) for part in match.groups())
    first = datetime.date(year, month or 1, day or 1)
    if day:
        return first, first
    last_month = month or 12
    return first, datetime.date(year, last_month, calendar.monthrange(year, last_month)[1])


def keys(stations):
    """Return the primary keys of stations for a condition. MySQL looks into an index for a range of days only
    where they are constants, and not too many."""
    keys = stations.order_by().values_list("pk", flat=True)
    if connection.vendor != "mysql":
        return keys
    some = list(keys[: MOST_LISTED + 1])
    return keys if len(some) > MOST_LISTED else some


class StationPeriodAdmin(ReadOnlyAdmin):
    """A read-only list with one search box for stations and days, in any number: `USC0011 1990-07`.

    The station table is asked first and is part of every search, so that a period alone too is
    answered station by station from the index that begins with the station.
    """

    shown_with = ["station"]
    """References that are shown. Joined, MySQL sorts the whole table for the first page."""

    search_fields = ["station__station_id"]
    search_help_text = (
        "Station ids or their beginnings, and a year, month, day or two of them: USC0011 1990-07"
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(*self.shown_with)

    def get_search_results(self, request, queryset, search_term):
        words = search_term.split()
        try:
            periods = [days for days in map(period, words) if days]
        except ValueError as error:
            self.message_user(request, f"Not a date in {search_term!r}: {error}", messages.WARNING)
            return queryset.none(), False
        prefixes = [Q(station_id__istartswith=word) for word in words if not period(word)]
        if words:
            stations = Station.objects.filter(functools.reduce(operator.or_, prefixes, Q()))
            queryset = queryset.filter(station_id__in=keys(stations))
        if periods:
            firsts, lasts = zip(*periods, strict=True)
            queryset = self.within(queryset, min(firsts), max(lasts))
        return queryset, False

    def within(self, queryset, first, last):
        return queryset.filter(date__range=(first, last))
