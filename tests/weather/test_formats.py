"""What GHCN's four formats have in common."""

import tempfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories_ghcn import write_access, write_by_station, write_by_year, write_dly
from tests.weather.contents import said
from weather.formats import NotInFormat, elements, lines, mending, pivot

ID = "USC00110072"
ROWS = {
    ("AGE00147704", "18000101"): (-9998, None, 32767, "   "),
    ("US1COLR0_a1", "20000229"): (None, None, 0, "  X"),
    (ID, "19850101"): (-22, -128, 94, "I  "),
    (ID, "19850131"): (None, 17, None, " G "),
    (ID, "19850201"): (0, 0, 0, "   "),
}
TOLD = [
    "AGE00147704 18000101 -9998 -9999 32767 ...",
    "US1COLR0_a1 20000229 -9999 -9999 0 ..X",
    "USC00110072 19850101 -22 -128 94 I..",
    "USC00110072 19850131 -9999 17 -9999 .G.",
    "USC00110072 19850201 0 0 0 ...",
]
WRITERS = {
    "ghcn-dly": write_dly,
    "ghcn-by-station": write_by_station,
    "ghcn-by-year": write_by_year,
    "ghcn-access": write_access,
}
formats = pytest.mark.parametrize("name", WRITERS)

pytestmark = pytest.mark.once


@pytest.fixture
def text(tmp_path):
    """text(format, rows) gives rows as a file in that format."""

    def write(name, rows=ROWS):
        return WRITERS[name](tmp_path / "text", rows).read_bytes()

    return write


def body(text):
    """Return a file without its header."""
    return text.partition(b"\n")[2] if text.startswith((b"ID,", b'"STATION')) else text


def line_with(text, what):
    """Return the line of a file that has `what` in it, and its number."""
    [found] = [(line, number) for number, line in enumerate(text.splitlines(True), 1) if what in line]
    return found


def look_at_every_line(monkeypatch):
    """Let nothing of a file be taken at once."""
    one_by_one = elements.mend

    def mend(file, layout, rejected):
        return one_by_one(file, replace(layout, at_once=lambda text: None), rejected)

    monkeypatch.setattr(elements, "mend", mend)


# --- What is good ----------------------------------------------------------------------------


@formats
def test_rows_come_out_in_order_with_their_flags(name, text):
    assert said(text(name), name).rows == TOLD


@formats
def test_good_file_is_never_read_line_by_line(name, text, monkeypatch):
    monkeypatch.delattr(mending, "mend_lines")
    assert said(text(name), name).rows == TOLD


@formats
def test_line_by_line_gives_the_same(name, text, monkeypatch):
    at_once = said(text(name), name)
    look_at_every_line(monkeypatch)
    assert said(text(name), name) == at_once


@formats
@pytest.mark.parametrize("limit", ["BATCH", "BATCH_STATIONS"])
def test_many_batches_give_the_same(name, limit, text, monkeypatch):
    monkeypatch.setattr(pivot, limit, 1)
    monkeypatch.setattr(pivot, "READ", 2)
    monkeypatch.setattr(pivot, "IN_MEMORY", 10)
    monkeypatch.setattr(mending, "MUCH", 64)
    assert said(text(name), name).rows == TOLD


@formats
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda text: text.rstrip(b"\n"), id="no final newline"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text, id="byte-order mark"),
    ],
)
def test_other_ways_to_write_a_file_accepted_at_once(name, change, text, monkeypatch):
    plain = said(text(name), name)
    monkeypatch.delattr(mending, "mend_lines")
    assert said(change(text(name)), name) == plain


@formats
def test_mixed_line_ends_and_blank_lines_accepted(name, text):
    mixed = text(name).replace(b"\n", b"\r\n", 2) + b"   \n \r\n"
    for changed in (mixed, b"\n\n" + mixed, b"\r\n" + text(name).replace(b"\n", b"\r\n\r\n")):
        assert said(changed, name) == said(text(name), name)


@formats
def test_carriage_return_alone_ends_no_line(name, text):
    lines = text(name).splitlines()
    for end in (b"\n", b"\r\n"):
        joined = end.join([*lines[:-2], b"\r".join(lines[-2:]), lines[0] if name == "ghcn-dly" else lines[1]])
        assert list(said(joined, name).rejected) == [len(lines) - 1]


@formats
def test_whole_file_twice_is_repeated(name, text):
    result = said(text(name) + body(text(name)), name)
    assert (result.rows, result.rejected) == (TOLD, {})
    assert result.repeated == len(body(text(name)).splitlines())
    assert result.read == result.repeated + len(TOLD)


@formats
def test_months_said_in_pieces_join(name, text):
    first, *others = (text(name, {key: ROWS[key]}) for key in reversed(ROWS))
    result = said(first + b"".join(map(body, others)), name)
    assert (result.rows, result.repeated, result.rejected) == (TOLD, 0, {})


@formats
def test_day_without_any_of_our_elements_makes_no_row(name, text):
    rows = ROWS | {(ID, "19850105"): (None, None, None, "   ")}
    assert said(text(name, rows), name).rows == TOLD


@formats
def test_nothing_stays_in_the_temporary_folder(name, text, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(pivot, "IN_MEMORY", 10)
    said(text(name), name)
    said(text(name) + b"x\n", name)
    with pytest.raises(NotInFormat):
        said(b"x\n", "ghcn-dly")
    assert list((tmp_path / "temporary").iterdir()) == []


# --- What is bad -----------------------------------------------------------------------------


@formats
def test_other_value_of_the_same_day_is_rejected(name, text):
    first = text(name)
    other, _ = line_with(text(name, {(ID, "19850131"): (None, 18, None, " G ")}), b"18")
    _, place = line_with(first, b"17")
    result = said(first + other, name)
    assert (result.rows, result.read) == (TOLD, len(TOLD) + 1)
    assert result.rejected == {
        len(first.splitlines()) + 1: f"tmin of 1985-01-31 stands in line {place} already, "
        "with another value or flag"
    }


@formats
def test_other_flag_of_the_same_day_is_rejected(name, text):
    other, _ = line_with(text(name, {(ID, "19850131"): (None, 17, None, "   ")}), b"17")
    [reason] = said(text(name) + other, name).rejected.values()
    assert reason.startswith("tmin of 1985-01-31 stands in line ")


@formats
def test_rejected_line_contradicts_no_later_one(name, text):
    """What a rejected line says beside its contradiction was never said."""
    first = text(name, {(ID, "19850101"): (1, 1, 1, "   "), (ID, "19850102"): (1, 1, 1, "   ")})
    for day, value in (("19850101", 2), ("19850103", 3)):
        first += body(text(name, {(ID, day): (value, value, value, "   ")}))
    first += body(text(name, {(ID, "19850103"): (3, 3, 3, "   ")}))
    result = said(first, name)
    days = {"19850101": 1, "19850102": 1, "19850103": 3}
    assert result.rows == [f"{ID} {day} {v} {v} {v} ..." for day, v in days.items()]
    assert len(result.rejected) == result.repeated == (1 if name == "ghcn-access" else 3)


@formats
def test_bad_line_rejected_whole_beside_good_ones(name, text):
    bad, _ = line_with(text(name, {(ID, "19850301"): (40000, None, None, "   ")}), b"40000")
    result = said(text(name) + bad + b"\n\nx\n", name)
    number = len(text(name).splitlines()) + 1
    assert (result.rows, list(result.rejected)) == (TOLD, [number, number + 3])
    assert result.rejected[number].endswith(" 40000 is outside -9998..32767")


@formats
def test_lines_with_a_fault_are_found_among_many(name, text, monkeypatch):
    good = text(name).splitlines(True)
    changed = b"".join(line + b"x\n" * (number in (1, 3)) for number, line in enumerate(good))
    whole = said(changed, name)
    monkeypatch.setattr(mending, "FEW", 1)
    assert said(changed, name) == whole
    assert (whole.rows, list(whole.rejected)) == (TOLD, [3, 6])


@formats
def test_bytes_that_are_no_text_rejected(name, text):
    for nonsense in (b"\x00" * 50, b"\xff\xfe\x00", bytes(range(128, 256)), b"\x00" * 200_000):
        result = said(text(name) + nonsense + b"\n" + body(text(name)).splitlines(True)[0], name)
        assert (result.rows, list(result.rejected)) == (TOLD, [len(text(name).splitlines()) + 1])
        assert result.repeated == 1


@formats
def test_file_without_a_good_line_refused(name, text):
    bad, _ = line_with(text(name, {(ID, "19850301"): (40000, None, None, "   ")}), b"40000")
    header = text(name).removesuffix(body(text(name)))
    with pytest.raises(
        NotInFormat, match=rf"none of its 1 lines is in the {name} format; line \d: .* 40000 is"
    ):
        said(header + bad, name)


@formats
@pytest.mark.parametrize("empty", [b"", b"\xef\xbb\xbf", b"\n \r\n"])
def test_empty_file_refused(name, empty):
    with pytest.raises(NotInFormat, match="the file is empty"):
        said(empty, name)


@formats
def test_file_in_another_format_than_wanted_refused(name):
    wx = b"19850101\t  -22\t -128\t   94\n"
    with pytest.raises(
        NotInFormat, match=r"none of its 1 lines is in the ghcn|expected a line that begins STATION"
    ):
        said(wx, name)


def test_file_that_only_says_what_is_missing_makes_no_row():
    missing = b"USC00110072198501TMAX" + b"-9999   " * 31 + b"\n"
    for text, rejected in ((missing, []), (missing + b"x\n", [2])):
        result = said(text)
        assert (result.rows, list(result.rejected), result.read) == ([], rejected, len(rejected))


@formats
@pytest.mark.parametrize("bad", [b"x\n", b"contradiction"])
def test_file_of_which_too_much_is_rejected_refused(name, bad, text, monkeypatch):
    monkeypatch.setattr(lines, "MOST_REJECTED", 2)
    monkeypatch.setattr(mending, "MOST_REJECTED", 2)
    if bad == b"contradiction":
        bad, _ = line_with(text(name, {(ID, "19850131"): (None, 18, None, " G ")}), b"18")
    assert len(said(text(name) + bad * 2, name).rejected) == 2
    number = len(text(name).splitlines()) + 1
    with pytest.raises(
        NotInFormat, match=f"more than 2 of its lines are not in the {name} format; line {number}"
    ):
        said(text(name) + bad * 3, name)


# --- Whatever is in it -----------------------------------------------------------------------

CHANGES = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from(["set", "insert", "delete"]),
        st.one_of(st.sampled_from(list(b' ,"\t\n\r\0-+0159AZaz.e_;')), st.integers(0, 255)),
    ),
    min_size=1,
    max_size=3,
)


@formats
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_any_change_is_seen_alike_at_once_and_line_by_line(name, text, changes):
    changed = bytearray(text(name))
    for place, change, byte in changes:
        place %= len(changed)
        changed[place : place + (change != "insert")] = b"" if change == "delete" else bytes([byte])
    with pytest.MonkeyPatch.context() as patch:
        at_once = result(bytes(changed), name)
        look_at_every_line(patch)
        assert result(bytes(changed), name) == at_once


def result(text, name):
    try:
        return said(text, name)
    except NotInFormat as refused:
        return str(refused)
