import json
import signal
import sys
import threading
from argparse import ArgumentTypeError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from weather.formats import FORMATS
from weather.ingest import ingest
from weather.management.failures import exit_if_rejected, failures_told
from weather.management.progress import check_what_came
from weather.models import ELEMENTS

SHOWN = 20
"""Rejected lines, and corrections, told of each file; the archive has them all."""


def jobs(text):
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise ArgumentTypeError(f"expected a number from 1 to 64, got '{text}'")
    return int(text)


def shown(pair):
    element, value = pair
    return f"{element} {'missing' if value is None else value}"


class Command(BaseCommand):
    help = "Take raw station files into the archive."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "sources",
            nargs="*",
            metavar="SOURCE",
            help="file, folder, glob or s3://...; WEATHER_SOURCE if none",
        )
        parser.add_argument(
            "--format", choices=["auto", *FORMATS], default="auto", help="auto: each file by its content"
        )
        parser.add_argument("--jobs", type=jobs, help="files worked on at once; SQLite has one writer")
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, print what each file would change"
        )
        parser.add_argument(
            "--force", action="store_true", help="read files again that are known and unchanged"
        )
        parser.add_argument(
            "--prune", action="store_true", help="withdraw values that a file had and has no more"
        )
        parser.add_argument(
            "--no-sign-request", action="store_true", help="read public buckets of S3 without credentials"
        )
        parser.add_argument(
            "--no-check",
            action="store_true",
            help="leave the quality checks to the next time, or to check_quality",
        )
        parser.add_argument("--json", action="store_true", help="print the balance as one JSON object")

    def handle(self, *, sources, dry_run, **options):
        sources = sources or [source for source in [settings.WEATHER_SOURCE] if source]
        if not sources:
            raise CommandError("give a SOURCE, or set WEATHER_SOURCE", returncode=2)
        self.dry_run, self.prune, self.done = dry_run, options["prune"], 0
        if threading.current_thread() is threading.main_thread():
            # Ends as after Ctrl-C, the books in order.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        tqdm.monitor_interval = 0  # no thread of its own: only a process without threads can read ahead
        self.bar = tqdm(unit=" files", disable=not sys.stderr.isatty(), leave=False)
        with failures_told(), self.bar:
            run = ingest(
                sources,
                **{name: options[name] for name in ("format", "force", "prune", "jobs")},
                dry_run=dry_run,
                unsigned=options["no_sign_request"],
                progress=self.show,
            )
        self.report(run, options["json"])
        check_what_came(skip=dry_run or options["no_check"])
        exit_if_rejected(run)

    def show(self, total, outcome):
        """Move the bar, or print a plain line; name what was rejected, and in a dry run what would change."""
        self.bar.total = total
        self.bar.update()
        self.done += 1
        file = outcome.source_file
        if file is None:
            return
        if file.status == file.Status.QUARANTINED:
            self.say(f"{file.uri}: quarantined: {file.reason}")
            return
        if self.bar.disable or file.rejected or file.disappeared or self.dry_run:
            would = "would be " if self.dry_run else ""
            self.say(f"[{self.done}/{total}] {file.uri}: {would}{file.balance_told()}")
        if file.disappeared > file.withdrawn:
            why = "it may stand in what was rejected" if self.prune else "--prune withdraws it"
            self.say(f"  what disappeared from the file stays in the archive; {why}")
        for line in outcome.rejected[:SHOWN]:
            self.say(f"  line {line.line_number} rejected: {line.reason}")
        for correction in outcome.corrections[:SHOWN] if self.dry_run else ():
            values = map(shown, zip(ELEMENTS, correction.new, strict=False))
            self.say(f"  {correction.day} would become {', '.join(values)}")

    def say(self, line):
        """Print beside the bar, on stderr: stdout is for the balance."""
        self.bar.write(line, file=sys.stderr)

    def report(self, run, as_json):
        if as_json:
            names = ("files", "skipped", "quarantined", *run.COUNTS, *run.BESIDE)
            counts = {name: getattr(run, name) for name in names}
            self.stdout.write(json.dumps({"run": run.pk, **counts, "seconds": round(run.seconds, 3)}))
        else:
            would = "dry run, nothing written: " if self.dry_run else ""
            self.stdout.write(f"{would}{run.summary()} in {run.seconds:.1f} s")
