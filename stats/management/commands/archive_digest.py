from django.core.management.base import BaseCommand

from stats.digest import digest


class Command(BaseCommand):
    help = "Print what tells one archive from another: equal digests, equal content, on any database."

    def handle(self, **options):
        for table, (rows, sha256) in digest().items():
            self.stdout.write(f"{sha256}  {table} ({rows:,})")
