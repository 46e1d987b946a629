import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from weather.sources import SourceError
from weather.stations import ingest_stations


class Command(BaseCommand):
    help = "Learn names, states and positions of stations from NOAA's ghcnd-stations.txt."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="SOURCE", help="the file")

    def handle(self, *, source, **options):
        try:
            run = ingest_stations(source)
        except SourceError as error:
            raise CommandError(str(error), returncode=1) from None
        except DatabaseError as error:
            raise CommandError(f"the database failed: {error}", returncode=1) from error
        self.stdout.write(f"{run.summary()} in {run.seconds:.1f} s")
        if run.rejected or run.quarantined:
            sys.exit(3)
