"""Lines of by-station files as columns of numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.weather.contents import DAYS
from weather.formats import HIGHEST, ghcn_csv
from weather.formats.element_lines import OTHER, OURS, element_told, faultless

pytestmark = pytest.mark.once

IDS = [b"USC00110072", b"USC00110073", b"US1COLR0_a1", b"ASN00110072"]
FLAGS = [b"", b"I", b"x"]

FIELDS = st.tuples(
    st.sampled_from(IDS),
    DAYS.map(lambda day: b"%04d%02d%02d" % (day.year, day.month, day.day)),
    st.sampled_from([b"TMAX", b"TMIN", b"PRCP"]),
    st.integers(-9999, HIGHEST).map(lambda value: b"%d" % value),
    st.sampled_from([*FLAGS, b"*", b"7"]),
    st.sampled_from(FLAGS),
    st.sampled_from([*FLAGS, b"0", b"~"]),
    st.sampled_from([b"", b"0700", b"9", b"9999"]),
)


def told(said):
    """Return Columns of our elements as element lines."""
    return [
        element_told(said.ids[station], b"%08d" % date, [*OURS][element], value, bytes([flag]).strip(b"\0"))
        for station, date, element, value, flag in zip(*said[1:6], strict=True)
        if element != OTHER
    ]


@given(st.lists(FIELDS, min_size=1, max_size=20))
def test_every_field_becomes_its_number(lines):
    said = faultless(b"".join(b",".join(line) + b"\n" for line in lines))
    assert told(said) == [element_told(*line[:3], int(line[3]), line[5]) for line in lines]
    assert sorted(said.ids) == sorted({line[0] for line in lines})
    assert said.lines.tolist() == list(range(len(lines)))


@settings(max_examples=1000)
@given(
    st.lists(FIELDS, min_size=1, max_size=3),
    st.integers(0, 200),
    st.sampled_from(["set", "insert", "delete"]),
    st.sampled_from(list(b" ,-+0159AZaz_.\t\r\n\0\xff")),
)
def test_what_is_taken_at_once_has_no_fault(lines, place, change, byte):
    text = bytearray(b"".join(b",".join(line) + b"\n" for line in lines))
    place %= len(text)
    text[place : place + (change != "insert")] = b"" if change == "delete" else bytes([byte])
    said = faultless(bytes(text))
    if said:
        looked_at = [ghcn_csv.read_line(bytes(line))[0] for line in text.split(b"\n")[:-1]]
        assert told(said) == [line for line in looked_at if line.split(b",")[2] in OURS]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(b"usC00110072,19850101,TMAX,5", id="id"),
        pytest.param(b"USC00110072,19850229,TMAX,5", id="no such day"),
        pytest.param(b"USC00110072,00000101,TMAX,5", id="year zero"),
        pytest.param(b"USC00110072,16991231,TMAX,5", id="year too early"),
        pytest.param(b"USC00110072,22000101,TMAX,5", id="year too late"),
        pytest.param(b"USC00110072,1985010:,TMAX,5", id="no digit, but next to one"),
        pytest.param(b"USC00110072,19850101,tmax,5", id="element"),
        pytest.param(b"USC00110072;19850101,TMAX,5", id="separator behind the id"),
        pytest.param(b"USC00110072,19850101;TMAX,5", id="separator behind the date"),
        pytest.param(b"USC00110072,19850101,TMAX;5", id="separator behind the element"),
        pytest.param(b"USC00110072,19850101,TMAX,32768", id="too high"),
        pytest.param(b"USC00110072,19850101,TMAX,-10000", id="too low"),
        pytest.param(b"USC00110072,19850101,TMAX,05", id="leading zero"),
        pytest.param(b"USC00110072,19850101,TMAX,-0", id="minus zero"),
        pytest.param(b"USC00110072,19850101,TMAX,-", id="minus alone"),
        pytest.param(b"USC00110072,19850101,TMAX,", id="no value"),
        pytest.param(b"USC00110072,19850101,WT01,x", id="another element's value"),
        pytest.param(b"USC00110072,19850101,TMAX,5,AB", id="two characters as a flag"),
        pytest.param(b"USC00110072,19850101,TMAX,5, ", id="blank as a flag"),
        pytest.param(b"USC00110072,19850101,TMAX,5,,7", id="digit as a quality flag"),
        pytest.param(b"USC00110072,19850101,TMAX,5,", id="one column more"),
    ],
)
def test_line_with_a_fault_is_not_taken_at_once(fault):
    good = b"USC00110072,19850101,TMAX,5,,,,\n"
    assert faultless(good).values.tolist() == [5]
    assert faultless(good + fault + b",,,,\n" + good) is None


@pytest.mark.parametrize(
    "end", [b"", b",", b",,", b",,,", b",,,,x", b",,,,12345", b",,,,12 ", b",,,,\r", b",,7,,"]
)
def test_line_that_ends_otherwise_is_not_taken_at_once(end):
    line = b"USC00110072,19850101,TMAX,1234"
    assert faultless(line + b",,,,1234\n")
    assert faultless(line + end + b"\n") is None


@pytest.mark.parametrize("value", [b"1", b"-99", b"99999"])
def test_other_elements_are_only_told_apart(value):
    text = b"%b,19850101,WT01,%b,,,,\n%b,19850101,TMIN,-5,,G,,\n" % (IDS[0], value, IDS[0])
    said = faultless(text)
    assert (said.elements.tolist(), said.values[1], said.flags[1]) == ([OTHER, 1], -5, ord("G"))


@pytest.mark.parametrize("value", [b"-0", b"01", b"+1", b"32768", b"99999", b" 1", b"", b"1.0", b"-10000"])
def test_number_that_is_written_otherwise_is_left_to_be_looked_at(value):
    assert faultless(b"%b,19850101,TMAX,0,,,,\n" % IDS[0])
    assert not faultless(b"%b,19850101,TMAX,%b,,,,\n" % (IDS[0], value))
