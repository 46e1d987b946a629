import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


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
