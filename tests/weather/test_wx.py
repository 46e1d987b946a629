import io

import pytest

from tests.weather.contents import Text
from weather.formats import NotInFormat, Rejected, lines, printable, wx
from weather.formats.wx import WHOLE_FILE

ID = "USC00110072"
GOOD = b"19850101\t  -22\t -128\t   94\n"
ROW = [b"19850101", b"-22", b"-128", b"94"]


def parse(text, name=f"{ID}.txt"):
    return wx.parse(Text(text), name)


def fields(text):
    """Return the fields of a file's only series."""
    [series] = parse(text).series
    return series.text.split()


def parsed(text):
    """Return (fields, lines read, repeated, rejected) of a file."""
    result = parse(text)
    assert (result.read, result.left_out, result.by_element) == (result.lines, 0, False)
    return fields(text), result.read, result.repeated, result.rejected


def rejected(line_number, reason, text):
    return [Rejected(line_number, reason, text)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOD, id="as written"),
        pytest.param(GOOD.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(GOOD.rstrip(b"\n"), id="no final newline"),
        pytest.param(b"\xef\xbb\xbf" + GOOD, id="byte-order mark"),
        pytest.param(b"\n" + GOOD + b"  \n\n", id="blank lines"),
        pytest.param(b"19850101\t-22\t-128\t94\n", id="not padded"),
        pytest.param(b"19850101\t -22 \t-128 \t 94 \n", id="padded on both sides"),
        pytest.param(b"19850101\t-0022\t-128\t00094\n", id="leading zeros"),
    ],
)
def test_one_row_accepted(text):
    assert parsed(text) == (ROW, 1, 0, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"19850230\t1\t2\t3", "expected a date YYYYMMDD, got '19850230'"),
        (b"19850001\t1\t2\t3", "expected a date YYYYMMDD, got '19850001'"),
        (b"19000229\t1\t2\t3", "expected a date YYYYMMDD, got '19000229'"),
        (b"00000101\t1\t2\t3", "expected a date YYYYMMDD, got '00000101'"),
        (b"1985-01-02\t1\t2\t3", "expected a date YYYYMMDD, got '1985-01-02'"),
        (b"19850102\t1\t2", "expected 4 columns separated by tabs, got 3"),
        (b"19850102\t1\t2\t3\t4", "expected 4 columns separated by tabs, got 5"),
        (b"19850102 1 2 3", "expected 4 columns separated by tabs, got 1"),
        (b"19850102\tabc\t2\t3", "expected a whole number for tmax, got 'abc'"),
        (b"19850102\t1\t1.5\t3", "expected a whole number for tmin, got '1.5'"),
        (b"19850102\t1\t2\t1e3", "expected a whole number for prcp, got '1e3'"),
        (b"19850102\t1\t2\t1_0", "expected a whole number for prcp, got '1_0'"),
        (b"19850102\t+1\t2\t3", "expected a whole number for tmax, got '+1'"),
        (b"19850102\t\t2\t3", "expected a whole number for tmax, got ''"),
        (b"19850102\t40000\t2\t3", "tmax 40000 is outside -9998..32767"),
        (b"19850102\t1\t-10000\t3", "tmin -10000 is outside -9998..32767"),
        (
            b"19850102\t1\t2\t99999999999999999999",
            "expected a whole number for prcp, got '99999999999999999999'",
        ),
        (b"19850101\t-22\t-128\t95", "date 1985-01-01 stands in line 1 already, with other values"),
    ],
)
def test_bad_line_rejected_beside_good_one(line, reason):
    assert parsed(GOOD + line + b"\n") == (ROW, 2, 0, rejected(2, reason, line.decode()))


def test_bytes_that_are_no_text_rejected_as_escapes():
    assert parsed(GOOD + b"\x00\xff\t\xc3\xa9\n") == (
        ROW,
        2,
        0,
        rejected(2, "expected 4 columns separated by tabs, got 2", "\\x00\\xff\t\\xc3\\xa9"),
    )


def test_very_long_line_kept_cut():
    [line] = parse(GOOD + b"x" * 5000 + b"\n").rejected
    assert line.text == "x" * 1000 + "... (5000 bytes)"


def test_line_too_long_to_be_read_says_so(monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 2000)
    [block] = lines.blocks(io.BytesIO(b"x" * 9000 + b"\n"), 1000)
    assert printable(block[:-1]) == "x" * 1000 + "... (more than 3001 bytes)"


def test_same_line_twice_is_a_repetition():
    assert parsed(GOOD + GOOD) == (ROW, 2, 1, [])


def test_line_numbers_count_blank_lines():
    assert [line.line_number for line in parse(GOOD + b"\n\nx\n").rejected] == [4]


def test_missing_and_extreme_values_kept():
    text = b"20000229\t-9999\t -9998\t 32767\n"
    assert fields(text) == [b"20000229", b"-9999", b"-9998", b"32767"]


def test_minimum_above_maximum_kept():
    assert fields(b"19850101\t  -22\t   10\t    0\n") == [b"19850101", b"-22", b"10", b"0"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n \n", "the file is empty"),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00",
            "none of its 3 lines is in the wx format; line 1: expected 4 columns separated by tabs, got 1",
        ),
        (
            b"19850230\t1\t2\t3\n",
            "none of its 1 lines is in the wx format; line 1: expected a date YYYYMMDD, got '19850230'",
        ),
    ],
)
def test_file_without_a_row_refused(text, reason):
    with pytest.raises(NotInFormat) as refused:
        parse(text)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    "date", [b"20000229", b"19040229", b"17040229", b"17000101", b"21991231", b"19851130"]
)
def test_whole_file_expression_takes_calendar_days(date):
    assert WHOLE_FILE.fullmatch(date + b"\t1\t2\t3\n")


@pytest.mark.parametrize(
    "date",
    [
        b"19000229",
        b"21000229",
        b"20230229",
        b"00040229",
        b"16960229",
        b"16991231",
        b"22000101",
        b"19850431",
        b"19851301",
    ],
)
def test_whole_file_expression_refuses_other_days(date):
    assert not WHOLE_FILE.fullmatch(date + b"\t1\t2\t3\n")


@pytest.mark.parametrize("bad_line", [b"", b"x\n"])
def test_series_tells_station_and_first_and_last_day(bad_line):
    text = b"".join(b"%d0102\t1\t2\t3\n" % year for year in (1990, 1985, 2003))
    [series] = parse(text + bad_line).series
    assert (series.station_id, series.rows) == (ID, 3)
    assert (series.first, series.last) == ("1985-01-02", "2003-01-02")


@pytest.mark.parametrize("name", [ID, f"{ID}.txt", f"{ID}.TXT"])
def test_station_taken_from_the_file_name(name):
    assert [series.station_id for series in parse(GOOD, name).series] == [ID]


@pytest.mark.parametrize("name", ["notes.txt", f"{ID}.txt.bak", f"{ID}.csv", ID.lower(), f"{ID}1.txt", ""])
def test_other_file_name_refused(name):
    with pytest.raises(NotInFormat, match=r"expected a file name like USC00110072\.txt, with the GHCN id"):
        parse(GOOD, name)


def test_file_of_which_too_much_is_rejected_refused(monkeypatch):
    monkeypatch.setattr(lines, "MOST_REJECTED", 3)
    assert len(parse(GOOD + b"x\n" * 3).rejected) == 3
    with pytest.raises(NotInFormat, match="more than 3 of its lines are not in the wx format; line 2: expec"):
        parse(GOOD + b"x\n" * 4)
