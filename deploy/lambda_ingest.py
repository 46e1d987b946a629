"""The ingest as a function of AWS Lambda: on a schedule WEATHER_SOURCE, on an event of S3 that one object.

It walks through the door of the command: ledger, statistics and whatever else follows an ingest are the same.
"""

import io
import json
import os
import signal
from contextlib import contextmanager
from urllib.parse import unquote_plus

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weatherproj.settings")
django.setup()

from django.conf import settings  # noqa: E402 after the set-up
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from weather import sources  # noqa: E402

MARGIN = 30
"""Seconds before Lambda's limit at which the ingest is told to end: what is finished is in."""

REJECTED = 3
"""Exit code of ingest_weather: it finished, and something was rejected. To try again would change nothing."""


def handler(event, context):
    """Ingest what an event names; return the balance.

    Raise what has kept the ingest from its end: then Lambda tries again, and what is finished is known.
    """
    names = sources_of(event)
    for name in names:
        sources.check(name, settings.WEATHER_ALLOWED_SOURCES)
    told = io.StringIO()
    try:
        with time_limit(context.get_remaining_time_in_millis() / 1000 - MARGIN):
            call_command("ingest_weather", *names, "--json", stdout=told)
    except SystemExit as end:
        if end.code != REJECTED:
            raise RuntimeError(f"ingest_weather ended with {end.code}") from end
    finally:
        connections.close_all()  # the process sleeps between events, and a lock would sleep with it
    return json.loads(told.getvalue())


def sources_of(event):
    """Return the sources that an event names; none on a schedule, which means WEATHER_SOURCE.

    S3's own notifications quote the key, those through EventBridge do not.
    """
    if "Records" in event:
        objects = [record["s3"] for record in event["Records"]]
        return [uri(what["bucket"]["name"], unquote_plus(what["object"]["key"])) for what in objects]
    if event.get("source") == "aws.s3":
        return [uri(event["detail"]["bucket"]["name"], event["detail"]["object"]["key"])]
    return list(event.get("sources", []))


def uri(bucket, key):
    return f"s3://{bucket}/{key}"


@contextmanager
def time_limit(seconds):
    """End what is done in a `with` as Ctrl-C would, after some seconds."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
