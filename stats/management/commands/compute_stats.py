from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from stats.compute import recompute_all
from weather.models import Station


def year(text):
    if not text.isdecimal() or not 1 <= int(text) <= 9999:
        raise ArgumentTypeError(f"expected a year from 1 to 9999, got '{text}'")
    return int(text)


class Command(BaseCommand):
    help = "Compute yearly and monthly statistics anew: all of them, or of some stations and years."

    def add_arguments(self, parser):
        parser.add_argument("--station", nargs="+", metavar="ID", help="only these stations")
        parser.add_argument("--year", nargs="+", type=year, metavar="Y", help="only these years")

    def handle(self, *, station, year, **options):
        stations = Station.objects.all()
        if station:
            stations = stations.filter(station_id__in=station)
            unknown = set(station) - set(stations.values_list("station_id", flat=True))
            if unknown:
                raise CommandError(f"unknown station: {', '.join(sorted(unknown))}", returncode=2)
        yearly, monthly = recompute_all(stations, year)
        with_data = stations.filter(observed=True).count()
        self.stdout.write(f"{with_data:,} stations, {yearly:,} yearly and {monthly:,} monthly statistics")
