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


@pytest.mark.parametrize("url", ["/api", "/api/"])
def test_index_leads_to_what_there_is(client, url):
    index = client.get(url).json()
    assert index["endpoints"][0] == {
        "url": "http://testserver/api/weather",
        "summary": "Daily observations",
    }
    links = [entry["url"] for entry in index.pop("endpoints")]
    assert index == {name: f"http://testserver/api/{name}" for name in ("docs", "redoc", "schema")}
    for link in (link for link in [*index.values(), *links] if "{" not in link):
        assert client.get(link).status_code in (200, 400), link  # some need a parameter


def test_index_is_a_page_in_a_browser(client):
    page = client.get("/api", headers={"Accept": "text/html"}).text
    assert "What there is to ask" in page
    assert 'href="http://testserver/api/stations"' in page


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
