"""SIGTERM: the web process of the Procfile answers what it has begun, and ends."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from tests.served import ask, wait_until
from tests.services import ENVIRONMENT, free_port, postgresql
from tests.soak.archives import archive

pytestmark = pytest.mark.once

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def test_request_under_way_is_answered(tmp_path):
    with postgresql() as server, archive(server) as target, ThreadPoolExecutor(1) as reader:
        holder, look = psycopg2.connect(target.url), psycopg2.connect(target.url)
        look.autocommit = True
        port = free_port()
        process = web(port, target.url, tmp_path / "log")
        try:
            wait_until(lambda: ask(f"http://127.0.0.1:{port}/api/weather")[0] == 200)
            holder.cursor().execute("LOCK TABLE weather_observations, weather_stations")
            answer = reader.submit(ask, f"http://127.0.0.1:{port}/api/weather?page_size=7")
            wait_until(lambda: value(look, WAITING) > 0)
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: "Shutting down" in (tmp_path / "log").read_text())
            holder.rollback()
            assert (answer.result()[0], answer.result()[2]["results"]) == (200, [])
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
            holder.close()
            look.close()


def web(port, database, log):
    [line] = [
        line for line in (settings.BASE_DIR / "Procfile").read_text().splitlines() if line[:4] == "web:"
    ]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | ENVIRONMENT | {"DATABASE_URL": database, "PORT": str(port), "PATH": path}
    with log.open("w") as out:
        command = ["/bin/sh", "-c", line.removeprefix("web:")]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=out, stderr=out)


def value(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
