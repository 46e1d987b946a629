"""S3 as a source, through a faulty door to a real server (tests/s3_server.py)."""

import hashlib

import pytest

from tests.failures import failure
from weather.sources import SourceError, find
from weather.sources import s3 as source

pytest_plugins = ["tests.s3"]
pytestmark = pytest.mark.once

TEXT = b"19850101\t-22\t-128\t94\n" * 1000


@pytest.mark.parametrize("fault", ["500", "503", "drop", "reset", "short", "cut"])
@pytest.mark.parametrize("large", [False, True])
def test_passing_fault_is_not_noticed(s3, faults, tmp_path, monkeypatch, fault, large):
    if large:
        monkeypatch.setattr(source, "LARGE", 20)
    (file,) = find([s3.put("wx/a.txt", TEXT)])
    faults({"fault": fault, "times": 3})
    read = file.fetch(tmp_path)
    assert (read.read(), read.fingerprint) == (TEXT, hashlib.sha256(TEXT).hexdigest())
    assert [met for _, met in faults()] == [fault] * 3 + [""]
    assert len(list(tmp_path.iterdir())) == large
    read.close()


def test_stalled_download_is_begun_again(s3, faults, new_client, tmp_path, monkeypatch):
    monkeypatch.setattr(source, "READ_TIMEOUT", 0.3)
    (file,) = find([s3.put("wx/a.txt", TEXT)])
    faults({"fault": "stall", "times": 1})
    assert file.fetch(tmp_path).read() == TEXT
    assert [met for _, met in faults()] == ["stall", ""]


@pytest.mark.parametrize(
    ("fault", "asked", "reason"),
    [
        ("403", 1, f"S3 denies it (AccessDenied): {source.CREDENTIALS}"),
        ("404", 1, "gone since it was listed"),
        ("500", 5, "S3 answered 500 InternalError"),
        ("503", 5, "S3 answered 503 SlowDown"),
        ("drop", 5, "Connection was closed before we received a valid response from endpoint URL: "),
        (
            "reset",
            4,
            "the download broke off 4 times, at last: An error occurred while reading from response stream: ",
        ),
        ("short", 4, "the download broke off 4 times, at last: "),
        (
            "cut",
            4,
            "the download broke off 4 times, at last: 10500 read, but total bytes expected is 21000",
        ),
    ],
)
def test_permanent_fault_is_the_reason(s3, faults, tmp_path, fault, asked, reason):
    (file,) = find([s3.put("wx/a.txt", TEXT)])
    faults({"fault": fault})
    assert failure(file.fetch, tmp_path).startswith(reason)
    assert len(faults()) == asked
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("403", f"S3 denies it (AccessDenied): {source.CREDENTIALS}"),
        ("500", "S3 answered 500 InternalError"),
        ("page", "S3 answered 500: Internal Server Error"),
    ],
)
def test_listing_that_fails_is_an_error(s3, faults, fault, reason):
    faults({"fault": fault, "match": "list-type=2"})
    message = failure(find, [f"{s3.uri}/wx"], kind=SourceError)
    assert message.startswith(f"cannot list {s3.uri}/wx: {reason}")


def test_object_found_by_who_may_not_list(s3, faults, tmp_path):
    uri = s3.put("wx/a.txt", TEXT)
    faults({"fault": "403", "match": "list-type=2"})
    (file,) = find([uri])
    assert file.fetch(tmp_path).read() == TEXT


def test_object_that_may_not_be_read_stands_beside_the_others(s3, faults, tmp_path):
    uris = [s3.put("wx/a.txt", TEXT), s3.put("wx/b.txt", TEXT)]
    faults({"fault": "403", "match": "wx/a.txt$"})
    a, b = find(uris)
    assert failure(a.fetch, tmp_path) == f"S3 denies it (AccessDenied): {source.CREDENTIALS}"
    assert b.fetch(tmp_path).read() == TEXT


RANDOM = {"fault": ["500", "503", "drop", "reset", "short", "cut"], "rate": 0.1}
"""10 % of all answers."""


@pytest.fixture(scope="module")
def wx_texts(wx_data):
    return {path.name: path.read_bytes() for path in sorted(wx_data.iterdir())}


def test_real_data_come_exact_through_random_faults(s3, faults, tmp_path, wx_texts):
    for name, text in wx_texts.items():
        s3.put(f"wx_data/{name}", text)
    faults(RANDOM)
    files = find([f"{s3.uri}/wx_data"])
    assert {file.name: file.fetch(tmp_path).read() for file in files} == wx_texts
    met = [fault for _, fault in faults() if fault]
    assert len(files) == 167
    assert len(met) > 10
