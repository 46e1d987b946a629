"""Raw text to rows. Every format is one module, named like the format; none knows Django.

A format has a `NAME`, says by `recognise(head)` whether the first 64 KiB of a file look like it, and makes of
a file what it says by `parse(content, name)`: `content` is as weather.sources gives it (`head()`, `read()`,
`stream()`, `spool`), `name` the file's name without `.gz`. It returns Parsed, or raises NotInFormat.

Rows stay text for as long as they can: what becomes of them differs by database. A row is a line of fields
separated by tabs: the date as YYYYMMDD, then tmax, tmin and prcp in tenths of °C and mm as plain decimal
integers, then, where the format carries them, the quality flags of the three. -9999 is what is missing, a
flag too. Every date of a station stands there at most once.
"""

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module

from weather.formats.foreign import kind

FORMATS = ("wx", "ghcn-dly", "ghcn-access", "ghcn-by-station", "ghcn-by-year")
"""In the order in which they are looked for."""

LISTS = ("ghcnd-stations", "ghcnd-inventory")

STATION_ID = r"[A-Z]{2}[0-9A-Za-z_]{9}"
"""A GHCN station id: FIPS country code, network code, eight more. Some of CoCoRaHS have lower case and _."""

ELEMENTS = ("tmax", "tmin", "prcp")
FLAGS = tuple(f"{element}_flag" for element in ELEMENTS)
WIDTH = 1 + len(ELEMENTS)
MISSING = b"-9999"
RANGES = {"latitude": (-90, 90), "longitude": (-180, 180), "elevation_m": (-1000, 9000)}
"""Where on earth a station may be: degrees, and m."""
LOWEST, HIGHEST = -9998, 32767
"""The range of a value: what is above the source's mark for missing and fits a smallint."""

FIRST_YEAR, LAST_YEAR = 1700, 2199
"""No thermometer was read daily before, and nothing is known of what comes after: a year outside is a slip.
Whatever is reckoned from a station's first day to its last would take minutes over ten thousand years."""

LONGEST_REASON = 200
"""Characters of the reason why a line is rejected: the ledger's column."""

LONGEST_TEXT = 1000
"""How much of a rejected line is kept, in bytes."""

CUT = b"\0"
"""The end of a line that was too long to be read whole: a character that no format has."""

MOST_REJECTED = 100_000
"""A file with more rejected lines than that is refused whole: it is not what it seems."""


class NotInFormat(Exception):
    """The file as a whole is refused; the message says why."""


@dataclass(frozen=True, slots=True)
class Rejected:
    line_number: int
    reason: str
    text: str


@dataclass(slots=True)
class Series:
    """What a file says of one station. Spaces in the text are padding."""

    station_id: str
    text: bytes
    rows: int
    first: str
    """The first and the last day, YYYY-MM-DD."""
    last: str
    bare: bool = False
    """Whether the flags that the format carries are left out of the text: no value has one."""
    derived: bytes | None = None
    """What follows from it if it is all there is of the station: see weather.signals.days_read."""


@dataclass(slots=True)
class Parsed:
    """What a file says: `read = rows + repeated + len(rejected)`.

    What is counted is days of stations, and lines where they are rejected; `repeated` are days said more than
    once alike. `lines` are all lines of the file but blank ones, `left_out` those of other elements. Counts,
    and what is rejected, are complete when all series are taken.
    """

    series: Iterable[Series]
    """In the order of their station ids; may be taken once only."""
    rows: int
    repeated: int
    rejected: list[Rejected]
    lines: int
    left_out: int = 0
    by_element: bool = False
    """Whether the format says elements, not days: its rows carry flags, and what it does not say of a day is
    not said to be missing."""
    held: ExitStack = field(default_factory=ExitStack)
    """What `series` need as long as they are taken: closed after that."""

    @property
    def read(self):
        return self.rows + self.repeated + len(self.rejected)


def printable(line):
    """Return a line of bytes as text that every database can hold, cut where it is very long."""
    text = re.sub(rb"[^\t\x20-\x7e]", lambda byte: b"\\x%02x" % byte[0][0], line[:LONGEST_TEXT]).decode(
        "ascii"
    )
    more = "more than " if line.endswith(CUT) else ""
    return text if len(line) <= LONGEST_TEXT else f"{text}... ({more}{len(line)} bytes)"


def choose(head, wanted="auto"):
    """Return the module of the format `wanted`, or for `auto` of the one in which a file's head looks to be.

    Names do not matter. Raise NotInFormat when it looks to be in none.
    """
    if wanted != "auto":
        return module(wanted)
    if recognised := recognise(head, FORMATS):
        return recognised
    if recognise(head, LISTS):
        raise NotInFormat("this is one of NOAA's lists of stations: take it in by ingest_stations")
    head = head.removeprefix(b"\xef\xbb\xbf")
    what = kind(head)
    if not what and head.strip() and not re.search(rb"\t|^\d{8}\b", head, re.MULTILINE):
        what = f"text that begins '{printable(head.strip()[:40])}'"
    if what:
        raise NotInFormat(f"expected one of the formats {', '.join(FORMATS)}; the file is {what}")
    return module("wx")  # which says line by line what is wrong


def recognise(head, names):
    return next((format for format in map(module, names) if format.recognise(head)), None)


def module(name):
    return import_module(f"weather.formats.{name.replace('-', '_')}")
