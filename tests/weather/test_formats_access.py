"""What a line must be in the access form: a bad line beside a good one, and its reason."""

import pytest

from tests.factories_ghcn import write_access
from tests.weather.contents import said
from weather.formats import NotInFormat

pytestmark = pytest.mark.once

ID = "USC00110072"
ROW = {(ID, "19850101"): (-22, -128, 94, "I  ")}
TOLD = f"{ID} 19850101 -22 -128 94 I.."
ALREADY = "stands in line 2 already, with another value or flag"


@pytest.fixture
def access(tmp_path):
    return write_access(tmp_path / "text", ROW).read_text()


def test_access_columns_found_by_name_wherever_they_are():
    text = '"STATION","DATE","SNOW","SNOW_ATTRIBUTES","PRCP_ATTRIBUTES","PRCP","TMIN"\n'
    text += f'"{ID}","1985-01-01","x",",,,,,",",X,0,0700","    5"," -3"\n'
    assert said(text.encode()).rows == [f"{ID} 19850101 -9999 -3 5 ..X"]


@pytest.mark.parametrize(
    "line",
    [
        f"{ID},1985-01-02,1,2,3,ALEDO,-22,,,,,",
        f'"{ID}","1985-01-02","","","","A, ""IL""","  -22",",,7,0700","-9999","","",""',
        f'"{ID}","1985-01-02","","","","é","-22  ",",,7,0700  ",,,,',
        f'"{ID}","1985-01-02",,,,,"-22","",,,,,,',
    ],
)
def test_access_line_accepted(access, line):
    result = said((access + line).encode())
    assert (result.rows, result.rejected) == ([TOLD, f"{ID} 19850102 -22 -9999 -9999 ..."], {})


def test_access_line_without_our_elements_left_out(access):
    result = said(f'{access}"{ID}","1985-01-02","","","","","","","-9999",",,0","",""\n'.encode())
    assert (result.rows, result.lines, result.left_out) == ([TOLD], 3, 1)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (ID, "USC0011007", "expected a station id, got 'USC0011007'"),
        ("1985-01-01", "19850101", "expected a date YYYY-MM-DD, got '19850101'"),
        ("1985-01-01", "1985-02-29", "expected a date YYYY-MM-DD, got '1985-02-29'"),
        ("1985-01-01", "19-85-0101", "expected a date YYYY-MM-DD, got '19-85-0101'"),
        ("  -22", "-2.2", "expected a whole number for tmax, got '-2.2'"),
        ("  -22", "2 2", "expected a whole number for tmax, got '2 2'"),
        ("  -22", "32768", "tmax 32768 is outside -9998..32767"),
        (",I,0", "I", "expected flags such as ',I,S' as TMAX_ATTRIBUTES, got 'I'"),
        (",I,0", ",9,0", "expected flags such as ',I,S' as TMAX_ATTRIBUTES, got ',9,0'"),
        (",I,0", ",I,0,0700,1", "expected flags such as ',I,S' as TMAX_ATTRIBUTES, got ',I,0,0700,1'"),
        ('"ALEDO, IL US"', "ALEDO, IL US", "expected 12 columns as in the first line, got 13"),
        ('"ALEDO, IL US",', "", "expected 12 columns as in the first line, got 11"),
        ('IL US"', "IL US", "expected columns separated by commas: ',' expected after '\"'"),
        ("ALEDO", "\x00", "expected printable text, got"),
        ("-128", "-129", f"tmin of 1985-01-01 {ALREADY}"),
    ],
)
def test_bad_access_line_rejected(access, old, new, reason):
    bad = access.splitlines()[1].replace(old, new, 1)
    result = said(f"{access}{bad}\n".encode())
    assert (result.rows, list(result.rejected)) == ([TOLD], [3])
    assert result.rejected[3].startswith(reason)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"PRCP"', '"TMAX"', "expected one column TMAX, got 2"),
        ('"TMIN_ATTRIBUTES"', '"TMIN', "line 1: expected columns separated by commas: "),
    ],
)
def test_access_without_clear_columns_refused(access, old, new, reason):
    with pytest.raises(NotInFormat, match=reason):
        said(access.replace(old, new).encode())
