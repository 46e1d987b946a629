from django.core.management.base import BaseCommand, CommandError

from weather.management.progress import stations_told
from weather.models import Station
from weather.quality.checking import check


class Command(BaseCommand):
    help = "Check the quality of observations: of all stations, or of some. Values stay; they get letters."

    def add_arguments(self, parser):
        parser.add_argument("--station", nargs="+", metavar="ID", help="only these stations")
        parser.add_argument(
            "--no-spatial",
            action="store_true",
            help="leave the comparison with neighbours, and what follows it, to the next time",
        )

    def handle(self, *, station, no_spatial, **options):
        stations = Station.objects.all()
        if station:
            stations = stations.filter(station_id__in=station)
            unknown = set(station) - set(stations.values_list("station_id", flat=True))
            if unknown:
                raise CommandError(f"unknown station: {', '.join(sorted(unknown))}", returncode=2)
        with stations_told() as progress:
            done = check(stations, spatial=not no_spatial, progress=progress)
        self.stdout.write(done.told())
