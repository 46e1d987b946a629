from django.core.management.base import BaseCommand

from weather.management.failures import exit_if_rejected, failures_told
from weather.management.progress import check_what_came
from weather.stations import ingest_stations


class Command(BaseCommand):
    help = (
        "Learn what stations are from ghcnd-stations.txt, and what NOAA has of them from ghcnd-inventory.txt."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="SOURCE", help="the list: a file, folder, glob or s3://...")
        parser.add_argument(
            "--no-sign-request", action="store_true", help="read public buckets of S3 without credentials"
        )

        parser.add_argument(
            "--no-check",
            action="store_true",
            help="leave it to the next time, or to check_quality, to compare stations that have moved with "
            "their neighbours",
        )

    def handle(self, *, source, no_sign_request, no_check, **options):
        with failures_told():
            run = ingest_stations(source, unsigned=no_sign_request)
        self.stdout.write(f"{run.summary()} in {run.seconds:.1f} s")
        check_what_came(skip=no_check)
        exit_if_rejected(run)
