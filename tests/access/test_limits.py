"""How often a client may ask, counted in memory and in a real Valkey."""

import socket
import threading
import time

import pytest
from django.core.cache import caches

from access import limits, middleware
from tests.access.conftest import headers, make_key
from tests.services import free_port, valkey

pytestmark = pytest.mark.django_db

URL = "/api/ingest/runs"


@pytest.fixture(scope="session")
def valkey_url():
    with valkey() as url:
        yield url


@pytest.fixture(params=["memory", "valkey"])
def cache(request):
    """Count in memory, and in Valkey."""
    if request.param == "valkey":
        request.getfixturevalue("use_redis")(request.getfixturevalue("valkey_url"))
        caches["limits"].clear()
    return caches["limits"]


def told(response):
    return response.status_code, response["RateLimit-Policy"], response["RateLimit"]


def test_limit_is_told_and_kept(client, settings, cache, clock):
    settings.RATE_LIMIT_ANONYMOUS = 3
    policy = '"anonymous";q=3;w=60'
    assert [told(client.get(URL)) for _ in range(4)] == [
        (200, policy, '"anonymous";r=2;t=50'),
        (200, policy, '"anonymous";r=1;t=50'),
        (200, policy, '"anonymous";r=0;t=50'),
        (429, policy, '"anonymous";r=0;t=50'),
    ]
    clock.now += 50 - 1
    assert told(client.get(URL)) == (429, policy, '"anonymous";r=0;t=1')
    clock.now += 1
    assert told(client.get(URL)) == (200, policy, '"anonymous";r=2;t=60')


def test_refusal_says_how_long_to_wait(client, settings, clock):
    settings.RATE_LIMIT_ANONYMOUS = 1
    client.get(URL)
    response = client.get(URL)
    assert (response["Retry-After"], response["Cache-Control"]) == ("50", "no-store")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "More than 1 requests a minute from one address: wait 50 s. An API key allows more.",
        "errors": [],
    }


def test_who_waits_as_long_as_told_is_answered(client, settings, cache, monkeypatch):
    settings.RATE_LIMIT_ANONYMOUS = 3
    monkeypatch.setattr(limits, "SECONDS", 1)
    monkeypatch.setattr(middleware, "SECONDS", 1)
    responses = [client.get(URL) for _ in range(7)]  # in at most two windows
    refused = [response for response in responses if response.status_code == 429]
    assert refused
    time.sleep(int(refused[-1]["Retry-After"]))
    assert client.get(URL).status_code == 200


def test_counting_is_exact_with_many_threads(cache):
    found, name = [], f"threads:{time.time()}"

    def count():
        found.extend([caches["limits"].count(name, 60) for _ in range(100)])

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 801))


def test_everybody_is_counted_apart(client, settings, cache):
    settings.RATE_LIMIT_ANONYMOUS = settings.RATE_LIMIT_KEY = 1
    (_, one), (_, other) = make_key(), make_key()
    both = [{"headers": headers(one)}, {"headers": headers(other)}]
    everybody = [{}, {"REMOTE_ADDR": "192.0.2.1"}, *both]
    assert [client.get(URL, **asked).status_code for asked in everybody] == [200] * 4
    assert [client.get(URL, **asked).status_code for asked in everybody] == [429] * 4


def test_key_has_the_limit_of_all_keys_or_its_own(client, settings):
    settings.RATE_LIMIT_ANONYMOUS, settings.RATE_LIMIT_KEY = 1, 5
    texts = [make_key(requests_per_minute=own)[1] for own in (None, 9, 0)]
    assert [client.get(URL, headers=headers(text)).get("RateLimit-Policy") for text in texts] == [
        '"key";q=5;w=60',
        '"key";q=9;w=60',
        None,
    ]


def test_key_that_asks_too_often_is_told_so(client):
    _, text = make_key(requests_per_minute=1)
    client.get(URL, headers=headers(text))
    response = client.get(URL, headers=headers(text))
    seconds = response["Retry-After"]
    assert response.json()["detail"] == f"More than 1 requests a minute from this API key: wait {seconds} s."


def test_wrong_key_counts_for_the_address(client, settings):
    settings.RATE_LIMIT_ANONYMOUS = 2
    wrong = [client.get(URL, headers=headers(f"nonsense {n}")) for n in range(3)]
    assert [response.status_code for response in wrong] == [401, 401, 429]
    assert wrong[0]["RateLimit-Policy"] == '"anonymous";q=2;w=60'


def test_user_is_counted_by_name_wherever(client, settings, django_user_model):
    settings.RATE_LIMIT_ANONYMOUS = 2
    client.force_login(django_user_model.objects.create_user("ann"))
    addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    responses = [client.get(URL, REMOTE_ADDR=address) for address in addresses]
    assert [response.status_code for response in responses] == [200, 200, 429]
    assert responses[0]["RateLimit-Policy"] == '"user";q=2;w=60'


def test_made_up_session_is_anonymous(client, settings):
    settings.RATE_LIMIT_ANONYMOUS = 2
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert client.get(URL)["RateLimit-Policy"] == '"anonymous";q=2;w=60'


def test_without_a_limit_none_is_told(client):
    response = client.get(URL)
    assert {"RateLimit", "RateLimit-Policy"} & set(response.headers) == set()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/nonsense", 404),
        ("/api/weather?year=0", 400),
        ("/api/stations/USC00000000", 404),
        ("/api/weather", 200),
    ],
)
def test_every_answer_of_the_api_tells_the_limit(client, settings, path, status):
    settings.RATE_LIMIT_ANONYMOUS = 2
    assert told(client.get(path))[:2] == (status, '"anonymous";q=2;w=60')


@pytest.mark.parametrize("path", ["/api/schema", "/api/docs", "/api/redoc/", "/health/live", "/admin/login/"])
def test_other_pages_are_not_limited(client, settings, path):
    settings.RATE_LIMIT_ANONYMOUS = 1
    responses = [client.get(path) for _ in range(3)]
    assert [response.status_code for response in responses] == [200] * 3
    assert "RateLimit" not in responses[0]


def test_reads_go_on_while_valkey_is_away(client, settings, use_redis, clock, caplog):
    settings.RATE_LIMIT_ANONYMOUS = 1
    port = free_port()

    def statuses(times):
        return [client.get(URL).status_code for _ in range(times)]

    with valkey(port=port, requirepass="secret") as url:
        use_redis(url)
        assert statuses(2) == [200, 429]
    assert statuses(3) == [200] * 3
    clock.now += limits.PAUSE
    assert statuses(3) == [200] * 3
    away = "Requests are not limited: the cache that counts them is away: "
    assert [message for message in caplog.messages if message.startswith(away)] == [
        f"{away}Error 111 connecting to 127.0.0.1:{port}. Connection refused."
    ]
    assert "RateLimit" not in client.get(URL)
    with valkey(port=port, requirepass="secret"):
        clock.now += limits.PAUSE
        assert statuses(2) == [200, 429]


def test_reads_hardly_wait_for_a_redis_that_is_silent(client, settings, use_redis):
    settings.RATE_LIMIT_ANONYMOUS = 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_redis(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        start = time.monotonic()
        assert [client.get(URL).status_code for _ in range(20)] == [200] * 20
    assert 0.25 <= time.monotonic() - start < 1.5
