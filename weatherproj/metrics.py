"""Metrics for Prometheus: of requests, counted by all processes of this server together, and of the archive,
as it is when asked."""

import calendar
import hmac
import logging

import redis
from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.db import Error
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.aggregates import Max
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from rest.errors import not_found, problem
from rest.outage import Outage
from rest.views import OpenView
from weather.freshness import last_good
from weather.models import Archive, IngestRun, Observation, Station
from weatherproj import metrics_folder

REQUESTS = Histogram(
    "weather_request_seconds",
    "Requests by route and status, and how long they took.",
    ["route", "status"],
    buckets=[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registry=None,
)
QUEUE = "weather"
"""Celery's list of tasks in Redis."""

log = logging.getLogger(__name__)
outage = Outage(log, 60, "Requests are not counted")
known = {}
newest = {}


def count(match, status, seconds):
    """Count a request: its ResolverMatch, or None where it came no further than the door."""
    key = match and match.route, status
    child = known.get(key)
    if child is None:
        if outage.lasts():
            return
        try:
            child = known[key] = child_of(match, status)
        except OSError as error:  # as when the disk is full: no reason not to answer
            outage.begins(error)
            return
    child.observe(seconds)


def child_of(match, status):
    """Return the histogram of a route and a status; the first of a process opens its file."""
    try:
        return REQUESTS.labels(named(match), status)
    except FileNotFoundError:  # who tidies up temporary files has removed the folder
        metrics_folder.make(settings.METRICS_FOLDER)
        return REQUESTS.labels(named(match), status)


def named(match):
    """Return the route as it is written in the documentation, without what a client may choose."""
    return simplify_regex(match.route).rstrip("/") or "/" if match else "none"


class MetricsView(OpenView):
    @extend_schema(exclude=True)
    def get(self, request):
        if not settings.METRICS_TOKEN:
            return not_found(request)
        sent = request.META.get("HTTP_AUTHORIZATION", "").encode()
        if not hmac.compare_digest(sent, f"Bearer {settings.METRICS_TOKEN}".encode()):
            response = problem(401, "Metrics are shown to who sends METRICS_TOKEN as Authorization: Bearer.")
            response.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
            return response
        return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)


def registry():
    made = CollectorRegistry()
    MultiProcessCollector(made)
    made.register(OfArchive())
    return made


class OfArchive:
    """What the database and the broker say."""

    def describe(self):
        return ()

    def collect(self):
        try:
            yield from of_ledger()
            yield from of_data()
            up = 1
        except Error:
            up = 0
        yield GaugeMetricFamily("weather_database_up", "Whether the database answers.", up)
        yield from of_broker()


def of_ledger():
    runs = CounterMetricFamily("weather_runs", "Runs by how they ended.", labels=["status"])
    counts = dict(IngestRun.objects.order_by().values_list("status").annotate(Count("id")))
    for status in IngestRun.Status.values:
        runs.add_metric([status], counts.get(status, 0))
    yield runs
    rows = CounterMetricFamily("weather_rows", "What was read, by what became of it.", labels=["outcome"])
    outcomes = {name: Sum(name) for name in IngestRun.COUNTS if name != "read"}
    for name, total in IngestRun.objects.aggregate(**outcomes).items():
        rows.add_metric([name], total or 0)
    yield rows
    if good := last_good():
        text = "When the last good run began, in seconds since 1970."
        yield GaugeMetricFamily("weather_last_good_run_timestamp_seconds", text, good.started_at.timestamp())


def of_data():
    generation = Archive.objects.values_list("generation", flat=True).get()
    yield GaugeMetricFamily("weather_generation", "How often the archive has changed.", generation)
    if day := newest_day(generation):
        text = "The newest day observed, in seconds since 1970."
        seconds = calendar.timegm(day.timetuple())
        yield GaugeMetricFamily("weather_newest_observation_timestamp_seconds", text, seconds)


def newest_day(generation):
    """Return the newest day of the archive, looked up once a generation, station by station, in the index."""
    if generation not in newest:
        of_station = Observation.objects.filter(station=OuterRef("pk")).order_by("-date").values("date")[:1]
        day = Station.objects.annotate(newest=Subquery(of_station)).aggregate(Max("newest"))["newest__max"]
        newest.clear()
        newest[generation] = day
    return newest[generation]


def of_broker():
    if not settings.REDIS_URL:
        return
    try:
        with redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5) as broker:
            length = broker.llen(QUEUE)
    except redis.RedisError:
        return
    yield GaugeMetricFamily("weather_queue_length", "Tasks that wait for a worker.", length)
