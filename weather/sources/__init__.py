"""Where raw files are: a file, a folder, a glob, s3://. Here is also refused what is none, or too much."""

import os
import re
from dataclasses import dataclass

from django.conf import settings

from weather.sources import allowed as allow_list
from weather.sources import local
from weather.sources.content import Content, Refused, fingerprint
from weather.sources.spooling import spool

__all__ = ["Content", "RawFile", "Refused", "SourceError", "find", "fingerprint", "spool", "storable"]

LONGEST_URI = 700
"""Characters: the ledger's column, which every database can index."""

S3 = allow_list.S3
LEADS_OUT = "leads out of the folder by the .. in its name: to have it read, name that object itself"


class SourceError(Exception):
    """Nothing can be ingested from what was asked for."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of a source. `uri` is its name in the ledger: its absolute path or s3://bucket/key."""

    uri: str
    path: str
    """As the operating system knows it, or the key on S3."""
    version: str = ""
    """ETag of an object on S3 when it was listed: while it stays, so does the content."""
    size: int = -1
    """Bytes of an object on S3, when it was listed."""
    bucket: str = ""
    unsigned: bool = False
    within: str = ""
    """The folder it was found in and must not lead out of."""
    refusal: str = ""

    @property
    def name(self):
        """The file's name without a final .gz."""
        return re.sub(r"(?i)\.gz$", "", storable(self.path).rpartition("/")[2])

    def fetch(self, spool):
        """Return the Content; what does not fit into memory goes into the folder `spool`.

        Raise OSError where it cannot be read, Refused where it must not be.
        """
        if self.refusal:
            raise Refused(self.refusal)
        if not self.bucket:
            return local.fetch(self.path, self.within, spool)
        from weather.sources import s3  # boto3 takes a while to import

        return s3.fetch(self, spool)


def find(names, *, unsigned=False, allowed=None):
    """Return the raw files of files, folders (with their subfolders), globs and S3, each once, by uri.

    `unsigned` asks S3 without credentials, as it always is for WEATHER_PUBLIC_BUCKETS; `allowed` are the
    folders and s3:// prefixes to which names are confined. A file that does not exist stands in the list as
    it was named: reading it will say so, and the others go on. Raise SourceError where no source has a file,
    one is not allowed or S3 cannot be listed.
    """
    for name in names:
        check(name, allowed)
    files = {}
    for name in names:
        for file in on_s3(name, unsigned) if name.startswith(S3) else on_disk(name):
            place = file.bucket, file.path
            if place not in files or not file.within:  # who names a file itself vouches for it
                files[place] = file
    if not any(map(exists, files.values())):
        raise SourceError(f"no files in {', '.join(map(storable, names))}")
    return sorted(files.values(), key=lambda file: file.uri)


def check(name, allowed):
    """Raise SourceError for a source that is none, or not an allowed one."""
    if not is_source(name):
        raise SourceError(f"expected a file, a folder, a glob or s3://bucket/prefix, got {name!r}")
    if allowed is not None and not any(allow_list.holds(entry, name) for entry in allowed):
        raise SourceError(
            f"{storable(name)} is not in WEATHER_ALLOWED_SOURCES ({', '.join(allowed) or 'which is empty'}): "
            "add its folder or s3:// prefix there, or ingest it by the command ingest_weather"
        )


def is_source(name):
    try:
        name.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return False
    if not name or "\0" in name:
        return False
    return bool(re.match(r"s3://[^/]|(?!\w+://)", name)) or os.path.lexists(name)


def exists(file):
    return file.size >= 0 if file.bucket else os.path.lexists(file.path)


def on_disk(source):
    for path, within, refusal in local.expand(source):
        yield raw_file(path, path, within=within, refusal=refusal)


def on_s3(source, unsigned):
    from weather.sources import s3

    unsigned = unsigned or source.removeprefix(S3).partition("/")[0] in settings.WEATHER_PUBLIC_BUCKETS
    try:
        found = s3.expand(source, unsigned)
    except OSError as error:
        raise SourceError(f"cannot list {source}: {error}") from error
    for bucket, key, version, size in found:
        named = f"{S3}{bucket}/{key}" == source
        refusal = LEADS_OUT if ".." in key.split("/") and not named else ""
        yield raw_file(
            f"{S3}{bucket}/{key}",
            key,
            version=version,
            size=size,
            bucket=bucket,
            unsigned=unsigned,
            refusal=refusal,
        )
    if not found:
        bucket, _, key = source.removeprefix(S3).partition("/")
        yield raw_file(source, key, bucket=bucket, refusal="there is no such object, and none below it")


def raw_file(uri, path, *, refusal="", **fields):
    """Return a RawFile whose uri every database can hold."""
    uri = storable(uri)
    if len(uri) > LONGEST_URI:
        refusal = f"its name has {len(uri):,} characters: shorten it to {LONGEST_URI}, folders included"
        mark = f"... {fingerprint(uri.encode())[:16]}"
        uri = uri[: LONGEST_URI - len(mark)] + mark
    return RawFile(uri, path, refusal=refusal, **fields)


def storable(text):
    """Return text that may hold a path so that every database can: bytes that are no UTF-8, and NUL, as
    escapes."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace").replace("\0", r"\x00")
