import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection

from dashboard import measures
from rest import caching
from tests.services import CHROMIUM, NGINX
from weather.directory import directory_at

CI = os.environ.get("CI") == "true"
DATA = Path(os.environ.get("WEATHER_TEST_DATA") or settings.BASE_DIR.parent / "shared/data")


@pytest.fixture(scope="session")
def no_static_files(tmp_path_factory):
    return tmp_path_factory.mktemp("static")


@pytest.fixture(autouse=True)
def quick_pages(settings, no_static_files):
    """Pages need no collectstatic, and no quarter of a second for a password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = no_static_files
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(autouse=True)
def nothing_kept():
    """Every test begins with the same version of the archive, and other data."""
    caching.seen.clear()
    caches["pages"].clear()
    directory_at.cache_clear()
    measures.normal_at.cache_clear()


@pytest.fixture
def application(settings):
    """The WSGI application. As with Django's test client, requests leave this test's connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="session")
def wx_data():
    """The folder of the real wx files: 167 stations, 1985 to 2014."""
    return real_data("wx_data")


@pytest.fixture(scope="session")
def ghcn_data():
    """The folder of real GHCN files: one .dly file and the list of stations."""
    return real_data("ghcn")


def real_data(name):
    folder = DATA / name
    if not folder.is_dir():
        missing = f"expected the real data in {folder}; WEATHER_TEST_DATA can name another place"
        pytest.fail(missing) if CI else pytest.skip(missing)
    return folder


def pytest_collection_modifyitems(config, items):
    """Leave what has nothing to do with the database to the SQLite pass, the rest to where its program is."""
    left = set() if connection.vendor == "sqlite" else {"once"}
    left |= {marker for marker, program in {"browser": CHROMIUM, "nginx": NGINX}.items() if not program}
    out = [item for item in items if left & {marker.name for marker in item.iter_markers()}]
    if out:
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter):
    if skipped := skipped_on_ci(terminalreporter.config):
        terminalreporter.section("A skipped test is a failure here (CI=true)", red=True)
        terminalreporter.write("".join(f"{name}\n" for name in skipped))


def pytest_sessionfinish(session):
    if skipped_on_ci(session.config):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def skipped_on_ci(config):
    reports = config.pluginmanager.get_plugin("terminalreporter").stats.get("skipped", [])
    return [report.nodeid for report in reports] if CI else []
