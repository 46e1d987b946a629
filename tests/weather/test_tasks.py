"""Workers and beats as processes, killed and doubled: the archive is exact. `make soak` does it 20 times."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.soak.archives import archive
from tests.soak.tasks import TRIALS, database_killed, repeated_on_its_own
from tests.soak.workers import fresh, site

HOUSE = settings.BASE_DIR
NAMES = TRIALS if connection.vendor == "postgresql" else ["two workers", "SIGKILL"]


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with site(os.environ["DATABASE_URL"], tmp_path_factory.mktemp("files")) as site_of_all:
        yield site_of_all


@pytest.mark.parametrize("name", NAMES)
def test_by_itself(here, name):
    fresh(here)
    assert TRIALS[name](here) == []


@pytest.mark.once
def test_database_killed_under_ingest_and_reads(tmp_path):
    assert repeated_on_its_own(tmp_path, database_killed, 1) == {"round 1": []}


@pytest.mark.once
@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_says_when_there_is_no_broker(name):
    command = [sys.executable, "-m", "celery", "-A", "weatherproj", name]
    with archive(os.environ["DATABASE_URL"]) as target:
        environment = os.environ | {"DATABASE_URL": target.url, "REDIS_URL": ""}
        said = subprocess.run(command, cwd=HOUSE, env=environment, capture_output=True, text=True, timeout=60)
    assert (said.returncode, "REDIS_URL is empty: worker and beat need" in said.stderr) == (1, True)
