import gzip
import hashlib
import os
import time

import pytest

from weather import raw_archive
from weather.sources import content, find

pytest_plugins = ["tests.s3"]
pytestmark = pytest.mark.once

TEXT = b"19850101\t-22\t-128\t94\n" * 1000


@pytest.fixture(params=["folder", "s3"])
def archive(request, tmp_path, settings):
    """The archive of raw files: its names, as a function."""
    if request.param == "folder":
        settings.WEATHER_RAW_ARCHIVE = str(tmp_path / "archive")
        return lambda: sorted(
            str(path.relative_to(tmp_path / "archive")) for path in tmp_path.glob("archive/*/*")
        )
    s3 = request.getfixturevalue("s3")
    settings.WEATHER_RAW_ARCHIVE = f"{s3.uri}/kept/raw"
    return lambda: [key.removeprefix("kept/raw/") for key in s3.list_keys()]


@pytest.fixture
def fetched(tmp_path):
    def fetch(stored):
        (tmp_path / "file.txt").write_bytes(stored)
        (tmp_path / "spool").mkdir(exist_ok=True)
        (file,) = find([str(tmp_path / "file.txt")])
        return file.fetch(tmp_path / "spool")

    return fetch


def place(stored):
    fingerprint = hashlib.sha256(stored).hexdigest()
    return f"{fingerprint[:2]}/{fingerprint}.gz"


def kept(stored):
    with raw_archive.open_kept(hashlib.sha256(stored).hexdigest()) as stream:
        return stream.read()


@pytest.mark.parametrize(
    "stored",
    [TEXT, gzip.compress(TEXT), gzip.compress(TEXT)[:99], b""],
    ids=["plain", "gzip", "damaged", "empty"],
)
def test_bytes_come_back_as_they_were_stored(archive, fetched, stored, tmp_path):
    raw_archive.keep(fetched(stored))
    raw_archive.keep(fetched(stored))
    assert archive() == [place(stored)]
    assert kept(stored) == stored
    assert list((tmp_path / "spool").iterdir()) == []


def test_large_content_is_kept(archive, fetched, monkeypatch):
    for module in (content, raw_archive):
        monkeypatch.setattr(module, "LARGE", 20)
    monkeypatch.setattr("weather.sources.local.LARGE", 20)
    raw_archive.keep(fetched(TEXT))
    assert kept(TEXT) == TEXT


def test_content_of_s3_is_kept_as_it_came(s3, archive, tmp_path):
    zipped = gzip.compress(TEXT)
    (file,) = find([s3.put("wx/a.txt.gz", zipped)])
    raw_archive.keep(file.fetch(tmp_path))
    assert kept(zipped) == zipped


def test_what_changed_meanwhile_is_not_kept(archive, fetched, tmp_path, monkeypatch):
    monkeypatch.setattr("weather.sources.local.LARGE", 20)
    read = fetched(TEXT)
    (tmp_path / "file.txt").write_bytes(TEXT[::-1])
    with pytest.raises(OSError, match=r"^cannot be kept in .*: it changed while it was read$"):
        raw_archive.keep(read)
    assert archive() == []


def test_what_was_not_kept_is_not_found(archive):
    with pytest.raises(FileNotFoundError):
        raw_archive.open_kept("0" * 64)


def test_nothing_is_kept_where_no_archive_is_set(fetched):
    raw_archive.keep(fetched(TEXT))
    with pytest.raises(FileNotFoundError, match="WEATHER_RAW_ARCHIVE is empty"):
        raw_archive.open_kept("0" * 64)


def test_failure_names_the_place(fetched, settings, tmp_path):
    (tmp_path / "archive").write_text("a file, not a folder")
    settings.WEATHER_RAW_ARCHIVE = str(tmp_path / "archive")
    with pytest.raises(OSError, match=f"^cannot be kept in {tmp_path}/archive: .*Not a directory"):
        raw_archive.keep(fetched(TEXT))


def test_failure_on_s3_names_the_place(s3, fetched, settings):
    settings.WEATHER_RAW_ARCHIVE = f"{s3.uri}-not/raw"
    with pytest.raises(OSError, match=f"^cannot be kept in {s3.uri}-not/raw: .*NoSuchBucket"):
        raw_archive.keep(fetched(TEXT))


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_crash_leaves_no_half_file_under_its_name(fetched, settings, tmp_path, monkeypatch, step):
    settings.WEATHER_RAW_ARCHIVE = str(tmp_path / "archive")

    def crash(*arguments):
        raise KeyboardInterrupt

    steps = {"fsync": (os, "fsync", crash), "replace": (raw_archive.Path, "replace", crash)}
    with monkeypatch.context() as crashing, pytest.raises(KeyboardInterrupt):
        crashing.setattr(*steps[step])
        raw_archive.keep(fetched(TEXT))
    assert list(tmp_path.glob("archive/*/*")) == []
    raw_archive.keep(fetched(TEXT))
    assert kept(TEXT) == TEXT


def test_what_killed_processes_left_goes_with_a_later_file(fetched, settings, tmp_path):
    settings.WEATHER_RAW_ARCHIVE = str(tmp_path / "archive")
    folder = (tmp_path / "archive" / place(TEXT)).parent
    folder.mkdir(parents=True)
    for name, age in (("old", raw_archive.ABANDONED + 60), ("new", 60)):
        (folder / f"{name}.part").write_bytes(b"half")
        os.utime(folder / f"{name}.part", (time.time() - age,) * 2)
    raw_archive.keep(fetched(TEXT))
    assert sorted(path.name for path in folder.iterdir()) == sorted(["new.part", place(TEXT)[3:]])
