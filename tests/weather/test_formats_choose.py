"""Which format a file is in, by how it begins."""

import pytest

from tests.factories_ghcn import HEADER, write_access, write_by_station, write_by_year, write_dly
from weather.formats import FORMATS, NotInFormat, choose

ONE = {("USC00110072", f"198501{day:02}"): (-22, -128, 94, "I  ") for day in range(1, 32)}
MANY = ONE | {("AGE00147704", "19850102"): (1, None, None, "   ")}
NAMES = "wx, ghcn-dly, ghcn-access, ghcn-by-station, ghcn-by-year"


pytestmark = pytest.mark.once


def heads(folder):
    """Return {head of a file: its format}."""
    return {
        b"19850101\t  -22\t -128\t   94\n": "wx",
        b"\xef\xbb\xbf19850101\t1\t2\t3": "wx",
        b"x\n\n19850101\t1\t2\t3\n": "wx",
        write_dly(folder / "text", ONE).read_bytes(): "ghcn-dly",
        b'"id","year","month","element","VALUE1"\n': "ghcn-dly",
        write_access(folder / "text", MANY).read_bytes(): "ghcn-access",
        b"STATION,DATE,TMAX,TMAX_ATTRIBUTES\nUSC00110072,1985-01-01,1,\n": "ghcn-access",
        write_by_station(folder / "text", ONE).read_bytes(): "ghcn-by-station",
        write_by_station(folder / "text", ONE, header=True).read_bytes(): "ghcn-by-station",
        HEADER.encode(): "ghcn-by-station",
        b"USC00110072,1985-01-01,TMAX,1,,,,\n": "ghcn-by-station",
        write_by_year(folder / "text", MANY).read_bytes(): "ghcn-by-year",
        write_by_year(folder / "text", MANY, header=False).read_bytes(): "ghcn-by-year",
    }


def test_format_known_by_content(tmp_path):
    expected = heads(tmp_path)
    for head, name in expected.items():
        for changed in (head, head.replace(b"\n", b"\r\n"), b"\n\n" + head, head + b"nonsense\n"):
            assert name == choose(changed).NAME, changed[:80]


@pytest.mark.parametrize("write", [write_dly, write_by_station])
def test_format_known_behind_a_bad_line(tmp_path, write):
    text = write(tmp_path / "text", ONE).read_bytes()
    assert choose(b"nonsense\n" + text) == choose(text)


def test_what_is_wanted_is_chosen_whatever_the_content():
    assert [choose(b"nonsense", name).NAME for name in FORMATS] == list(FORMATS)


@pytest.mark.parametrize("text", [b"", b"\n \r\n", b"19850230\t1\t2\t3", b"a\tb", b"19850101 1 2 3\n"])
def test_empty_text_and_what_is_nearly_wx_is_left_to_wx(text):
    assert choose(text).NAME == "wx"


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"nonsense\nmore", "text that begins 'nonsense"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"PK\x03\x04\x14\x00", "a zip archive: unpack it"),
        (b"\x1f\x8b\x08\x00", "gzip within gzip: unpack it once"),
        (b"BZh91AY", "packed by bzip2: unpack it"),
        (b"\xfd7zXZ\x00\x00", "packed by xz: unpack it"),
        (b"PAR1\x15\x04", "Parquet: take the same data as CSV"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"<!DOCTYPE html>\n<html>", "HTML or XML, perhaps an error page in place of the file"),
        (b"\n  <HTML><body>404</body>", "HTML or XML, perhaps an error page in place of the file"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code>', "HTML or XML, perhaps an error page"),
        (b'{"error": 1}', "JSON"),
        ("19850101\t1\t2\t3".encode("utf-16"), "text in UTF-16: save it as plain text"),
        (b"data.txt".ljust(257, b"\0") + b"ustar\x0000", "a tar archive: unpack it"),
        (b"x\x9c3\xb4\x15", "binary: it has bytes that no text has"),
        (b"\x00" * 100, "binary: it has bytes that no text has"),
    ],
)
def test_what_is_none_of_ours_refused_by_its_name(head, what):
    with pytest.raises(NotInFormat) as refused:
        choose(head)
    assert str(refused.value).startswith(f"expected one of the formats {NAMES}; the file is {what}")


def test_list_of_stations_sent_to_its_command(ghcn_data):
    inventory = b"ACW00011604  17.1167  -61.7833 TMAX 1949 1949\n"
    for head in ((ghcn_data / "ghcnd-stations.txt").read_bytes()[:65536], inventory):
        with pytest.raises(NotInFormat, match="NOAA's lists of stations: take it in by ingest_stations"):
            choose(head)
