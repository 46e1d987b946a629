"""manage.py api_key"""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command

from access.models import ApiKey
from tests.access.conftest import headers, make_key

pytestmark = pytest.mark.django_db


def api_key(*arguments):
    """Return what the command prints on stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    call_command("api_key", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_create_prints_a_key_that_works(client, settings):
    settings.API_KEY_REQUIRED = True
    out, err = api_key("create", "field office", "--requests-per-minute", "9", "--expires", "2999-12-31")
    assert err == "Keep it: it is not shown again.\n"
    assert client.get("/api/ingest/runs", headers=headers(out.strip())).status_code == 200
    key = ApiKey.objects.get()
    midnight = datetime.datetime(2999, 12, 31, tzinfo=datetime.UTC)
    assert (key.name, key.limit, key.expires_at, key.created_by) == ("field office", 9, midnight, None)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["create", ""], "a name has 1 to 100 characters"),
        (["create", "x" * 101], "a name has 1 to 100 characters"),
        (["create", "x", "--expires", "tomorrow"], "expected a date YYYY-MM-DD, got 'tomorrow'"),
        (["create", "x", "--requests-per-minute", "-1"], "whole number from 0 to 2147483647, got '-1'"),
        (["create", "x", "--requests-per-minute", "2147483648"], "got '2147483648'"),
        (["revoke", "00000000"], "no API key begins with wx_00000000"),
        ([], "the following arguments are required: action"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, complaint):
    with pytest.raises(CommandError) as failed:
        api_key(*arguments)
    assert complaint in str(failed.value)
    assert not ApiKey.objects.exists()


def test_list_shows_every_key_by_its_prefix(settings):
    settings.RATE_LIMIT_KEY = 6000
    used = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
    one, _ = make_key("one", last_used_at=used)
    two, _ = make_key("two", requests_per_minute=0, revoked_at=used)
    assert api_key("list")[0].splitlines() == [
        f"{two.prefix}  revoked        no limit  never used                two",
        f"{one.prefix}  active    6000 a minute  last used 2026-01-02 03h  one",
    ]


def test_revoke_revokes_once():
    key, _ = make_key()
    said = f"field office ({key.prefix}) is revoked; it stops to work within 10 s\n"
    assert api_key("revoke", key.prefix)[0] == said
    first = ApiKey.objects.get()
    assert first.state == "revoked"
    assert api_key("revoke", key.prefix)[0] == said
    assert ApiKey.objects.get().revoked_at == first.revoked_at
