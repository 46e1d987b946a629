"""What tests of admin, of queued runs and of the ingest have in common."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.factories import write_wx
from weather import doorbell, work
from weather.models import Observation, Work


@pytest.fixture
def staff(client):
    """A client logged in as someone who may open admin and nothing in it; and the user."""
    user = User.objects.create_user("staff", is_staff=True)
    client.force_login(user)
    return client, user


@pytest.fixture
def rings(monkeypatch):
    """Who would be woken, as (run, workers); nobody is."""
    heard = []

    def ring(run, workers=1, *, wait=None, expires=None):
        heard.append((run, workers))

    monkeypatch.setattr(doorbell, "ring", ring)
    monkeypatch.setattr(work, "ring", ring)
    monkeypatch.setattr(work, "ring_to_check", lambda **how: heard.append("to check"))
    return heard


@pytest.fixture
def folder(settings, tmp_path):
    """A folder of three files, of which one is none of the format; it may be read."""
    settings.WEATHER_ALLOWED_SOURCES = [str(tmp_path)]
    write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94", "19850102 -122 -217 0")
    write_wx(tmp_path, "USC00110187", "19850101 -22 -128 94", "19850230 1 1 1")
    (tmp_path / "USC00259510.txt").write_text("nonsense")
    return tmp_path


def never():
    return False


def make_due():
    """Let files that were given back wait no longer."""
    Work.objects.update(next_try=timezone.now())


def counts(thing):
    """Return the counts of a run or a file that are not 0."""
    return {name: getattr(thing, name) for name in thing.COUNTS if getattr(thing, name)}


def observations():
    """Return all days of the archive as (station id, date, tmax, tmin, prcp)."""
    rows = Observation.objects.order_by("station__station_id", "date")
    return [
        (station, str(date), *values)
        for station, date, *values in rows.values_list("station__station_id", "date", "tmax", "tmin", "prcp")
    ]
