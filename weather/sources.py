"""Where raw files are: a file, a folder, a glob."""

import glob
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


class SourceError(Exception):
    """Nothing can be ingested from what was asked for."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of a source. `uri` is its absolute path and its name in the ledger."""

    uri: str

    @property
    def name(self):
        return Path(self.uri).name

    def read(self):
        """Return the whole content. Raise OSError when it cannot be read."""
        path = Path(self.uri)
        if path.exists() and not path.is_file():
            raise OSError("not a regular file")
        return path.read_bytes()


def fingerprint(content):
    """Return what tells one content from another: times and names may lie, the bytes do not."""
    return hashlib.sha256(content).hexdigest()


def find(sources):
    """Return the raw files of files, folders (with their subfolders) and globs, each once, in order of uri.

    A source that does not exist stands in the list as it was named: reading it will say so, and the
    others go on. Raise SourceError where no source has a file.
    """
    uris = {os.path.abspath(path) for source in sources for path in expand(source)}  # noqa: PTH100 keeps symlinks
    if not any(map(os.path.lexists, uris)):
        raise SourceError(f"no files in {', '.join(sources)}")
    return [RawFile(uri) for uri in sorted(uris)]


def expand(source):
    """Return the paths that a source stands for. Names that begin with a dot are left out of folders."""
    path = Path(source)
    if path.is_dir():
        return [file for file in path.rglob("[!.]*") if not file.is_dir()]
    if not os.path.lexists(path) and glob.has_magic(source):
        return [file for match in glob.glob(source, recursive=True) for file in expand(match)]  # noqa: PTH207 absolute patterns too
    return [path]
