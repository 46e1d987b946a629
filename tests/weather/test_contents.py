"""What raw files hold: weather.sources.content, by way of local files."""

import gzip
import hashlib
import os
import pickle
import subprocess
import zlib

import pytest

from weather.sources import Refused, content, find

TEXT = b"".join(b"%d\t%d\t-9999\t94\n" % (18000101 + day, day * day % 397) for day in range(20_000))
ZIPPED = gzip.compress(TEXT)


@pytest.fixture
def spool(tmp_path):
    (tmp_path / "spool").mkdir()
    return tmp_path / "spool"


@pytest.fixture
def fetched(tmp_path, spool):
    """fetched(bytes) gives the Content of a file that holds them."""

    def fetch(stored, name="file.txt"):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / name).write_bytes(stored)
        (file,) = find([str(tmp_path / "data" / name)])
        return file.fetch(spool)

    return fetch


@pytest.fixture
def small_limits(monkeypatch):
    """Large is what has more than 100 kB, and in memory go 300 kB at most."""
    monkeypatch.setattr(content, "LARGE", 100_000)
    monkeypatch.setattr("weather.sources.local.LARGE", 100_000)
    monkeypatch.setattr(content, "MOST_IN_MEMORY", 300_000)


def refusal(call):
    with pytest.raises(Refused) as refused:
        call()
    return str(refused.value)


# --- Plain text ------------------------------------------------------------------------------


def test_small_file_is_read_once_and_copied_nowhere(tmp_path, spool, fetched):
    read = fetched(TEXT)
    assert (read.size, read.fingerprint, read.version) == (len(TEXT), hashlib.sha256(TEXT).hexdigest(), "")
    assert (read.head(), read.read(), read.large) == (TEXT[: 64 * 1024], TEXT, False)
    (tmp_path / "data/file.txt").unlink()
    assert read.stream().read() == TEXT
    assert list(spool.iterdir()) == []


def test_large_file_is_neither_read_into_memory_nor_copied(tmp_path, spool, fetched, small_limits):
    read = fetched(TEXT)
    assert (read.size, read.fingerprint, read.large) == (len(TEXT), hashlib.sha256(TEXT).hexdigest(), True)
    assert (read.head(), read.plain()) == (TEXT[: 64 * 1024], tmp_path / "data/file.txt")
    with read.stream() as stream:
        assert stream.read() == TEXT
    assert list(spool.iterdir()) == []


def test_file_too_large_for_memory_refused_only_where_it_must_go_there(fetched, small_limits):
    assert fetched(TEXT[:200_000]).read() == TEXT[:200_000]
    assert refusal(fetched(TEXT).read) == "has 0 MB of text, in this format 0 at most: split it"


def test_empty_file_is_read(fetched):
    read = fetched(b"")
    assert (read.size, read.head(), read.read(), read.stream().read()) == (0, b"", b"", b"")


@pytest.mark.parametrize("name", ["a[1].txt", "b*.txt", os.fsdecode(b"\xff.txt"), "é.txt", "c'.txt"])
def test_large_file_of_any_name_is_read(fetched, small_limits, name):
    with fetched(TEXT, name).stream() as stream:
        assert stream.read() == TEXT


# --- Gzip ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["file.txt", "file.txt.gz"])
def test_gzip_known_by_its_content(fetched, name):
    read = fetched(ZIPPED, name)
    assert (read.size, read.fingerprint) == (len(ZIPPED), hashlib.sha256(ZIPPED).hexdigest())
    assert (read.head(), read.read(), read.stream().read()) == (TEXT[: 64 * 1024], TEXT, TEXT)
    assert fetched(TEXT, name).read() == TEXT


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(gzip.compress(TEXT[:7]) + gzip.compress(TEXT[7:]), id="several members"),
        pytest.param(gzip.compress(b"") + ZIPPED + gzip.compress(b""), id="empty members"),
        pytest.param(ZIPPED + b"\0" * 300_000, id="filled up with zeros"),
        pytest.param(subprocess.run(["gzip", "-9"], input=TEXT, capture_output=True).stdout, id="by gzip"),
    ],
)
def test_gzip_of_every_kind_read(fetched, stored):
    assert fetched(stored).read() == TEXT


def test_gzip_members_that_end_where_a_piece_ends(fetched, monkeypatch):
    stored = b"".join(gzip.compress(b"%d\n" % number) for number in range(50))
    for size in (1, 2, 3, 23, 24):
        monkeypatch.setattr(content, "PACKED", size)
        assert fetched(stored).read() == b"".join(b"%d\n" % number for number in range(50))


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (ZIPPED[:2], "ends in the middle of its gzip data: copy or download it again"),
        (ZIPPED[:-1], "ends in the middle of its gzip data: copy or download it again"),
        (ZIPPED[: len(ZIPPED) // 2], "ends in the middle of its gzip data: copy or download it again"),
        (ZIPPED + ZIPPED[:9], "ends in the middle of its gzip data: copy or download it again"),
        (ZIPPED + b"more", "has something else behind its gzip data: copy or download it again"),
        (ZIPPED + b"\0" * 9 + b"\x1f", "ends in the middle of its gzip data: copy or download it again"),
        (
            ZIPPED[:-8] + b"\0\0\0\0" + ZIPPED[-4:],
            "has damaged gzip data (Error -3 while decompressing data: incorrect data check): "
            "copy or download it again",
        ),
        (
            ZIPPED[:-4] + b"\1\0\0\0",
            "has damaged gzip data (Error -3 while decompressing data: incorrect length check): "
            "copy or download it again",
        ),
        (
            b"\x1f\x8b and other text",
            "has damaged gzip data (Error -3 while decompressing data: unknown compression method): "
            "copy or download it again",
        ),
    ],
)
def test_damaged_gzip_refused_with_the_reason(fetched, spool, stored, reason):
    for use in ("read", "head", "stream"):
        assert refusal(getattr(fetched(stored), use)) == reason
    assert list(spool.iterdir()) == []


def test_large_gzip_unpacked_once_to_a_file_that_goes_when_closed(fetched, spool, small_limits):
    read = fetched(ZIPPED)
    assert read.large
    read = pickle.loads(pickle.dumps(read))
    assert (read.head(), read.plain().read_bytes(), read.plain().parent) == (TEXT[: 64 * 1024], TEXT, spool)
    assert len(list(spool.iterdir())) == 1
    read.close()
    assert list(spool.iterdir()) == []


def test_large_damaged_gzip_leaves_nothing(fetched, spool, small_limits):
    assert "middle" in refusal(fetched(ZIPPED[:-1]).stream)
    assert list(spool.iterdir()) == []


# --- Too much --------------------------------------------------------------------------------


def test_file_over_the_limit_refused_without_being_read(tmp_path, spool, settings):
    settings.WEATHER_MAX_FILE_MB = 1
    reason = "has more than 1 MB: split it, or set WEATHER_MAX_FILE_MB higher"
    for size, reasons in ((1 << 20, None), ((1 << 20) + 1, reason), (1 << 40, reason)):
        with (tmp_path / "file").open("wb") as file:
            file.truncate(size)
        (file,) = find([str(tmp_path / "file")])
        if reasons:
            assert refusal(lambda file=file: file.fetch(spool)) == reason
        else:
            assert len(file.fetch(spool).read()) == size


def test_gzip_over_the_limit_refused_at_once(fetched, spool, settings):
    settings.WEATHER_MAX_FILE_MB = 1
    read = fetched(gzip.compress(os.urandom(1 << 19).hex().encode() + b"x"))
    assert refusal(read.read) == "has more than 1 MB: split it, or set WEATHER_MAX_FILE_MB higher"
    assert list(spool.iterdir()) == []


def test_gzip_bomb_refused_long_before_it_is_unpacked(fetched, spool, monkeypatch):
    unpacked = []
    spooled = content.spooled
    monkeypatch.setattr(content, "LARGE", 4 << 20)
    monkeypatch.setattr(
        content,
        "spooled",
        lambda pieces, spool: spooled((unpacked.append(len(p)) or p for p in pieces), spool),
    )
    read = fetched(bomb(64 << 20))
    assert refusal(read.read) == "is a gzip bomb: it unpacks to more than 200 times its size"
    assert sum(unpacked) < 8 << 20
    assert list(spool.iterdir()) == []


def test_weather_that_packs_well_is_no_bomb(fetched, monkeypatch, spool):
    monkeypatch.setattr(content, "LARGE", 1 << 20)
    text = b"".join(b"%d\t-9999\t-9999\t-9999\n" % (18000101 + day) for day in range(100_000))
    assert fetched(gzip.compress(text, 9)).read() == text


def bomb(size):
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    return b"".join([packer.compress(zeros) for _ in range(size >> 20)] + [packer.flush()])


# --- What changes meanwhile ------------------------------------------------------------------


def test_change_noticed_where_the_file_is_read_again(tmp_path, fetched, small_limits):
    read = fetched(TEXT)
    assert read.large
    read.check()
    with (tmp_path / "data/file.txt").open("ab") as file:
        file.write(b"more")
    with pytest.raises(OSError, match="changed while it was read"):
        read.check()


@pytest.mark.parametrize("change", ["replaced", "gone", "rewritten"])
def test_every_kind_of_change_noticed(tmp_path, fetched, small_limits, change):
    read = fetched(TEXT)
    path = read.plain()
    if change == "rewritten":
        path.write_bytes(TEXT[::-1])
        os.utime(path, ns=(0, 0))
    else:
        path.rename(tmp_path / "away")
    if change == "replaced":
        path.write_bytes(TEXT)
    with pytest.raises(OSError, match="changed while it was read"):
        read.check()


def test_change_does_not_matter_to_what_is_in_memory(tmp_path, fetched):
    read = fetched(TEXT)
    (tmp_path / "data/file.txt").unlink()
    read.check()
    assert read.read() == TEXT


def test_file_that_grows_under_our_hands_refused(tmp_path, fetched, monkeypatch):
    read = os.fstat

    def fstat(descriptor):
        found = read(descriptor)
        with (tmp_path / "data/file.txt").open("ab") as file:
            file.write(b"more")
        return found

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(OSError, match="changed while it was read"):
        fetched(TEXT)
