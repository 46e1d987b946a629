"""The books of the ingest as JSON: every run, its files, its rejected lines."""

from django.db.models import Case, F, When
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from rest import schema
from rest.cursors import cursor
from rest.parameters import choice, whole
from rest.views import DetailQuery, ListView, PageQuery, ReadView
from weather.models import IngestRun, RejectedLine, SourceFile

DETAILS = 1000
"""How many files and how many rejected lines of a run are shown."""

BALANCE = {
    "read": "Days of stations, and lines where they were rejected.",
    "inserted": "Days that were new.",
    "updated": "Days of which a value or a flag was corrected.",
    "unchanged": "Days that were there like this.",
    "rejected": "Lines that were not taken.",
}
COUNTED = {name: {"help_text": text} for name, text in BALANCE.items()}


class RunQuery(PageQuery):
    status = choice(IngestRun.Status.values, "Only runs that ended so, or that are running.")
    cursor = cursor(whole(0, 999_999_999))


class RunSerializer(serializers.ModelSerializer):
    """A run of the ingest. `read = inserted + updated + unchanged + rejected`."""

    sources = serializers.ListField(child=serializers.CharField(), help_text="What was asked for.")
    error = serializers.CharField(allow_null=True, help_text="Why the run failed.")

    class Meta:
        model = IngestRun
        fields = (
            "id",
            "started_at",
            "finished_at",
            "status",
            "sources",
            "files",
            "skipped",
            "quarantined",
            *IngestRun.COUNTS,
            *IngestRun.BESIDE,
            "error",
        )
        read_only_fields = fields
        extra_kwargs = COUNTED


class SourceFileSerializer(serializers.ModelSerializer):
    """A file as the run read it."""

    fingerprint = serializers.CharField(allow_null=True, help_text="SHA-256 of the content; null if unread.")
    version = serializers.CharField(allow_null=True, help_text="ETag or version id on S3; null elsewhere.")
    format = serializers.CharField(allow_null=True, help_text="Null if it was not recognised.")
    station_id = serializers.CharField(allow_null=True, help_text="Null if it is not of one station.")
    reason = serializers.CharField(allow_null=True, help_text="Why it was quarantined.")

    class Meta:
        model = SourceFile
        fields = (
            "id",
            "uri",
            "fingerprint",
            "version",
            "size",
            "format",
            "station_id",
            "status",
            "reason",
            "entered_at",
            "generation",
            *SourceFile.COUNTS,
            *SourceFile.BESIDE,
        )
        read_only_fields = fields
        extra_kwargs = COUNTED


class RejectedLineSerializer(serializers.Serializer):
    """A line that was not taken."""

    source_file = serializers.CharField(help_text="The URI of the file.")
    line_number = serializers.IntegerField(help_text="The first line is 1.")
    reason = serializers.CharField()
    text = serializers.CharField(allow_blank=True, help_text="The line itself.")


class RunDetailSerializer(RunSerializer):
    """A run with its files and its rejected lines, at most 1000 of each."""

    source_files_total = serializers.IntegerField(help_text="How many files the run read.")
    source_files = SourceFileSerializer(many=True, help_text="Those that were quarantined come first.")
    rejected_lines_total = serializers.IntegerField(help_text="How many lines the run rejected.")
    rejected_lines = RejectedLineSerializer(many=True)

    class Meta(RunSerializer.Meta):
        fields = (
            *RunSerializer.Meta.fields,
            "source_files_total",
            "source_files",
            "rejected_lines_total",
            "rejected_lines",
        )
        read_only_fields = fields


RUN_FIELDS = RunSerializer.Meta.fields
FILE_FIELDS = SourceFileSerializer.Meta.fields
LINE_FIELDS = ("source_file", "line_number", "reason", "text")

RUN = {
    "id": 1,
    "started_at": "2026-01-01T06:00:00Z",
    "finished_at": "2026-01-01T06:00:09Z",
    "status": "succeeded",
    "sources": ["s3://bucket/wx_data/"],
    "files": 1,
    "skipped": 0,
    "quarantined": 0,
    "read": 10865,
    "inserted": 10864,
    "updated": 0,
    "unchanged": 0,
    "rejected": 1,
    "left_out": 0,
    "disappeared": 0,
    "withdrawn": 0,
    "error": None,
}


@schema.listing(
    RunSerializer,
    RunQuery(),
    RUN,
    operation_id="listIngestRuns",
    summary="Runs of the ingest",
    description="The newest first, each with its balance of lines.",
    tags=["Ingest"],
)
class RunListView(ListView):
    query = RunQuery()
    archived = False  # a run begins and ends without the archive

    def runs(self, query):
        runs = IngestRun.objects.all()
        return runs.filter(status=query["status"]) if "status" in query else runs

    def rows(self, query, position, limit):
        runs = self.runs(query).order_by("-id")
        if position and position.backward:
            runs = runs.filter(id__gt=position.key[0]).order_by("id")
        elif position:
            runs = runs.filter(id__lt=position.key[0])
        return list(runs.values_list(*RUN_FIELDS)[:limit])

    def count(self, query):
        return self.runs(query).count()

    def show(self, row):
        return shown(RUN_FIELDS, row)


@schema.detail(
    RunDetailSerializer,
    DetailQuery(),
    RUN
    | {
        "source_files_total": 1,
        "source_files": [
            {
                "id": 1,
                "uri": "s3://bucket/wx_data/USC00110072.txt",
                "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "version": None,
                "size": 293355,
                "format": "wx",
                "station_id": "USC00110072",
                "status": "ingested",
                "reason": None,
                "entered_at": "2026-01-01T06:00:08Z",
                "generation": 42,
                "read": 10865,
                "inserted": 10864,
                "updated": 0,
                "unchanged": 0,
                "rejected": 1,
                "left_out": 0,
                "disappeared": 0,
                "withdrawn": 0,
            }
        ],
        "rejected_lines_total": 1,
        "rejected_lines": [
            {
                "source_file": "s3://bucket/wx_data/USC00110072.txt",
                "line_number": 412,
                "reason": "expected a date YYYYMMDD, got '19850230'",
                "text": "19850230\t  -22\t -128\t   94",
            }
        ],
    },
    OpenApiParameter("id", {"type": "integer", "minimum": 1}, "path", description="The number of the run."),
    operation_id="getIngestRun",
    summary="One run, its files and its rejected lines",
    tags=["Ingest"],
)
class RunView(ReadView):
    query = DetailQuery()
    archived = False

    def content(self, query, id):
        row = IngestRun.objects.filter(id=id).values_list(*RUN_FIELDS).first()
        if row is None:
            raise Http404(f"No run {id}.")
        files = SourceFile.objects.filter(run=id)
        lines = RejectedLine.objects.filter(source_file__run=id)
        return {
            **shown(RUN_FIELDS, row),
            "source_files_total": files.count(),
            "source_files": files_of(files),
            "rejected_lines_total": lines.count(),
            "rejected_lines": lines_of(lines),
        }


def files_of(files):
    columns = [F("station__station_id") if name == "station_id" else name for name in FILE_FIELDS]
    refused_first = files.order_by(Case(When(status=SourceFile.Status.QUARANTINED, then=0), default=1), "id")
    return [shown(FILE_FIELDS, row) for row in refused_first.values_list(*columns)[:DETAILS]]


def lines_of(lines):
    rows = lines.order_by("source_file", "line_number")
    columns = ("source_file__uri", *LINE_FIELDS[1:])
    return [dict(zip(LINE_FIELDS, row, strict=True)) for row in rows.values_list(*columns)[:DETAILS]]


def shown(fields, row):
    """Return a row by names; an empty text says that something is missing, so it becomes null."""
    return {name: None if value == "" else value for name, value in zip(fields, row, strict=True)}
