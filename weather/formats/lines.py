"""The lines of a file, numbered from 1, and what becomes of those that are refused."""

from weather.formats import CUT, LONGEST_REASON, MOST_REJECTED, NotInFormat, Rejected, printable

BOM = b"\xef\xbb\xbf"
EMPTY = "the file is empty"
BLOCK = 1 << 16
LONGEST_LINE = 1 << 16
"""Bytes. What is longer is cut, and rejected for its end: a file without line ends may have gigabytes."""


def blocks(file, size=BLOCK):
    """Yield a binary file as whole lines of about `size` bytes; CRLF becomes LF."""
    block = file.read(size).removeprefix(BOM)
    while block:
        block += file.readline(LONGEST_LINE) if not block.endswith(b"\n") else b""
        if not block.endswith(b"\n"):
            block += rest_of_line(file)
        yield block.replace(b"\r\n", b"\n") if b"\r" in block else block
        block = file.read(size)


def rest_of_line(file):
    """Skip the rest of a line; return what says that there was more."""
    skipped = False
    while rest := file.readline(BLOCK):
        skipped = True
        if rest.endswith(b"\n"):
            break
    return CUT + b"\n" if skipped else b""


def plain(text):
    """Return text without a byte-order mark, its lines ended by LF."""
    return text.removeprefix(BOM).replace(b"\r\n", b"\n")


def numbered(first, block):
    """Yield (number, line) of a block that begins with line number `first`, but no blank lines."""
    for number, line in enumerate(block.split(b"\n"), first):
        if line.strip():
            yield number, line


def first_line(head):
    """Return (number, line) of the first line that is not blank; (0, b"") if there is none."""
    return next(numbered(1, plain(head)), (0, b""))


def reject(rejected, number, error, line, name):
    """Note a line of a file in the format `name` as rejected. Raise NotInFormat when that is one too many."""
    rejected.append(Rejected(number, shortened(str(error)), printable(line)))
    if len(rejected) > MOST_REJECTED:
        raise NotInFormat(
            f"more than {MOST_REJECTED} of its lines are not in the {name} format; {told(rejected)}"
        )


def shortened(reason):
    return reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 3]}..."


def nothing_kept(rejected, name, header=0):
    """Return why a file without a good line is refused."""
    if not rejected:
        return "the file has no lines but its header" if header else EMPTY
    return f"none of its {len(rejected)} lines is in the {name} format; {told(rejected)}"


def told(rejected):
    return f"line {rejected[0].line_number}: {rejected[0].reason}"
