"""The ledger: every run and file, what a file changed, what was rejected of it, what it corrected."""

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from weather.formats import ELEMENTS, LONGEST_REASON
from weather.models.archive import Station


class Balance(models.Model):
    """The counts that must balance: nothing is lost and nothing is silent.

    What is read is days of stations, and lines where they are rejected. COUNTS balance, BESIDE is not in it.
    """

    read = models.BigIntegerField(default=0)
    inserted = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    left_out = models.BigIntegerField(default=0, help_text="lines of other elements")
    disappeared = models.BigIntegerField(default=0, help_text="values that a file had and has no more")
    withdrawn = models.BigIntegerField(default=0, help_text="of those, values withdrawn (--prune)")

    COUNTS = ("read", "inserted", "updated", "unchanged", "rejected")
    BESIDE = ("left_out", "disappeared", "withdrawn")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("inserted") + F("updated") + F("unchanged") + F("rejected")),
                name="%(class)s_balances",
            )
        ]

    def balance_told(self):
        """The counts in words: those in balance, and of the others those that are not 0."""
        names = (*self.COUNTS, *(name for name in self.BESIDE if getattr(self, name)))
        return ", ".join(f"{getattr(self, name):,} {name.replace('_', ' ')}" for name in names)


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
    queued = models.BooleanField(default=False, help_text="done by workers, file by file (Work)")
    listed = models.BooleanField(default=False, help_text="queued, and what is to do is known")
    stop = models.BooleanField(default=False, help_text="somebody wants it to end at the next file")
    retry_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="only the files quarantined there"
    )

    class Meta(Balance.Meta):
        db_table = "weather_ingest_runs"
        ordering = ["-id"]
        permissions = [
            ("can_start", "Can start a run by the workers"),
            ("can_stop", "Can stop a running run"),
        ]
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

    @property
    def done(self):
        """How many files are done; those that a command has skipped are counted when it ends."""
        if self.status != self.Status.RUNNING:
            return self.files
        return self.files - self.work.count() if self.queued else self.source_files.count()

    def stop_asked(self):
        return type(self).objects.filter(pk=self.pk, stop=True).exists()

    def count(self, source_file):
        """Add a file to the totals; None is a file that was skipped."""
        if source_file is None:
            self.skipped += 1
            return
        self.quarantined += source_file.status == SourceFile.Status.QUARANTINED
        for name in (*self.COUNTS, *self.BESIDE):
            setattr(self, name, getattr(self, name) + getattr(source_file, name))

    def sum_up(self):
        """Take the totals from the ledger, where also stands what was finished after an interruption."""
        quarantined = Count("id", filter=Q(status=SourceFile.Status.QUARANTINED))
        sums = {name: Coalesce(Sum(name), 0) for name in (*self.COUNTS, *self.BESIDE)}
        for name, total in self.source_files.aggregate(**sums, quarantined=quarantined).items():
            setattr(self, name, total)

    def summary(self):
        """The balance in one line."""
        files = f"{self.files:,} files ({self.skipped:,} skipped, {self.quarantined:,} quarantined)"
        return f"{files}, {self.balance_told()}"


class SourceFileQuerySet(models.QuerySet):
    LEFT = Q(disappeared__gt=F("withdrawn"), rejected=0)
    """Something has disappeared from the file that could be withdrawn, and is in the archive yet."""

    def ingested(self):
        return self.filter(status=SourceFile.Status.INGESTED)

    def last(self, uri):
        """Return (pk, fingerprint, version) of a file's last reading that was ingested, or None."""
        readings = self.ingested().filter(uri=uri).order_by("-id")
        return readings.values_list("pk", "fingerprint", "version", named=True).first()

    def generation_at(self, time):
        """Return the generation the archive had at a time."""
        files = self.filter(entered_at__lte=time).order_by("-entered_at", "-generation")
        return files.values_list("generation", flat=True).first() or 0


class SourceFile(Balance):
    """One file as one run read it. A file that changes gets a new row; observations point to the
    reading that gave them their present values."""

    class Status(models.TextChoices):
        INGESTED = "ingested"
        QUARANTINED = "quarantined"

    run = models.ForeignKey(IngestRun, models.PROTECT, related_name="source_files")
    uri = models.CharField(max_length=700, db_index=True)
    fingerprint = models.CharField(
        max_length=80, blank=True, help_text="sha256 of the content; empty if unread"
    )
    version = models.CharField(
        max_length=200, blank=True, default="", help_text="ETag or version id of an object on S3"
    )
    size = models.BigIntegerField(default=0, help_text="bytes, as stored")
    format = models.CharField(max_length=20, blank=True)
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="source_files")
    status = models.CharField(max_length=12, choices=Status)
    reason = models.TextField(blank=True, default="", help_text="why it was quarantined")
    read_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, db_index=True, help_text="when its transaction ended")
    generation = models.BigIntegerField(
        null=True, unique=True, help_text="of the archive after this file's transaction"
    )

    objects = SourceFileQuerySet.as_manager()

    class Meta(Balance.Meta):
        db_table = "weather_source_files"
        ordering = ["-id"]

    def __str__(self):
        return self.uri.rsplit("/", 1)[-1]

    def balance(self, parsed, inserted, updated, unchanged):
        """Set the counts of a parsed file. Raise ValueError if they do not add up to what was read."""
        self.read, self.rejected, self.left_out = parsed.read, len(parsed.rejected), parsed.left_out
        self.inserted, self.updated, self.unchanged = inserted, updated, unchanged + parsed.repeated
        if self.read != self.inserted + self.updated + self.unchanged + self.rejected:
            counts = ", ".join(f"{name} {getattr(self, name)}" for name in self.COUNTS)
            raise ValueError(f"the books of {self.uri} do not balance: {counts}")


class Change(models.Model):
    """What one file changed at one station, and on which days at most."""

    id = models.BigAutoField(primary_key=True)
    source_file = models.ForeignKey(SourceFile, models.PROTECT, related_name="changes", db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, related_name="changes", db_index=False)
    first = models.DateField()
    last = models.DateField()
    inserted = models.IntegerField(help_text="days")
    updated = models.IntegerField(help_text="days, also those of which values were withdrawn")

    class Meta:
        db_table = "weather_changes"
        ordering = ["source_file_id", "station_id"]
        constraints = [
            models.UniqueConstraint(fields=["source_file", "station"], name="change_once"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="change_in_order"),
        ]
        indexes = [models.Index(fields=["station", "source_file"], name="change_of_station")]

    def __str__(self):
        return f"{self.source_file_id}: {self.station_id} {self.first}..{self.last}"


class RejectedLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    source_file = models.ForeignKey(SourceFile, models.CASCADE, related_name="rejected_lines", db_index=False)
    line_number = models.IntegerField()
    reason = models.CharField(max_length=LONGEST_REASON)
    text = models.TextField(help_text="the line; bytes that are no printable ASCII as \x00 escapes")

    class Meta:
        db_table = "weather_rejected_lines"
        ordering = ["source_file", "line_number"]
        constraints = [
            models.UniqueConstraint(fields=["source_file", "line_number"], name="rejected_line_once")
        ]

    def __str__(self):
        return f"{self.source_file}:{self.line_number}: {self.reason}"


def changed(what):
    """Old and new differ, where NULL is like nothing but NULL."""
    old, new = f"old_{what}", f"new_{what}"
    both = Q(**{f"{old}__isnull": False, f"{new}__isnull": False})
    one = Q(**{old: None, f"{new}__isnull": False}) | Q(**{new: None, f"{old}__isnull": False})
    return one | both & ~Q(**{old: F(new)})


class Revision(models.Model):
    """One corrected value or flag: what it was, what it became, and the two readings that said so."""

    id = models.BigAutoField(primary_key=True)
    station = models.ForeignKey(Station, models.PROTECT, related_name="revisions", db_index=False)
    date = models.DateField()
    element = models.CharField(max_length=4, choices=[(e, e) for e in ELEMENTS])
    old_value = models.SmallIntegerField(null=True)
    new_value = models.SmallIntegerField(null=True)
    old_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001 as in Observation
    new_flag = models.CharField(max_length=1, null=True)  # noqa: DJ001
    old_source_file = models.ForeignKey(SourceFile, models.PROTECT, related_name="+", db_index=False)
    source_file = models.ForeignKey(SourceFile, models.PROTECT, related_name="revisions")

    class Meta:
        db_table = "weather_revisions"
        ordering = ["-id"]
        indexes = [models.Index(fields=["station", "date"], name="revision_station_date")]
        constraints = [
            models.CheckConstraint(condition=Q(element__in=ELEMENTS), name="revision_element_known"),
            models.CheckConstraint(
                condition=changed("value") | changed("flag"), name="revision_changes_something"
            ),
        ]

    def __str__(self):
        return f"{self.station_id} {self.date} {self.element}: {self.old_value} -> {self.new_value}"
