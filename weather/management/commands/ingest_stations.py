from django.core.management.base import BaseCommand

from weather.management.failures import exit_if_rejected, failures_told
from weather.stations import ingest_stations


class Command(BaseCommand):
    help = "Learn names, states and positions of stations from NOAA's ghcnd-stations.txt."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="SOURCE", help="the file")

    def handle(self, *, source, **options):
        with failures_told():
            run = ingest_stations(source)
        self.stdout.write(f"{run.summary()} in {run.seconds:.1f} s")
        exit_if_rejected(run)
