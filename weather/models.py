"""The archive: stations, their observations, and the ledger of where each came from.

Values are whole tenths (°C, mm) as in the source; missing is NULL. They become decimals once,
at the edge (the API, admin).
"""

from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import Exact

from weather.formats import ELEMENTS, HIGHEST, LOWEST, STATION_ID


class Station(models.Model):
    station_id = models.CharField(
        max_length=11, unique=True, validators=[RegexValidator(f"^{STATION_ID}$", "Not a GHCN station id.")]
    )
    name = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=2, blank=True, default="", help_text="US state, Canadian province")
    country = models.CharField(max_length=2, help_text="FIPS code: the first two letters of the id")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    elevation_m = models.FloatField(null=True, blank=True)

    class Meta:
        db_table = "weather_stations"
        ordering = ["station_id"]
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("station_id"), 11), name="station_id_has_11_characters"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="station_position_is_on_earth",
            ),
        ]

    def __str__(self):
        return f"{self.station_id} {self.name}".strip()


class Observation(models.Model):
    """One station, one day. The primary key is the only index.

    The two references carry no foreign key in the database: checking them row by row makes the
    load six times slower (docs/decisions.md). Only weather.store writes here, in a transaction
    that holds the station's row.
    """

    pk = models.CompositePrimaryKey("station", "date")
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="observations", db_index=False, db_constraint=False
    )
    date = models.DateField()
    tmax = models.SmallIntegerField(null=True, help_text="tenths of °C")
    tmin = models.SmallIntegerField(null=True, help_text="tenths of °C")
    prcp = models.SmallIntegerField(null=True, help_text="tenths of mm")
    tmax_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001 NULL costs no byte in 1.7 million rows
    tmin_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    prcp_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    source_file = models.ForeignKey(
        "SourceFile", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        db_table = "weather_observations"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    tmax__range=(LOWEST, HIGHEST),
                    tmin__range=(LOWEST, HIGHEST),
                    prcp__range=(LOWEST, HIGHEST),
                ),
                name="observation_values_in_range",
            )
        ]

    def __str__(self):
        return f"{self.station_id} {self.date}"


class ObservationRow(models.Model):
    """The same table for admin, which refuses composite keys: read-only, `date` as nominal key."""

    date = models.DateField(primary_key=True)
    station = models.ForeignKey(Station, models.DO_NOTHING, related_name="+")
    tmax = models.SmallIntegerField(null=True)
    tmin = models.SmallIntegerField(null=True)
    prcp = models.SmallIntegerField(null=True)
    tmax_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    tmin_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    prcp_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    source_file = models.ForeignKey("SourceFile", models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "weather_observations"
        ordering = ["station", "date"]
        unique_together = [("station", "date")]  # tells admin that this ordering is total
        verbose_name = "observation"

    def __str__(self):
        return f"{self.station} {self.date}"


class Balance(models.Model):
    """The counts of lines that must balance: nothing is lost and nothing is silent."""

    read = models.BigIntegerField(default=0)
    inserted = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)

    COUNTS = ("read", "inserted", "updated", "unchanged", "rejected")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("inserted") + F("updated") + F("unchanged") + F("rejected")),
                name="%(class)s_balances",
            )
        ]


class IngestRun(Balance):
    """One call of weather.ingest.ingest: what was asked for, and the sum of its files' balances."""

    class Status(models.TextChoices):
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.RUNNING)
    sources = models.JSONField(help_text="what was asked for: files, folders, globs")
    files = models.IntegerField(default=0, help_text="files found")
    skipped = models.IntegerField(default=0, help_text="files unchanged since they were last ingested")
    quarantined = models.IntegerField(default=0, help_text="files refused whole")
    error = models.TextField(blank=True, default="")

    class Meta(Balance.Meta):
        db_table = "weather_ingest_runs"
        ordering = ["-id"]
        constraints = [
            *Balance.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | ~Q(status="running") & Q(finished_at__isnull=False),
                name="ingestrun_finished_or_running",
            ),
        ]

    def __str__(self):
        return f"run {self.id}, {self.started_at:%Y-%m-%d %H:%M}, {self.status}"

    @property
    def seconds(self):
        return (self.finished_at - self.started_at).total_seconds()

    def count(self, source_file):
        """Add a file to the totals; None is a file that was skipped."""
        if source_file is None:
            self.skipped += 1
            return
        self.quarantined += source_file.status == SourceFile.Status.QUARANTINED
        for name in self.COUNTS:
            setattr(self, name, getattr(self, name) + getattr(source_file, name))

    def sum_up(self):
        """Take the totals from the ledger, where also stands what was finished after an interruption."""
        quarantined = Count("id", filter=Q(status=SourceFile.Status.QUARANTINED))
        sums = {name: Coalesce(Sum(name), 0) for name in self.COUNTS}
        for name, total in self.source_files.aggregate(**sums, quarantined=quarantined).items():
            setattr(self, name, total)

    def summary(self):
        """The balance in one line."""
        counts = ", ".join(f"{getattr(self, name):,} {name}" for name in self.COUNTS)
        return f"{self.files:,} files ({self.skipped:,} skipped, {self.quarantined:,} quarantined), {counts}"


class SourceFileQuerySet(models.QuerySet):
    def ingested(self):
        return self.filter(status=SourceFile.Status.INGESTED)

    def last_fingerprint(self, uri):
        """Return the fingerprint a file had when it was last ingested, or None."""
        readings = self.ingested().filter(uri=uri).order_by("-id")
        return readings.values_list("fingerprint", flat=True).first()


class SourceFile(Balance):
    """One file as one run read it. A file that changes gets a new row; observations point to the
    reading that gave them their present values."""

    class Status(models.TextChoices):
        INGESTED = "ingested"
        QUARANTINED = "quarantined"

    run = models.ForeignKey(IngestRun, models.PROTECT, related_name="source_files")
    uri = models.CharField(max_length=1024)
    fingerprint = models.CharField(
        max_length=80, blank=True, help_text="sha256 of the content; empty if unread"
    )
    size = models.BigIntegerField(default=0, help_text="bytes")
    format = models.CharField(max_length=20, blank=True)
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="source_files")
    status = models.CharField(max_length=12, choices=Status)
    reason = models.TextField(blank=True, default="", help_text="why it was quarantined")
    read_at = models.DateTimeField()
    generation = models.BigIntegerField(null=True, help_text="of the archive after this file's transaction")

    objects = SourceFileQuerySet.as_manager()

    class Meta(Balance.Meta):
        db_table = "weather_source_files"
        ordering = ["-id"]

    def __str__(self):
        return self.uri.rsplit("/", 1)[-1]

    def balance(self, parsed, inserted, updated, unchanged):
        """Set the counts of a parsed file. Raise ValueError if they do not add up to the lines read."""
        self.read, self.rejected = parsed.read, len(parsed.rejected)
        self.inserted, self.updated, self.unchanged = inserted, updated, unchanged + parsed.repeated
        if self.read != self.inserted + self.updated + self.unchanged + self.rejected:
            counts = ", ".join(f"{name} {getattr(self, name)}" for name in self.COUNTS)
            raise ValueError(f"the books of {self.uri} do not balance: {counts}")


class RejectedLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    source_file = models.ForeignKey(SourceFile, models.CASCADE, related_name="rejected_lines", db_index=False)
    line_number = models.IntegerField()
    reason = models.CharField(max_length=200)
    text = models.TextField(help_text="the line; bytes that are no printable ASCII as \x00 escapes")

    class Meta:
        db_table = "weather_rejected_lines"
        ordering = ["source_file", "line_number"]
        constraints = [
            models.UniqueConstraint(fields=["source_file", "line_number"], name="rejected_line_once")
        ]

    def __str__(self):
        return f"{self.source_file}:{self.line_number}: {self.reason}"


class Revision(models.Model):
    """One corrected value: what it was, what it became, and the two readings that said so."""

    id = models.BigAutoField(primary_key=True)
    station = models.ForeignKey(Station, models.PROTECT, related_name="revisions", db_index=False)
    date = models.DateField()
    element = models.CharField(max_length=4, choices=[(e, e) for e in ELEMENTS])
    old_value = models.SmallIntegerField(null=True)
    new_value = models.SmallIntegerField(null=True)
    old_source_file = models.ForeignKey(SourceFile, models.PROTECT, related_name="+", db_index=False)
    source_file = models.ForeignKey(SourceFile, models.PROTECT, related_name="revisions")

    class Meta:
        db_table = "weather_revisions"
        ordering = ["-id"]
        indexes = [models.Index(fields=["station", "date"], name="revision_station_date")]
        constraints = [
            models.CheckConstraint(condition=Q(element__in=ELEMENTS), name="revision_element_known"),
            models.CheckConstraint(
                condition=~Q(old_value=F("new_value")) & ~Q(old_value=None, new_value=None),
                name="revision_changes_the_value",
            ),
        ]

    def __str__(self):
        return f"{self.station_id} {self.date} {self.element}: {self.old_value} -> {self.new_value}"


class Archive(models.Model):
    """One row. The generation grows by one in every transaction that changes data."""

    generation = models.BigIntegerField(default=0)

    class Meta:
        db_table = "weather_archive"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="archive_is_one_row")]

    def __str__(self):
        return f"generation {self.generation}"

    @classmethod
    def advance(cls):
        """Count the generation up and return it: the last step of a transaction that changes data."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE weather_archive SET generation = generation + 1 WHERE id = 1")
            cursor.execute("SELECT generation FROM weather_archive WHERE id = 1")
            return cursor.fetchone()[0]
