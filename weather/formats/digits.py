"""Numbers and days in text, eight bytes of it as one integer: a word, its first byte lowest."""

import re

import numpy as np

from weather.formats import FIRST_YEAR, LAST_YEAR

WORD = 8
"""Bytes."""
EVERY = 0x0101010101010101
"""A one in every byte: times a byte, it is a word of nothing else."""

MONTH_ENDS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87, np.int32)


def bytes_like(pattern):
    """Say of each of the 256 bytes whether a regular expression matches it."""
    return np.array([bool(re.fullmatch(pattern, bytes([code]))) for code in range(256)])


def are_digits(words):
    """Say of each word whether it is eight digits."""
    high = 0xF0 * EVERY
    return (words & high == 0x30 * EVERY) & (words + 0x06 * EVERY & high == 0x30 * EVERY)


def first(words, byte):
    """Return a one where the first such byte of each word begins, 0 where there is none."""
    others = words ^ byte * EVERY
    zeros = (others - EVERY) & ~others & 0x80 * EVERY
    return (zeros & (~zeros + 1)) >> 7


def number(words):
    """Return the whole numbers (int64) that words say in eight digits; a blank, or a zero byte, is a 0.

    Two digits become one number, then two of these, and again: Daniel Lemire, Quickly parsing eight digits
    (2018).
    """
    words = (words & 0x0F * EVERY) * 2561 >> 8
    words = (words & 0x00FF00FF00FF00FF) * 6553601 >> 16
    return ((words & 0x0000FFFF0000FFFF) * 42949672960001 >> 32).astype(np.int64)


def signed(words):
    """Return the whole numbers (int64) that words of blanks, zero bytes, a minus and digits say."""
    minus = words >> 3 & ~words >> 4 & EVERY  # of all these only a minus has such bits
    return number(words - minus * ord("-")) * np.where(minus, -1, 1)


def are_days(numbers):
    """Say of each number of eight digits whether it is a day YYYYMMDD of the years that can be."""
    numbers = numbers.astype(np.int32)
    year, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = MONTH_ENDS[month] + (leap & (month == 2))
    return (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (day > 0) & (day <= last)
