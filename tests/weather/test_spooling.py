"""The folder for what does not fit into memory, and what a killed process left of it."""

import os
import tempfile

import pytest

from weather.sources import spool
from weather.sources.spooling import locked


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def old(folder):
    folder.mkdir()
    (folder / "download").write_bytes(b"half")
    os.utime(folder, (0, 0))
    return folder


def test_folder_goes_at_the_end(place):
    with spool() as folder:
        (folder / "download").write_bytes(b"whole")
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_one(place):
    old(place / "weather-spool-left")
    others = [old(place / name) for name in ("others", "weather-data", "weather-metrics-0-1")]
    with spool() as folder:
        assert sorted(place.iterdir()) == sorted([folder, *others])


def test_what_is_in_use_or_new_stays(place):
    used, new = old(place / "weather-spool-used"), place / "weather-spool-new"
    new.mkdir()
    with locked(used), spool() as folder:
        assert sorted(place.iterdir()) == sorted([folder, new, used])
