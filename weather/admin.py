"""The archive for staff: everything can be looked at, a station's description can be corrected."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import PeriodicTask

from weather.admin_lists import (
    LISTS,
    UNITS,
    ReadOnlyAdmin,
    StationPeriodAdmin,
    column,
    count,
    day,
    link,
    source_file,
    station,
    tenths,
    unbroken,
)
from weather.admin_runs import RunControls, progress
from weather.doorbell import ring_to_check
from weather.ingest import ingest
from weather.ledger import Stopped
from weather.models import (
    ELEMENTS,
    Archive,
    FlagCount,
    IngestRun,
    ObservationRow,
    RejectedLine,
    Revision,
    SourceFile,
    Station,
)
from weather.quality.checking import check
from weather.quality.letters import LETTERS
from weather.quality.neighbours import moved
from weather.sources import SourceError

MOST_REINGESTED = 200
"""A request should not take minutes: more files are a matter for `ingest_weather --force`."""

run = column("run", lambda row: link("weather_ingestrun_change", row.run_id, row.run_id))

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


@admin.register(IngestRun)
class IngestRunAdmin(RunControls, ReadOnlyAdmin):
    list_display = ["id", "ended", "started", "refused", *map(count, IngestRun.COUNTS[:-1]), "took"]
    list_filter = ["status"]
    sortable_by = ["id", "started"]
    fields = [
        *("status", "started_at", "finished_at", "duration", "sources", "error"),
        *("files", "skipped", "quarantined", "source_files"),
        *(*IngestRun.COUNTS, "rejected_lines", *IngestRun.BESIDE),
    ]
    readonly_fields = ["duration", "source_files", "rejected_lines"]

    @admin.display(ordering="started_at")
    def started(self, run):
        return unbroken(f"{run.started_at:%Y-%m-%d %H:%M}")

    @admin.display
    def refused(self, run):
        """What is to be looked at stands where it is seen: lines rejected, files quarantined."""
        counts = ((run.rejected, "line"), (run.quarantined, "file"))
        told = ", ".join(f"{count:,} {what}{'s' * (count > 1)}" for count, what in counts if count)
        return told and format_html("<b>{}</b>", told)

    @admin.display(description="status")
    def ended(self, run):
        if run.finished_at:
            return run.get_status_display()
        return format_html("{}<div>{}</div>", run.get_status_display(), progress(run))

    @admin.display
    def took(self, run):
        return f"{run.seconds:.1f} s" if run.finished_at else None

    @admin.display
    def duration(self, run):
        return self.took(run) or progress(run)

    @admin.display
    def source_files(self, run):
        return link("weather_sourcefile_changelist", "the files read", query=f"?run={run.pk}")

    @admin.display
    def rejected_lines(self, run):
        query = f"?source_file__run={run.pk}"
        return link("weather_rejectedline_changelist", f"{run.rejected:,} lines", query=query)


@admin.register(SourceFile)
class SourceFileAdmin(ReadOnlyAdmin):
    list_display = [
        *("__str__", run, "ended"),
        *map(count, ("rejected", *SourceFile.COUNTS[:-1])),
        *(station, "format"),
    ]
    list_filter = ["status", "format"]
    list_select_related = ["station"]
    search_fields = ["uri", "station__station_id"]
    search_help_text = "A part of the file's name or of its station's id"
    readonly_fields = ["lines_rejected"]
    actions = ["reingest"]

    @admin.display(description="status")
    def ended(self, file):
        if not file.reason:
            return file.get_status_display()
        reason = Truncator(file.reason).chars(200)
        return format_html("<b>{}</b><div>{}</div>", file.get_status_display(), reason)

    @admin.display
    def lines_rejected(self, file):
        query = f"?source_file={file.pk}"
        return link("weather_rejectedline_changelist", f"{file.rejected:,} lines", query=query)

    def has_ingest_permission(self, request):
        return request.user.has_perm("weather.add_ingestrun")

    @admin.action(description="Re-ingest the selected files", permissions=["ingest"])
    def reingest(self, request, queryset):
        uris = queryset.order_by("uri").values_list("uri", flat=True).distinct()[: MOST_REINGESTED + 1]
        if len(uris) > MOST_REINGESTED:
            advice = f"At most {MOST_REINGESTED} files at once; for more there is ingest_weather --force."
            self.message_user(request, advice, messages.ERROR)
            return
        try:
            run = ingest(list(uris), force=True, allowed=settings.WEATHER_ALLOWED_SOURCES)
        except (SourceError, Stopped) as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        if settings.REDIS_URL:
            ring_to_check()
        else:
            check()
        level = messages.WARNING if run.rejected or run.quarantined else messages.SUCCESS
        text = format_html("{}: {}", link("weather_ingestrun_change", f"Run {run.pk}", run.pk), run.summary())
        self.message_user(request, text, level)


def code(text):
    return format_html('<code style="white-space: pre-wrap">{}</code>', text)


@admin.register(RejectedLine)
class RejectedLineAdmin(ReadOnlyAdmin):
    list_display = ["line_number", source_file, "reason", "line"]
    list_select_related = ["source_file"]
    ordering = ["-source_file_id", "line_number"]
    search_fields = ["reason", "text"]
    fields = ["source_file", "line_number", "reason", "whole_line"]
    readonly_fields = ["whole_line"]

    @admin.display(description="text")
    def line(self, row):
        return code(Truncator(row.text).chars(200))

    @admin.display(description="text")
    def whole_line(self, row):
        return code(row.text)

    def lookup_allowed(self, lookup, value, request):
        return lookup == "source_file__run" or super().lookup_allowed(lookup, value, request)


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
