import datetime

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from tests.factories import make_run
from tests.services import free_port, valkey


@pytest.mark.parametrize("url", ["/health/live", "/health/live/"])
def test_live_touches_no_database(client, url):
    """Without the mark django_db, pytest-django refuses every query."""
    response = client.get(url)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/health/ready", "/health/ready/"])
def test_ready_checks_database_and_migrations(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok"}}


@pytest.mark.django_db
def test_ready_names_unapplied_migrations(client):
    MigrationRecorder(connection).migration_qs.filter(app="weather").delete()
    response = client.get("/health/ready")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Not ready: migrations unapplied.",
        "errors": [],
        "checks": {"database": "ok", "migrations": "unapplied"},
    }


@pytest.mark.django_db
def test_ready_names_the_database_that_is_away(client, monkeypatch):
    def refuse():
        raise OperationalError("connection refused at 10.0.0.1")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Not ready: database unreachable, migrations unknown.",
        "errors": [],
        "checks": {"database": "unreachable", "migrations": "unknown"},
    }


@pytest.mark.parametrize("path", ["/health/live", "/health/ready/"])
def test_load_balancer_is_answered_by_address_and_without_https(client, db, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/api/stations").status_code == 301
    assert client.get(path, headers={"host": "10.0.0.7"}).json()["status"] == "ok"


@pytest.mark.django_db
def test_what_reads_need_not_is_told(client, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.WEATHER_SCHEDULE = "0 6 * * *"
    make_run(started_at=timezone.now() - datetime.timedelta(hours=26))
    checks = {"database": "ok", "migrations": "ok", "broker": "unreachable", "ingest": "late"}
    for query in ("", "?strict=0"):
        response = client.get("/health/ready" + query)
        assert (response.status_code, response.json()) == (200, {"status": "degraded", "checks": checks})
    strict = client.get("/health/ready?strict=1")
    assert (strict.status_code, strict.json()["checks"]) == (503, checks)
    assert strict.json()["detail"] == "Not ready: broker unreachable, ingest late."


@pytest.mark.django_db
def test_all_is_well(client, settings):
    settings.WEATHER_SCHEDULE = "0 6 * * *"
    make_run()
    with valkey() as settings.REDIS_URL:
        response = client.get("/health/ready?strict=1")
    checks = {"database": "ok", "migrations": "ok", "broker": "ok", "ingest": "ok"}
    assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": checks})


@pytest.mark.django_db
def test_unknown_parameter_is_refused(client):
    response = client.get("/health/ready?strickt=1")
    assert (response.status_code, response.json()["errors"]) == (
        400,
        [{"parameter": "strickt", "detail": "unknown parameter; known are strict"}],
    )
