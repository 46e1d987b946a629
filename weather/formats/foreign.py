"""What a file is that is in none of our formats, by how it begins."""

import re

SIGNATURES = (
    (b"\x1f\x8b", "gzip within gzip: unpack it once"),
    (b"PK\x03\x04", "a zip archive: unpack it"),
    (b"BZh", "packed by bzip2: unpack it"),
    (b"\xfd7zXZ\x00", "packed by xz: unpack it"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd: unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    (b"PAR1", "Parquet: take the same data as CSV"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"CDF\x01", "NetCDF"),
    (b"CDF\x02", "NetCDF"),
    (b"\x89HDF", "HDF5 or NetCDF"),
    (b"\xff\xfe", "text in UTF-16: save it as plain text"),
    (b"\xfe\xff", "text in UTF-16: save it as plain text"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)
MARKUP = re.compile(rb"<(?i:!doctype|html|head|body|\?xml|error)\b")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
TAR = slice(257, 262)


def kind(head):
    """Return what the head of a file shows it to be, empty if that is unknown."""
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return name
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return "HTML or XML, perhaps an error page in place of the file: download it again"
    if head[TAR] == b"ustar":
        return "a tar archive: unpack it"
    return "binary: it has bytes that no text has" if CONTROL.search(head) else ""
