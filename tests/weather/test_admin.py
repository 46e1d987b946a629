import datetime
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from tests.factories import make_observations, make_run, make_source_file, make_station, write_wx
from tests.pages import cells
from weather import admin, admin_lists, ingest
from weather.models import Archive, IngestRun, Observation, RejectedLine, Revision, SourceFile, Station

pytestmark = pytest.mark.django_db

LISTS = ("station", "observationrow", "ingestrun", "sourcefile", "rejectedline", "revision")


@pytest.fixture
def staff(client):
    """A client logged in as someone who may open admin and nothing in it; and the user."""
    user = User.objects.create_user("staff", is_staff=True)
    client.force_login(user)
    return client, user


def url(name, *args):
    return reverse(f"admin:weather_{name}", args=args)


def listed(client, name, query=""):
    """Return the rows of a list as the texts of its columns."""
    response = client.get(url(f"{name}_changelist") + query)
    assert response.status_code == 200
    return cells(response.text)


def test_index_has_the_name_of_the_archive(admin_client):
    assert "<title>Site administration | Weather archive</title>" in re.sub(
        r"\s*\n\s*", "", admin_client.get("/admin/").text
    )


@pytest.mark.parametrize("name", LISTS)
def test_empty_list_opens(admin_client, name):
    assert listed(admin_client, name) == []


@pytest.mark.parametrize("name", LISTS)
def test_list_without_permission_is_forbidden(staff, name):
    client, _ = staff
    assert client.get(url(f"{name}_changelist")).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_list_with_view_permission_opens(staff, name):
    client, user = staff
    user.user_permissions.add(Permission.objects.get(codename=f"view_{name}"))
    assert client.get(url(f"{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", [*LISTS, "archive"])
def test_nothing_can_be_added_or_deleted(admin_client, name):
    station = make_station()
    make_observations(station, ("1985-01-01", -22, -128, 94))
    if name == "archive":
        assert admin_client.get("/admin/weather/archive/").status_code == 404
        return
    assert admin_client.post(url(f"{name}_add")).status_code == 403
    assert admin_client.post(url(f"{name}_delete", station.pk), {"post": "yes"}).status_code == 403


def test_stations_are_listed_with_links_to_their_records(admin_client):
    make_station(name="ALEDO", state="IL", latitude=41.2, longitude=-90.7, elevation_m=219.5)
    rows = listed(admin_client, "station")
    records = "page · observations · years · months · quality letters"
    assert rows == [["USC00110072", "ALEDO", "IL", "US", "41.2", "-90.7", "219.5", records]]
    page = admin_client.get(url("station_changelist")).text
    for path in ("weather/observationrow", "stats/yearlystats", "stats/monthlystats"):
        assert f'<a href="/admin/{path}/?q=USC00110072">' in page


@pytest.mark.parametrize("query", ["?q=usc0011", "?q=ledo", "?state=IL", "?country=US&state=IL"])
def test_stations_are_found(admin_client, query):
    make_station(name="ALEDO", state="IL")
    make_station("AGE00147704", name="ANNABA")
    assert [row[0] for row in listed(admin_client, "station", query)] == ["USC00110072"]


def test_station_is_described_anew(admin_client):
    station, before = make_station(name="ALEDO"), Archive.objects.get().generation
    data = {"name": "Aledo 2", "state": "IL", "latitude": "41.2", "longitude": "-90.7", "elevation_m": ""}
    data |= {"station_id": "USC00999999", "country": "XX"}
    assert admin_client.post(url("station_change", station.pk), data).status_code == 302
    assert list(Station.objects.values_list("station_id", "country", "name", "state", "latitude")) == [
        ("USC00110072", "US", "Aledo 2", "IL", 41.2)
    ]
    assert Archive.objects.get().generation == before + 1


def test_station_off_the_earth_is_refused(admin_client):
    station = make_station(name="ALEDO")
    response = admin_client.post(url("station_change", station.pk), {"latitude": "91", "longitude": "0"})
    assert "station_position_is_on_earth" in response.text
    assert Station.objects.get().latitude is None


def test_observations_are_listed_in_units(admin_client):
    station = make_station()
    make_observations(station, ("1985-01-02", 0, -128, 94), ("1985-01-03", None, None, None))
    make_observations(station, ("1985-01-01", 500, -22, 0), tmax_flag="X", prcp_flag="D")
    assert listed(admin_client, "observationrow") == [
        ["USC00110072", "1985-01-01", "50.0", "-2.2", "0.0", "tmax X, prcp D", "USC00110072.txt"],
        ["USC00110072", "1985-01-02", "0.0", "-12.8", "9.4", "—", "USC00110072.txt"],
        ["USC00110072", "1985-01-03", "—", "—", "—", "—", "USC00110072.txt"],
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("USC00110072", ["A 1989-12-31", "A 1990-01-01", "A 1990-07-31"]),
        ("usc0011", ["A 1989-12-31", "A 1990-01-01", "A 1990-07-31"]),
        ("00110072", []),
        ("1990", ["A 1990-01-01", "A 1990-07-31", "B 1990-07-31"]),
        ("1990-07", ["A 1990-07-31", "B 1990-07-31"]),
        ("1990-01-01", ["A 1990-01-01"]),
        ("USC001 1990", ["A 1990-01-01", "A 1990-07-31"]),
        ("1990-01 1989", ["A 1989-12-31", "A 1990-01-01"]),
        ("USC0011 AGE", ["A 1989-12-31", "A 1990-01-01", "A 1990-07-31", "B 1990-07-31"]),
        ("1991", []),
    ],
)
def test_observations_are_found_by_station_and_period(admin_client, search, found):
    a, b = make_station(), make_station("AGE00147704")
    make_observations(a, ("1989-12-31", 1, 1, 1), ("1990-01-01", 1, 1, 1), ("1990-07-31", 1, 1, 1))
    make_observations(b, ("1990-07-31", 1, 1, 1))
    names = {a.station_id: "A", b.station_id: "B"}
    rows = listed(admin_client, "observationrow", f"?q={search}")
    assert [f"{names[station]} {date}" for station, date, *_ in rows] == found


def test_search_for_an_impossible_date_says_so(admin_client):
    make_observations(make_station(), ("1990-02-28", 1, 1, 1))
    page = admin_client.get(url("observationrow_changelist") + "?q=1990-02-30").text
    assert "Not a date in &#x27;1990-02-30&#x27;: day is out of range for month" in page
    assert cells(page) == []


def test_observations_cannot_be_changed(admin_client):
    make_observations(make_station(), ("1985-01-01", -22, -128, 94))
    make_observations(make_station("AGE00147704"), ("1985-01-01", 1, 1, 1))  # the same nominal key
    page = url("observationrow_change", "1985-01-01")
    assert admin_client.get(page).url == "/admin/"
    assert admin_client.post(page, {"tmax": "0"}).status_code == 403
    assert admin_client.get(url("observationrow_history", "1985-01-01")).url == "/admin/"
    assert list(Observation.objects.order_by("station_id").values_list("tmax", flat=True)) == [-22, 1]


@pytest.mark.parametrize("query", ["?tmax__gt=400", "?source_file__id__exact=1"])
def test_observations_are_not_searched_without_an_index(admin_client, query):
    assert admin_client.get(url("observationrow_changelist") + query).status_code == 400


def test_observations_cannot_be_sorted_without_an_index(admin_client):
    make_observations(make_station(), ("1985-01-01", 2, 0, 0), ("1985-01-02", 1, 0, 0))
    dates = [row[1] for row in listed(admin_client, "observationrow", "?o=3")]
    assert dates == ["1985-01-01", "1985-01-02"]


def test_long_list_is_counted_up_to_a_limit(admin_client, monkeypatch):
    make_observations(make_station(), *((f"1985-01-0{day}", 1, 0, 0) for day in range(1, 6)))
    page = admin_client.get(url("observationrow_changelist")).text
    assert "5 results" in page
    assert "of more" not in page
    monkeypatch.setattr(admin_lists, "MOST_LISTED", 3)
    page = admin_client.get(url("observationrow_changelist")).text
    assert "These are the first 3 of more." in page
    assert "3 observations" in page
    assert "3 results" not in page


def test_runs_are_listed_with_their_balance(admin_client):
    started = datetime.datetime(2024, 5, 1, 12, 0, tzinfo=datetime.UTC)
    finished = started + datetime.timedelta(seconds=2.25)
    run = make_run(
        started_at=started, finished_at=finished, files=167, read=1_729_957, inserted=1_729_950, rejected=7
    )
    balance = ["1,729,957", "1,729,950", "0", "0", "7"]
    assert listed(admin_client, "ingestrun") == [
        [str(run.pk), "Succeeded", "May 1, 2024, noon", *balance, "167", "0", "0", "2.2 s"]
    ]


def test_running_run_has_its_progress_in_place_of_a_duration(admin_client):
    make_run(status="running", finished_at=None)
    progress = "0 of 1 files, 0 read, 0 inserted, 0 updated, 0 unchanged, 0 rejected"
    assert listed(admin_client, "ingestrun")[0][-1] == progress


def test_run_leads_to_its_files_and_rejected_lines(admin_client):
    run, other = make_run(rejected=1, read=1), make_run(rejected=1, read=1)
    for each, uri in ((run, "/data/one.txt"), (other, "/data/two.txt")):
        file = make_source_file(each, uri=uri)
        RejectedLine.objects.create(source_file=file, line_number=1, reason="too short", text="x")
    page = admin_client.get(url("ingestrun_change", run.pk)).text
    assert f'<a href="/admin/weather/sourcefile/?run={run.pk}">the files read</a>' in page
    assert f'<a href="/admin/weather/rejectedline/?source_file__run={run.pk}">1 lines</a>' in page
    assert [row[0] for row in listed(admin_client, "sourcefile", f"?run={run.pk}")] == ["one.txt"]
    rejected = listed(admin_client, "rejectedline", f"?source_file__run={run.pk}")
    assert [row[1] for row in rejected] == ["one.txt"]


def test_source_files_are_listed(admin_client):
    run, station = make_run(), make_station(name="ALEDO")
    make_source_file(run, station=station, read=3, inserted=2, unchanged=1)
    bad = make_source_file(run, uri="/data/readme.md", status="quarantined", reason="no station in its name")
    rows = listed(admin_client, "sourcefile")
    assert rows == [
        [
            "readme.md",
            str(run.pk),
            "—",
            "wx",
            "Quarantined",
            "0",
            "0",
            "0",
            "0",
            "0",
            "no station in its name",
        ],
        ["USC00110072.txt", str(run.pk), "USC00110072", "wx", "Ingested", "3", "2", "0", "1", "0", "—"],
    ]
    assert listed(admin_client, "sourcefile", "?status__exact=quarantined") == rows[:1]
    assert listed(admin_client, "sourcefile", "?format=wx&q=110072") == rows[1:]
    page = admin_client.get(url("sourcefile_change", bad.pk)).text
    assert "/data/readme.md" in page
    assert f'<a href="/admin/weather/rejectedline/?source_file={bad.pk}">0 lines</a>' in page


def test_rejected_lines_are_shown_escaped(admin_client):
    file = make_source_file(uri="/data/USC00110072.txt")
    text = "<script>alert(1)</script>\t" + "9" * 300
    line = RejectedLine.objects.create(
        source_file=file, line_number=412, reason="expected a date YYYYMMDD", text=text
    )
    page = admin_client.get(url("rejectedline_changelist") + "?q=YYYYMMDD").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\t999" in page
    assert "<script>alert" not in page
    assert "9" * 200 not in page
    page = admin_client.get(url("rejectedline_change", line.pk)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\t" + "9" * 300 + "</code>" in page
    assert listed(admin_client, "rejectedline", "?q=too+short") == []


def test_revisions_are_listed_in_units(admin_client):
    station, file = make_station(), make_source_file()
    values = {"old_source_file": file, "source_file": file, "station": station}
    one = Revision.objects.create(date="1990-07-01", element="tmax", old_value=-12, new_value=340, **values)
    two = Revision.objects.create(date="1990-07-02", element="prcp", old_value=None, new_value=5, **values)
    name = "USC00110072.txt"
    rows = [
        [str(two.pk), "USC00110072", "1990-07-02", "prcp", "— → 0.5 mm", name],
        [str(one.pk), "USC00110072", "1990-07-01", "tmax", "-1.2 → 34.0 °C", name],
    ]
    assert listed(admin_client, "revision") == rows
    assert listed(admin_client, "revision", "?q=USC0011+1990-07-01") == rows[1:]
    assert admin_client.get(url("revision_change", one.pk)).status_code == 200


def test_lists_ask_as_many_queries_for_many_rows_as_for_none(
    admin_client, django_assert_max_num_queries, subtests
):
    run = make_run()
    for number in range(1, 6):
        station = make_station(f"USC0011007{number}", state="IL")
        file = make_source_file(run, station=station, uri=f"/data/{number}.txt")
        make_observations(station, ("1985-01-01", 1, 0, 0), ("1985-01-02", 1, 0, 0), source_file=file)
        RejectedLine.objects.create(source_file=file, line_number=1, reason="too short", text="x")
        Revision.objects.create(
            station=station, date="1985-01-01", element="tmax", old_value=1, new_value=2,
            old_source_file=file, source_file=file,
        )  # fmt: skip
    for name in LISTS:
        with subtests.test(name), django_assert_max_num_queries(6):
            assert listed(admin_client, name)


def reingest(client, *files):
    data = {"action": "reingest", "_selected_action": [file.pk for file in files]}
    return client.post(url("sourcefile_changelist"), data, follow=True)


def messages(response):
    return [
        (message.level_tag, re.sub(r"<[^>]+>", "", str(message))) for message in response.context["messages"]
    ]


@pytest.fixture
def allowed(settings, tmp_path):
    settings.WEATHER_ALLOWED_SOURCES = [str(tmp_path)]


def test_files_outside_the_allowed_sources_are_not_ingested_again(admin_client, tmp_path):
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94")
    ingest.ingest([str(path)])
    [(level, text)] = messages(reingest(admin_client, SourceFile.objects.get()))
    assert (level, "WEATHER_ALLOWED_SOURCES" in text, IngestRun.objects.count()) == ("error", True, 1)


def test_files_are_ingested_again_by_an_action(admin_client, allowed, tmp_path):
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94", "19850102 -122 -217 0")
    ingest.ingest([str(path)])
    first = IngestRun.objects.get()
    response = reingest(admin_client, *first.source_files.all())
    second = IngestRun.objects.exclude(pk=first.pk).get()
    counts = (second.files, second.skipped, second.read, second.unchanged)
    assert counts == (1, 0, 2, 2)
    assert messages(response) == [("success", f"Run {second.pk}: {second.summary()}")]
    assert f'<a href="/admin/weather/ingestrun/{second.pk}/change/">Run {second.pk}</a>' in response.text


def test_rejected_lines_of_an_action_are_a_warning(allowed, admin_client, tmp_path):
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94", "19850230 -122 -217 0")
    ingest.ingest([str(path)])
    response = reingest(admin_client, SourceFile.objects.get())
    assert [level for level, _ in messages(response)] == ["warning"]
    assert "1 rejected" in messages(response)[0][1]


def test_action_on_files_that_are_gone_says_so(allowed, admin_client, tmp_path):
    file = make_source_file(uri=str(tmp_path / "gone.txt"))
    response = reingest(admin_client, file)
    assert messages(response) == [("error", f"no files in {tmp_path}/gone.txt")]


def test_action_on_too_many_files_is_refused(settings, admin_client, monkeypatch):
    settings.WEATHER_ALLOWED_SOURCES = ["/data"]
    monkeypatch.setattr(admin, "MOST_REINGESTED", 1)
    files = [make_source_file(uri=f"/data/{name}.txt") for name in ("two", "one", "one")]
    advice = "At most 1 files at once; for more there is ingest_weather --force."
    assert messages(reingest(admin_client, *files)) == [("error", advice)]
    assert messages(reingest(admin_client, *files[1:])) == [("error", "no files in /data/one.txt")]


def test_action_needs_the_permission_to_add_runs(allowed, staff, tmp_path):
    client, user = staff
    path = write_wx(tmp_path, "USC00110072", "19850101 -22 -128 94")
    ingest.ingest([str(path)])
    file = SourceFile.objects.get()
    user.user_permissions.add(Permission.objects.get(codename="view_sourcefile"))
    assert "Re-ingest" not in client.get(url("sourcefile_changelist")).text
    reingest(client, file)
    assert IngestRun.objects.count() == 1
    user.user_permissions.add(Permission.objects.get(codename="add_ingestrun"))
    assert "Re-ingest" in client.get(url("sourcefile_changelist")).text
    reingest(client, file)
    assert IngestRun.objects.count() == 2
