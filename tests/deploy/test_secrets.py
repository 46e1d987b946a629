"""Who to log in to the database as comes from AWS, also after it has changed."""

import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import urlsplit

import boto3
import psycopg2
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tests.served import ask, manage, served, wait_until
from tests.services import ENVIRONMENT, free_port, postgresql
from weatherproj import secret_store

pytest_plugins = ["tests.s3"]
pytestmark = pytest.mark.once

KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
LOGIN = {"username": "weather", "password": "first-canary7f3a"}


@pytest.fixture
def aws(s3_server):
    """aws(service) makes a client; aws.environment is what tells our code of the server."""
    from tests.s3 import ENVIRONMENT as AWS  # a plugin, which pytest loads first

    made = []

    def client(service, region="us-east-1"):
        made.append(boto3.client(service, endpoint_url=s3_server.real, region_name=region, **KEYS))
        return made[-1]

    yield SimpleNamespace(client=client, environment=AWS | {"AWS_ENDPOINT_URL": s3_server.real})
    for one in made:
        one.close()


@pytest.fixture
def keep(aws):
    """keep(secret) keeps it in Secrets Manager and returns its ARN."""
    secrets = aws.client("secretsmanager")

    def keep(secret):
        text = secret if isinstance(secret, str) else json.dumps(secret)
        return secrets.create_secret(Name=f"db-{os.urandom(4).hex()}", SecretString=text)["ARN"]

    return keep


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server: its URL as the owner, host:port/name, and what runs a statement there."""
    with postgresql() as url:
        parts = urlsplit(url)

        def execute(sql):
            connection = psycopg2.connect(url)
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
            connection.close()

        execute(f"CREATE ROLE weather LOGIN SUPERUSER PASSWORD '{LOGIN['password']}'")
        yield SimpleNamespace(host=parts.hostname, port=parts.port, execute=execute)


def told(**environment):
    """Return (exit code, all that `manage.py check` says) with an environment; None is what is not in it."""
    environment = os.environ | ENVIRONMENT | environment
    environment = {name: value for name, value in environment.items() if value is not None}
    command = [sys.executable, "manage.py", "check", "--database", "default"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, **pipes)
    return done.returncode, done.stdout


def test_rotated_password_is_taken_up_without_a_restart(server, aws, keep, tmp_path):
    server.execute(f"ALTER ROLE weather PASSWORD '{LOGIN['password']}'")
    arn = keep(LOGIN)
    url = f"postgres://{server.host}:{server.port}/postgres"
    environment = aws.environment | {"DATABASE_URL": url, "DATABASE_SECRET": arn}
    manage("migrate", "--verbosity=0", **environment)
    with (tmp_path / "log").open("w+") as log, served(log=log, **environment) as site:
        assert ask(f"{site}/api/stations")[0] == 200
        server.execute("ALTER ROLE weather PASSWORD 'second-canary7f3a'")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'weather'")
        assert ask(f"{site}/health/ready")[0] == 503  # the database knows already, the secret not yet
        renewed = json.dumps(LOGIN | {"password": "second-canary7f3a"})
        aws.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=renewed)
        wait_until(lambda: ask(f"{site}/health/ready")[0] == 200)
        assert ask(f"{site}/api/stations")[0] == 200
        log.seek(0)
        assert "canary" not in log.read()


def test_secret_that_knows_the_database_needs_no_url(server, aws, keep):
    server.execute(f"ALTER ROLE weather PASSWORD '{LOGIN['password']}'")
    place = {"engine": "postgres", "host": server.host, "port": server.port, "dbname": "postgres"}
    environment = aws.environment | {"DATABASE_URL": "", "DATABASE_SECRET": keep(LOGIN | place)}
    shown = "from django.db import connection as c; c.ensure_connection(); print(c.settings_dict['NAME'])"
    assert manage("shell", "--no-imports", "-c", shown, **environment) == "postgres\n"


def test_parameter_store_keeps_secrets_too(server, aws):
    server.execute(f"ALTER ROLE weather PASSWORD '{LOGIN['password']}'")
    parameter = {"Name": "/weather/database", "Type": "SecureString", "Value": json.dumps(LOGIN)}
    store = aws.client("ssm")
    store.put_parameter(**parameter, Overwrite=True)
    arn = store.get_parameter(Name="/weather/database")["Parameter"]["ARN"]
    for name in ("ssm:/weather/database", arn):
        url = f"postgres://{server.host}:{server.port}/postgres"
        code, said = told(**aws.environment | {"DATABASE_URL": url, "DATABASE_SECRET": name})
        assert (code, said) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        ({"username": "weather"}, "has no password"),
        ({}, "has no password and username"),
        ("canary", "is no JSON object of names and values"),
        (LOGIN, "does not say where the database is: set DATABASE_URL, such as postgres://host:5432/name"),
        (LOGIN | {"engine": "oracle", "host": "h"}, "does not say where the database is: set DATABASE_URL"),
    ],
)
def test_secret_without_what_is_needed_is_refused(aws, keep, secret, complaint):
    arn = keep(secret)
    code, said = told(**aws.environment | {"DATABASE_URL": "", "DATABASE_SECRET": arn})
    assert code == 1
    assert f"ImproperlyConfigured: DATABASE_SECRET={arn} {complaint}" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        (
            "weather",
            {"AWS_DEFAULT_REGION": "eu-west-1"},
            "ResourceNotFound.* and is that its region",
        ),
        ("ssm:/nothing", {}, "ParameterNotFound.*is it named right, and is that its region"),
        ("weather", {"AWS_DEFAULT_REGION": None}, "specify a region.* or set AWS_DEFAULT_REGION"),
        ("weather", {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}, "has the network a way there"),
        ("weather", NO_KEYS, "this process has no role"),
    ],
)
def test_secret_that_is_not_to_be_had_is_explained(aws, name, change, complaint):
    code, said = told(**aws.environment | {"DATABASE_SECRET": name} | change)
    assert code == 1
    assert re.search(f"ImproperlyConfigured: DATABASE_SECRET={name} cannot be read: .*{complaint}", said)


@pytest.mark.parametrize("empty", ["", None])
def test_missing_variable_is_named(empty):
    code, said = told(SECRET_KEY=empty, DATABASE_URL="sqlite:///:memory:")
    assert code == 1
    assert said.endswith("Configured: SECRET_KEY is not set: .env.example says how to make one\n")


@pytest.fixture
def clock(monkeypatch):
    """What a look-up finds, how often there was one, and how late it is."""
    state = SimpleNamespace(password="old", asked=0, now=0.0)

    def fetch(name):
        state.asked += 1
        if state.password is None:
            raise ImproperlyConfigured("away")
        return json.dumps({"username": "weather", "password": state.password})

    monkeypatch.setattr(secret_store, "fetch", fetch)
    monkeypatch.setattr(secret_store.time, "monotonic", lambda: state.now)
    return state


def test_many_who_are_refused_make_one_look_up(clock):
    login = secret_store.Login("weather")
    assert not login.renew("old")
    clock.now = 10
    assert [login.renew("old") for _ in range(5)] == [False] * 5
    assert clock.asked == 2
    clock.password, clock.now = "new", 20
    assert [login.renew("old") for _ in range(5)] == [True] * 5
    assert (clock.asked, login.params()["password"]) == (3, "new")


def test_store_that_is_away_leaves_what_was_known(clock, caplog):
    login = secret_store.Login("weather")
    clock.password, clock.now = None, 10
    assert not login.renew("old")
    assert (login.params()["password"], caplog.messages) == ("old", ["away"])
