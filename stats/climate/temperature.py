"""Temperatures as they are asked for, °C or °F, as exact tenths of °C."""

import re
from fractions import Fraction
from typing import NamedTuple

from rest.parameters import Parameter, expected

PATTERN = r"-?1?[0-9]{1,2}(\.[0-9]{1,2})?[CF]?"


class Temperature(NamedTuple):
    text: str
    unit: str
    tenths: Fraction
    """Of °C, exactly: 65 °F are 1650/9."""

    def __str__(self):
        return f"{self.text}{self.unit}"


def temperature(text):
    """Return the Temperature of a text such as 10, 10C or 50F. Raise ValueError."""
    if not re.fullmatch(PATTERN, text):
        raise expected("a temperature such as 10, 10C or 50F", text)
    number, unit = text.rstrip("CF"), text[-1] if text[-1] in "CF" else "C"
    degrees = Fraction(number)
    return Temperature(number, unit, degrees * 10 if unit == "C" else (degrees - 32) * 50 / 9)


def parameter(help_text):
    return Parameter(temperature, {"type": "string", "pattern": f"^{PATTERN}$"}, help_text)
