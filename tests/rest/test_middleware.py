"""Views that read are answered before sessions, users and forms; everything else goes on as always."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/api/weather", "/api/stations/", "/api/weather?year=0"])
def test_reading_needs_no_session(client, url):
    client.cookies["sessionid"] = "of nobody"
    response = client.get(url)
    assert not hasattr(response.wsgi_request, "session")
    assert int(response["Content-Length"]) == len(response.content) > 0
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("url", "status"), [("/admin/login/", 200), ("/api/docs", 200), ("/api/nothing", 404)]
)
def test_everything_else_goes_on(client, url, status):
    response = client.get(url)
    assert (response.status_code, response["X-Frame-Options"]) == (status, "DENY")
    assert hasattr(response.wsgi_request, "session")


def test_head_is_get_without_its_body(client):
    client.defaults["HTTP_X_REQUEST_ID"] = "one"
    got, head = client.get("/api/weather"), client.head("/api/weather")
    assert (head.content, dict(head.headers)) == (b"", dict(got.headers))


def test_post_is_refused(client):
    response = client.post("/api/weather")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["detail"] == 'Method "POST" not allowed.'
