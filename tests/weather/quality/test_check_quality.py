"""Who has the archive checked: the command, an ingest, a worker in its turn."""

import re

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_observations, make_station, write_wx
from tests.weather.quality.conftest import letters
from weather.quality import checking

pytestmark = pytest.mark.django_db

ALEDO = "USC00110072"


def test_command_says_what_it_did(capsys):
    make_observations(make_station(), ("1999-12-31", 578, 10, 0))
    call_command("check_quality", "--station", ALEDO)
    out = capsys.readouterr().out
    assert re.fullmatch(r"1 stations checked, letters set: 1 X; taken away: none, in \d\.\d s\n", out)


def test_command_refuses_a_station_it_does_not_know():
    with pytest.raises(CommandError, match="unknown station: USC00110079") as error:
        call_command("check_quality", "--station", "USC00110079")
    assert error.value.returncode == 2


@pytest.mark.parametrize(
    ("options", "found"), [((), {(ALEDO, "1999-12-31"): "...X.."}), (("--no-check",), {})]
)
def test_ingest_checks_what_came(tmp_path, capsys, options, found):
    write_wx(tmp_path, ALEDO, "19991231 578 10 0")
    call_command("ingest_weather", str(tmp_path), *options)
    assert capsys.readouterr().out.startswith("1 files (0 skipped, 0 quarantined), 1 read, 1 inserted")
    assert letters() == found


def test_dry_run_checks_nothing(tmp_path):
    make_observations(make_station(check_due=True), ("1999-12-31", 578, 10, 0))
    write_wx(tmp_path, ALEDO, "19991231 578 10 0")
    call_command("ingest_weather", str(tmp_path), "--dry-run")
    assert letters() == {}


def test_worker_takes_its_turn():
    make_observations(make_station(check_due=True), ("1999-12-31", 578, 10, 0))
    assert checking.check_in_turn(lambda: False).startswith("1 stations checked, letters set: 1 X")
