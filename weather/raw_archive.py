"""The bytes of what was read, kept as long as one likes: WEATHER_RAW_ARCHIVE, a folder or s3://bucket/prefix.

A content lies there once, gzipped, under its fingerprint: <first two digits>/<fingerprint>.gz.
"""

import gzip
import hashlib
import os
import secrets
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage

from weather.sources.content import LARGE, MB

S3 = "s3://"

LEVEL = 4
"""Of compression: a quarter of the time that 6 takes, files a tenth larger."""

ABANDONED = 86_400
"""Seconds after which nobody writes any more to a file that has not got its name."""


def keep(content):
    """Keep the bytes of a Content as they were stored. Raise OSError, naming the place, if that fails."""
    if not settings.WEATHER_RAW_ARCHIVE:
        return
    try:
        keep_in(storage(), content)
    except Exception as error:  # whatever it is: what is not kept is not entered
        raise OSError(f"cannot be kept in {settings.WEATHER_RAW_ARCHIVE}: {error}") from error


def open_kept(fingerprint):
    """Return the bytes of a fingerprint as a binary stream. Raise FileNotFoundError if they were not kept."""
    file = storage().open(place(fingerprint))
    stream = gzip.GzipFile(fileobj=file)
    stream.myfileobj = file  # closed with the stream
    return stream


def place(fingerprint):
    return f"{fingerprint[:2]}/{fingerprint}.gz"


def storage():
    if not settings.WEATHER_RAW_ARCHIVE:
        raise FileNotFoundError("nothing is kept: WEATHER_RAW_ARCHIVE is empty")
    return storage_at(settings.WEATHER_RAW_ARCHIVE, os.getpid())


@cache
def storage_at(archive, pid):
    """Return Django's storage of an archive, another one for every process: connections cannot be shared."""
    if not archive.startswith(S3):
        return WholeFiles(archive, allow_overwrite=True)
    from boto3.s3.transfer import TransferConfig
    from storages.backends.s3 import S3Storage

    from weather.sources.s3 import config

    bucket, _, location = archive.removeprefix(S3).partition("/")
    return S3Storage(
        bucket_name=bucket,
        location=location,
        client_config=config(),
        transfer_config=TransferConfig(use_threads=False),
        max_memory_size=LARGE,
    )


class WholeFiles(FileSystemStorage):
    """A folder in which nothing has its name before all of it is on the disk.

    What a killed process leaves half-written is in nobody's way, and goes with a later file in its place.
    """

    def _save(self, name, content):
        part = super()._save(f"{name}.{secrets.token_hex(8)}.part", content)
        try:
            with self.open(part) as file:
                os.fsync(file.fileno())
            Path(self.path(part)).replace(self.path(name))
        except BaseException:
            self.delete(part)
            raise
        clear(Path(self.path(name)).parent)
        return name


def clear(folder):
    """Remove what has been half-written for too long to be at work."""
    for part in folder.glob("*.part"):
        with suppress(FileNotFoundError):  # another process clears, too
            if part.stat().st_mtime < time.time() - ABANDONED:
                part.unlink()


def keep_in(archive, content):
    name = place(content.fingerprint)
    if not archive.exists(name):
        with tempfile.SpooledTemporaryFile(LARGE, dir=content.spool) as file:
            pack(content, file)
            archive.save(name, File(file))


def pack(content, file):
    """Write the bytes of a Content to a file, gzipped. Raise OSError if they have not its fingerprint."""
    digest = hashlib.sha256()
    level = 0 if content.zipped else LEVEL
    with content.open() as stream, gzip.GzipFile("", "wb", level, file, mtime=0) as packed:
        while piece := stream.read(MB):
            digest.update(piece)
            packed.write(piece)
    if digest.hexdigest() != content.fingerprint:
        raise OSError("it changed while it was read")
    file.seek(0)
