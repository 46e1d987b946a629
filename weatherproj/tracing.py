"""Traces of requests, tasks and statements, sent by OTLP where OTEL_EXPORTER_OTLP_ENDPOINT says."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def start():
    """Begin to trace this process, once, where it is wanted. Called before Django is set up, after the fork.

    OpenTelemetry reads its other variables (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, ...) by itself. Raise
    ImproperlyConfigured where its packages are not installed.
    """
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        instruments = instrumentors()
    except ImportError as error:
        raise ImproperlyConfigured(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is set, and {error.name} is not installed: "
            "pip install -r requirements/otel.txt, or unset it"
        ) from None
    resource = Resource({SERVICE_NAME: "weather"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    for instrument in instruments:
        instrument.instrument()


def instrumentors():
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor
    from opentelemetry.instrumentation.pymysql import PyMySQLInstrumentor
    from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor

    several = (
        CeleryInstrumentor,
        DjangoInstrumentor,
        Psycopg2Instrumentor,
        PyMySQLInstrumentor,
        SQLite3Instrumentor,
    )
    return [instrumentor() for instrumentor in several]
