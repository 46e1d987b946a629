"""Real files: NOAA's as they are, and the wx files written in GHCN's formats."""

import csv

import pytest

from tests.factories_ghcn import write_access, write_by_station, write_by_year, write_dly
from tests.weather.contents import said

pytestmark = pytest.mark.once

STATIONS = ("USC00110072", "USC00339312", "USC00250130")


@pytest.fixture(scope="module")
def rows(wx_data):
    """Three stations' rows: {(station id, YYYYMMDD): (tmax, tmin, prcp, flags)}, some of them flagged."""
    found = {}
    for station_id in STATIONS:
        for line in (wx_data / f"{station_id}.txt").read_text().splitlines():
            day, *values = line.split()
            values = [None if value == "-9999" else int(value) for value in values]
            flags = ("I" if value is not None and value % 97 == 0 else " " for value in values)
            found[station_id, day] = (*values, "".join(flags))
    return found


@pytest.fixture(scope="module")
def told(rows):
    """The same as tests.weather.contents.said tells it, without days that say nothing."""
    return [
        " ".join(
            [*key, *("-9999" if value is None else str(value) for value in values), flags.replace(" ", ".")]
        )
        for key, (*values, flags) in sorted(rows.items())
        if any(value is not None for value in values)
    ]


@pytest.mark.parametrize("write", [write_dly, write_by_station, write_by_year, write_access])
def test_wx_rows_come_back_from_every_format(tmp_path, rows, told, write):
    result = said(write(tmp_path / "text", rows).read_bytes())
    assert result.rows == told
    assert (result.rejected, result.repeated) == ({}, 0)
    assert result.left_out == (len(rows) - len(told) if write is write_access else 0)


def test_real_dly_file_read_as_plain_python_reads_it(ghcn_data):
    path = ghcn_data / "AGE00147704.dly"
    result = said(path.read_bytes(), name=path.name)
    assert result.rows == list(reckon(path))
    assert len(result.rows) == 9_674
    assert (result.format, result.lines, result.left_out, result.repeated) == ("ghcn-dly", 965, 0, 0)
    assert result.rejected == {965: "expected a station id, got 'NA'"}


def reckon(path):
    """Yield the rows of the CSV of months by plain Python."""
    days = {}
    for line in list(csv.reader(path.read_text().splitlines()))[1:-1]:
        station_id, year, month, element, *fields = line
        for day, (value, _, flag, _) in enumerate(zip(*[iter(fields)] * 4, strict=True), 1):
            if value != "NA":
                key = station_id, f"{year}{int(month):02}{day:02}"
                days.setdefault(key, {})[element] = value, flag.strip() or "."
    for key, said_of in sorted(days.items()):
        values, flags = zip(*(said_of.get(e, ("-9999", ".")) for e in ("TMAX", "TMIN", "PRCP")), strict=True)
        yield " ".join([*key, *values, "".join(flags)])
