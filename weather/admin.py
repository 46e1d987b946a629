"""The archive for staff: everything can be looked at, a station's description can be corrected.

The books of the ingest are in weather.admin_books.
"""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import PeriodicTask

from weather import admin_books  # noqa: F401 it registers its screens
from weather.admin_lists import (
    LISTS,
    UNITS,
    StationPeriodAdmin,
    column,
    day,
    link,
    source_file,
    station,
    tenths,
)
from weather.models import (
    ELEMENTS,
    Archive,
    FlagCount,
    ObservationRow,
    Revision,
    Station,
)
from weather.quality.letters import LETTERS
from weather.quality.neighbours import moved

admin.site.site_header = admin.site.site_title = "Weather archive"
admin.site.empty_value_display = "—"


@admin.register(Station)
class StationAdmin(admin.ModelAdmin):
    """Stations come from the files and from `ingest_stations`, and stay as long as their observations."""

    list_display = ["station_id", "name", "state", "records", "latitude", "longitude", "elevation_m"]
    list_filter = ["state", "country"]
    search_fields = ["station_id__istartswith", "name"]
    search_help_text = "The beginning of a station id, or a part of a name"
    show_full_result_count = False
    fields = [
        *("station_id", "country", "name", "state", "latitude", "longitude", "elevation_m"),
        *("inventory", "records"),
    ]
    readonly_fields = ["station_id", "country", "inventory", "records"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if {"latitude", "longitude"} & set(form.changed_data):
            moved({form.initial["latitude"], obj.latitude})
        Archive.advance()  # the answers of the API change

    @admin.display(description="what NOAA has")
    def inventory(self, row):
        years = row.inventory.values_list("element", "first_year", "last_year")
        return ", ".join(f"{element} {first}-{last}" for element, first, last in years) or None

    def view_on_site(self, row):
        return reverse("station", args=[row.station_id])

    @admin.display
    def records(self, row):
        lists = {
            "observations": "weather_observationrow_changelist",
            "years": "stats_yearlystats_changelist",
            "months": "stats_monthlystats_changelist",
            "quality letters": "weather_flagcount_changelist",
        }
        page = format_html('<a href="{}">page</a> · ', self.view_on_site(row))
        links = ((link(name, text, query=f"?q={row.station_id}"),) for text, name in lists.items())
        return page + format_html_join(" · ", "{}", links)

    class Media:
        css = LISTS


@admin.register(ObservationRow)
class ObservationAdmin(StationPeriodAdmin):
    list_display = [
        station,
        day,
        *(
            column(f"{element}, {UNITS[element]}", lambda row, element=element: tenths(getattr(row, element)))
            for element in ELEMENTS
        ),
        "flags",
        source_file,
    ]
    list_display_links = None
    shown_with = ["station", "source_file"]
    ordering = ["station_id", "date"]  # the primary key; Django's own reading of "station" sorts by its name

    @admin.display
    def flags(self, row):
        return ", ".join(filter(None, (flag_told(row, element) for element in ELEMENTS)))

    def get_object(self, request, object_id, from_field=None):
        """No page for one row: its nominal key, the date, is that of other stations' rows too."""

    def lookup_allowed(self, lookup, value, request):
        """Conditions on other columns would read the whole table."""
        raise IncorrectLookupParameters


def flag_told(row, element):
    """Say which letter a value has, and whether it is of our own checks."""
    if flag := getattr(row, f"{element}_flag"):
        return f"{element} {flag}"
    check = getattr(row, f"{element}_check")
    return f"{element} {check} (own check)" if check else ""


@admin.register(FlagCount)
class FlagCountAdmin(StationPeriodAdmin):
    list_display = [
        *("id", station, "year", "element"),
        column("letter", lambda row: letter_told(chr(row.letter))),
        column("came with it", lambda row: f"{row.source:,}"),
        column("own check", lambda row: f"{row.own:,}"),
    ]

    def within(self, queryset, first, last):
        return queryset.filter(year__range=(first.year, last.year))


def letter_told(letter):
    return f"{letter} {LETTERS[letter].name}" if letter in LETTERS else letter


@admin.register(Revision)
class RevisionAdmin(StationPeriodAdmin):
    list_display = ["id", station, day, "element", "change", source_file]
    shown_with = ["station", "source_file"]

    @admin.display
    def change(self, row):
        unit = UNITS[row.element]
        return f"{stated(row.old_value, row.old_flag)} → {stated(row.new_value, row.new_flag)} {unit}"


def stated(value, flag):
    return f"{'—' if value is None else tenths(value)}{f' ({flag})' if flag else ''}"


admin.site.unregister(PeriodicTask)


@admin.register(PeriodicTask)
class ScheduleAdmin(PeriodicTaskAdmin):
    """Without the script that django-celery-beat writes into the page, where none is run. What a crontab
    means is said of a task that has one."""

    change_form_template = None

    def get_fieldsets(self, request, obj=None):
        unsaid = {"crontab_translation"} if not (obj and obj.crontab) else set()
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field not in unsaid]})
            for name, options in super().get_fieldsets(request, obj)
        ]
