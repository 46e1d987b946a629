"""API keys are made, shown once, revoked and never deleted in admin, whose log says by whom."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from access.models import ApiKey
from tests.access.conftest import headers, make_key
from tests.pages import cells

pytestmark = pytest.mark.django_db

LIST = "/admin/access/apikey/"
TEXT = re.compile("wx_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")


def log():
    return [
        (entry.user.username, entry.object_repr, entry.get_change_message())
        for entry in LogEntry.objects.all()
    ]


def add(admin_client):
    form = {"name": "field office", "requests_per_minute": "9", "expires_at_0": "", "expires_at_1": ""}
    return admin_client.post(f"{LIST}add/", form, follow=True)


def test_key_is_shown_once(admin_client, client, settings):
    settings.API_KEY_REQUIRED = True
    page = add(admin_client)
    [text] = TEXT.findall(page.text)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert client.get("/api/ingest/runs", headers=headers(text))["RateLimit-Policy"] == '"key";q=9;w=60'
    key = ApiKey.objects.get()
    assert (key.name, key.created_by.username, key.expires_at) == ("field office", "admin", None)
    assert log() == [("admin", str(key), "Added.")]
    secret = text.split("_", 2)[2]
    for url in (LIST, f"{LIST}{key.pk}/change/", f"{LIST}{key.pk}/history/", "/admin/"):
        assert not {secret, key.hash} & set(re.findall(r"[\w-]+", admin_client.get(url).text))
    assert secret not in str(admin_client.cookies) + str(dict(admin_client.session))


def test_list_shows_what_there_is_to_know(admin_client):
    key, _ = make_key(requests_per_minute=9)
    [row] = cells(admin_client.get(f"{LIST}?q={key.prefix}").text)
    assert row[:5] == ["field office", key.prefix, "active", "9", "—"]


def test_key_is_changed_but_not_its_secret(admin_client):
    key, _ = make_key()
    form = {
        "name": "other",
        "hash": "0",
        "prefix": "0",
        "expires_at_0": "2020-01-01",
        "expires_at_1": "00:00",
    }
    admin_client.post(f"{LIST}{key.pk}/change/", form)
    changed = ApiKey.objects.get()
    assert (changed.name, changed.prefix, changed.hash, changed.state) == (
        "other",
        key.prefix,
        key.hash,
        "expired",
    )


def test_selected_keys_are_revoked_and_the_log_says_by_whom(admin_client):
    keys = [make_key(name)[0] for name in ("one", "two", "three")]
    form = {"action": "revoke", "_selected_action": [key.pk for key in keys[:2]]}
    page = admin_client.post(LIST, form, follow=True)
    assert "2 revoked; they stop to work within 10 s." in page.text
    assert [key.state for key in ApiKey.objects.order_by("pk")] == ["revoked", "revoked", "active"]
    assert sorted(log()) == sorted(("admin", str(key), "Revoked.") for key in keys[:2])


def test_revoked_key_stays_revoked_since_then(admin_client):
    key, _ = make_key()
    key.revoke()
    admin_client.post(LIST, {"action": "revoke", "_selected_action": [key.pk]})
    assert (ApiKey.objects.get().revoked_at, log()) == (key.revoked_at, [])


def test_keys_are_not_deleted(admin_client):
    key, _ = make_key()
    assert admin_client.post(f"{LIST}{key.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin_client.get(LIST).text


def test_key_outlives_who_made_it(admin_client, admin_user):
    add(admin_client)
    admin_user.delete()
    assert ApiKey.objects.get().created_by is None
