"""Runs are started, stopped and retried in admin by those who may, and its log says by whom."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tests.factories import make_run, make_source_file, write_wx
from weather import doorbell, work
from weather.models import IngestRun

pytestmark = pytest.mark.django_db

LIST = "/admin/weather/ingestrun/"
START = f"{LIST}start/"


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    heard = []
    for module in (doorbell, work):
        monkeypatch.setattr(module, "ring", lambda run, *args, **kwargs: heard.append(run))
    return heard


@pytest.fixture
def broker(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


@pytest.fixture
def staff(client):
    """Return a function that logs somebody of staff in with permissions; it returns the client."""

    def log_in(*permissions):
        user = User.objects.create_user("staff", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_ingestrun", *permissions]))
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def allowed(settings, tmp_path):
    settings.WEATHER_ALLOWED_SOURCES = [str(tmp_path), "s3://bucket/wx_data/"]
    return str(tmp_path)


def running(**fields):
    return make_run(status="running", finished_at=None, **fields)


def log():
    return [(entry.user.username, entry.get_change_message()) for entry in LogEntry.objects.all()]


def test_source_is_chosen_and_run(staff, allowed, broker, rings, django_capture_on_commit_callbacks):
    client = staff("can_start")
    assert f'href="{START}"' in client.get(LIST).text
    page = client.get(START).text
    assert [f'<option value="{source}">' in page for source in (allowed, "s3://bucket/wx_data/")] == [
        True
    ] * 2
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(START, {"source": allowed})
    run = IngestRun.objects.get()
    assert (response.status_code, response.url) == (302, f"{LIST}{run.pk}/change/")
    assert (run.sources, run.queued, rings) == ([allowed], True, [run.pk])
    assert log() == [("staff", f"Started: {allowed}.")]
    assert "queued: its files are not listed yet" in client.get(response.url).text


def test_only_allowed_sources_are_run(staff, allowed, broker):
    page = staff("can_start").post(START, {"source": "/etc"})
    assert "Select a valid choice" in page.text
    assert IngestRun.objects.count() == 0


def test_second_run_of_a_source_is_not_started(staff, allowed, broker):
    client = staff("can_start")
    client.post(START, {"source": allowed})
    assert "Already running" in client.post(START, {"source": allowed}, follow=True).text
    assert IngestRun.objects.count() == 1


def test_without_a_broker_it_says_what_to_do(staff, allowed):
    client = staff("can_start")
    for page in (client.get(START), client.post(START, {"source": allowed}, follow=True)):
        assert "REDIS_URL is empty. Ingest by the command ingest_weather" in page.text
    assert IngestRun.objects.count() == 0


def test_without_a_source_it_says_what_to_do(staff, broker):
    assert "name some in WEATHER_ALLOWED_SOURCES" in staff("can_start").get(START).text


def test_buttons_are_for_those_who_may(staff):
    client = staff()
    going, failed = running(), make_run(quarantined=1)
    assert START not in client.get(LIST).text
    for run, action in ((going, "stop"), (failed, "retry")):
        assert f"{action}/" not in client.get(f"{LIST}{run.pk}/change/").text
        assert client.post(f"{LIST}{run.pk}/{action}/").status_code == 403
    for ask in (client.get, client.post):
        assert ask(START).status_code == 403
    going.refresh_from_db()
    assert (going.stop, IngestRun.objects.count(), log()) == (False, 2, [])


def test_nobody_else_sees_anything(client):
    run = running()
    for path in ("start/", f"{run.pk}/progress/"):
        assert client.get(f"{LIST}{path}").status_code == 302
    client.force_login(User.objects.create_user("other", is_staff=True))
    assert client.get(f"{LIST}{run.pk}/progress/").status_code == 403


@pytest.mark.parametrize("action", ["stop", "retry"])
def test_a_link_does_nothing(admin_client, action):
    assert admin_client.get(f"{LIST}{running().pk}/{action}/").status_code == 405


def test_run_is_asked_to_stop(staff):
    client, run = staff("can_stop"), running()
    assert f'action="{LIST}{run.pk}/stop/"' in client.get(f"{LIST}{run.pk}/change/").text
    client.post(f"{LIST}{run.pk}/stop/")
    run.refresh_from_db()
    assert (run.stop, run.status, log()) == (True, "running", [("staff", "Asked to stop.")])
    page = client.get(f"{LIST}{run.pk}/change/").text
    assert "ends at the next file" in page
    assert f'action="{LIST}{run.pk}/stop/"' not in page


def test_queued_run_that_nobody_works_on_ends_at_once(staff):
    client, run = staff("can_stop"), work.begin(["/a"])
    client.post(f"{LIST}{run.pk}/stop/")
    run.refresh_from_db()
    assert run.status == "interrupted"


def test_run_that_has_ended_is_not_stopped(staff):
    client, run = staff("can_stop"), make_run()
    client.post(f"{LIST}{run.pk}/stop/")
    run.refresh_from_db()
    assert (run.stop, log()) == (False, [])


def test_failed_files_are_retried(staff, allowed, broker, tmp_path):
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94")
    run = make_run(quarantined=1, sources=[allowed])
    make_source_file(run, uri=str(path), status="quarantined")
    client = staff("can_start")
    assert f'action="{LIST}{run.pk}/retry/"' in client.get(f"{LIST}{run.pk}/change/").text
    client.post(f"{LIST}{run.pk}/retry/")
    retry = IngestRun.objects.get(retry_of=run)
    assert work.work_on(retry.pk, lambda: False) == "succeeded"
    retry.refresh_from_db()
    assert (retry.files, retry.inserted) == (1, 1)
    assert log() == [("staff", f"Retry of the failed files of run {run.pk}.")]


def test_progress_is_told_to_the_page(staff, allowed, tmp_path):
    write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94")
    write_wx(tmp_path, "USC00110187", "19850101 -22 -128 94")
    run = work.begin([allowed])
    work.listed_now(run)
    client, url = staff(), f"{LIST}{run.pk}/progress/"
    text = "0 of 2 files, 0 read, 0 inserted, 0 updated, 0 unchanged, 0 rejected"
    for page in (client.get(LIST).text, client.get(f"{LIST}{run.pk}/change/").text):
        assert f'<span data-progress="{url}">{text}</span>' in page
        assert '<script src="/static/weather/progress.js"></script>' in page
    assert client.get(url).json() == {"status": "running", "text": text}
    work.work_on(run.pk, lambda: False)
    assert client.get(url).json() == {
        "status": "succeeded",
        "text": "2 of 2 files, 2 read, 2 inserted, 0 updated, 0 unchanged, 0 rejected",
    }
    assert "data-progress" not in client.get(LIST).text


def test_schedules_are_edited_in_admin(admin_client):
    page = admin_client.get("/admin/django_celery_beat/periodictask/add/").text
    assert '<option value="weather.tasks.ingest_source">' in page


def test_schedule_says_what_its_crontab_means_without_a_script_in_the_page(admin_client):
    by_crontab = {"crontab": CrontabSchedule.objects.create(minute="0", hour="6")}
    by_interval = {"interval": IntervalSchedule.objects.create(every=1, period="hours")}
    paths = [
        f"{PeriodicTask.objects.create(name=name, **by).pk}/change/"
        for name, by in (("daily", by_crontab), ("hourly", by_interval))
    ]
    pages = [
        admin_client.get(f"/admin/django_celery_beat/periodictask/{path}").text for path in (*paths, "add/")
    ]
    assert ["Crontab translation" in page for page in pages] == [True, False, False]
    assert "At 06:00 AM UTC" in pages[0]
    assert [re.findall(r"<script(?: id=[^ >]*)?>", page) for page in pages] == [[], [], []]
