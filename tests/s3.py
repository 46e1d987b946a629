"""Fixtures: a bucket on a real S3 server on loopback, and a faulty door to it. See tests/s3_server.py."""

import json
import os
import subprocess
import sys
import urllib.request
from types import SimpleNamespace

import boto3
import pytest
from django.conf import settings

from weather import raw_archive
from weather.sources import s3 as source

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@pytest.fixture(scope="session")
def s3_server():
    """A server for all tests: the URLs of it and of its faulty door, a client, our code's clients by URL."""
    command = [sys.executable, "-m", "tests.s3_server"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True, **pipes) as process:
        real, door = process.stdout.readline().strip(), process.stdout.readline().strip()
        if not door:
            raise RuntimeError("the S3 server did not start: see what it said on stderr")
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        client = boto3.Session().client("s3", endpoint_url=real, **keys)
        yield SimpleNamespace(real=real, door=door, client=client, ours={real: {}, door: {}})
        client.close()
        process.stdin.close()


@pytest.fixture
def s3(s3_server, monkeypatch):
    """A bucket of the test's own, on a server that the environment tells our code."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    use(s3_server, s3_server.real, monkeypatch)
    bucket = f"test-{os.urandom(8).hex()}"
    s3_server.client.create_bucket(Bucket=bucket)
    yield Bucket(s3_server.client, bucket)
    raw_archive.storage_at.cache_clear()


def use(server, url, monkeypatch):
    """Let our code talk to one of the server's URLs. To make a client takes longer than most tests."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
    monkeypatch.setattr(source, "clients", server.ours[url])


@pytest.fixture
def new_client(s3, monkeypatch):
    """Our code makes a client as the test then sets it up."""
    clients = {}
    monkeypatch.setattr(source, "clients", clients)
    yield
    for client in clients.values():
        client.close()


class Bucket:
    def __init__(self, client, name):
        self.client, self.name, self.uri = client, name, f"s3://{name}"

    def put(self, key, body=b"x", **options):
        self.client.put_object(Bucket=self.name, Key=key, Body=body, **options)
        return f"{self.uri}/{key}"

    def get(self, key):
        with self.client.get_object(Bucket=self.name, Key=key)["Body"] as body:
            return body.read()

    def delete(self, key):
        self.client.delete_object(Bucket=self.name, Key=key)

    def list_keys(self):
        return [one["Key"] for one in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]


@pytest.fixture
def faults(s3, s3_server, monkeypatch):
    """faults(rule, ...) sets the faults that our code meets from now on, faults() returns what was asked.

    boto3 and we do not wait before we try again.
    """
    use(s3_server, s3_server.door, monkeypatch)
    monkeypatch.setattr(source, "BACKOFF", 0)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0)
    yield lambda *rules: control(s3_server, "faults", list(rules) or None)
    control(s3_server, "faults", [])


@pytest.fixture
def many_objects(s3, s3_server):
    """many_objects(keys) makes objects quicker than S3 takes them."""
    return lambda keys: control(s3_server, "objects", {"bucket": s3.name, "keys": keys})


def control(server, what, body=None):
    """Tell the door something, or ask it."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{server.door}/{what}", data, method="PUT" if data else "GET")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
