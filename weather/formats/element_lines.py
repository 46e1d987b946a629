"""The form that GHCN's formats have in common: a line of a by-station file for every element of a day.

Lines become columns of numbers at once, and are checked as such. Their first fields have fixed places, and
bytes are taken eight at a time, as one integer, from wherever they stand: 4 million lines a second, where
Python takes 0.3 million one by one.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from weather.formats import ELEMENTS, HIGHEST, MISSING
from weather.formats.digits import EVERY, WORD, are_days, are_digits, bytes_like, first, number, signed
from weather.formats.fields import ELEMENT, ID

OURS = {element.upper().encode(): element for element in ELEMENTS}
IS_FLAG, IS_LETTER = bytes_like(rb"[!-~]"), bytes_like(rb"[A-Za-z,]")
"""Whether a byte is a flag, or the comma behind none."""
ID_LENGTH, AT_DATE, AT_ELEMENT, AT_VALUE = 11, 12, 21, 26
"""How long the first field of a line is, and where the others begin. Flags follow the value, and a time."""
SHORTEST = AT_VALUE + len("0,,,,")
COMMA, LINE_END, MINUS, NAUGHT = b",\n-0"
NONE = int(MISSING)

OTHER = len(ELEMENTS)
"""The number of an element that is none of ours; ours have their place in ELEMENTS."""
ELEMENT_WORDS = np.frombuffer(b"".join(OURS), "<u4")


class Columns(NamedTuple):
    """What lines say, an array each; `stations` are places among `ids`."""

    ids: list[bytes]
    stations: np.ndarray
    dates: np.ndarray
    """YYYYMMDD."""
    elements: np.ndarray
    """Places in ELEMENTS, OTHER if it is none of them: then value and flag mean nothing."""
    values: np.ndarray
    flags: np.ndarray
    """The code of the quality flag, 0 where there is none."""
    lines: np.ndarray
    """The lines that say so, by their places or numbers."""


def element_told(station_id, day, element, value, flag=b""):
    """Return a line that says so, without its end."""
    return b"%b,%b,%b,%d,,%b,," % (station_id, day, element, value, flag)


class Lines:
    """Lines of text: words that stand at the same place of each."""

    def __init__(self, text):
        self.text = text
        self.words = np.ndarray(len(text), "<u8", text + bytes(WORD), strides=(1,))
        self.ends = np.flatnonzero(np.frombuffer(text, np.uint8) == LINE_END)
        self.starts = np.concatenate(([0], self.ends[:-1] + 1))

    def at(self, place):
        """Return the words that begin at a place of each line."""
        return self.words[self.starts + place]

    def before(self, place):
        """Return the byte before a place of each line."""
        return self.at(place - WORD) >> 8 * (WORD - 1)

    @cached_property
    def value(self):
        return self.at(AT_VALUE)

    @cached_property
    def of_value(self):
        """A one in each bit of the value, up to the comma that ends it."""
        return first(self.value, COMMA) - 1

    @cached_property
    def at_flags(self):
        """The place of the comma behind the value."""
        return AT_VALUE + np.bitwise_count(self.of_value) // WORD

    @cached_property
    def flags(self):
        """The words that begin with that comma."""
        return self.at(self.at_flags)


def faultless(text):
    """Return the Columns of lines, None if one of them may have a fault."""
    if not text.endswith(b"\n"):
        return None
    lines = Lines(text)
    if (lines.ends - lines.starts).min() < SHORTEST or not first(lines.value, COMMA).all():
        return None
    said = columns(lines)
    good = (
        all(map(ID.fullmatch, said.ids))
        and all((lines.before(place) == COMMA).all() for place in (AT_DATE, AT_ELEMENT, AT_VALUE))
        and are_digits(lines.at(AT_DATE)).all()
        and are_days(said.dates).all()
        and are_elements(lines.at(AT_ELEMENT)[said.elements == OTHER])
        and are_values(lines, said)
        and end_well(lines)
    )
    return said if good else None


def are_values(lines, said):
    """Say whether values are whole numbers, and those of our elements in range, and written as usual."""
    begin, then = lines.value & 0xFF, lines.value >> 8 & 0xFF
    digits = lines.value ^ (begin == MINUS) * np.uint64(MINUS ^ NAUGHT)
    odd = ~are_digits(digits & lines.of_value | NAUGHT * EVERY & ~lines.of_value)
    odd |= (begin == COMMA) | (begin == MINUS) & (then == COMMA)
    unusual = (begin == NAUGHT) & (then != COMMA) | (begin == MINUS) & (then == NAUGHT)
    unusual |= (said.values < NONE) | (said.values > HIGHEST)
    return not (odd | unusual & (said.elements != OTHER)).any()


def end_well(lines):
    """Say whether three flags of one character or none follow the value, and a time HHMM or less."""
    flags, place = lines.flags, lines.starts + lines.at_flags
    for kind in (IS_FLAG, IS_LETTER, IS_FLAG):
        flag = flags >> 8 & 0xFF
        if (flags & 0xFF != COMMA).any() or not kind[flag].all():
            return False
        width = 1 + (flag != COMMA)
        flags, place = flags >> (8 * width).astype("u8"), place + width
    time = (lines.ends - place - 1).astype("u8")
    if (flags & 0xFF != COMMA).any() or time.max() > len("HHMM"):
        return False
    others = (np.uint64(1) << 8 * (WORD - time)) - 1
    return are_digits(lines.words[lines.ends - WORD] & ~others | NAUGHT * EVERY & others).all()


def are_elements(words):
    """Say whether what words begin with are elements, whichever."""
    names = np.unique(words.astype("<u4"))
    return all(ELEMENT.fullmatch(name.tobytes()) for name in names)


def columns(lines):
    """Return the Columns of Lines without fault."""
    return Columns(
        *stations(lines),
        number(lines.at(AT_DATE)),
        element_places(lines.at(AT_ELEMENT)),
        signed((lines.value & lines.of_value) << 8 * WORD - np.bitwise_count(lines.of_value)),
        quality_flags(lines.flags),
        np.arange(len(lines.starts)),
    )


def stations(lines):
    """Return the distinct ids of lines, and for each line the place of its own among them."""
    begin, end = lines.at(0), lines.at(ID_LENGTH - WORD)
    changes = np.flatnonzero((begin[1:] != begin[:-1]) | (end[1:] != end[:-1])) + 1
    runs = np.concatenate(([0], changes))
    _, begins = np.unique(begin[runs], return_inverse=True)
    rest = end[runs] >> (2 * WORD - ID_LENGTH) * 8  # the characters that `begin` does not have
    _, index, places = np.unique(begins.astype("u8") << 32 | rest, return_index=True, return_inverse=True)
    ids = [lines.text[start : start + ID_LENGTH] for start in lines.starts[runs[index]].tolist()]
    return ids, np.repeat(places, np.diff(runs, append=len(begin)))


def element_places(words):
    """Return the places in ELEMENTS of what words begin with, OTHER where it is none of them."""
    words = words.astype("<u4")
    places = np.full(len(words), OTHER, np.uint8)
    for place, word in enumerate(ELEMENT_WORDS):
        places[words == word] = place
    return places


def quality_flags(words):
    """Return the second of the flags that begin with the comma before them: its code, 0 for none."""
    measurement = words >> 8 & 0xFF
    flags = np.where(measurement == COMMA, words >> 16, words >> 24) & 0xFF
    flags[flags == COMMA] = 0
    return flags.astype(np.uint8)
