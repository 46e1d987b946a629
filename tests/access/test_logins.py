"""Admin's login waits for who tries too often, and nobody else."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from access import logins
from tests.services import free_port, valkey

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
WAIT = "Too many tries to log in: wait 15 minutes."


@pytest.fixture(autouse=True)
def people():
    for name in ("ada", "bob"):
        get_user_model().objects.create_user(name, password="right", is_staff=True)


def login(user="ada", password="wrong", address="10.0.0.1"):
    """Return "in", "wait" or "no"."""
    form = {"username": user, "password": password}
    response = Client().post(LOGIN, form, REMOTE_ADDR=address)
    if response.status_code == 302:
        return "in"
    return "wait" if WAIT in response.text else "no"


def test_sixth_try_waits_even_with_the_right_password():
    assert [login() for _ in range(5)] == ["no"] * 5
    assert (login(), login(password="right")) == ("wait", "wait")


def test_others_do_not_wait():
    for _ in range(6):
        login()
    assert login("bob", "right") == login("ada", "right", "10.0.0.2") == "in"


def test_success_gives_the_tries_back():
    for _ in range(3):
        assert [login() for _ in range(4)] == ["no"] * 4
        assert login(password="right") == "in"


def test_address_that_tries_many_users_waits(monkeypatch):
    monkeypatch.setitem(logins.MOST, "address", 10)
    assert [login(f"user{n}") for n in range(10)] == ["no"] * 10
    assert login("bob", "right") == "wait"
    assert login("bob", "right", "10.0.0.2") == "in"


def test_user_who_is_tried_from_everywhere_waits(monkeypatch):
    monkeypatch.setitem(logins.MOST, "user", 10)
    assert [login(address=f"10.0.1.{n}") for n in range(10)] == ["no"] * 10
    assert login(password="right", address="10.0.2.1") == "wait"


def test_processes_count_together_in_valkey(use_redis):
    with valkey() as url:
        use_redis(url)
        assert [login() for _ in range(6)] == ["no"] * 5 + ["wait"]


def test_counts_go_on_while_redis_is_away(use_redis):
    use_redis(f"redis://127.0.0.1:{free_port()}/0")
    assert [login() for _ in range(6)] == ["no"] * 5 + ["wait"]
    assert login("bob", "right") == "in"


def test_log_names_the_address_and_not_what_was_typed(caplog):
    for _ in range(6):
        login("hunter2", "hunter3")
    assert [record.message for record in caplog.records] == [
        *["a login from 10.0.0.1 failed"] * 5,
        "a login from 10.0.0.1 was refused: too many tries",
    ]
