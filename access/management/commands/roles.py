from django.core.management.base import BaseCommand

from access import roles


class Command(BaseCommand):
    help = "Make the groups viewer, operator and administrator, or give them their permissions back."

    def handle(self, **options):
        for name, count in roles.make().items():
            self.stdout.write(f"{name:14} {count} permissions")
