"""The container image, built and started where there is no Docker: `make image-test`, by hand, for minutes.

buildah builds it on a base made by debootstrap; that takes root, Debian and these two packages of it.
Not named test_*.py: no other run collects it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time

import pytest
from django.conf import settings

from tests.deploy.lambda_runtime import function
from tests.deploy.test_lambda import request
from tests.factories import write_wx
from tests.served import ask, wait_until
from tests.services import free_port, postgresql, valkey

BUILDAH = {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def buildah(*words):
    environment = os.environ | BUILDAH
    return subprocess.check_output(["buildah", *map(str, words)], env=environment, text=True).strip()


@pytest.fixture(scope="module")
def container(tmp_path_factory):
    """A container of the image, built from what stands in this folder."""
    base = tmp_path_factory.mktemp("image") / "base"
    packages = "--include=python3,python3-venv,ca-certificates"
    subprocess.run(["debootstrap", "--variant=minbase", packages, "bookworm", base], check=True)
    shutil.copy(CERTIFICATES, base / CERTIFICATES[1:])  # whom this machine trusts
    empty = buildah("from", "scratch")
    buildah("add", "-q", empty, base, "/")
    buildah("config", "--env", f"PIP_CERT={CERTIFICATES}", empty)
    buildah("commit", "-q", empty, "weather-base")
    started = time.monotonic()
    arguments = ("--pull-never", "--build-arg", "BASE=localhost/weather-base", "-t", "weather-test")
    buildah("bud", *arguments, settings.BASE_DIR)
    made = buildah("from", "--pull-never", "localhost/weather-test")
    size = subprocess.check_output(["du", "-sm", buildah("mount", made)], text=True).split()[0]
    sys.stdout.write(f"built in {time.monotonic() - started:.0f} s, {size} MB unpacked\n")
    yield made
    buildah("rm", empty, made)
    buildah("rmi", "localhost/weather-test", "localhost/weather-base")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    raw = tmp_path_factory.mktemp("raw")
    write_wx(raw, "USC00110072", "19850101 -22 -128 94")
    raw.chmod(0o755)
    with postgresql() as database, valkey() as broker:
        given = {"SECRET_KEY": "only for this test", "DATABASE_URL": database, "REDIS_URL": broker}
        yield given | {"HTTPS": "False", "WEATHER_SOURCE": "/raw", "PORT": str(free_port()), "raw": str(raw)}


def command(container, environment, *words):
    """Return the command that runs the container's entry point as it says, with an environment."""
    shown = {name: value for name, value in environment.items() if name != "raw"}
    options = [f"--env={name}={value}" for name, value in shown.items()]
    volume = f"--volume={environment['raw']}:/raw:ro"
    entry = ["/app/deploy/entrypoint.sh", *words]
    return ["buildah", "run", "--user=10001", "--workingdir=/app", volume, *options, container, "--", *entry]


def run(container, environment, *words):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command(container, environment, *words), env=os.environ | BUILDAH, **pipes)
    return done.returncode, done.stdout


@contextlib.contextmanager
def running(container, environment, log, *words):
    """Run an entry point that stays, for the length of a `with`."""
    out = {"stdout": log, "stderr": log}
    process = subprocess.Popen(command(container, environment, *words), env=os.environ | BUILDAH, **out)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def test_four_entry_points_start(container, environment, tmp_path):
    assert run(container, environment, "migrate")[0] == 0
    code, said = run(container, environment, "ingest")
    assert (code, "1 inserted" in said) == (0, True), said
    url = f"http://127.0.0.1:{environment['PORT']}"
    with (
        (tmp_path / "log").open("w") as log,
        running(container, environment, log, "web"),
        running(container, environment, log, "worker"),
        running(container, environment, log, "beat"),
    ):
        wait_until(lambda: ask(f"{url}/health/ready?strict=1")[0] == 200, seconds=60)
        assert len(ask(f"{url}/api/weather?year=1985")[2]["results"]) == 1
        assert ask(f"{url}/api/docs", Accept="text/html")[0] == 200
        wait_until(lambda: "ready." in (tmp_path / "log").read_text(), seconds=60)  # the worker
        wait_until(lambda: "beat: Starting" in (tmp_path / "log").read_text(), seconds=60)


def test_it_is_nobody_s_process_and_says_what_it_does_not_know(container, environment):
    shell = ("manage", "shell", "--no-imports", "-c", "import os; print(os.getuid())")
    assert run(container, environment, *shell) == (0, "10001\n")
    code, said = run(container, environment, "wbe")
    assert (code, "expected web, worker, beat, ingest, migrate, lambda or manage, got 'wbe'" in said) == (
        2,
        True,
    )


def test_function_answers_and_how_long_it_takes_from_cold(container, environment):
    def started(handler, api):
        words = command(container, environment | api, "lambda", handler)
        return subprocess.Popen(words, env=os.environ | BUILDAH, start_new_session=True)

    for _ in range(3):
        begun = time.monotonic()
        with function("deploy.lambda_api.handler", start=started) as called:
            assert called(request("/api/weather", host="localhost"))["statusCode"] in (200, 301)
            sys.stdout.write(f"first answer after {time.monotonic() - begun:.2f} s\n")
