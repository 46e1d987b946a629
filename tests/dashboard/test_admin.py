"""Admin's first page, and the way from a station to its page."""

import pytest

from tests.factories import make_run, make_station

pytestmark = pytest.mark.django_db


def test_first_page_tells_how_the_archive_is(admin_client):
    make_station()
    run = make_run(read=12_345, inserted=12_340, rejected=5)
    page = admin_client.get("/admin/").text
    assert "<dt>Stations with data</dt><dd>1</dd>" in page
    badge = '<span class="badge warn">succeeded</span>'
    assert f'<a href="/admin/weather/ingestrun/{run.id}/change/">{badge}</a> <small>1 files (0 ' in page
    assert '<i class="rejected" style="bottom: 0.0%; height: 1.5%"></i>' in page
    assert "Site administration" in page


def test_first_page_of_who_may_not_see_runs_tells_nothing(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert "Stations with data" not in client.get("/admin/").text


def test_station_leads_to_its_page(admin_client):
    station = make_station()
    for url in ("/admin/weather/station/", f"/admin/weather/station/{station.pk}/change/"):
        assert 'href="/stations/USC00110072"' in admin_client.get(url).text
