"""Where reads are answered from, and what happens when nobody answers: with real servers."""

from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection

from rest import caching, database, errors
from tests.door import Door
from tests.factories import make_observations, make_station, write_wx
from tests.served import ask, manage, served, wait_until
from tests.services import postgresql
from weather.ingest import ingest
from weather.signals import observations_changed

SLOW = {
    "postgresql": "SELECT pg_sleep(9)",
    "mysql": "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, "
    "information_schema.columns c, information_schema.columns d",
}
PROBLEM = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "errors": []}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Two archives, which differ in one value: the URLs of a SQLite and of a PostgreSQL database."""
    folder = tmp_path_factory.mktemp("archives")
    with postgresql() as url:
        urls = f"sqlite:///{folder}/primary.sqlite3", url
        for url, value in zip(urls, ("111", "222"), strict=True):
            manage("migrate", "--verbosity=0", DATABASE_URL=url)
            file = write_wx(folder, "USC00110072", f"19850101 {value} -128 94")
            manage("ingest_weather", str(file), DATABASE_URL=url)
        yield urls


@pytest.fixture
def door(filled):
    """A door to the PostgreSQL server, and its URL through the door."""
    port = urlsplit(filled[1]).port
    door = Door(port)
    yield door, filled[1].replace(f":{port}/", f":{door.port}/")
    door.shut()


def tmax(url):
    return ask(f"{url}/api/weather")[2]["results"][0]["tmax_c"]


@pytest.mark.once
def test_api_reads_from_the_replica_and_from_the_primary_when_it_is_away(filled, door):
    door, replica = door
    with served(DATABASE_URL=filled[0], DATABASE_REPLICA_URL=replica) as url:
        assert (tmax(url), ask(f"{url}/health/ready")[2]["checks"]["replica"]) == (22.2, "ok")
        door.shut()
        assert (tmax(url), ask(f"{url}/api/stations/USC00110072")[0]) == (11.1, 200)
        status, _, told = ask(f"{url}/health/ready")
        assert (status, told["checks"]["replica"]) == (200, "unreachable")


@pytest.mark.once
def test_replica_is_asked_again_after_a_pause(filled, door, monkeypatch):
    door, replica = door
    door.shut()
    with served(DATABASE_URL=filled[0], DATABASE_REPLICA_URL=replica) as url:
        assert tmax(url) == 11.1
        door.reopen()
        wait_until(lambda: tmax(url) == 22.2, database.PAUSE + 20)


@pytest.mark.once
def test_database_that_is_away_is_a_503_and_nobody_has_to_restart_anything(door, tmp_path):
    door, database_url = door
    with (tmp_path / "log").open("w") as log, served(log, DATABASE_URL=database_url) as url:
        assert tmax(url) == 22.2
        door.throw_out()
        assert tmax(url) == 22.2  # a lost connection is replaced without a word
        door.shut()
        for path in ("weather", "stations/USC00110072", "weather/stats", "ingest/runs"):
            status, headers, told = ask(f"{url}/api/{path}")
            assert told == PROBLEM | {"detail": errors.AWAY}
            assert (status, headers["Retry-After"]) == (503, "5")
            assert headers["Content-Type"] == "application/problem+json"
        door.reopen()
        assert tmax(url) == 22.2
    said = (tmp_path / "log").read_text().splitlines()
    told = [line for line in said if " WARNING " in line or " ERROR " in line]
    assert [" WARNING rest.errors: The database is away: " in line for line in told] == [True]


@pytest.mark.django_db(transaction=True)
def test_statement_that_takes_too_long_is_a_503(settings):
    settings.STATEMENT_TIMEOUT = 1
    database.limit_statements(connection)
    if connection.vendor == "sqlite":  # cannot be told
        assert database.fetch("SELECT 1", []) == [(1,)]
        return
    if connection.vendor == "postgresql":
        assert database.fetch("SHOW idle_session_timeout", []) == [("15min",)]
    with pytest.raises(OperationalError) as caught:
        database.fetch(SLOW[connection.vendor], [])
    connection.close()
    response = errors.handle(caught.value, {})
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert errors.TOO_LONG.encode() in response.content


@pytest.mark.django_db(transaction=True)
def test_pages_of_a_station_are_prepared_once_a_connection(client, settings):
    station = make_station("USC00110072")
    make_observations(station, *[(f"1985-01-{day:02}", day, None, 0) for day in range(1, 9)])
    urls = [f"/api/weather?station_id=USC00110072&start=1985-01-0{day}" for day in (1, 5)]
    urls += ["/api/weather/stats?station_id=USC00110072", "/api/weather?page_size=2&station_id=USC00110072"]

    def ask(*urls):
        caching.seen.clear()  # so that no page is kept
        return [client.get(url).content for url in urls]

    plain = ask(*urls)
    settings.PREPARE_STATEMENTS = True
    for _ in range(2):
        assert ask(*urls) == ask(*urls) == plain
        connection.close()
    if connection.vendor == "postgresql":
        ask(urls[0], urls[1])
        assert database.fetch("SELECT count(*) FROM pg_prepared_statements", []) == [(1,)]
        with connection.cursor() as cursor:  # a plan for any station and any days goes by the index, too
            cursor.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")
            cursor.execute("EXPLAIN EXECUTE page_0 ('', 'USC00110072', '1985-01-01', 101)")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        connection.close()
        assert "Index Cond: ((station_id = " in plan
        assert "Sort" not in plan


@pytest.mark.django_db(transaction=True)
def test_ingest_in_the_web_process_takes_its_time(tmp_path):
    if connection.vendor != "postgresql":  # no other counts all statements of a transaction
        return
    limits = []

    def look(sender, **kwargs):
        limits.extend(database.fetch("SHOW statement_timeout", []))

    database.limit_statements(connection)
    observations_changed.connect(look)
    try:
        ingest([str(write_wx(tmp_path, "USC00110072", "19850101 1 2 3"))])
        limits += database.fetch("SHOW statement_timeout", [])
    finally:
        observations_changed.disconnect(look)
        connection.close()
    assert limits == [("0",), ("30s",)]
