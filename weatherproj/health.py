"""Is the process up, and can it work? For load balancers and the people they wake."""

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from rest import database
from rest.errors import MEDIA_TYPE, problem
from rest.schema import ProblemSerializer
from rest.views import OpenView, answer

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
    },
)


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
        description="The database answers and has every migration.",
        tags=["Health"],
        auth=[],
        responses={
            200: inline_serializer("Ready", {"status": OK, "checks": CHECKS}),
            (503, MEDIA_TYPE): OpenApiResponse(NotReadySerializer, "What is wrong."),
        },
    )
    def get(self, request):
        checks = check()
        wrong = [f"{name} {state}" for name, state in checks.items() if state != "ok" and name != "replica"]
        if wrong:
            return problem(503, f"Not ready: {', '.join(wrong)}.", checks=checks)
        return answer({"status": "ok", "checks": checks})


VIEWS = {"/health/live": LiveView.as_view(), "/health/ready": ReadyView.as_view()}


def answer_first(get_response):
    """Middleware: a load balancer asks by IP address and plain HTTP, so hosts and HTTPS come after it."""

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
        return {"database": "unreachable", "migrations": "unknown"}
    return checks | ({"replica": replica()} if database.REPLICA in settings.DATABASES else {})


def replica():
    """Return "ok", or what is wrong with the replica: no reason to send nobody here, the primary answers."""
    with database.reading():
        database.answered(database.version)
        return "ok" if database.alias() == database.REPLICA else "unreachable"


def unapplied():
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())
