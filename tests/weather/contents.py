"""A stand-in for weather.sources.Content, and what a format makes of it in one value."""

import io
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from weather.formats import FIRST_YEAR, LAST_YEAR, choose

DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
"""Any day that a file may speak of."""


@dataclass
class Text:
    """Plain text as a format sees it."""

    text: bytes
    folder: Path | None = None

    def head(self):
        return self.text[: 64 * 1024]

    def read(self):
        return self.text

    @property
    def spool(self):
        return self.folder

    def stream(self):
        return io.BytesIO(self.text)


@dataclass
class Said:
    """What a file says: rows as 'station date tmax tmin prcp [flags]', rejected as {line number: reason}."""

    rows: list
    rejected: dict
    repeated: int = 0
    left_out: int = 0
    lines: int = 0
    read: int = 0
    format: str = ""


def said(text, wanted="auto", name="USC00110072.txt"):
    """Return what a text says as Said; every count is checked against what it counts."""
    format = choose(text[: 64 * 1024], wanted)
    with tempfile.TemporaryDirectory() as folder:
        parsed = format.parse(Text(text, Path(folder)), name)
        with parsed.held:
            series = list(parsed.series)
    assert [one.station_id for one in series] == sorted({one.station_id for one in series})
    for one in series:
        days = [row.split()[0].decode() for row in one.text.splitlines()]
        assert (one.rows, one.first, one.last) == (len(set(days)), iso(min(days)), iso(max(days)))
    rows = [
        f"{one.station_id} {plain(row)}{' ...' if one.bare else ''}"
        for one in series
        for row in one.text.splitlines()
    ]
    assert len(rows) == parsed.rows
    assert [line.line_number for line in parsed.rejected] == sorted(
        {line.line_number for line in parsed.rejected}
    )
    return Said(
        rows,
        {line.line_number: line.reason for line in parsed.rejected},
        parsed.repeated,
        parsed.left_out,
        parsed.lines,
        parsed.read,
        format.NAME,
    )


def plain(row):
    """Return a row as text; its flags as three characters, '.' for none."""
    fields = row.decode().split()
    flags = "".join("." if flag == "-9999" else flag for flag in fields[4:])
    return " ".join([*fields[:4], *filter(None, [flags])])


def iso(day):
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"
