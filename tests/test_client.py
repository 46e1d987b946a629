"""The Python client that openapi-python-client makes of the schema, used against the application."""

import datetime
import importlib
import pkgutil
import subprocess
import sys

import httpx
import pytest

from rest.docs import document
from tests.factories import make_observations, make_run, make_source_file, make_station

HERE = "http://testserver"
ALEDO, YORK = "USC00110072", "USC00259510"


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The package of a client made of the schema as it is now."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "schema.json").write_bytes(document())
    (folder / "config.yml").write_text("post_hooks: []\n")
    command = (sys.executable, "-m", "openapi_python_client", "generate", "--meta=none", "--fail-on-warning")
    places = ("--path=schema.json", "--output-path=weather_client", "--config=config.yml")
    made = subprocess.run([*command, *places], cwd=folder, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module("weather_client")
    sys.path.remove(str(folder))


@pytest.fixture
def ask(generated, application):
    """Call an operation by its name in snake case; return what the client makes of the answer."""
    found = pkgutil.walk_packages(generated.__path__, "weather_client.")
    operations = {module.name.rpartition(".")[2]: module.name for module in found if not module.ispkg}
    client = generated.Client(base_url=HERE).set_httpx_client(
        httpx.Client(base_url=HERE, transport=httpx.WSGITransport(app=application))
    )
    return lambda name, *path, **query: importlib.import_module(operations[name]).sync(
        *path, client=client, **query
    )


@pytest.fixture
def archive(db):
    file = make_source_file(make_run(id=1000), generation=1)
    for station_id in (ALEDO, YORK):
        station = make_station(station_id, name="ALEDO", state="IL", latitude=41.2, longitude=-90.7)
        days = ("1985-01-01", -22, -128, 94), ("1985-01-02", None, None, None)
        make_observations(station, *days, source_file=file, tmin_flag="I")


def test_observations(ask, archive):
    page = ask("list_observations", station_id=[ALEDO], year=1985)
    first, second = page.results
    assert (first.station_id, first.date) == (ALEDO, datetime.date(1985, 1, 1))
    assert (first.tmax_c, first.tmin_c, first.prcp_mm, first.tmin_flag) == (-2.2, -12.8, 9.4, "I")
    assert (second.tmax_c, page.next_, page.previous) == (None, None, None)


def test_pages(ask, archive):
    seen, cursor = [], {}
    while cursor is not None:
        page = ask("list_observations", page_size=3, **cursor)
        seen += [(row.station_id, row.date.day) for row in page.results]
        cursor = {"cursor": page.next_.rpartition("cursor=")[2]} if page.next_ else None
    assert seen == [(ALEDO, 1), (ALEDO, 2), (YORK, 1), (YORK, 2)]


def test_statistics(ask, archive):
    (year,) = ask("list_yearly_statistics", station_id=[YORK]).results
    assert (year.year, year.avg_tmax_c, year.days_tmax, year.days_expected) == (1985, -2.2, 1, 365)
    assert year.max_tmax_date == datetime.date(1985, 1, 1)
    (month,) = ask("list_monthly_statistics", station_id=[YORK], month=1).results
    assert (month.month, month.total_prcp_cm) == (1, 0.94)
    assert (month.gap_tmax, month.rules_tmax, month.rules_tmin) == (30, ["simple"], ["simple"])


def test_climate(ask, archive):
    (normal, *_) = ask("list_normals", station_id=[YORK], start_year=1985, end_year=1985).results
    assert (str(normal.element), normal.month, normal.normal, normal.years) == ("tmax", 1, None, [])
    (record, *_) = ask("list_records", station_id=[YORK], month=1).results
    assert (record.value, record.dates) == (-2.2, [datetime.date(1985, 1, 1)])
    (anomaly, *_) = ask("list_anomalies", station_id=[YORK], month=1).results
    assert (anomaly.year, anomaly.value, anomaly.ranked_of) == (1985, None, 0)
    models = importlib.import_module("weather_client.models")
    which, rule = models.ListIndicesIndexItem("fd"), models.ListIndicesCompleteness("simple")
    (days,) = ask("list_indices", station_id=[YORK], index=[which], completeness=rule).results
    assert (days.value, days.days_used, days.days_expected, days.unit) == (1, 1, 365, "days")


def test_stations(ask, archive):
    assert [row.station_id for row in ask("list_stations", state=["IL"]).results] == [ALEDO, YORK]
    station = ask("get_station", ALEDO)
    assert (station.name, station.latitude, station.days_tmin) == ("ALEDO", 41.2, 1)


def test_runs_and_changes(ask, archive):
    (run,) = ask("list_ingest_runs").results
    assert (run.id, str(run.status)) == (1000, "succeeded")
    assert ask("get_ingest_run", 1000).source_files_total == 1
    assert ask("list_changes", since="0").generation == 0


def test_health(ask, archive):
    assert ask("get_live").status == "ok"
    assert str(ask("get_ready").checks.database) == "ok"


@pytest.mark.parametrize(
    ("call", "status", "detail"),
    [
        (("list_observations", {"year": 0}), 400, "year: expected a whole number from 1 to 9999, got '0'"),
        (("get_station", "USC00000000", {}), 404, "No station USC00000000."),
    ],
)
def test_problem_is_an_answer_too(ask, archive, call, status, detail):
    *path, query = call
    problem = ask(*path, **query)
    assert (problem.status, problem.detail) == (status, detail)
