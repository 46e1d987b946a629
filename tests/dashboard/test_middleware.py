"""What people see where something is wrong."""

import pytest

from tests.access.conftest import make_key

pytestmark = pytest.mark.django_db

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_nothing_there_is_a_page_for_people_and_a_problem_for_programs(client):
    page, problem = client.get("/nowhere", headers=BROWSER), client.get("/nowhere")
    assert [response.status_code for response in (page, problem)] == [404, 404]
    assert "<h1>There is nothing at /nowhere.</h1>" in page.text
    assert page["Content-Security-Policy"].startswith("default-src 'self'")
    assert problem.json()["detail"] == "There is nothing at /nowhere."


@pytest.mark.parametrize("url", ["/api/weather?format=json&year=x", "/data/map?measure=x"])
def test_data_stay_data(client, url):
    assert client.get(url, headers=BROWSER)["Content-Type"] == "application/problem+json"


def test_page_too_often_asked_for_says_when_to_come_back(client, settings):
    settings.RATE_LIMIT_ANONYMOUS = 1
    client.get("/", headers=BROWSER)
    response = client.get("/", headers=BROWSER)
    assert (response.status_code, response["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert f"wait {response['Retry-After']} s" in response.text


@pytest.fixture
def closed(settings):
    settings.API_KEY_REQUIRED = True


def test_closed_page_leads_to_the_login_and_back(closed, client):
    response = client.get("/runs?status=failed", headers=BROWSER)
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/runs%3Fstatus%3Dfailed")


def test_closed_page_and_its_data_are_for_staff(closed, admin_client, django_user_model, client):
    for url in ("/", "/data/stations", "/api/stations"):
        response = admin_client.get(url)
        assert (response.status_code, "private" in response["Cache-Control"]) == (200, True)
    client.force_login(django_user_model.objects.create_user("reader"))
    assert client.get("/data/stations").status_code == 401


def test_session_of_somebody_who_left_opens_nothing(closed, client, django_user_model):
    user = django_user_model.objects.create_user("leaver", is_staff=True, is_active=False)
    client.force_login(user)
    assert client.get("/").status_code == 401


def test_made_up_session_opens_nothing(closed, client):
    client.cookies["sessionid"] = "x" * 32
    assert client.get("/").status_code == 401


def test_closed_page_opens_to_a_key(closed, client):
    _, text = make_key()
    assert client.get("/", headers={"X-API-Key": text}).status_code == 200
