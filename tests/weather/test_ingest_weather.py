import contextlib
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.factories import write_wx
from weather.models import IngestRun

pytestmark = pytest.mark.django_db

ID = "USC00110072"


def test_last_line_is_the_balance(tmp_path, capsys):
    write_wx(tmp_path, ID, "19850101 -22 -128 94")
    call_command("ingest_weather", str(tmp_path))
    out, err = capsys.readouterr()
    assert out.startswith(
        "1 files (0 skipped, 0 quarantined), 1 read, 1 inserted, 0 updated, 0 unchanged, 0 rejected in "
    )
    assert err.splitlines() == [
        f"[1/1] {tmp_path}/{ID}.txt: 1 read, 1 inserted, 0 updated, 0 unchanged, 0 rejected"
    ]


def test_json_is_one_object(tmp_path, capsys):
    write_wx(tmp_path, ID, "19850101 -22 -128 94")
    call_command("ingest_weather", str(tmp_path), "--json")
    balance = json.loads(capsys.readouterr().out)
    assert balance.pop("seconds") >= 0
    assert balance == {
        "run": IngestRun.objects.get().pk,
        "files": 1,
        "skipped": 0,
        "quarantined": 0,
        "read": 1,
        "inserted": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "left_out": 0,
        "disappeared": 0,
        "withdrawn": 0,
    }


@pytest.mark.parametrize("bad", [f"{ID}.txt", "notes.txt"])
def test_exit_code_3_when_something_was_rejected(tmp_path, bad):
    write_wx(tmp_path, "USC00110187", "19850101 1 0 0")
    (tmp_path / bad).write_bytes(b"19850101\t1\t0\t0\nx\n")
    with pytest.raises(SystemExit) as ended:
        call_command("ingest_weather", str(tmp_path))
    assert ended.value.code == 3


def test_rejected_line_is_told_with_its_reason(tmp_path, capsys):
    write_wx(tmp_path, ID, "19850101 -22 -128 94", "19850230 1 2 3")
    with pytest.raises(SystemExit):
        call_command("ingest_weather", str(tmp_path))
    assert capsys.readouterr().err.splitlines() == [
        f"[1/1] {tmp_path}/{ID}.txt: 2 read, 1 inserted, 0 updated, 0 unchanged, 1 rejected",
        "  line 2 rejected: expected a date YYYYMMDD, got '19850230'",
    ]


def test_exit_code_1_when_there_is_no_such_source(tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("ingest_weather", str(tmp_path / "missing"))
    assert (str(error.value), error.value.returncode) == (f"no files in {tmp_path}/missing", 1)


def test_exit_code_2_without_a_source(settings):
    settings.WEATHER_SOURCE = ""
    with pytest.raises(CommandError) as error:
        call_command("ingest_weather")
    assert error.value.returncode == 2


@pytest.mark.parametrize("jobs", ["0", "65", "-1", "two"])
def test_wrong_number_of_jobs_refused(tmp_path, jobs):
    with pytest.raises(CommandError, match="expected a number from 1 to 64"):
        call_command("ingest_weather", str(tmp_path), f"--jobs={jobs}")


def test_source_of_the_environment_taken_when_none_is_named(tmp_path, settings):
    write_wx(tmp_path, ID, "19850101 -22 -128 94")
    settings.WEATHER_SOURCE = str(tmp_path)
    call_command("ingest_weather")
    assert IngestRun.objects.get().read == 1


def test_dry_run_prints_what_would_change(tmp_path, capsys):
    write_wx(tmp_path, ID, "19850101 -22 -128 94")
    call_command("ingest_weather", str(tmp_path))
    write_wx(tmp_path, ID, "19850101 -20 -128 94")
    capsys.readouterr()
    call_command("ingest_weather", str(tmp_path), "--dry-run")
    out, err = capsys.readouterr()
    assert out.startswith(
        "dry run, nothing written: 1 files (0 skipped, 0 quarantined), 1 read, 0 inserted, 1 updated"
    )
    assert err.splitlines() == [
        f"[1/1] {tmp_path}/{ID}.txt: would be 1 read, 0 inserted, 1 updated, 0 unchanged, 0 rejected",
        "  1985-01-01 would become tmax -20, tmin -128, prcp 94",
    ]


def test_log_has_start_end_and_counts(tmp_path, caplog):
    write_wx(tmp_path, ID, "19850101 -22 -128 94")
    with caplog.at_level(logging.INFO, "weather.ledger"):
        call_command("ingest_weather", str(tmp_path))
    run = IngestRun.objects.get().pk
    assert caplog.messages == [
        f"run {run} started: 1 files in {tmp_path}",
        f"run {run} succeeded: 1 files (0 skipped, 0 quarantined), "
        "1 read, 1 inserted, 0 updated, 0 unchanged, 0 rejected",
    ]


@pytest.mark.once
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_run_with_its_books_in_order(tmp_path, sent):
    data, file = tmp_path / "data", tmp_path / "archive.sqlite3"
    call_command("generate_weather", str(data), "--stations=80", "--start=1980", "--end=2019")
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{file}", "LOG_LEVEL": "INFO"}
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "migrate", "-v0"], env=environment, check=True, cwd=settings.BASE_DIR)
    command += ["ingest_weather", str(data)]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, cwd=settings.BASE_DIR
    ) as running:
        while not running.stderr.readline().startswith("[1/80]"):
            pass
        running.send_signal(sent)
        said = running.communicate(timeout=10)[1]
    assert running.returncode == 1
    assert "interrupted; what is finished is in, the next run takes the rest" in said
    with contextlib.closing(sqlite3.connect(file)) as archive:
        query = "SELECT status, read, (SELECT sum(read) FROM weather_source_files) FROM weather_ingest_runs"
        [(status, read, of_files)] = archive.execute(query).fetchall()
    assert (status, read) == ("interrupted", of_files)
    again = subprocess.run(
        [*command, "--json"], env=environment, stdout=subprocess.PIPE, cwd=settings.BASE_DIR
    )
    balance = json.loads(again.stdout)
    assert (balance["files"], balance["read"] + read) == (80, lines_in(data))


def lines_in(folder):
    return sum(path.read_bytes().count(b"\n") for path in folder.iterdir())
