import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/api/docs", "/api/docs/", "/api/redoc", "/api/redoc/"])
def test_page_needs_nothing_from_elsewhere(client, url):
    response = client.get(url)
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = response.content.decode()
    assert "/api/schema" in page
    scripts = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert scripts
    assert all(script.startswith("/static/drf_spectacular_sidecar/") for script in scripts)


def test_schema_is_served(client):
    response = client.get("/api/schema")
    assert response["Content-Type"] == "application/vnd.oai.openapi+json"
    assert list(response.json()["paths"]) == [
        "/api/weather",
        "/api/weather/stats",
        "/api/weather/stats/monthly",
        "/api/changes",
        "/api/stations",
        "/api/stations/{station_id}",
        "/api/ingest/runs",
        "/api/ingest/runs/{id}",
        "/health/live",
        "/health/ready",
    ]


def test_front_page_leads_to_the_docs(client):
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/api/docs")
