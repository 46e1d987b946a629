"""Which sources may be read when no operator typed them: an allow-list of folders and s3:// prefixes."""

import fnmatch
import glob
import os

from weather.sources import local

S3 = "s3://"


def holds(allowed, source):
    """Say whether a source lies in an entry of the allow-list, part by part of their paths.

    Symlinks and `..` are resolved. An entry may be a glob, which then allows itself and what it matches.
    """
    if source == allowed:
        return True
    if source.startswith(S3) != allowed.startswith(S3):
        return False
    parts = parts_on_s3 if source.startswith(S3) else parts_on_disk
    (folder, pattern), (top, top_pattern) = parts(source), parts(allowed)
    if {".", ".."}.intersection(pattern):
        return False  # nobody knows where that leads
    return matches(folder, [*map(glob.escape, top), *top_pattern])


def parts_on_disk(source):
    """Return the parts of the real path of a source, and those of its pattern."""
    folder, pattern = local.split(source)
    return os.path.realpath(folder).rstrip("/").split("/"), pattern


def parts_on_s3(uri):
    """Return the bucket and the parts of the prefix, and those of its pattern. Dots mean nothing on S3, but
    servers that are not quite S3 may think otherwise: they count as pattern."""
    parts = uri.removeprefix(S3).removesuffix("/").split("/")
    odd = (index for index, part in enumerate(parts) if glob.has_magic(part) or part in (".", ".."))
    first = next(odd, len(parts))
    return parts[:first], parts[first:]


def matches(parts, pattern):
    """Say whether the first parts of a path match the parts of a glob; what follows lies in what it matches.

    `*` stays within a part, `**` stands for any number of them.
    """
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(matches(parts[index:], pattern[1:]) for index in range(len(parts)))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], pattern[0]) and matches(parts[1:], pattern[1:])
