"""What a line must be, by station, by year and in .dly files: bad lines beside good ones, their reasons."""

import pytest

from tests.factories_ghcn import HEADER, write_dly
from tests.weather.contents import said
from weather.formats import NotInFormat

pytestmark = pytest.mark.once

ID = "USC00110072"
TOLD = f"{ID} 19850101 -22 -128 94 I.."
ALREADY = "stands in line 2 already, with another value or flag"

# --- By station, by year ---------------------------------------------------------------------

GOOD = f"{ID},19850101,TMAX,-22,,I,0,0700\n{ID},19850101,TMIN,-128,,,0,0700\n{ID},19850101,PRCP,94,,,0,\n"


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (f"{ID},19850102,TMAX,-22", "-22 -9999 -9999 ..."),
        (f"{ID},19850102,TMAX,-22,,", "-22 -9999 -9999 ..."),
        (f"{ID},19850102,TMAX,-22,,X", "-22 -9999 -9999 X.."),
        (f"{ID},19850102,TMAX,-22,,X,0,0700,,,", "-22 -9999 -9999 X.."),
        (f"{ID},19850102,TMIN,-0022,H,,S,", "-9999 -22 -9999 ..."),
        (f"{ID},19850102,PRCP,32767, ,x, ,2400", "-9999 -9999 32767 ..x"),
        (f"{ID},19850102,PRCP,-9998,,,,", "-9999 -9999 -9998 ..."),
    ],
)
def test_csv_line_accepted(line, row):
    assert said(f"{GOOD}{line}\n".encode()).rows == [TOLD, f"{ID} 19850102 {row}"]


@pytest.mark.parametrize("header", [HEADER, HEADER.lower(), "ID,DATE,ELEMENT,DATA_VALUE", f"\n\n{HEADER}"])
def test_csv_header_accepted(header):
    result = said(f"{header}\n{GOOD}".encode())
    assert (result.rows, result.rejected, result.lines, result.left_out) == ([TOLD], {}, 4, 0)


@pytest.mark.parametrize(
    "header",
    ["ID,DATE,ELEMENT,Q_FLAG,DATA_VALUE", "ID,DATE,ELEMENT", f"{HEADER},MORE", "ID,ELEMENT,DATE,DATA_VALUE"],
)
def test_csv_with_other_columns_refused(header):
    with pytest.raises(NotInFormat, match=f"^expected the columns {HEADER}, got '{header}'$"):
        said(f"{header}\n{GOOD}".encode())


@pytest.mark.parametrize("line", [f"{ID},19850102,TMAX,-9999,,,,", f"{ID},19850102,PRCP,-9999,,I,0,0700"])
def test_csv_line_of_what_is_missing_says_nothing(line):
    result = said(f"{GOOD}{line}\n".encode())
    assert (result.rows, result.lines, result.left_out, result.read) == ([TOLD], 4, 0, 1)


@pytest.mark.parametrize("line", ["SNOW,0,,,0,0700", "WT01,1,,,7,", "TOBS,99999,,,,", "SNWD,x"])
def test_csv_line_of_another_element_left_out(line):
    result = said(f"{GOOD}{ID},19850102,{line}\n".encode())
    assert (result.rows, result.rejected, result.lines, result.left_out) == ([TOLD], {}, 4, 1)


def test_csv_of_other_elements_only_makes_no_row():
    result = said(f"{ID},19850101,SNOW,1,,,,\n{ID},19850101,SNWD,1,,,,\n".encode())
    assert (result.rows, result.read, result.lines, result.left_out) == ([], 0, 2, 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("USC0011007,19850102,TMAX,1,,,,", "expected a station id, got 'USC0011007'"),
        ("usc00110072,19850102,TMAX,1,,,,", "expected a station id, got 'usc00110072'"),
        (f'"{ID}",19850102,TMAX,1,,,,', f"expected a station id, got '\"{ID}\"'"),
        (f" {ID},19850102,TMAX,1,,,,", f"expected a station id, got ' {ID}'"),
        (HEADER, "expected a station id, got 'ID'"),
        (f"{ID},19850230,TMAX,1,,,,", "expected a date YYYYMMDD, got '19850230'"),
        (f"{ID},19000229,TMAX,1,,,,", "expected a date YYYYMMDD, got '19000229'"),
        (f"{ID},00000101,TMAX,1,,,,", "expected a date YYYYMMDD, got '00000101'"),
        (f"{ID},1985-01-02,TMAX,1,,,,", "expected a date YYYYMMDD, got '1985-01-02'"),
        (f"{ID},+9850102,TMAX,1,,,,", "expected a date YYYYMMDD, got '+9850102'"),
        (f"{ID},19850102,tmax,1,,,,", "expected an element such as TMAX, got 'tmax'"),
        (f"{ID},19850102,TMAX ,1,,,,", "expected an element such as TMAX, got 'TMAX '"),
        (f"{ID},19850102,,1,,,,", "expected an element such as TMAX, got ''"),
        (f"{ID},19850102,TMAX,,,,,0700", "expected a whole number for tmax, got ''"),
        (f"{ID},19850102,TMAX,1.0,,,,", "expected a whole number for tmax, got '1.0'"),
        (f"{ID},19850102,TMAX,1e3,,,,", "expected a whole number for tmax, got '1e3'"),
        (f"{ID},19850102,TMAX,+5,,,,", "expected a whole number for tmax, got '+5'"),
        (f"{ID},19850102,TMAX, 12,,,,", "expected a whole number for tmax, got ' 12'"),
        (f"{ID},19850102,TMAX,0x1F,,,,", "expected a whole number for tmax, got '0x1F'"),
        (f"{ID},19850102,TMAX,1_0,,,,", "expected a whole number for tmax, got '1_0'"),
        (f"{ID},19850102,TMAX,NULL,,,,", "expected a whole number for tmax, got 'NULL'"),
        (f"{ID},19850102,TMAX,1\x00,,,,", "expected a whole number for tmax, got '1\\x00'"),
        (f"{ID},19850102,PRCP,32768,,,,", "prcp 32768 is outside -9998..32767"),
        (f"{ID},19850102,TMIN,-10000,,,,", "tmin -10000 is outside -9998..32767"),
        (f"{ID},19850102,TMAX,1,,9,,", "expected a letter or none as quality flag of tmax, got '9'"),
        (f"{ID},19850102,TMAX,1,,IG,,", "expected a letter or none as quality flag of tmax, got 'IG'"),
        (f"{ID},19850102,TMAX,1,HH,,,", "expected one character or nothing as M_FLAG, got 'HH'"),
        (f"{ID},19850102,TMAX,1,,,é,", "expected one character or nothing as S_FLAG, got '\\xc3\\xa9'"),
        (f"{ID},19850102,TMAX,1,,,0,07:00", "expected a time HHMM or nothing as OBS_TIME, got '07:00'"),
        (f"{ID},19850102,TMAX,1,,,0,0\x000", "expected a time HHMM or nothing as OBS_TIME, got '0\\x000'"),
        (f"{ID},19850102,TMAX", "expected 4 to 8 columns separated by commas, got 3"),
        (f"{ID},19850102,TMAX,1,,,0,0700,1", "expected 4 to 8 columns separated by commas, got 9"),
        (f"{ID}\t19850102\tTMAX\t1", "expected 4 to 8 columns separated by commas, got 1"),
        (f"{ID},19850101,TMIN,0,,,0,", f"tmin of 1985-01-01 {ALREADY}"),
    ],
)
def test_bad_csv_line_rejected(line, reason):
    result = said(f"{GOOD}{line}\n".encode())
    assert (result.rows, result.rejected, result.lines) == ([TOLD], {4: reason}, 4)


# --- .dly ------------------------------------------------------------------------------------


@pytest.fixture
def february(tmp_path):
    """A line of 28 days, with values on the 1st and the 28th."""
    rows = {(ID, "19850201"): (-22, None, None, "   "), (ID, "19850228"): (17, None, None, "G  ")}
    return write_dly(tmp_path / "text", rows, stripped=False).read_bytes().rstrip(b"\n")


FEBRUARY = [f"{ID} 19850201 -22 -9999 -9999 ...", f"{ID} 19850228 17 -9999 -9999 G.."]


def test_dly_line_has_269_characters(february):
    assert len(february) == 269
    assert said(february).rows == FEBRUARY


def test_dly_line_without_blanks_at_its_end_accepted(february):
    assert len(february.rstrip()) == 266
    assert said(february.rstrip()).rows == said(february + b"  ").rows == FEBRUARY


def test_dly_line_of_another_element_left_out(february):
    result = said(february + b"\n" + february.replace(b"TMAX", b"SNOW") + b"\n")
    assert (result.rows, result.lines, result.left_out) == (FEBRUARY, 2, 1)


def test_dly_line_without_a_value_says_nothing(february):
    empty = february.replace(b"  -22", b"-9999").replace(b"   17 G0", b"-9999   ").replace(b"TMAX", b"PRCP")
    result = said(february + b"\n" + empty)
    assert (result.rows, result.lines, result.read) == (FEBRUARY, 2, 2)


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (1, "u", "expected a station id in columns 1-11, got 'uSC00110072'"),
        (12, "19853", "expected a year and month YYYYMM, got '198532'"),
        (12, "0000", "expected a year and month YYYYMM, got '000002'"),
        (16, "00", "expected a year and month YYYYMM, got '198500'"),
        (18, "tmax", "expected an element such as TMAX in columns 18-21, got 'tmax'"),
        (22, "   1x", "expected a whole number for tmax of day 1, got '1x'"),
        (22, "  1.0", "expected a whole number for tmax of day 1, got '1.0'"),
        (22, "     ", "expected a whole number for tmax of day 1, got ''"),
        (22, "  12 ", "expected a whole number for tmax of day 1, got '12 '"),
        (22, "40000", "tmax of day 1 40000 is outside -9998..32767"),
        (27, "12 ", "expected letters or blanks as the three flags of tmax of day 1, got '12 '"),
        (28, "9", "expected letters or blanks as the three flags of tmax of day 1, got ' 90'"),
        (246, "    0", "expected -9999 as tmax of day 29 in a month of 28 days, got '0'"),
        (262, "   -5", "expected -9999 as tmax of day 31 in a month of 28 days, got '-5'"),
        (264, "", "expected 266 to 269 characters, got 263"),
        (269, " 1", "expected 266 to 269 characters, got 270"),
        (100, "\x00", "expected plain ASCII text, got"),
    ],
)
def test_bad_dly_line_rejected(february, place, text, reason):
    bad = february[: place - 1] + text.encode() + (february[place - 1 + len(text) :] if text else b"")
    result = said(february + b"\n" + bad + b"\n")
    assert (result.rows, list(result.rejected), result.lines) == (FEBRUARY, [2], 2)
    assert result.rejected[2].startswith(reason)


@pytest.mark.parametrize("place", range(21, 266, 61))
@pytest.mark.parametrize("change", ["inserted", "gone"])
def test_dly_line_that_slipped_by_one_rejected(february, place, change):
    """Every field behind the slip would still be a number."""
    slipped = {
        "inserted": february[:place] + b" " + february[place:-1],
        "gone": february[:place] + february[place + 1 :] + b"0",
    }[change]
    assert list(said(february + b"\n" + slipped).rejected) == [2]


def test_dly_of_the_29th_of_february_in_leap_years(tmp_path):
    rows = {(ID, f"{year}0229"): (1, None, None, "   ") for year in (1904, 1900, 2000)}
    result = said(write_dly(tmp_path / "text", rows).read_bytes())
    assert result.rows == [f"{ID} {year}0229 1 -9999 -9999 ..." for year in (1904, 2000)]
    assert result.rejected == {1: "expected -9999 as tmax of day 29 in a month of 28 days, got '1'"}


CSV_NAMES = ",".join(
    ['"id","year","month","element"', *(f'"VALUE{d}","MFLAG{d}","QFLAG{d}","SFLAG{d}"' for d in range(1, 32))]
)


def dly_csv(*days, start=f'"{ID}",1985,2,"TMAX"'):
    return ",".join([start, *days, *['NA," "," "," "'] * (31 - len(days))])


def test_dly_as_csv_read():
    lines = [CSV_NAMES, dly_csv('-22," "," ","E"'), dly_csv('3," ","I","0"', start=f'"{ID}",1985,12,"TMIN"')]
    result = said("\n".join(lines).encode())
    assert result.rows == [f"{ID} 19850201 -22 -9999 -9999 ...", f"{ID} 19851201 -9999 3 -9999 .I."]
    assert (result.format, result.rejected, result.lines) == ("ghcn-dly", {}, 3)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (dly_csv(start='"NA",NA,NA,"NA"'), "expected a station id, got 'NA'"),
        (dly_csv(start=f'"{ID}",1985,13,"TMAX"'), "expected a year and month YYYYMM, got '198513'"),
        (dly_csv('1.5," "," ","E"'), "expected a whole number for tmax of day 1, got '1.5'"),
        (
            dly_csv('1," ","IG","E"'),
            "expected letters or blanks as the three flags of tmax of day 1, got ' IGE'",
        ),
        (dly_csv() + ",1", "expected 128 columns separated by commas, got 129"),
        (dly_csv()[:-1], "expected columns separated by commas, got"),
    ],
)
def test_bad_line_of_dly_as_csv_rejected(line, reason):
    result = said("\n".join([CSV_NAMES, dly_csv('-22," "," ","E"'), line]).encode())
    assert (result.rows, list(result.rejected)) == ([f"{ID} 19850201 -22 -9999 -9999 ..."], [3])
    assert result.rejected[3].startswith(reason)


def test_dly_as_csv_with_other_columns_refused():
    with pytest.raises(NotInFormat, match="expected the columns ID,YEAR,MONTH,ELEMENT,VALUE1,MFLAG1"):
        said(CSV_NAMES.replace("QFLAG7", "FLAG7").encode() + b"\n" + dly_csv().encode())
