"""Is the process up, and can it work? For load balancers and the people they wake."""

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from rest import database, schema
from rest.errors import MEDIA_TYPE, problem
from rest.parameters import Query, choice
from rest.schema import ProblemSerializer
from rest.views import OpenView, answer
from weather import freshness
from weatherproj.metrics import MetricsView

OK = serializers.CharField(help_text="Always `ok`.")
CHECKS = inline_serializer(
    "Checks",
    {
        "database": serializers.ChoiceField(["ok", "unreachable"]),
        "migrations": serializers.ChoiceField(["ok", "unapplied", "unknown"]),
        "replica": serializers.ChoiceField(
            ["ok", "unreachable"],
            required=False,
            help_text="Only where there is one. While it is unreachable the database answers in its place.",
        ),
        "broker": serializers.ChoiceField(
            ["ok", "unreachable"],
            required=False,
            help_text="Only with `REDIS_URL`. While it is unreachable nothing is limited, kept or queued.",
        ),
        "ingest": serializers.ChoiceField(
            ["ok", "late"],
            required=False,
            help_text="Only with `WEATHER_SCHEDULE`. Late: due an hour ago, and no success since.",
        ),
    },
)
NEEDED = {"database", "migrations"}
"""Without these an instance answers nothing. What else is amiss is amiss everywhere, and reads are answered:
a load balancer that went by it would take all instances out, and turn a late run into an outage."""

TIMEOUT = 0.5
"""Seconds that the broker gets."""


class ReadyQuery(Query):
    strict = choice(["0", "1"], "With 1, whatever is not ok is a 503: for monitoring.", default="0")


class NotReadySerializer(ProblemSerializer):
    checks = CHECKS


class LiveView(OpenView):
    @extend_schema(
        operation_id="getLive",
        summary="The process is up",
        description="Touches nothing, so it is true whatever else is away.",
        tags=["Health"],
        auth=[],
        responses={200: inline_serializer("Live", {"status": OK})},
    )
    def get(self, request):
        return answer({"status": "ok"})


class ReadyView(OpenView):
    @extend_schema(
        operation_id="getReady",
        summary="The process can work",
        description="The database answers and has every migration: without that, 503. Whatever else is "
        "amiss, reads are answered: then `status` is `degraded`, `checks` tells what it is, and the HTTP "
        "status is 200. With `strict=1` that is a 503, too. Load balancers ask without, monitoring with it.",
        tags=["Health"],
        auth=[],
        parameters=schema.parameters(ReadyQuery()),
        responses={
            200: inline_serializer(
                "Ready", {"status": serializers.ChoiceField(["ok", "degraded"]), "checks": CHECKS}
            ),
            (400, MEDIA_TYPE): schema.PROBLEMS[400],
            (503, MEDIA_TYPE): OpenApiResponse(NotReadySerializer, "What is wrong."),
        },
    )
    def get(self, request):
        strict = ReadyQuery().read(request.GET)["strict"] == "1"
        checks = check()
        wrong = {name: state for name, state in checks.items() if state != "ok"}
        if wrong and (strict or NEEDED & wrong.keys()):
            told = ", ".join(f"{name} {state}" for name, state in wrong.items())
            return problem(503, f"Not ready: {told}.", checks=checks)
        return answer({"status": "degraded" if wrong else "ok", "checks": checks})


VIEWS = {
    "/health/live": LiveView.as_view(),
    "/health/ready": ReadyView.as_view(),
    "/metrics": MetricsView.as_view(),
}


def answer_first(get_response):
    """Middleware: they ask by IP address and plain HTTP, so hosts and HTTPS come after it."""

    def middleware(request):
        view = VIEWS.get(request.path.removesuffix("/"), get_response)
        return view(request)

    return middleware


def check():
    """Return what is checked, with "ok" or what is wrong."""
    try:
        connection.ensure_connection()
        checks = {"database": "ok", "migrations": "unapplied" if unapplied() else "ok"}
    except Error:
        checks = {"database": "unreachable", "migrations": "unknown"}
    well = all(state == "ok" for state in checks.values())
    if well and database.REPLICA in settings.DATABASES:
        checks["replica"] = replica()
    if settings.REDIS_URL:
        checks["broker"] = broker()
    if well and settings.WEATHER_SCHEDULE:
        checks["ingest"] = "late" if freshness.missed() else "ok"
    return checks


def broker():
    times = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
    try:
        with redis.from_url(settings.REDIS_URL, **times) as server:
            server.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def replica():
    """Return "ok", or what is wrong with the replica: no reason to send nobody here, the primary answers."""
    with database.reading():
        database.answered(database.version)
        return "ok" if database.alias() == database.REPLICA else "unreachable"


def unapplied():
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())
