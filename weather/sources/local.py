"""Raw files on this machine: a file, a folder, a glob."""

import glob
import hashlib
import os
import stat
from pathlib import Path

from weather.sources.content import CHANGED, LARGE, Content, Refused, check_size, fingerprint, state


def absolute(path):
    """Return the absolute path, symlinks kept, begun by one slash."""
    return "/" + os.path.abspath(path).lstrip("/")  # noqa: PTH100 keeps symlinks


def split(source):
    """Return the folder that a glob searches, and the parts of its pattern; (the source, []) if it is none.

    What exists is no pattern: a file may be called `a[1].txt`.
    """
    parts = source.split("/")
    for index, part in enumerate(parts):
        if glob.has_magic(part) and not os.path.lexists("/".join(parts[: index + 1])):
            return absolute("/".join(parts[:index]) or ("/" if index else ".")), parts[index:]
    return source, []


def expand(source):
    """Yield (absolute path, folder that it must not lead out of, reason why it is refused) of a source.

    What is named itself may be a symlink to anywhere. A file that does not exist is yielded as it was
    named: reading it will say so.
    """
    folder, pattern = split(source)
    path = absolute(source)
    if pattern:
        yield from matches(folder, pattern) or [(path, "", "")]
    elif os.path.isdir(path):  # noqa: PTH112 a Path costs more than the question
        yield from walk(path, os.path.realpath(path))
    else:
        yield path, "", ""


def matches(folder, pattern):
    """Return what a pattern matches below a folder, folders expanded."""
    found, real = [], os.path.realpath(folder)
    for match in glob.glob("/".join(pattern), root_dir=folder, recursive=True):  # noqa: PTH207 has a root_dir
        path = absolute(os.path.join(folder, match))  # noqa: PTH118
        if os.path.isdir(path) and not leads_out(path, real):  # noqa: PTH112
            found.extend(walk(path, os.path.realpath(path)))
        else:
            found.append((path, real, ""))
    return found


def walk(path, folder):
    """Yield what is in a folder and its subfolders, but names that begin with a dot.

    A link to a folder within is left out: its files are found where they are.
    """
    try:
        with os.scandir(path) as entries:
            found = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        yield path, folder, f"cannot be listed: {error.strerror}"
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path, folder)
        elif not os.path.isdir(entry.path) or leads_out(entry.path, folder):  # noqa: PTH112
            yield entry.path, folder, ""


def leads_out(path, folder):
    """Say whether a path is, symlinks resolved, outside of a folder."""
    return os.path.commonpath([os.path.realpath(path), folder]) != folder


def fetch(path, within, spool):
    """Return the Content of a file that may not lead out of the folder `within`. Raise OSError or Refused."""
    if within and leads_out(path, within):
        real = os.path.realpath(path)
        raise Refused(f"leads out of the folder {within}, to {real}: to have it read, name that file itself")
    with os.fdopen(regular(path), "rb", buffering=0) as file:
        before, size = state(file.fileno()), check_regular(os.fstat(file.fileno())).st_size
        check_size(size)
        stored, digest = hashed(file, path) if size > LARGE else whole(file, size)
        if state(file.fileno()) != before:
            raise OSError(CHANGED)
    return Content(size, digest, spool, stored, local=path, state=before)


def hashed(file, path):
    return Path(path), hashlib.file_digest(file, "sha256").hexdigest()


def whole(file, size):
    stored = file.read(size + 1)
    if len(stored) != size:
        raise OSError(CHANGED)
    return stored, fingerprint(stored)


def regular(path):
    """Return a descriptor of a regular file. Raise Refused for others, without waiting for a writer."""
    check_regular(os.stat(path))  # noqa: PTH116 a Path costs more than the question
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def check_regular(found):
    if not stat.S_ISREG(found.st_mode):
        raise Refused("is not a regular file: leave it out")
    return found
