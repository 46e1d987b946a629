from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import wx_line
from tests.weather.contents import DAYS
from weather.formats.padded import LENGTH, columns, faultless
from weather.formats.wx import WHOLE_FILE

pytestmark = pytest.mark.once

GOOD = b"20000228\t  -22\t-9999\t   94\n20000229\t    0\t -128\t 1234\n"


def test_lines_without_fault_are_known():
    assert faultless(GOOD)


@pytest.mark.parametrize("value", [0, -1, 9, -9999, 9999, 32767, 100, -50])
def test_numbers_are_read_as_columns(value):
    text = GOOD.replace(b"    0", b"%5d" % value)
    said = [column.tolist() for column in columns(text)]
    assert said == [[20000228, 20000229], [-22, value], [-9999, -128], [94, 1234]]


@pytest.mark.parametrize(
    "other", [GOOD[:-1], GOOD.replace(b" 1234", b"1234 "), GOOD.replace(b" ", b""), b"\n" * LENGTH]
)
def test_numbers_that_are_not_padded_on_the_left_are_left_to_others(other):
    assert columns(other) is None


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        pytest.param(b"20000229", b"20010229", id="no leap year"),
        pytest.param(b"20000229", b"19000229", id="no leap year by the century"),
        pytest.param(b"20000229", b"20000230", id="no such day"),
        pytest.param(b"20000229", b"20001301", id="no such month"),
        pytest.param(b"20000229", b"20009901", id="month far out"),
        pytest.param(b"20000229", b"20000300", id="day zero"),
        pytest.param(b"20000228", b"00000228", id="year zero"),
        pytest.param(b"20000229", b"2000022x", id="letter in a date"),
        pytest.param(b"20000229", b"2000 229", id="space in a date"),
        pytest.param(b"20000229", b"20000228", id="a day twice"),
        pytest.param(b"20000229", b"20000227", id="a day before the last"),
        pytest.param(b"    0", b"     ", id="no value"),
        pytest.param(b"    0", b"   00", id="leading zero"),
        pytest.param(b"    0", b"   -0", id="minus zero"),
        pytest.param(b"    0", b"  1 2", id="space in a value"),
        pytest.param(b"    0", b"  1-2", id="minus in a value"),
        pytest.param(b"    0", b"    -", id="minus alone"),
        pytest.param(b"    0", b"12345", id="five digits"),
        pytest.param(b"    0", b"   +1", id="plus"),
        pytest.param(b"    0", b"  1.5", id="fraction"),
        pytest.param(b"    0", b"\t   0", id="tab in place of padding"),
        pytest.param(b"    0\t", b"    0 ", id="no tab"),
        pytest.param(b"1234\n", b"1234\r", id="no line feed"),
        pytest.param(b"1234\n", b"1234", id="no end"),
        pytest.param(GOOD, b"", id="nothing"),
    ],
)
def test_any_fault_is_left_to_others(good, bad):
    assert not faultless(GOOD.replace(good, bad))


@given(st.lists(st.sampled_from(GOOD.splitlines(True)), max_size=3), st.data())
def test_nothing_passes_that_the_regular_expression_refuses(lines, data):
    text = bytearray(b"".join(lines))
    for _ in range(2 if text else 0):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from(b"0123456789 -\t\nx"))
    days = [text[start : start + 8] for start in range(0, len(text), LENGTH)]
    if faultless(bytes(text)):
        assert WHOLE_FILE.fullmatch(text)
        assert all(day < later for day, later in pairwise(days))


@given(st.sets(DAYS, min_size=1), st.lists(st.integers(-9999, 9999), min_size=3, max_size=3))
def test_every_padded_file_passes(days, values):
    rows = [wx_line(f"{day.year:04}{day:%m%d}", *values) for day in sorted(days)]
    assert faultless("".join(rows).encode())
