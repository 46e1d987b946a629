from django.core.management.base import BaseCommand, CommandError

from weather.generate import write_stations
from weather.places import write_places


class Command(BaseCommand):
    help = "Write invented weather, plausible and repeatable, as files in the wx format."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="FOLDER", help="where to write, one file a station")
        parser.add_argument("--stations", type=int, default=10, metavar="N", help="default 10")
        parser.add_argument(
            "--start", type=int, default=1991, metavar="YYYY", help="first year, default 1991"
        )
        parser.add_argument("--end", type=int, default=2020, metavar="YYYY", help="last year, default 2020")
        parser.add_argument(
            "--seed", type=int, default=0, metavar="S", help="the same seed writes the same files, default 0"
        )

        parser.add_argument(
            "--list", metavar="FILE", help="also write where the stations are, for ingest_stations"
        )

    def handle(self, *, folder, stations, start, end, seed, list, **options):
        try:
            files, lines, size = write_stations(folder, stations, start, end, seed)
            if list:
                write_places(list, stations, seed)
        except (ValueError, OSError) as error:
            raise CommandError(error) from error
        self.stdout.write(
            f"{files:,} files, {lines:,} lines, {size:,} bytes of generated weather in {folder}"
        )
