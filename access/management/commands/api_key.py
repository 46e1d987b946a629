import datetime
from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from access.models import ApiKey


def midnight(text):
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.UTC)
    except ValueError:
        raise ArgumentTypeError(f"expected a date YYYY-MM-DD, got '{text}'") from None


def number(text):
    if not text.isdecimal() or int(text) > 2**31 - 1:
        raise ArgumentTypeError(f"expected a whole number from 0 to {2**31 - 1}, got '{text}'")
    return int(text)


class Command(BaseCommand):
    help = "Make, list and revoke API keys."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a key and print it, this once")
        create.add_argument("name", metavar="NAME", help="whose it is, or what for")
        create.add_argument(
            "--requests-per-minute", type=number, metavar="N", help="0: no limit; without it, RATE_LIMIT_KEY"
        )
        create.add_argument(
            "--expires", type=midnight, metavar="DATE", help="YYYY-MM-DD: from then on (UTC) it does not work"
        )
        actions.add_parser("list", help="print all keys by their prefix")
        revoke = actions.add_parser("revoke", help="let a key work no more")
        revoke.add_argument("prefix", metavar="PREFIX", help="the 8 characters after wx_")

    def handle(self, *, action, **options):
        getattr(self, action)(options)

    def create(self, options):
        if not 1 <= len(options["name"]) <= 100:
            raise CommandError("a name has 1 to 100 characters", returncode=2)
        limit, expires = options["requests_per_minute"], options["expires"]
        key = ApiKey(name=options["name"], requests_per_minute=limit, expires_at=expires)
        text = key.make_secret()
        key.save()
        self.stderr.write("Keep it: it is not shown again.")
        self.stdout.write(text)

    def list(self, options):
        for key in ApiKey.objects.all():
            used = f"last used {key.last_used_at:%Y-%m-%d %H}h" if key.last_used_at else "never used"
            per_minute = f"{key.limit} a minute" if key.limit else "no limit"
            self.stdout.write(f"{key.prefix}  {key.state:7}  {per_minute:>14}  {used:24}  {key.name}")

    def revoke(self, options):
        key = ApiKey.objects.filter(prefix=options["prefix"]).first()
        if key is None:
            raise CommandError(f"no API key begins with wx_{options['prefix']}", returncode=2)
        if not key.revoked_at:
            key.revoke()
        self.stdout.write(f"{key} is revoked; it stops to work within 10 s")
