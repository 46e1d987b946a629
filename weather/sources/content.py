"""What a raw file holds: its bytes as they are stored, and the plain text that they are or unpack to."""

import hashlib
import io
import itertools
import os
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

MB = 1 << 20
HEAD = 64 * 1024
LARGE = 64 * MB
"""What is longer is kept in a file, not in memory."""

MOST_IN_MEMORY = 256 * MB
"""Plain text that a format may have in memory at once."""

MOST_RATIO = 200
"""Weather packs to a tenth, all -9999 to a fiftieth. What unpacks to more than this is a bomb."""

CHANGED = "changed while it was read: ingest it again when it is complete"
GZIP = b"\x1f\x8b"
PACKED, UNPACKED = 32 * 1024, MB
"""How much is unpacked at once, and to how much at most. All of a piece is copied for every member in it."""


class Refused(Exception):
    """The file as a whole is refused; the message says why and what to do."""


def fingerprint(content):
    """Return what tells one content from another: times and names may lie, the bytes do not."""
    return hashlib.sha256(content).hexdigest()


def check_size(size):
    """Raise Refused for a file of more bytes, stored or as plain text, than one may have."""
    if size > settings.WEATHER_MAX_FILE_MB * MB:
        raise Refused(
            f"has more than {settings.WEATHER_MAX_FILE_MB} MB: split it, or set WEATHER_MAX_FILE_MB higher"
        )


@dataclass(slots=True)
class Content:
    """What was read of a raw file. It may be handed to another process; close() it where its use ends."""

    size: int
    """Bytes, as stored."""
    fingerprint: str
    """sha256 of the bytes as stored."""
    spool: Path
    stored: bytes | Path
    """The bytes as stored: in memory, or the file where they are."""
    version: str = ""
    """ETag of an object on S3."""
    local: str = ""
    """The path of a local file, and its `state` when it was read."""
    state: tuple = ()
    text: bytes | Path | None = None
    """The plain text, once it was asked for."""
    own: list[Path] = field(default_factory=list)
    """Files of the spool, which go with the content."""

    def open(self):
        """Return the bytes as stored, as a binary stream."""
        return io.BytesIO(self.stored) if isinstance(self.stored, bytes) else self.stored.open("rb")

    @property
    def zipped(self):
        if isinstance(self.stored, bytes):
            return self.stored.startswith(GZIP)
        with self.open() as stream:
            return stream.read(len(GZIP)) == GZIP

    def plain(self):
        """Return the plain text, in memory or as a file. Raise Refused if it cannot be unpacked."""
        if self.text is None:
            self.text = self.unpacked() if self.zipped else self.stored
        return self.text

    def unpacked(self):
        with self.open() as stream:
            text = unpack(stream, self.spool)
        return text if isinstance(text, bytes) else self.owned(text)

    def owned(self, path):
        self.own.append(path)
        return path

    @property
    def large(self):
        """Whether the plain text is longer than LARGE."""
        return isinstance(self.plain(), Path)

    def head(self):
        """Return the first 64 KiB of the plain text."""
        with self.stream() as stream:
            return stream.read(HEAD)

    def stream(self):
        """Return the plain text as a binary stream."""
        text = self.plain()
        return io.BytesIO(text) if isinstance(text, bytes) else text.open("rb")

    def read(self):
        """Return the plain text. Raise Refused if it is longer than MOST_IN_MEMORY."""
        text = self.plain()
        if isinstance(text, bytes):
            return text
        if (size := text.stat().st_size) > MOST_IN_MEMORY:
            raise Refused(
                f"has {size // MB:,} MB of text, in this format {MOST_IN_MEMORY // MB} at most: split it"
            )
        return text.read_bytes()

    def check(self):
        """Raise OSError if a local file that is read as it stands has changed since its hash was taken."""
        if self.local and isinstance(self.stored, Path) and state(self.local) != self.state:
            raise OSError(CHANGED)

    def close(self):
        for path in self.own:
            path.unlink(missing_ok=True)


def state(file):
    """Return what changes when a file (a path or a descriptor) is written or replaced; None if it is gone."""
    try:
        found = os.stat(file)  # noqa: PTH116 descriptors, too
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def spooled(pieces, spool):
    """Write pieces of bytes to a new file in the folder `spool`; return its path. None stays of a failure."""
    descriptor, name = tempfile.mkstemp(dir=spool)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


def unpack(stream, spool):
    """Return the plain text of a gzip stream: in memory, or from LARGE on as a file in the folder `spool`."""
    start, pieces = io.BytesIO(), gunzip(stream)
    for piece in pieces:
        start.write(piece)
        if start.tell() > LARGE:
            return spooled(itertools.chain([start.getvalue()], pieces), spool)
    return start.getvalue()


def gunzip(stream):
    """Yield the plain text of a gzip stream, in pieces of UNPACKED bytes at most.

    Raise Refused at the first byte that is no gzip, and as soon as it shows itself too large or a bomb.
    """
    member, rest, taken, given = zlib.decompressobj(wbits=31), b"", 0, 0
    while data := rest or stream.read(PACKED):
        if member.eof:
            if not (data := behind(data)):
                rest = b""
                continue
            member = zlib.decompressobj(wbits=31)
        piece, rest = unpack_piece(member, data)
        taken, given = taken + len(data) - len(rest), given + len(piece)
        check_size(given)
        if given > LARGE and given > MOST_RATIO * taken:
            raise Refused(f"is a gzip bomb: it unpacks to more than {MOST_RATIO} times its size")
        yield piece
    if not member.eof:
        raise Refused("ends in the middle of its gzip data: copy or download it again")


def behind(data):
    """Return what follows a gzip member, without the zeros that may. Raise Refused if it is no gzip."""
    data = data.lstrip(b"\0")
    if not data.startswith(GZIP[: len(data)]):
        raise Refused("has something else behind its gzip data: copy or download it again")
    return data


def unpack_piece(member, data):
    """Return what data unpack to, UNPACKED bytes at most, and the data that are left."""
    try:
        piece = member.decompress(data, UNPACKED)
    except zlib.error as error:
        raise Refused(f"has damaged gzip data ({error}): copy or download it again") from None
    return piece, member.unconsumed_tail or member.unused_data
