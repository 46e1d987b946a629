"""Workers and beats as processes, killed and doubled: the archive is exact. `make soak` does it 20 times."""

import os
import subprocess
import sys
from pathlib import Path

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
def test_procfile_starts_what_says_when_there_is_no_broker():
    lines = dict(line.split(": ", 1) for line in (HOUSE / "Procfile").read_text().splitlines())
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with archive(os.environ["DATABASE_URL"]) as target:
        environment = os.environ | {"PATH": path, "DATABASE_URL": target.url}
        for name in ("worker", "beat"):
            command = {"shell": True, "cwd": HOUSE, "env": environment, "capture_output": True, "text": True}
            said = subprocess.run(lines[name], **command)
            complaint = "REDIS_URL is empty: worker and beat need"
            assert (name, said.returncode, complaint in said.stderr) == (name, 1, True)
