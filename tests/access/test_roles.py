"""Who may do what: every route of urls.py, every method, every role. A new route needs a row here."""

import pytest
from django.test import Client

from tests.access.conftest import make_key
from tests.factories import make_run, make_station
from weatherproj.urls import urlpatterns

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ROLES = ("anonymous", "key", "revoked key", "user", "staff")

READ = (200, 200, 405, 405, 405, 405, 405, 405)
NOTHING = (404,) * 8
NOTHING_HERE = (404, 404, 405, 405, 405, 405, 405, 405)  # without METRICS_TOKEN
REFUSED = (401,) * 8
LOGIN = (302, 302, 403, 403, 403, 403, 302, 302)  # where forms are guarded against other sites: 403
ADMIN = (200, 200, 403, 403, 403, 403, 200, 200)

API = {"revoked key": REFUSED}
TABLE = {
    # A path of each route, what everybody gets, and what others than everybody get.
    "/api": (READ, API),
    "/api/weather": (READ, API),
    "/api/weather/stats": (READ, API),
    "/api/weather/stats/monthly": (READ, API),
    "/api/summaries/monthly?station_id=USC00110072": (READ, API),
    "/api/summaries/yearly?station_id=USC00110072": (READ, API),
    "/api/normals?station_id=USC00110072": (READ, API),
    "/api/normals/freezes?station_id=USC00110072": (READ, API),
    "/api/anomalies?station_id=USC00110072": (READ, API),
    "/api/records?station_id=USC00110072": (READ, API),
    "/api/indices?station_id=USC00110072&index=fd": (READ, API),
    "/api/changes?since=0": (READ, API),
    "/api/quality": (READ, API),
    "/api/stations": (READ, API),
    "/api/stations/USC00110072": (READ, API),
    "/api/ingest/runs": (READ, API),
    "/api/ingest/runs/1000": (READ, API),
    "/api/nonsense": (NOTHING, API),
    "/api/schema": (READ, {}),
    "/api/docs": (READ, {}),
    "/api/redoc": (READ, {}),
    "/health/live": (READ, {}),
    "/health/ready": (READ, {}),
    "/metrics": (NOTHING_HERE, {}),
    "/admin/": (LOGIN, {"staff": ADMIN}),
    "/data/stations": (READ, API),
    "/data/map?measure=last&element=tmax": (READ, API),
    "/data/stations/USC00110072/days": (READ, API),
    "/": (READ, API),
    "/stations/USC00110072": (READ, API),
    "/compare": (READ, API),
    "/runs": (READ, API),
    "/runs/1000": (READ, API),
    "/favicon.ico": (LOGIN, {}),
}


@pytest.fixture
def clients(django_user_model):
    """A client of each role, of which forms are asked for a token; and what the routes show."""
    make_station("USC00110072")
    make_run(id=1000)
    (_, good), (revoked_key, revoked) = make_key(), make_key()
    revoked_key.revoke()
    everybody = {role: Client(enforce_csrf_checks=True) for role in ROLES}
    everybody["key"].defaults["HTTP_X_API_KEY"] = good
    everybody["revoked key"].defaults["HTTP_X_API_KEY"] = revoked
    for role in ("user", "staff"):
        user = django_user_model.objects.create_user(role, is_staff=role == "staff")
        everybody[role].force_login(user)
    return everybody


def statuses(client, url):
    return tuple(client.generic(method, url).status_code for method in METHODS)


def test_every_route_has_a_row():
    paths = [url[1:].partition("?")[0] for url in TABLE]
    met = {next(route for route in urlpatterns if route.pattern.match(path)) for path in paths}
    assert [route for route in urlpatterns if route not in met] == []


@pytest.mark.parametrize("url", TABLE)
def test_matrix(clients, url):
    everybody, others = TABLE[url]
    expected = dict.fromkeys(ROLES, everybody) | others
    assert {role: statuses(client, url) for role, client in clients.items()} == expected


@pytest.mark.parametrize("url", TABLE)
def test_matrix_where_a_key_is_needed(clients, url, settings):
    settings.API_KEY_REQUIRED = True
    everybody, others = TABLE[url]
    if others is API:
        others = dict.fromkeys({*ROLES} - {"key", "staff"}, REFUSED)
    expected = dict.fromkeys(ROLES, everybody) | others
    assert {role: statuses(client, url) for role, client in clients.items()} == expected
