"""The query string: parsed once, strictly, with an error that names the parameter."""

import datetime
import re
from decimal import Decimal

from rest_framework import serializers
from rest_framework.fields import empty

MOST_VALUES = 1000
"""Values of one parameter in one request."""


class Parameter(serializers.Field):
    """A parameter of the query string.

    `parse` makes a value of a text, or raises ValueError with what is wrong; `schema` is its JSON
    schema. With `several`, the parameter may be repeated or hold values separated by commas, `most` of them:
    the schema says so where that is said here.
    """

    def __init__(
        self, parse, schema, help_text="", *, several=False, most=None, default=empty, required=False
    ):
        super().__init__(required=required, default=default, help_text=help_text)
        self.parse, self.several, self.most = parse, several, most or MOST_VALUES
        array = {"type": "array", "items": schema, "minItems": 1} | ({"maxItems": most} if most else {})
        self.schema = (array if several else schema) | ({} if default is empty else {"default": default})

    def read(self, texts):
        """Return the value of the texts given for this parameter. Raise ValueError."""
        if self.several:
            items = [item for text in texts for item in text.split(",")]
            if len(items) > self.most:
                raise ValueError(f"has {len(items):,} values; at most {self.most:,} are taken at once")
            return list(dict.fromkeys(map(self.parse, items)))
        if len(texts) > 1:
            raise ValueError(f"given {len(texts)} times; it takes one value")
        return self.parse(texts[0])


class Query(serializers.Serializer):
    """The parameters of an endpoint. One instance serves all requests."""

    def read(self, query):
        """Return the values by name of a QueryDict. Raise ValidationError with messages by name."""
        values, errors = dict(self.defaults), {}
        for name, texts in query.lists():
            try:
                values[name] = self.field(name).read(texts)
            except ValueError as error:
                errors[shown(name)] = [str(error)]
        missing = [name for name, field in self.fields.items() if field.required and name not in query]
        errors |= {name: ["is required"] for name in missing}
        if errors:
            raise serializers.ValidationError(errors)
        return self.validate(values)

    def field(self, name):
        try:
            return self.fields[name]
        except KeyError:
            raise ValueError(f"unknown parameter; known are {', '.join(self.fields)}") from None

    @property
    def defaults(self):
        return {name: field.default for name, field in self.fields.items() if field.default is not empty}


def shown(text):
    """Return the text as it may stand in a message: printable and not long."""
    text = text if text.isprintable() else ascii(text)[1:-1]
    return text if len(text) <= 40 else text[:40] + "…"


def expected(what, text):
    return ValueError(f"expected {what}, got '{shown(text)}'")


def whole(low, high, help_text="", **kwargs):
    """A parameter that is a whole number from `low` to `high`."""

    def parse(text):
        # Not str.isdigit and int: they take the digits of every script.
        if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise expected(f"a whole number from {low} to {high}", text)
        return int(text)

    return Parameter(parse, {"type": "integer", "minimum": low, "maximum": high}, help_text, **kwargs)


def day(help_text="", **kwargs):
    """A parameter that is a date, YYYY-MM-DD."""

    def parse(text):
        try:
            if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return datetime.date.fromisoformat(text)
        except ValueError:
            pass
        raise expected("a date YYYY-MM-DD", text)

    return Parameter(parse, {"type": "string", "format": "date"}, help_text, **kwargs)


def choice(choices, help_text="", **kwargs):
    """A parameter that is one of a few words."""

    def parse(text):
        if text not in choices:
            raise expected(" or ".join(choices), text)
        return text

    return Parameter(parse, {"type": "string", "enum": list(choices)}, help_text, **kwargs)


def code(pattern, what, help_text="", *, change=str, format=None, **kwargs):
    """A parameter that matches a pattern; `change` makes the value of the text."""

    def parse(text):
        if not re.fullmatch(pattern, text):
            raise expected(what, text)
        return change(text)

    schema = {"type": "string", "pattern": f"^{pattern}$"}
    if format:
        schema["format"] = format
    return Parameter(parse, schema, help_text, **kwargs)


DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,9})?"


def box(help_text=""):
    """A parameter west,south,east,north in degrees; west > east crosses the 180th meridian."""

    def parse(text):
        if not re.fullmatch(",".join([DEGREES] * 4), text):
            raise expected("west,south,east,north in decimal degrees", text)
        west, south, east, north = (float(number) for number in text.split(","))
        if not (abs(west) <= 180 and abs(east) <= 180):
            raise expected("longitudes from -180 to 180", text)
        if not -90 <= south <= north <= 90:
            raise expected("latitudes from -90 to 90, the south first", text)
        return west, south, east, north

    schema = {"type": "string", "format": "bbox", "pattern": f"^{','.join([DEGREES] * 4)}$"}
    return Parameter(parse, schema, help_text)


def point(help_text=""):
    """A parameter latitude,longitude in degrees."""

    def parse(text):
        if not re.fullmatch(f"{DEGREES},{DEGREES}", text):
            raise expected("latitude,longitude in decimal degrees", text)
        latitude, longitude = (float(number) for number in text.split(","))
        if abs(latitude) > 90:
            raise expected("a latitude from -90 to 90, the latitude first", text)
        if abs(longitude) > 180:
            raise expected("a longitude from -180 to 180", text)
        return latitude, longitude

    return Parameter(
        parse, {"type": "string", "format": "point", "pattern": f"^{DEGREES},{DEGREES}$"}, help_text
    )


NUMBER = r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?"


def decimal(low, high, help_text="", **kwargs):
    """A parameter that is a number from `low` to `high`, a Decimal: exactly what was written."""

    def parse(text):
        if not re.fullmatch(NUMBER, text) or not low <= Decimal(text) <= high:
            raise expected(f"a number from {low} to {high}", text)
        return Decimal(text)

    return Parameter(parse, {"type": "number", "minimum": low, "maximum": high}, help_text, **kwargs)


LATIN = "[ -~\u00c0-\u024f\u2019]"
WORDS = f"{LATIN}*[A-Za-z0-9]{LATIN}*"


def words(longest, help_text="", **kwargs):
    """A parameter that is a Latin text with a letter or digit in it, at most `longest` characters."""

    def parse(text):
        if len(text) > longest or not re.fullmatch(WORDS, text):
            raise expected(f"at most {longest} Latin characters, among them one of A to Z or a digit", text)
        return text

    schema = {"type": "string", "maxLength": longest, "pattern": f"^{WORDS}$"}
    return Parameter(parse, schema, help_text, **kwargs)
