"""A real Chromium and the application with real data, for tests that name this in `pytest_plugins`."""

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.browsing import visit
from tests.served import manage, served
from tests.services import CHROMIUM

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
REAL = ("USC00110072", "USC00110187", "USC00129557", "USC00252100", "USC00259510")
"""Stations of the real files that are ingested for the pages: enough to click through, and quick."""
WITHOUT_DATA = "USC00110356"
"""A station that is known, and has no observations."""


@pytest.fixture(scope="module")  # it keeps an event loop, in which Django would ask no database
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def real_url(tmp_path_factory, wx_data, ghcn_data):
    """A server with a few real stations and a rejected line. With DEBUG it needs no collectstatic."""
    assert (settings.BASE_DIR / "dashboard/static/dashboard/vendor").is_dir(), "first: make pages"
    folder = tmp_path_factory.mktemp("real")
    database = {"DATABASE_URL": f"sqlite:///{folder}/w.sqlite3"}
    manage("migrate", **database)
    manage("ingest_weather", *(str(wx_data / f"{id}.txt") for id in REAL), **database)
    lines = (ghcn_data / "ghcnd-stations.txt").read_text().splitlines(keepends=True)
    places = folder / "ghcnd-stations.txt"
    places.write_text("".join(line for line in lines if line.startswith((*REAL, WITHOUT_DATA))))
    manage("ingest_stations", str(places), **database)
    bad = folder / "USC00110338.txt"
    bad.write_text("19850101\t-22\t-128\t94\n19850230\t-22\t-128\t94\n")
    manage("ingest_weather", str(bad), check=False, **database)
    with served(DEBUG="True", **database) as url:
        yield url


@pytest.fixture
def page(browser, real_url):
    yield from visit(browser, real_url)


@pytest.fixture
def phone(browser, real_url):
    yield from visit(browser, real_url, viewport={"width": 390, "height": 844}, has_touch=True)


@pytest.fixture(params=["light", "dark"])
def themed(browser, real_url, request):
    """A page in each theme, for `accessible`."""
    yield from visit(browser, real_url, color_scheme=request.param)
