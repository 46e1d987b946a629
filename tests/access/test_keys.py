"""What an API key opens, and what is said of one that does not."""

import datetime
import hashlib

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from access import kept
from access.middleware import guard
from tests.access.conftest import headers, make_key

pytestmark = pytest.mark.django_db

URL = "/api/ingest/runs"
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def refusal(response):
    """Return the status, the detail and the challenge of a response that refuses."""
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.json()["detail"], response["WWW-Authenticate"]


@pytest.fixture(autouse=True)
def key_required(settings):
    settings.API_KEY_REQUIRED = True


def test_key_is_kept_as_a_hash_of_its_secret():
    key, text = make_key()
    wx, prefix, secret = text.split("_", 2)
    assert (wx, prefix, len(prefix), len(secret)) == ("wx", key.prefix, 8, 43)
    key.refresh_from_db()
    assert key.hash == hashlib.sha256(secret.encode()).hexdigest()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_key_opens_as_bearer(client, scheme):
    _, text = make_key()
    assert client.get(URL, headers={"authorization": f"{scheme} {text}"}).status_code == 200


def test_key_opens_in_a_header_of_its_own(client):
    _, text = make_key()
    assert client.get(URL, headers={"x-api-key": text}).status_code == 200


def test_key_in_the_url_is_an_unknown_parameter(client, settings):
    settings.API_KEY_REQUIRED = False
    _, text = make_key()
    response = client.get(URL, {"api_key": text})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, "api_key")


@pytest.mark.parametrize("sent", [{}, {"authorization": "Basic dXNlcjpwYXNz"}])
def test_no_key_is_refused_where_one_is_needed(client, sent):
    assert refusal(client.get(URL, headers=sent)) == (
        401,
        "An API key is needed here: send it as Authorization: Bearer wx_... or X-API-Key.",
        'Bearer realm="weather"',
    )


@pytest.mark.parametrize("path", ["/api/schema", "/api/docs/", "/api/redoc", "/health/live", "/admin/login/"])
def test_other_pages_need_no_key(client, path):
    assert client.get(path).status_code in (200, 302)


@pytest.mark.parametrize("path", ["/api/nonsense", "/api/schema/x", "/api/docs//", "/api/weather"])
def test_everything_else_of_the_api_does(client, path):
    assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "wx_",
        "nonsense",
        "wx_00000000_" + "x" * 43,
        "wx_00000000_" + "x" * 42,
        "wx_00000000_" + "ä" * 43,
        "x" * 5000,
    ],
)
def test_wrong_key_is_refused_also_where_none_is_needed(client, settings, wrong):
    settings.API_KEY_REQUIRED = False
    assert refusal(client.get(URL, headers={"x-api-key": wrong})) == (
        401,
        "There is no such API key. Is it whole, wx_ and all?",
        'Bearer realm="weather", error="invalid_token"',
    )


def test_prefix_of_one_key_with_the_secret_of_another_is_refused(client):
    (one, _), (_, other) = make_key(), make_key()
    mixed = f"wx_{one.prefix}_{other.split('_', 2)[2]}"
    assert client.get(URL, headers=headers(mixed)).status_code == 401


@pytest.mark.parametrize("credentials", ["Basic dXNlcjpwYXNz", "Negotiate abc", "Bearer"])
def test_credentials_of_another_scheme_are_not_ours(client, settings, credentials):
    settings.API_KEY_REQUIRED = False
    assert client.get(URL, headers={"authorization": credentials}).status_code == 200


def test_revoked_key_is_refused_and_told_so(client):
    key, text = make_key(revoked_at=LONG_AGO)
    status, detail, _ = refusal(client.get(URL, headers=headers(text)))
    assert (status, detail) == (401, f"The API key {key.prefix} was revoked on 2020-01-01. Ask for another.")


def test_expired_key_is_refused_and_told_so(client):
    key, text = make_key(expires_at=LONG_AGO)
    status, detail, _ = refusal(client.get(URL, headers=headers(text)))
    assert (status, detail) == (401, f"The API key {key.prefix} expired on 2020-01-01. Ask for another.")


def test_key_works_until_it_expires(client):
    _, text = make_key(expires_at=timezone.now() + datetime.timedelta(hours=1))
    assert client.get(URL, headers=headers(text)).status_code == 200


def test_revoked_key_stops_to_work_within_ten_seconds(client, monkeypatch):
    key, text = make_key()
    now = 0.0
    monkeypatch.setattr(kept.time, "monotonic", lambda: now)
    assert client.get(URL, headers=headers(text)).status_code == 200
    key.revoke()
    now = 9.9
    assert client.get(URL, headers=headers(text)).status_code == 200
    now = 10.0
    assert client.get(URL, headers=headers(text)).status_code == 401


def test_request_with_a_key_costs_no_query(client, django_assert_num_queries):
    _, text = make_key()
    client.get(URL, headers=headers(text))
    with django_assert_num_queries(1):  # that of the view
        assert client.get(URL, headers=headers(text)).status_code == 200
    wrong = headers(text[:-3] + "xyz")
    client.get(URL, headers=wrong)
    with django_assert_num_queries(0):
        assert client.get(URL, headers=wrong).status_code == 401


def test_no_more_is_kept_than_fits(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    answers = kept.Kept()
    for question in "abc":
        assert answers.get(question, str.upper) == question.upper()
    assert list(answers.answers) == ["c"]


def last_use(key):
    key.refresh_from_db()
    return key.last_used_at


@pytest.mark.parametrize(("minutes", "written"), [(None, True), (61, True), (59, False)])
def test_last_use_is_written_once_an_hour(client, minutes, written):
    before = minutes and timezone.now() - datetime.timedelta(minutes=minutes)
    key, text = make_key(last_used_at=before)
    start = timezone.now()
    client.get(URL, headers=headers(text))
    assert (last_use(key) >= start if written else last_use(key) == before) is True


def test_answer_does_not_wait_for_the_last_use_to_be_written(rf):
    key, text = make_key()
    response = get_wsgi_application().get_response(rf.get(URL, headers=headers(text)))
    assert (response.status_code, last_use(key)) == (200, None)  # it is written when the response is closed


def test_failure_to_write_the_last_use_is_logged_and_no_more(client, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise DatabaseError("read-only")

    _, text = make_key()
    monkeypatch.setattr(QuerySet, "update", refuse)
    assert client.get(URL, headers=headers(text)).status_code == 200
    assert caplog.messages == ["The last use of an API key was not written down: read-only"]


@pytest.mark.parametrize("says", [None, "public, max-age=60"])
def test_answers_that_need_a_key_are_for_no_shared_cache(rf, says):
    _, text = make_key()
    answer = HttpResponse(headers={"Cache-Control": says} if says else {})
    response = guard(lambda request: answer)(rf.get(URL, headers=headers(text)))
    assert {*response["Cache-Control"].split(", ")} == ({"private", "max-age=60"} if says else {"private"})
