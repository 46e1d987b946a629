"""The books of the ingest for staff: its runs, their files, and the lines that were rejected."""

from django.conf import settings
from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.text import Truncator

from weather.admin_lists import ReadOnlyAdmin, column, count, link, source_file, station, unbroken
from weather.admin_runs import RunControls, progress
from weather.doorbell import ring_to_check
from weather.ingest import ingest
from weather.ledger import Stopped
from weather.models import IngestRun, RejectedLine, SourceFile
from weather.quality.checking import check
from weather.sources import SourceError

MOST_REINGESTED = 200
"""A request should not take minutes: more files are a matter for `ingest_weather --force`."""

run = column("run", lambda row: link("weather_ingestrun_change", row.run_id, row.run_id))


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
