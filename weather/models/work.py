"""What queued runs have left to do."""

import json
from dataclasses import asdict

from django.db import models

from weather.models.ledger import IngestRun
from weather.sources import RawFile


class Work(models.Model):
    """A file of a queued run that is left to do: due, or claimed by a worker.

    Done or refused it stands in the ledger, in the run's source files, and no longer here.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(IngestRun, models.CASCADE, related_name="work", db_index=False)
    uri = models.CharField(max_length=700)
    file = models.TextField(help_text="the file as it was found: a RawFile as JSON, in ASCII")
    attempts = models.SmallIntegerField(default=0, help_text="how often it was claimed")
    claimed_by = models.IntegerField(null=True, help_text="the lock that the worker holds; null: due")
    claimed_at = models.DateTimeField(null=True)
    next_try = models.DateTimeField(help_text="not due before")

    class Meta:
        db_table = "weather_work"
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "claimed_by", "id"], name="work_of_run")]

    def __str__(self):
        return f"{self.uri} of run {self.run_id}"

    @classmethod
    def of(cls, run, file, due):
        """Return the unsaved Work of a RawFile."""
        return cls(run=run, uri=file.uri, file=json.dumps(asdict(file)), next_try=due)

    def raw_file(self):
        return RawFile(**json.loads(self.file))
