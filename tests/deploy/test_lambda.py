"""The functions of AWS Lambda, run by its own client, with events of API Gateway, EventBridge and S3."""

import base64
import json
import os
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.deploy.beanstalk import files_of, pinned
from tests.deploy.lambda_runtime import Failed, function
from tests.factories import write_wx
from tests.served import manage
from tests.services import ENVIRONMENT, free_port, postgresql

pytest_plugins = ["tests.s3"]
pytestmark = pytest.mark.once

DAY = "19850101 -22 -128 94"


@pytest.fixture(scope="module")
def database():
    with postgresql() as url:
        manage("migrate", "--verbosity=0", DATABASE_URL=url)
        yield url


@pytest.fixture
def raw(s3_server, tmp_path):
    """A bucket for raw files, and what a function's environment says of it."""
    from tests.s3 import ENVIRONMENT as AWS  # a plugin, which pytest loads first

    name = f"raw-{os.urandom(4).hex()}"
    s3_server.client.create_bucket(Bucket=name)

    def put(key, station, *days):
        body = write_wx(tmp_path, station, *days).read_bytes()
        s3_server.client.put_object(Bucket=name, Key=key, Body=body)

    environment = AWS | {"AWS_ENDPOINT_URL": s3_server.real, "WEATHER_SOURCE": f"s3://{name}/raw/"}
    return SimpleNamespace(name=name, put=put, environment=environment)


def request(path, query="", method="GET", body=None, **headers):
    """Return an event of API Gateway's HTTP API, payload 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept": "application/json",
            "host": "abc123.execute-api.eu-central-1.amazonaws.com",
            "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **headers,
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": "abc123.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "abc123",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "curl/8.5.0",
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1773342238000,
        },
        "body": body,
        "isBase64Encoded": False,
    }


def scheduled():
    """Return an event of a rule of EventBridge with a schedule."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-03-01T06:00:00Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:events:eu-central-1:123456789012:rule/weather-daily"],
        "detail": {},
    }


def notified(bucket, key):
    """Return what S3 itself tells a function."""
    object_ = {
        "key": key,
        "size": 21,
        "eTag": "d41d8cd98f00b204e9800998ecf8427e",
        "sequencer": "0A1B2C3D4E5F678901",
    }
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "eu-central-1",
                "eventTime": "2026-03-01T06:00:00.000Z",
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "raw",
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": object_,
                },
            }
        ]
    }


def created(bucket, key):
    """Return what EventBridge tells of a new object."""
    return scheduled() | {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "size": 21, "etag": "d41d8cd98f00b204e9800998ecf8427e"},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "203.0.113.7",
            "reason": "PutObject",
        },
    }


def counts(balance):
    return [balance[name] for name in ("files", "skipped", "read", "inserted", "unchanged", "rejected")]


def test_ingests_on_a_schedule_and_by_event_and_answers(database, raw):
    ingest = {"DATABASE_URL": database, **raw.environment}
    raw.put("raw/USC00110072.txt", "USC00110072", DAY)
    with function("deploy.lambda_ingest.handler", **ingest) as called:
        assert counts(called(scheduled())) == [1, 0, 1, 1, 0, 0]
        assert counts(called(scheduled())) == [1, 1, 0, 0, 0, 0]
        raw.put("raw/new files/USC00110187.txt", "USC00110187", DAY, "19850230 1 1 1")
        event = notified(raw.name, "raw/new+files/USC00110187.txt")
        assert counts(called(event)) == [1, 0, 2, 1, 0, 1]  # a rejected line is no reason to try again
        raw.put("raw/a+b/USC00111280.txt", "USC00111280", DAY)
        assert counts(called(created(raw.name, "raw/a+b/USC00111280.txt"))) == [1, 0, 1, 1, 0, 0]
        with pytest.raises(Failed, match=r"CommandError: no files in s3://.*/raw/gone/"):
            called(created(raw.name, "raw/gone/USC00111280.txt"))
        with pytest.raises(Failed, match=r"SourceError: .* is not in WEATHER_ALLOWED_SOURCES"):
            called(created(raw.name, "other/USC00111280.txt"))

    api = {"DATABASE_URL": database, "HTTPS": "True", "TRUSTED_PROXIES": "1"}
    host = "abc123.execute-api.eu-central-1.amazonaws.com"
    with function("deploy.lambda_api.handler", ALLOWED_HOSTS=host, **api) as called:
        stations = ["USC00110072", "USC00110187"]
        query = f"station_id={','.join(stations)}&start=1985-01-01"
        page = called(request("/api/weather", query))
        assert (page["statusCode"], page["isBase64Encoded"]) == (200, False)
        assert [row["station_id"] for row in json.loads(page["body"])["results"]] == [
            "USC00110072",
            "USC00110187",
        ]
        etag = page["headers"]["etag"]
        assert called(request("/api/weather", query, **{"if-none-match": etag}))["statusCode"] == 304
        stats = json.loads(called(request("/api/weather/stats", "year=1985"))["body"])
        assert [row["days_tmax"] for row in stats["results"]] == [1, 1, 1]  # made with every file
        parquet = called(request("/api/weather", "format=parquet"))
        assert (parquet["isBase64Encoded"], base64.b64decode(parquet["body"])[:4]) == (True, b"PAR1")
        wrong = called(request("/api/weather", "date=1985-02-30"))
        assert (wrong["statusCode"], json.loads(wrong["body"])["status"]) == (400, 400)
        assert called(request("/health/ready"))["statusCode"] == 200


def test_migrates_and_tells_when_that_fails(tmp_path):
    with function("deploy.lambda_migrate.handler", DATABASE_URL=f"sqlite:///{tmp_path}/w.sqlite3") as called:
        assert called({}) == {"migrated": True}
    away = f"postgres://127.0.0.1:{free_port()}/weather"
    with (
        function("deploy.lambda_migrate.handler", DATABASE_URL=away) as called,
        pytest.raises(Failed, match=r"OperationalError: .*Connection refused"),
    ):
        called({})


def test_ingest_ends_in_order_before_lambda_ends_it(database, raw):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silence = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        environment = raw.environment | silence | {"DATABASE_URL": database}
        with (
            function("deploy.lambda_ingest.handler", **environment) as called,
            pytest.raises(Failed, match="CommandError: interrupted; what is finished is in"),
        ):
            called(scheduled(), seconds=32)  # 30 of which are left to end in


SMALL = """
import json
from deploy import lambda_api
lambda_api.MOST_BYTES = 100
print(json.dumps(lambda_api.handler(json.loads(input()), None)))
"""


def test_answer_beyond_lambda_s_limit_is_told_as_such(database):
    command = [sys.executable, "-c", SMALL]
    environment = os.environ | ENVIRONMENT | {"DATABASE_URL": database, "ALLOWED_HOSTS": "*"}
    event = json.dumps(request("/api/schema"))
    said = subprocess.check_output(command, cwd=settings.BASE_DIR, env=environment, text=True, input=event)
    told = json.loads(said)
    assert (told["statusCode"], json.loads(told["body"])["status"]) == (413, 413)
    assert "at most 100 come through Lambda" in json.loads(told["body"])["detail"]


def test_what_is_installed_is_for_an_image():
    """Lambda takes 262,144,000 bytes of a zip, which is too near, and 10 GB of an image."""
    locks = [settings.BASE_DIR / f"requirements/{name}.txt" for name in ("prod", "lambda")]
    size = sum(
        file.locate().stat().st_size for lock in locks for name in pinned(lock) for file in files_of(name)
    )
    assert 200_000_000 < size < 1_000_000_000
