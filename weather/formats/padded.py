"""The wx file as it usually is, checked at once as columns of bytes: values padded to five characters.

All of 1.7 million lines in 0.15 s, where the regular expression of weather.formats.wx takes 0.5 s. Whatever
this does not know is left to that one.
"""

import re
from itertools import product

import numpy as np

from weather.formats.digits import WORD, are_days, are_digits, number, signed
from weather.formats.fields import VALUE

ENDS = {8: b"\t", 14: b"\t", 20: b"\t", 26: b"\n"}
"""What ends the columns of a line, and where."""
DAY_END, *VALUE_ENDS = ENDS
LENGTH = 27
VALUES = (9, 15, 21)
"""Where values begin, each of five characters."""
PADDING = 8 * (WORD - 5)
"""Bits of a word that are none of a value at its end."""
BLANK = ord(" ")

KINDS = b" -01"
"""A space, a minus, a naught, any other digit: by these alone a value is a value or none."""
KIND = np.full(256, len(KINDS), np.int16)
KIND[list(KINDS)] = range(len(KINDS))
KIND[list(b"23456789")] = KINDS.index(b"1")
BASE = len(KINDS) + 1


def fitting(pattern):
    """Return which codes of five kinds are such that a regular expression matches them."""
    fits = np.zeros(BASE**5, bool)
    for kinds in product(range(len(KINDS)), repeat=5):
        code = int("".join(map(str, kinds)), BASE)
        fits[code] = bool(re.fullmatch(pattern, bytes(KINDS[kind] for kind in kinds)))
    return fits


IS_VALUE = fitting(VALUE)


def faultless(text):
    """Say whether a text is nothing but such lines without fault, each of a later day than the one before."""
    if not text or len(text) % LENGTH:
        return False
    columns = np.frombuffer(text, np.uint8).reshape(-1, LENGTH).T.copy()
    return bool(
        ended(columns)
        and all(are_values(columns[place : place + 5]) for place in VALUES)
        and ascending_days(words(text, DAY_END))
    )


def ended(columns):
    return all((columns[place] == end[0]).all() for place, end in ENDS.items())


def columns(text):
    """Return the numbers of lines without fault as four arrays of int64: the days and their values. None if
    the lines are not padded so, on the left."""
    if len(text) % LENGTH:
        return None
    places = np.frombuffer(text, np.uint8).reshape(-1, LENGTH).T
    if not ended(places) or any((places[end - 1] == BLANK).any() for end in ENDS):
        return None
    return number(words(text, DAY_END)), *(signed(unpadded(words(text, end))) for end in VALUE_ENDS)


def words(text, end):
    """Return the words that end at a place of each line."""
    return np.ndarray(len(text) // LENGTH, "<u8", text, end - WORD, (LENGTH,))


def unpadded(words):
    """Return words that end with a value without what is before it."""
    return words >> PADDING << PADDING


def are_values(columns, fit=IS_VALUE):
    """Say whether all values fit, given their five characters as columns of any shape."""
    code = 0
    for kind in KIND[columns]:
        code = code * BASE + kind
    return fit[code].all()


def ascending_days(words):
    """Say whether words are days YYYYMMDD of the calendar, each later than the last."""
    if not are_digits(words).all():
        return False
    days = number(words)
    return are_days(days).all() and (days[1:] > days[:-1]).all()
