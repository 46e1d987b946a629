"""The bundle, unpacked into an empty folder, and run as Elastic Beanstalk does."""

import subprocess
import sys
import zipfile
from pathlib import PurePath
from shutil import copytree

import psycopg2
import pytest
from django.conf import settings

from deploy import bundle as bundling
from tests.deploy.beanstalk import Instance, container_commands, fresh_venv, unpack
from tests.factories import write_wx
from tests.served import ask, wait_until
from tests.services import postgresql, valkey

pytestmark = pytest.mark.once

FAILING = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("weather", "{leaf}")]
    operations = [
        migrations.RunSQL("CREATE TABLE half_done (id integer)"),
        migrations.RunSQL("SELECT no_such_column FROM half_done"),
    ]
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "bundle.zip"
    subprocess.run([sys.executable, "-m", "deploy.bundle", path], cwd=settings.BASE_DIR, check=True)
    return path


@pytest.fixture(scope="module")
def version(bundle, tmp_path_factory):
    """The folder of an unpacked bundle."""
    return unpack(bundle, tmp_path_factory.mktemp("app") / "staging")


@pytest.fixture(scope="module")
def venv(version, tmp_path_factory):
    return fresh_venv(tmp_path_factory.mktemp("app") / "venv", version / "requirements/prod.txt")


@pytest.fixture
def properties(tmp_path):
    """What the console has: no password but in the URLs of the test's own servers."""
    with postgresql() as database, valkey() as broker:
        yield {
            "SECRET_KEY": "only for this test",
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "HTTPS": "False",
            "WEATHER_SOURCE": str(tmp_path / "raw"),
            "WEB_CONCURRENCY": "1",
            "WORKER_CONCURRENCY": "1",
        }


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "raw").mkdir()
    write_wx(tmp_path / "raw", "USC00110072", "19850101 -22 -128 94", "19850102 -122 -217 0")


def names(bundle):
    with zipfile.ZipFile(bundle) as packed:
        return packed.namelist()


def test_same_commit_gives_the_same_bytes(bundle, tmp_path):
    bundling.main(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


def test_everything_that_runs_is_in_it_and_nothing_else(bundle):
    tops = {PurePath(name).parts[0] for name in names(bundle)}
    packages = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - {
        "tests",
        "benchmarks",
    }
    files = {"manage.py", "Procfile", "requirements.txt", "LICENSE"}
    assert tops == packages | files | {"requirements", "staticfiles", ".ebextensions", ".platform"}
    libraries = {"dashboard/static/dashboard/vendor/leaflet.js", "dashboard/static/dashboard/vendor/uplot.js"}
    assert {"staticfiles/staticfiles.json", *libraries} <= set(names(bundle))
    chosen = {name for name in names(bundle) if name.startswith(("requirements/", "deploy/"))}
    requirements = {"requirements/prod.txt", "requirements/otel.txt"}
    assert chosen == requirements | {"deploy/__init__.py", "deploy/background.py"}


def test_permissions_are_kept(version):
    assert (version / ".platform/hooks/predeploy/10_traces.sh").stat().st_mode & 0o111 == 0o111
    assert (version / "manage.py").stat().st_mode & 0o111 == 0o111
    assert (version / "Procfile").stat().st_mode & 0o777 == 0o644


def test_only_the_leader_migrates(version):
    commands = container_commands(version)
    assert [name for name in commands if commands[name].get("leader_only")] == ["02_migrate", "03_roles"]


def test_bundle_runs_and_a_version_whose_migration_fails_does_not_replace_it(
    version, venv, properties, raw, tmp_path
):
    instance = Instance(venv, **properties)
    assert instance.configure(version)[0] is None
    with (tmp_path / "log").open("w") as log, instance.running(version, log):
        wait_until(lambda: ask(f"{instance.url}/health/ready?strict=1")[0] == 200)
        ingest(instance, version)
        wait_until(lambda: rows(instance) == [("1985-01-01", -2.2), ("1985-01-02", -12.2)], seconds=60)
        status, _, page = ask(f"{instance.url}/api/docs", Accept="text/html")
        assert (status, b"swagger" in page) == (200, True)

        failing = failing_version(version, tmp_path / "next")
        failed, said = instance.configure(failing)
        assert (failed, "no_such_column" in said) == ("02_migrate", True)
        assert "half_done" not in tables(properties["DATABASE_URL"])  # what it had done is taken back
        assert ask(f"{instance.url}/health/ready?strict=1")[0] == 200
        assert rows(instance) == [("1985-01-01", -2.2), ("1985-01-02", -12.2)]
    assert "Traceback" not in (tmp_path / "log").read_text()


def ingest(instance, version):
    """Ask the workers for a run, as beat does."""
    task = "from weatherproj.celery import app; app.send_task('weather.tasks.ingest_source')"
    assert instance.run(f'python -c "{task}"', version).returncode == 0


def rows(instance):
    page = ask(f"{instance.url}/api/weather?year=1985")[2]
    return [(row["date"], row["tmax_c"]) for row in page["results"]]


def failing_version(version, folder):
    copytree(version, folder)
    leaf = max(path.stem for path in (folder / "weather/migrations").glob("0*.py"))
    (folder / "weather/migrations/9999_fails.py").write_text(FAILING.format(leaf=leaf))
    return folder


def tables(url):
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = [name for (name,) in cursor]
    connection.close()
    return found


def test_missing_variable_ends_the_deployment_with_its_name(version, venv):
    instance = Instance(venv)
    failed, said = instance.configure(version)
    assert failed == "01_collectstatic"
    assert "SECRET_KEY is not set" in said
