import pytest
from django.core.cache import caches

from access import clients, keys, limits
from access.models import ApiKey
from rest import outage
from weatherproj import settings as installation


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """As in a process that has just begun."""
    caches["limits"].clear()
    caches["own"].clear()
    keys.kept.clear()
    clients.users.clear()
    clients.staff.clear()
    keys.used.clear()
    monkeypatch.setattr(limits.outage, "until", float("-inf"))
    monkeypatch.setattr(limits.outage, "logged", float("-inf"))


@pytest.fixture
def clock(monkeypatch):
    """The time that limits go by; a test may set it."""

    class Clock:
        now = 1_000_000_000.0

        def time(self):
            return self.now

        monotonic = time

    clock = Clock()
    for module in (limits, outage):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def use_redis(monkeypatch, settings):
    """Count in the Redis at a URL, as REDIS_URL makes the settings do."""

    def use(url):
        monkeypatch.setattr(installation, "REDIS_URL", url)
        caches = {name: installation.cache(name, 1) for name in ("default", "limits")}
        settings.CACHES = caches | {"own": installation.cache("own", 100, shared=False)}

    return use


def make_key(name="field office", **fields):
    """Store a key; return it with its text."""
    key = ApiKey(name=name, **fields)
    text = key.make_secret()
    key.save()
    return key, text


def headers(text):
    return {"authorization": f"Bearer {text}"}
