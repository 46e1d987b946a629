import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find

from rest.docs import LOGO

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/api/docs", "/api/docs/", "/api/redoc", "/api/redoc/"])
def test_page_needs_nothing_from_elsewhere(client, url):
    response = client.get(url)
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = response.content.decode()
    shows = page if "redoc" in url else client.get(f"{url}?script=").text
    assert "/api/schema" in shows
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert f"{url}?script=" in links
    assert [link for link in links if not link.startswith(("/static/", f"{url}?"))] == []
    assert re.findall(r"<script>|\son[a-z]+=", page) == []


def test_redoc_loads_no_image_of_its_maker(client):
    response = client.get("/api/redoc?script=")
    assert (response["Content-Type"], response["Content-Encoding"]) == ("text/javascript", "gzip")
    original = Path(find("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")).read_bytes()
    assert original.count(LOGO) == 1
    assert gzip.decompress(response.content) == original.replace(LOGO, b"data:,")


def test_schema_is_served(client):
    response = client.get("/api/schema")
    assert response["Content-Type"] == "application/vnd.oai.openapi+json"
    assert list(response.json()["paths"]) == [
        "/api/weather",
        "/api/weather/stats",
        "/api/weather/stats/monthly",
        "/api/summaries/monthly",
        "/api/summaries/yearly",
        "/api/normals",
        "/api/normals/freezes",
        "/api/anomalies",
        "/api/records",
        "/api/indices",
        "/api/changes",
        "/api/quality",
        "/api/stations",
        "/api/stations/{station_id}",
        "/api/ingest/runs",
        "/api/ingest/runs/{id}",
        "/health/live",
        "/health/ready",
    ]
