"""`manage.py roles`: who may do what, tried in admin."""

import io

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command

pytestmark = pytest.mark.django_db

PAGES = {
    "/admin/weather/ingestrun/": {"viewer", "operator", "administrator"},
    "/admin/stats/yearlystats/": {"viewer", "operator", "administrator"},
    "/admin/access/apikey/": {"administrator"},
    "/admin/auth/user/add/": {"administrator"},
    "/admin/admin/logentry/": {"administrator"},
}
PERMISSIONS = {
    "weather.view_station": {"viewer", "operator", "administrator"},
    "weather.change_station": {"operator", "administrator"},
    "weather.add_ingestrun": {"operator", "administrator"},
    "weather.change_ingestrun": {"administrator"},
    "access.add_apikey": {"administrator"},
    "access.change_apikey": {"administrator"},
    "auth.change_user": {"administrator"},
}


def make():
    call_command("roles", stdout=(said := io.StringIO()))
    return said.getvalue()


@pytest.fixture
def people():
    make()
    everybody = {}
    for name in ("nobody", "viewer", "operator", "administrator"):
        everybody[name] = User.objects.create_user(name, is_staff=True)
        everybody[name].groups.set(Group.objects.filter(name=name))
    return everybody


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_permissions(people, permission):
    assert {n for n, user in people.items() if user.has_perm(permission)} == PERMISSIONS[permission]


@pytest.mark.parametrize("page", PAGES)
def test_pages(people, client, page):
    seen = set()
    for name, user in people.items():
        client.force_login(user)
        if client.get(page).status_code == 200:
            seen.add(name)
    assert seen == PAGES[page]


def test_again_changes_nothing_and_mends(people):
    said = make()
    assert [line.split()[0] for line in said.splitlines()] == ["viewer", "operator", "administrator"]
    Group.objects.get(name="viewer").permissions.set(Group.objects.get(name="operator").permissions.all())
    Group.objects.get(name="operator").permissions.clear()
    assert make() == said
    assert list(people["viewer"].groups.values_list("name", flat=True)) == ["viewer"]
    assert not User.objects.get(username="viewer").has_perm("weather.change_station")


def test_what_staff_do_is_listed_and_stays(admin_client, admin_user):
    admin_client.post("/admin/auth/group/add/", {"name": "new ones"})
    page = admin_client.get("/admin/admin/logentry/").text
    assert all(said in page for said in ("new ones", "Addition", "Added.", admin_user.username))
    entry = admin_user.logentry_set.get()
    assert admin_client.post(f"/admin/admin/logentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post(f"/admin/admin/logentry/{entry.pk}/change/", {}).status_code == 403
    assert admin_client.get("/admin/admin/logentry/add/").status_code == 403
