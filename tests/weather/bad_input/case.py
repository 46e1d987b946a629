"""A file that is not as it should be, and what the ingest must make of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

ID = "USC00110072"
FORMATS = "expected one of the formats wx, ghcn-dly, ghcn-access, ghcn-by-station, ghcn-by-year; the file is"


@dataclass(frozen=True)
class Case:
    """A file, and its verdict: rows and rejected lines, or why it is quarantined as a whole.

    Rows are told as 'station YYYYMMDD tmax tmin prcp', with the quality flags of the three where its format
    has some ('.' for none); rejected lines as {line number: reason}.
    """

    name: str
    content: bytes | Callable[[], bytes]
    rows: tuple = ()
    rejected: dict = field(default_factory=dict)
    refusal: str = ""

    @property
    def bytes(self):
        return self.content() if callable(self.content) else self.content


def none_of(lines, reason, format="wx", first=1):
    return f"none of its {lines} lines is in the {format} format; line {first}: {reason}"


def by_number(reasons):
    """Return {line number: reason} of {"line<number>": reason}."""
    return {int(line.removeprefix("line")): reason for line, reason in reasons.items()}
