"""What production settings promise, and that no secret is ever told."""

import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack

import boto3
import pytest
from django.conf import settings

from tests.served import ask, served
from tests.services import ENVIRONMENT, free_port, valkey
from tests.soak.archives import archive
from tests.soak.children import soon
from tests.soak.workers import PATIENCE, Site

pytest_plugins = ["tests.s3"]
pytestmark = pytest.mark.once

CANARY = "canary7f3a"
SECRETS = {
    "SECRET_KEY": f"key-{CANARY}",
    "DATABASE_REPLICA_URL": f"postgres://reader:{CANARY}@127.0.0.1:1/weather",
    "REDIS_URL": f"redis://:{CANARY}@127.0.0.1:1/0",
    "AWS_ACCESS_KEY_ID": f"AKIA{CANARY}",
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "METRICS_TOKEN": CANARY,
    "ALERT_WEBHOOK": f"http://127.0.0.1:1/services/{CANARY}",
    "EMAIL_URL": f"smtp://sender:{CANARY}@127.0.0.1:1",
    "ALERT_EMAIL": "one@example.org",
    "LOG_LEVEL": "DEBUG",
}
SENT = {
    "Authorization": f"Bearer wx_{CANARY}",
    "Cookie": f"sessionid={CANARY}; csrftoken={CANARY}",
    "X-API-Key": CANARY,
}


def run(*arguments, **environment):
    """Run manage.py; return (exit code, all it says)."""
    environment = os.environ | ENVIRONMENT | environment
    command = [sys.executable, "manage.py", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, **pipes)
    return done.returncode, done.stdout


def test_production_settings_pass_django_s_checks():
    environment = {"HTTPS": "True", "SECRET_KEY": "s3cr3t-" * 10, "DATABASE_URL": "sqlite:///:memory:"}
    code, said = run("check", "--deploy", "--fail-level", "WARNING", **environment)
    assert (code, said) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/api/docs", "/api/redoc", "/admin/login/", "/api/weather"])
def test_pages_are_told_what_they_may(client, url):
    response = client.get(url, headers={"Accept": "text/html"})
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; ")
    assert "script-src" not in policy  # it is default-src, and so 'self'
    assert (response["Referrer-Policy"], response["X-Content-Type-Options"]) == ("same-origin", "nosniff")
    assert response["Permissions-Policy"].startswith("camera=(), geolocation=()")


def test_data_need_no_policy(client, db):
    assert "Content-Security-Policy" not in client.get("/api/weather").headers


@pytest.mark.parametrize("format", ["plain", "json"])
@pytest.mark.parametrize("debug", ["False", "True"])
def test_server_tells_no_secret(tmp_path, format, debug):
    environment = SECRETS | {"DATABASE_URL": f"sqlite:///{tmp_path}/w.sqlite3", "LOG_FORMAT": format}
    with (tmp_path / "log").open("w+") as log, served(log=log, DEBUG=debug, **environment) as url:
        paths = ("api/weather", "api/stations", "health/ready", "metrics", "admin/", "nothing")
        answers = [ask(f"{url}/{path}", **SENT) for path in paths]
        answers.append(ask(f"{url}/admin/login/", f"username=ada&password={CANARY}".encode(), **SENT))
        log.seek(0)
        said = log.read()
    assert {status for status, *_ in answers} >= {401, 500}  # there are no tables
    assert "no such table" in said
    assert CANARY not in said
    assert [body for *_, body in answers if CANARY in str(body)] == []


def test_commands_tell_no_secret(tmp_path):
    (tmp_path / "USC00110072.txt").write_text("nonsense")
    environment = SECRETS | {"DATABASE_URL": f"sqlite:///{tmp_path}/w.sqlite3", "LOG_FORMAT": "json"}
    said = [
        run("ingest_weather", str(tmp_path), **environment),
        run("migrate", **environment),
        run("ingest_weather", str(tmp_path), **environment),
        run("ingest_weather", "s3://bucket/prefix", AWS_ENDPOINT_URL_S3="http://127.0.0.1:1", **environment),
        run("check", **environment | {"DATABASE_URL": f"postgres://me:{CANARY}@127.0.0.1:1/weather"}),
        run("migrate", **environment | {"DATABASE_URL": f"postgres://me:{CANARY}@127.0.0.1:1/weather"}),
    ]
    assert [code for code, _ in said] == [1, 0, 3, 1, 0, 1]
    assert "an alert was not sent by post" in said[2][1]
    assert [text for _, text in said if CANARY in text] == []


@pytest.mark.parametrize(
    ("database", "reached"),
    [("", "cannot list s3://bucket/x"), (f"postgres://me:{CANARY}@127.0.0.1:1/w", "Retry in")],
)
def test_worker_and_beat_tell_no_secret(tmp_path, database, reached):
    with archive("sqlite:///:memory:") as target, valkey(requirepass=CANARY) as redis:
        here = Site(target, redis, "s3://bucket/x", {})
        environment = SECRETS | {"REDIS_URL": redis, "DATABASE_URL": database or target.url}
        environment |= {"WEATHER_SCHEDULE": "* * * * *", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}
        with ExitStack() as stack:
            both = [stack.enter_context(here.process(name, environment)) for name in ("worker", "beat")]
            here.send("ingest_source", here.folder)
            assert soon(lambda: reached in both[0].said(), PATIENCE), both[0].said()
        said = [process.said() for process in both]
    assert [text for text in said if CANARY in text] == []
    assert all(said)


@pytest.fixture
def secrets(s3_server):
    """secrets(text) keeps a secret on a real server; it returns what the environment then says."""
    from tests.s3 import ENVIRONMENT as AWS  # a plugin, which pytest loads first

    here = {"AWS_ENDPOINT_URL_SECRETS_MANAGER": s3_server.real, "AWS_MAX_ATTEMPTS": "1"}
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    client = boto3.client("secretsmanager", endpoint_url=s3_server.real, **keys)

    def keep(text):
        arn = client.create_secret(Name=f"weather-{os.urandom(4).hex()}", SecretString=text)["ARN"]
        return AWS | here | {"SECRETS_FROM": arn}

    yield keep
    client.close()


SHOW = "from django.conf import settings as s; print(s.SECRET_KEY, s.ALLOWED_HOSTS)"


def test_secrets_fill_in_what_the_environment_does_not_say(secrets):
    kept = {"SECRET_KEY": "from AWS", "DATABASE_URL": "sqlite:///:memory:", "ALLOWED_HOSTS": "not.this.one"}
    environment = secrets(json.dumps(kept)) | {"SECRET_KEY": "", "ALLOWED_HOSTS": "here.example.org"}
    assert run("shell", "--no-imports", "-c", SHOW, **environment) == (0, "from AWS ['here.example.org']\n")


@pytest.mark.parametrize("text", [f"no JSON {CANARY}", f'["{CANARY}"]'])
def test_secret_that_is_no_object_is_refused_and_not_told(secrets, text):
    environment = secrets(text)
    code, said = run("check", **environment)
    assert (code, CANARY in said) == (1, False)
    name = environment["SECRETS_FROM"]
    assert said.endswith(f"SECRETS_FROM={name} is no JSON object of names and values\n")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"SECRETS_FROM": "nothing"}, "ResourceNotFoundException"),
        ({"AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://127.0.0.1:{free_port()}"}, "Could not connect"),
    ],
)
def test_secret_that_is_not_to_be_had_ends_the_start(secrets, change, complaint):
    code, said = run("check", **secrets("{}") | change)
    assert code == 1
    assert re.search(f"ImproperlyConfigured: SECRETS_FROM=.* cannot be read: .*{complaint}", said)
