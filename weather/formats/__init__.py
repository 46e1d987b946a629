"""Raw text to rows. Every format is one module with `parse(text, ...) -> Parsed`; none knows Django.

A row is a line of four fields: the date as YYYYMMDD, then tmax, tmin and prcp in tenths of °C and mm as
plain decimal integers, -9999 for missing; every date at most once. Rows stay text for as long as they can:
what becomes of them differs by database.
"""

import re
from dataclasses import dataclass

STATION_ID = r"[A-Z]{2}[0-9A-Za-z_]{9}"
"""A GHCN station id: FIPS country code, network code, eight more. Some of CoCoRaHS have lower case and _."""

ELEMENTS = ("tmax", "tmin", "prcp")
WIDTH = 1 + len(ELEMENTS)
MISSING = b"-9999"
LOWEST, HIGHEST = -9998, 32767
"""The range of a value: what is above the source's mark for missing and fits a smallint."""

LONGEST_TEXT = 1000
"""How much of a rejected line is kept, in bytes."""


class NotInFormat(Exception):
    """The file as a whole is refused; the message says why."""


@dataclass(frozen=True, slots=True)
class Rejected:
    line_number: int
    reason: str
    text: str


@dataclass(slots=True)
class Parsed:
    """What a file says: `read = rows + repeated + len(rejected)`. Spaces in the text are padding."""

    text: bytes
    rows: int
    repeated: int
    rejected: list[Rejected]
    years: tuple[int, int]
    """The first and the last one."""

    @property
    def read(self):
        return self.rows + self.repeated + len(self.rejected)


def printable(line):
    """Return a line of bytes as text that every database can hold, cut where it is very long."""
    text = re.sub(rb"[^\t\x20-\x7e]", lambda byte: b"\\x%02x" % byte[0][0], line[:LONGEST_TEXT]).decode(
        "ascii"
    )
    return text if len(line) <= LONGEST_TEXT else f"{text}... ({len(line)} bytes)"
