"""/metrics: who sees it, that all processes count together, and what it says of the archive."""

import datetime
import re
from collections import Counter

import pytest
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from rest.outage import Outage
from tests.factories import make_observations, make_run, make_station
from tests.served import ask, manage, served
from tests.services import free_port, valkey
from weather.models import Archive
from weatherproj import metrics, metrics_folder

TOKEN = {"Authorization": "Bearer the token"}


def samples(families):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def nothing_known():
    metrics.newest.clear()


@pytest.mark.django_db
def test_archive_is_told(settings):
    settings.WEATHER_SOURCE = "/data"
    began = datetime.datetime(2026, 3, 2, 6, tzinfo=datetime.UTC)
    make_run(started_at=began, read=6, inserted=3, updated=2, rejected=1)
    make_run(started_at=began, read=2, unchanged=2, sources=["/other"])
    make_run(status="failed")
    for station, *days in (("USC00110072", "1985-01-01", "2014-12-31"), ("USC00110073", "2001-01-01")):
        make_observations(make_station(station), *((day, 1, 1, 1) for day in days))
    Archive.objects.update(generation=7)
    told = samples(metrics.OfArchive().collect())
    newest = datetime.datetime(2014, 12, 31, tzinfo=datetime.UTC).timestamp()
    runs = {"running": 0, "succeeded": 4, "failed": 1, "interrupted": 0}  # the observations have runs, too
    rows = {"inserted": 3, "updated": 2, "unchanged": 2, "rejected": 1}
    last = told.pop(("weather_last_good_run_timestamp_seconds",))
    assert last > began.timestamp()
    assert told == {
        **{("weather_runs_total", status): number for status, number in runs.items()},
        **{("weather_rows_total", outcome): number for outcome, number in rows.items()},
        ("weather_newest_observation_timestamp_seconds",): newest,
        ("weather_generation",): 7,
        ("weather_database_up",): 1,
    }


@pytest.mark.django_db
def test_newest_day_is_asked_for_once_a_generation(django_assert_num_queries):
    make_observations(make_station(), ("1985-01-01", 1, 1, 1))
    for generation, queries in ((1, 1), (1, 0), (2, 1)):
        with django_assert_num_queries(queries):
            assert metrics.newest_day(generation) == datetime.date(1985, 1, 1)


def test_database_that_is_away_is_told(monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setattr(metrics, "of_ledger", away)
    assert samples(metrics.OfArchive().collect()) == {("weather_database_up",): 0}


def test_queue_is_told(settings):
    with valkey() as settings.REDIS_URL, metrics.redis.from_url(settings.REDIS_URL) as broker:
        broker.rpush(metrics.QUEUE, "one", "two")
        assert samples(metrics.of_broker()) == {("weather_queue_length",): 2}
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert samples(metrics.of_broker()) == {}


@pytest.mark.parametrize("authorization", [None, "Bearer another", "the token", "Bearer é"])
def test_without_the_token_nothing_is_shown(client, settings, tmp_path, authorization):
    settings.METRICS_TOKEN, settings.METRICS_FOLDER = "the token", tmp_path
    response = client.get("/metrics", headers={"Authorization": authorization} if authorization else {})
    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"')


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer None"])
def test_where_there_is_no_token_there_are_no_metrics(client, authorization):
    assert client.get("/metrics", headers={"Authorization": authorization}).status_code == 404


@pytest.mark.once
def test_processes_count_together(tmp_path):
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/w.sqlite3", "GRANIAN_WORKERS": "2"}
    manage("migrate", **environment)
    with served(
        METRICS_TOKEN="the token", PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "m"), **environment
    ) as url:
        for _ in range(50):
            ask(f"{url}/api/stations")
        ask(f"{url}/api/stations/USC00110072")
        ask(f"{url}/api/nothing")
        shown = [ask(f"{url}/metrics", **TOKEN)[2].decode() for _ in range(4)]
    counts = Counter(re.findall(r"weather_request_seconds_count\{.*", "\n".join(shown)))
    assert counts == {
        'weather_request_seconds_count{route="/api/stations",status="200"} 50.0': 4,
        'weather_request_seconds_count{route="/api/stations/<station_id>",status="404"} 1.0': 4,
        'weather_request_seconds_count{route="/api",status="404"} 1.0': 4,
    }
    assert len(list((tmp_path / "m").iterdir())) == 2
    assert list(text_string_to_metric_families(shown[0]))


def test_folder_that_was_tidied_away_is_made_again(settings, tmp_path, monkeypatch):
    settings.METRICS_FOLDER = tmp_path / "metrics"
    asked = []

    def labels(*values):
        asked.append(values)
        return (tmp_path / "metrics/histogram.db").open("a")

    monkeypatch.setattr(metrics.REQUESTS, "labels", labels)
    metrics.child_of(None, 200).close()
    assert asked == [("none", 200)] * 2


def test_full_disk_costs_no_answer(monkeypatch, caplog):
    def labels(*values):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(metrics.REQUESTS, "labels", labels)
    monkeypatch.setattr(metrics, "outage", Outage(metrics.log, 60, "Requests are not counted"))
    for _ in range(2):
        metrics.count(None, 599, 0.1)
    assert caplog.messages == ["Requests are not counted: [Errno 28] No space left on device"]


def test_folder_is_nobody_else_s(tmp_path, monkeypatch):
    metrics_folder.make(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(metrics_folder.os, "getuid", lambda: -1)
    with pytest.raises(PermissionError, match="new is another user's: name one of your own"):
        metrics_folder.make(tmp_path / "new")
